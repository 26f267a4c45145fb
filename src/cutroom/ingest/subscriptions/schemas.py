"""What subscriptions look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from cutroom.core.inputs import Line
from cutroom.ingest.imports.models import Basis
from cutroom.ingest.imports.schemas import Url
from cutroom.ingest.imports.starts import SHARE, Start, Starts
from cutroom.ingest.subscriptions.models import SubscriptionKind

Title = Annotated[Line, Field(max_length=300, examples=["Physics, every Tuesday"])]
Every = Annotated[int, Field(ge=1, le=7 * 24 * 60, description="Minutes between looks.")]
Folder = Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^/[^\x00]*$", examples=["/home/me/recordings"])]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Title | None = Field(default=None, description="The site's when left out.")
    basis: Basis = Field(description="By what right you use what is brought in.")
    start: Starts = Field(default=[SHARE], description="What starts on each new recording.")
    backfill: int = Field(default=0, ge=0, le=50, description="How many that are there already to bring in.")


class NewSubscription(_Rule):
    """A channel, a list or a feed to look at again and again."""

    url: Url
    every_minutes: Every = 60


class NewWatch(_Rule):
    """A folder of the server to look at again and again."""

    path: Folder = Field(description="In a folder that recordings may be taken from.")
    every_minutes: Every = 1


class SubscriptionChange(BaseModel):
    """What is changed of a subscription; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    start: Starts | None = None
    every_minutes: Every | None = None
    enabled: StrictBool | None = None


class SubscriptionView(BaseModel):
    """Something that is looked at again and again."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: SubscriptionKind
    source: str
    title: str
    basis: Basis
    start: list[Start]
    every_minutes: int
    backfill: int
    enabled: bool
    next_at: datetime
    looked_at: datetime | None
    problem: str | None = Field(description="Why the last look failed.")
    run_id: UUID | None
    owner_id: UUID | None
    created_at: datetime
