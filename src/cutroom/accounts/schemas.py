"""What accounts look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from cutroom.accounts.models import Role, Scope, User
from cutroom.core.inputs import Line

Name = Annotated[Line, Field(max_length=100, examples=["Ada Lovelace"])]
#: How long it must be is told in a sentence of its own; this only bounds what is read.
Password = Annotated[SecretStr, Field(max_length=1024, examples=["correct horse battery"])]
Secret = Annotated[SecretStr, Field(max_length=200)]


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
    expires_at: datetime | None


class MadeToken(Token):
    """A token that was just made."""

    secret: str = Field(description="Shown this once.", examples=["cutroom_…"])
