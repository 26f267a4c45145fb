"""What accounts look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from cutroom.accounts.invitations import LIFE, LONGEST_DAYS
from cutroom.accounts.models import Group, Invitation, MailKind, Role, Scope, Session, User
from cutroom.accounts.users import Named
from cutroom.core.inputs import Line

Name = Annotated[Line, Field(max_length=100, examples=["Ada Lovelace"])]
#: How long it must be is told in a sentence of its own; this only bounds what is read.
Password = Annotated[SecretStr, Field(max_length=1024, examples=["correct horse battery"])]
Secret = Annotated[SecretStr, Field(max_length=200)]
#: As HTML's own field for one takes it, https://html.spec.whatwg.org/multipage/input.html#email-state-(type=email).
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
        r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$",
    ),
    Field(examples=["ada@school.example"]),
]
Words = Annotated[str | None, Field(max_length=100, pattern=r"^[^\x00]*$", description="Part of the name.")]
QuotaBytes = Annotated[
    int | None, Field(ge=0, le=1 << 50, description="What they may bring a week; null for the instance's own number.")
]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Setup(_Request):
    """The first administrator, and the secret of the link that allows one."""

    token: Secret
    name: Name
    password: Password


class SignIn(_Request):
    """A name and its password."""

    name: Name
    password: Password


class Me(BaseModel):
    """Who is signed in."""

    id: UUID | None = Field(description="Null for the command line while nobody has an account.")
    name: str
    role: Role

    @classmethod
    def of(cls, user: User) -> Me:
        """Tell of a user."""
        return cls(id=user.id, name=user.display_name, role=user.role)


class NewToken(_Request):
    """A token to be made."""

    name: Annotated[Line, Field(max_length=100, examples=["Nightly import"], description="What it is for.")]
    scopes: Annotated[
        set[Scope],
        Field(min_length=1, description="What it may do, within what you may; `write` includes uploads."),
    ] = {Scope.READ, Scope.WRITE}
    expires_in_days: int | None = Field(default=None, ge=1, le=3650, description="Unset: until it is revoked.")


class Token(BaseModel):
    """A token, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    used_at: datetime | None
    used_from: str = Field(description="The address that used it last; empty when that is unknown.")
    expires_at: datetime | None


class MadeToken(Token):
    """A token that was just made."""

    secret: str = Field(description="Shown this once.", examples=["cutroom_…"])


class SessionView(BaseModel):
    """A browser that is signed in."""

    id: UUID
    browser: str = Field(description="What it calls itself.", examples=["Firefox on Windows"])
    address: str = Field(description="Where it was last used from.")
    created_at: datetime
    seen_at: datetime = Field(description="To within ten minutes.")
    expires_at: datetime
    current: bool = Field(description="Whether it is the one that asks.")


class NameView(BaseModel):
    """What anybody may know of a person or a group."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str


class Profile(BaseModel):
    """Your own account."""

    id: UUID
    name: str
    role: Role
    email: str | None
    quota_bytes: int | None = Field(description="What you may bring a week, where it is not what everybody may.")
    has_password: bool = Field(description="Whether it signs in with one.")
    groups: list[NameView]
    created_at: datetime


class OwnChange(_Request):
    """What you change of your own account; what is left out stays."""

    name: Name | None = Field(default=None, description="To be known and to sign in by.")
    email: Email | None = Field(default=None, description="Null for none. A change needs the password.")
    password: Password | None = None


class PasswordChange(_Request):
    """Another password."""

    old: Password
    new: Password
    revoke_tokens: bool = Field(default=False, description="Whether your programs must be given new tokens.")


class Forgotten(_Request):
    """Who forgot a password."""

    name: Annotated[Line, Field(max_length=254, description="A name or a mail address.")]


class Reset(_Request):
    """A new password, and the secret of the link that allows one."""

    token: Secret
    password: Password


class UserView(BaseModel):
    """A person with an account, as administrators see them."""

    id: UUID
    name: str
    role: Role
    email: str | None
    active: bool = Field(description="Whether they may sign in.")
    quota_bytes: int | None
    groups: list[NameView]
    created_at: datetime
    disabled_at: datetime | None


class UserChange(_Request):
    """What is changed of somebody's account; what is left out stays."""

    name: Name | None = Field(default=None, description="To be known and to sign in by.")
    role: Role | None = None
    email: Email | None = Field(default=None, description="Null for none.")
    quota_bytes: QuotaBytes = None


