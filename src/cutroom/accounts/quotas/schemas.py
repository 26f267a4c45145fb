"""What quotas look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.accounts.quotas.models import QuotaChange


class Quota(BaseModel):
    """What somebody may bring this week, and what of it is used."""

    model_config = ConfigDict(from_attributes=True)

    week: str = Field(description="The Sunday that it begins with.", examples=["2027-03-14"])
    limit_bytes: int
    used_bytes: int = Field(description="Reserved by what is under way, and brought. More than the limit if that fell.")
    resets_at: datetime = Field(description="When the next week begins: Sunday 00:00 in the instance's zone.")


class LedgerEntry(BaseModel):
    """A change of what is used."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    week: str = Field(examples=["2027-03-14"])
    subject_id: UUID = Field(description="What it is for, such as an upload.")
    change: QuotaChange
    size_bytes: int = Field(description="What it adds to the week; negative where it gives back.")
    at: datetime
