"""Sealed secrets, all in one table, so that a new key reaches every one of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base


class Secret(Base):
    """A secret that we must be able to read again: a provider's key, the seed of one-time passwords."""

    __tablename__ = "secret"

    #: What it is and whose, such as ``totp/<user>``: sealed with it, so that no row opens as another one.
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    #: Names the key that it is sealed with.
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    #: Nonce and ciphertext in base 64.
    sealed: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(default=now)