class Forgetting(_Request):
    """What becomes of what somebody made."""

    heir_id: UUID | None = Field(default=None, description="Whose it is from now on; unset, the administrators see it.")


class ResetLinkView(BaseModel):
    """A link with which somebody sets a new password once."""

    link: str = Field(description="Shown this once: hand it over yourself.")
    expires_at: datetime


class GroupView(BaseModel):
    """People who see together what was shared with them."""

    id: UUID
    name: str
    description: str
    members: int
    created_at: datetime


Description = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class NewGroup(_Request):
    """A group to be made."""

    name: Annotated[Line, Field(max_length=100, examples=["Physics, second year"])]
    description: Description = ""


class GroupChange(_Request):
    """What is changed of a group; what is left out stays."""

    name: Annotated[Line, Field(max_length=100)] | None = None
    description: Description | None = None


class NewInvitation(_Request):
    """An account that somebody may make."""

    role: Role = Role.EDITOR
    email: Email | None = Field(default=None, description="The new account's; a link is mailed there.")
    group_id: UUID | None = Field(default=None, description="A group that they join.")
    expires_in_days: int = Field(default=LIFE.days, ge=1, le=LONGEST_DAYS)


class InvitationView(BaseModel):
    """An invitation, without the secret of its link."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    role: Role
    email: str | None
    group_id: UUID | None
    made_by: UUID | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: UUID | None
    revoked_at: datetime | None


class MadeInvitation(InvitationView):
    """An invitation that was just made."""

    link: str = Field(description="Shown this once. Whoever has it can make the account.")


class LinkSecret(_Request):
    """The secret of a link: in the body, where no log keeps it."""

    token: Secret


class InvitedView(BaseModel):
    """What an invitation is for."""

    role: Role
    email: str | None
    group: str | None
    invited_by: str | None
    expires_at: datetime


class Join(_Request):
    """A new account, and the secret of the link that allows it."""

    token: Secret
    name: Name
    password: Password


class MailView(BaseModel):
    """A mail that waits or was given up."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: MailKind
    created_at: datetime
    due_at: datetime = Field(description="When it is tried next.")
    attempts: int
    reason: str | None = Field(description="What stood in the way the last time.")
    failed_at: datetime | None = Field(description="When it was given up.")


def view_user(user: User, groups: list[Named]) -> UserView:
    """Show a user to an administrator."""
    return UserView(
        id=user.id,
        name=user.display_name,
        role=user.role,
        email=user.email,
        active=user.disabled_at is None,
        quota_bytes=user.quota_bytes,
        groups=[NameView.model_validate(each) for each in groups],
        created_at=user.created_at,
        disabled_at=user.disabled_at,
    )


def view_group(group: Group, members: int) -> GroupView:
    """Show a group."""
    return GroupView(
        id=group.id,
        name=group.display_name,
        description=group.description,
        members=members,
        created_at=group.created_at,
    )


def view_session(kept: Session, current: UUID | None) -> SessionView:
    """Show a session to its owner."""
    return SessionView(
        id=kept.id,
        browser=kept.browser,
        address=kept.address,
        created_at=kept.created_at,
        seen_at=kept.seen_at,
        expires_at=kept.expires_at,
        current=kept.id == current,
    )


def made_invitation(invitation: Invitation, link: str) -> MadeInvitation:
    """Show an invitation with its link."""
    return MadeInvitation(**InvitationView.model_validate(invitation).model_dump(), link=link)
