"""What users used of their quotas."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class QuotaWeek(Base):
    """What a user used in a week; the sum of its entries, always."""

    __tablename__ = "quota_week"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    #: The Sunday that it begins with, such as ``2027-03-14``; a change of the instance's zone leaves it as it is.
    week: Mapped[str] = mapped_column(String(10), primary_key=True)
    used_bytes: Mapped[int] = mapped_column(BigInteger)


class QuotaChange(StrEnum):
    """Why an entry was made."""

    RESERVE = "reserve"
    SETTLE = "settle"  # the difference between what was reserved and what came
    RELEASE = "release"


class QuotaEntry(Base):
    """A line of the ledger; never changed."""

    __tablename__ = "quota_entry"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "week"], ["quota_week.user_id", "quota_week.week"], ondelete="CASCADE"),
        Index("ix_quota_entry_user_id_id", "user_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID]
    #: The one in which its subject was first counted.
    week: Mapped[str] = mapped_column(String(10))
    #: What it is for: an upload, an import.
    subject_id: Mapped[UUID] = mapped_column(index=True)
    change: Mapped[QuotaChange]
    #: What it adds to the week, negative where it gives back.
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(default=now)
