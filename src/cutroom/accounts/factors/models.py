"""Factors and the challenges that they answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class Purpose(StrEnum):
    """What a challenge was given out for: it is good for nothing else."""

    SECOND_FACTOR = "second_factor"
    PASSKEY_NEW = "passkey_new"
    PASSKEY_SIGN_IN = "passkey_sign_in"
    OIDC = "oidc"


class Totp(Base):
    """One-time passwords of a user; the seed is in the vault as ``totp/<user>``."""

    __tablename__ = "totp"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: Unset until a code has shown that the program has the seed: before that it proves nothing.
    confirmed_at: Mapped[datetime | None]
    #: The newest step of time whose code was taken: no code works twice.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """A code that stands in for a factor, once."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair of a user's, of which we have the public half (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    #: What the authenticator calls it, up to 1,023 bytes, in base 64 for addresses; so is the key, which is COSE.
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    #: How often the authenticator says that it was used; 0 for ever where it does not count.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    #: How the browser reaches it, such as ``usb`` or ``internal``.
    transports: Mapped[list[Any]]
    #: Whether it is kept on further devices of the person's.
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """Something to be answered soon, and once."""

    __tablename__ = "challenge"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[Purpose]
    #: Who is to answer, where that is known.
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    #: What is to be done once it is answered.
    details: Mapped[dict[str, Any]]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
