"""What workers, queues and schedules look like over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from cutroom.core.inputs import Line
from cutroom.jobs.schemas import QueueStatus, ScheduleView, WorkerStatus

Name = Annotated[Line, Field(max_length=200, examples=["Every morning"])]
Cron = Annotated[Line, Field(max_length=100, examples=["0 6 * * 1-5"])]
Zone = Annotated[Line, Field(max_length=64, examples=["Europe/Berlin"])]
RecipeName = Annotated[Line, Field(max_length=64)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Workers(BaseModel):
    """Workers, newest first."""

    items: list[WorkerStatus]


class Queues(BaseModel):
    """All queues."""

    items: list[QueueStatus]


class QueueChange(_Request):
    """What is changed of a queue; what is left out stays."""

    paused: StrictBool | None = Field(default=None, description="Whether to start no more of its steps.")
    limit: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None, description="Steps at a time over all workers; null takes the limit away."
    )


class Schedules(BaseModel):
    """All schedules, oldest first."""

    items: list[ScheduleView]


class NewSchedule(_Request):
    """A recipe that is to start by the clock."""

    name: Name
    cron: Cron = Field(description="Minute, hour, day of the month, month, day of the week.")
    zone: Zone = Field(default="UTC", description="Of the clock; its summer time is kept.")
    recipe: RecipeName
    params: dict[str, Any] = Field(default_factory=dict)
    enabled: StrictBool = True


class ScheduleChange(_Request):
    """What is changed of a schedule; what is left out stays."""

    name: Name | None = None
    cron: Cron | None = None
    zone: Zone | None = None
    recipe: RecipeName | None = None
    params: dict[str, Any] | None = None
    enabled: StrictBool | None = None
