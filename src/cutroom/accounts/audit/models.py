"""The audit log's rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base


class AuditEntry(Base):
    """Something that was done; never changed, never removed."""

    __tablename__ = "audit_entry"

    #: From 1, without gaps.
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    #: Who did it: no foreign key, for the entry outlives the account.
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(100))
    #: ``session``, ``token``, ``here`` or ``link``.
    by: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(45))
    #: Such as ``user.invited``.
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(100), index=True)
    details: Mapped[dict[str, Any]]
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    #: Of the entry before, and of this one with it.
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The last entry; whoever adds one holds this row, so entries have one order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
