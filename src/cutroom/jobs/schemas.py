"""What is told of runs, steps, workers and queues: the polling contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.jobs.models import Queue, RunState, StepKind, StepState


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class ErrorView(_View):
    """Why something ended."""

    kind: str = Field(description="The error's class.")
    stage: str = Field(description="Where it happened.")
    message: str = Field(description="What happened, for a person.")
    hint: str = Field(default="", description="What to do next.")


class StepCounts(_View):
    """How many steps stand where; a step that became one step for each item is not counted beside them."""

    total: int = 0
    waiting: int = 0
    running: int = 0
    succeeded: int = 0
    reused: int = Field(default=0, description="Of the succeeded ones, those whose result was there before.")
    failed: int = 0
    canceled: int = Field(default=0, description="With those that another step's failure made pointless.")


class Cost(_View):
    """What a run or a step has used so far, every try counted."""

    cpu_s: float = 0.0
    units: dict[str, float] = Field(default_factory=dict, description="What providers counted, by budget.")


class RunStatus(_View):
    """A run as it stands."""

    id: UUID
    recipe: str
    params: dict[str, Any]
    owner_id: UUID | None
    subject_id: UUID | None
    priority: int
    state: RunState
    stage: str | None = Field(description="What is done now; null when nothing is.")
    percent: float = Field(ge=0, le=100, description="The share that is finished; it never goes back.")
    eta_s: float | None = Field(description="Seconds that are left, as measured; null when that is unknown.")
    message: str = Field(description="What is going on, for a person.")
    error: ErrorView | None
    result: dict[str, Any] | None = Field(default=None, description="Where the results are.")
    steps: StepCounts
    cost: Cost
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    last_event: int = Field(description="The number of the last event.")


class StepStatus(_View):
    """A step as it stands."""

    id: UUID
    key: str
    kind: StepKind
    parent_id: UUID | None
    stage: str
    version: int
    title: str
    queue: Queue
    state: StepState
    need: int = Field(description="How many steps it waits for.")
    attempt: int
    failures: int
    progress: float
    message: str
    reused: bool
    error: ErrorView | None
    cpu_s: float
    units: dict[str, float]
    worker_id: UUID | None
    not_before: datetime
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class EventView(_View):
    """Something that happened to a run."""

    number: int
    kind: str
    data: dict[str, Any]
    at: datetime


class WorkerStatus(_View):
    """A process that does steps."""

    id: UUID
    host: str
    pid: int
    queues: list[Queue]
    version: str
    message: str = Field(description="Why it takes no work; empty when it does.")
    alive: bool = Field(description="Whether it was heard of lately.")
    steps: list[UUID] = Field(description="What it does now.")
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None


class QueueStatus(_View):
    """A queue's depth and limits."""

    queue: Queue
    ready: int = Field(description="Steps that could start now.")
    put_off: int = Field(description="Steps that wait for their time.")
    running: int
    workers: int = Field(description="Live workers that serve it.")
    paused: bool
    limit: int | None = Field(description="Steps at a time over all workers; null without a limit.")


class ScheduleView(_View):
    """A recipe that starts by the clock."""

    id: UUID
    name: str
    cron: str
    zone: str
    recipe: str
    params: dict[str, Any]
    owner_id: UUID | None
    enabled: bool
    next_at: datetime | None
    problem: str | None
    created_at: datetime
