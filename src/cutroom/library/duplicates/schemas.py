"""What duplicates look like over HTTP."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field


class SameKind(StrEnum):
    """What is the same."""

    FILE = "file"
    PICTURE = "picture"
    SOUND = "sound"


class Duplicate(BaseModel):
    """Another recording that is the same, in whole or in part."""

    asset_id: UUID
    title: str
    kind: SameKind
    share: float = Field(ge=0, le=1, description="How much of this recording is in the other.")
    share_of_other: float = Field(ge=0, le=1, description="How much of the other is in this recording.")
    offset_s: float = Field(description="Where this recording begins in the other; negative when it begins before.")


class Duplicates(BaseModel):
    """Recordings that are the same, those with most in common first."""

    items: list[Duplicate]
