"""What the audit log looks like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class AuditEntryView(BaseModel):
    """Something that was done."""

    model_config = ConfigDict(from_attributes=True)

    number: int = Field(description="From 1, without gaps.")
    at: datetime
    actor_id: UUID | None = Field(description="Null for whoever ran the program while nobody had an account.")
    actor: str
    by: str = Field(description="What proved who it was: `session`, `token`, `here` or `link`.")
    address: str
    action: str = Field(examples=["settings.changed"])
    subject_kind: str
    subject_id: str
    details: dict[str, Any]
    correlation_id: str | None = Field(description="The request's number in the server's log.")
    previous: str = Field(description="The digest of the entry before.")
    digest: str = Field(description="SHA-256 over this entry and the digest before it.")


class AuditVerification(BaseModel):
    """What came of comparing the log with its digests and with what was signed."""

    model_config = ConfigDict(from_attributes=True)

    sound: bool
    entries: int
    anchors: int = Field(description="Signed heads that it was compared with.")
    signed_up_to: int = Field(description="The last entry that a signed head covers; 0 for none.")
    restores: int = Field(description="Entries that tell of a restored backup, with this instance's signature.")
    replaced: int = Field(description="Signed heads of what such a backup took the place of: those entries are gone.")
    number: int | None = Field(description="The first entry that is wrong or missing; null when all is well.")
    wrong: str | None
