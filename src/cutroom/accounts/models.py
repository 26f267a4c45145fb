"""Users and what proves who they are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class Scope(StrEnum):
    """What a token may do, within what its owner may."""

    READ = "read"
    UPLOAD = "upload"  # bring recordings in, and nothing else
    WRITE = "write"  # all that is no administrator's, uploads too
    ADMIN = "admin"


class User(Base):
    """A person with an account."""

    __tablename__ = "user"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Folded for comparison; ``display_name`` is how the person writes it.
    name: Mapped[str] = mapped_column(String(100), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Role]
    #: Folded for comparison; where mail goes. Nobody has verified that the person reads it, so it proves nothing.
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    #: Whether somebody besides the user says that the address is theirs: an administrator, or an identity provider.
    email_proved: Mapped[bool] = mapped_column(default=False)
    #: Bytes a week; the instance's own number when unset.
    quota_bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class Group(Base):
    """People who see together what was shared with them."""

    __tablename__ = "group"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Folded for comparison; ``display_name`` is how it is written.
    name: Mapped[str] = mapped_column(String(100), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Member(Base):
    """A user in a group."""

    __tablename__ = "member"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(default=now)


class SetupLink(Base):
    """The one-time link that makes the first administrator."""

    __tablename__ = "setup_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class Session(Base):
    """A signed-in browser."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    #: When the person last proved who they are: what guards the account wants that to be lately.
    proved_at: Mapped[datetime] = mapped_column(default=now)
    #: Where it was last used from.
    address: Mapped[str] = mapped_column(String(45), default="")
    #: What it called itself, in words.
    browser: Mapped[str] = mapped_column(String(60), default="")


class ApiToken(Base):
    """A key for programs, which does what its owner may."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Of :class:`Scope`.
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    #: Where it was last used from.
    used_from: Mapped[str] = mapped_column(String(45), default="")
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Invitation(Base):
    """A link that makes one account, with the role and the group that were chosen when it was made."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Of the link that went out by mail: its secret is made when the mail is sent, and kept nowhere.
    mailed_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    role: Mapped[Role]
    #: The new account's; where the link is mailed.
    email: Mapped[str | None] = mapped_column(String(320))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("group.id", ondelete="SET NULL"), index=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    revoked_at: Mapped[datetime | None]


class ResetLink(Base):
    """A link with which a user sets a new password, once."""

    __tablename__ = "reset_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    #: The administrator who made it; unset when it was asked for by mail.
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class MailKind(StrEnum):
    """What a mail is about."""

    INVITATION = "invitation"
    RESET = "reset"
    NOTICE = "notice"  # something about the account was changed
    SHARE = "share"  # something was shared with somebody, who may have no account


class Mail(Base):
    """A mail that is to be sent: what it is about, but not its text, which may hold a secret."""

    __tablename__ = "mail"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[MailKind]
    #: What its text is made of.
    about: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When it is tried next.
    due_at: Mapped[datetime] = mapped_column(default=now, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    #: What stood in the way the last time.
    reason: Mapped[str | None] = mapped_column(Text)
    #: When it was given up.
    failed_at: Mapped[datetime | None]


class RequestKey(Base):
    """An ``Idempotency-Key`` and the answer that it got: asked again, the same answer is given."""

    __tablename__ = "request_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    #: Of method, path and body: the same key with another request is refused.
    request_hash: Mapped[str] = mapped_column(String(64))
    #: Written in the transaction of the change itself, so it is there whenever the row is.
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
