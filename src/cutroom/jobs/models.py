"""Runs, their steps and all that the engine knows, as rows: they are the truth, everything else is a doorbell."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class RunState(StrEnum):
    """Where a run stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class StepState(StrEnum):
    """Where a step stands; the last four are final, until the run is retried."""

    PENDING = "pending"  # waits for other steps
    READY = "ready"  # waits for a worker, or for ``not_before``
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    SKIPPED = "skipped"  # another step's failure made it pointless


class StepKind(StrEnum):
    """What a step is to the engine."""

    STAGE = "stage"  # a worker computes it
    RECORD = "record"  # a worker writes rows with it, in one transaction
    EACH = "each"  # becomes one step for each item, then waits for them


class Queue(StrEnum):
    """What a step needs most."""

    CPU = "cpu"
    IO = "io"
    GPU = "gpu"


class Blob(Base):
    """A file that storage holds whole, named by its content; whatever needs it points here."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When it was last kept.
    used_at: Mapped[datetime] = mapped_column(default=now, index=True)
    #: Since when nothing names it, as housekeeping saw it: a day later the file goes.
    unnamed_at: Mapped[datetime | None] = mapped_column(index=True)


class Result(Base):
    """What a stage gave for its inputs, kept by their hash."""

    __tablename__ = "result"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    stage: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int]
    #: Of ``value``: a row whose text is another's counts as absent.
    digest: Mapped[str] = mapped_column(String(64))
    #: Canonical JSON as text: a JSON column may write numbers another way, and knows no infinity and no NUL.
    value: Mapped[str] = mapped_column(Text, deferred=True)
    #: How many items it has, when it is a list.
    length: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime] = mapped_column(default=now, index=True)


class ResultBlob(Base):
    """A file that a result names."""

    __tablename__ = "result_blob"

    result_key: Mapped[str] = mapped_column(ForeignKey("result.key", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), primary_key=True, index=True)


class Schedule(Base):
    """A recipe that starts by the clock."""

    __tablename__ = "schedule"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    cron: Mapped[str] = mapped_column(String(100))
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    recipe: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any]]
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Why it could not start a run the last time.
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Run(Base):
    """One execution of a recipe."""

    __tablename__ = "run"
    # A list is ordered by id, so each filter's index ends with it.
    __table_args__ = (
        Index("ix_run_owner_id_id", "owner_id", "id"),
        Index("ix_run_subject_id_id", "subject_id", "id"),
        Index("ix_run_recipe_id", "recipe", "id"),
        Index("ix_run_state_id", "state", "id"),
        Index("ix_run_announced_at_ended_at", "announced_at", "ended_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recipe: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any]]
    #: A user and the thing worked on; their tables lie downstream, so no foreign keys.
    owner_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    state: Mapped[RunState] = mapped_column(default=RunState.QUEUED)
    priority: Mapped[int] = mapped_column(default=0)
    #: How long the medium is that stages work on: rates are seconds of work for a second of it.
    media_s: Mapped[float | None]
    #: Names the step whose value is the run's result.
    output: Mapped[str | None] = mapped_column(String(100))
    #: ``{kind, stage, message, hint}`` of what ended the run.
    error: Mapped[dict[str, Any] | None]
    #: The number of its last event: events are numbered without gaps, in the order of their commits.
    last_event: Mapped[int] = mapped_column(default=0)
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: When webhooks were told that it ended.
    announced_at: Mapped[datetime | None]


class ScheduleFire(Base):
    """A time at which a schedule started a run; the key makes it once, however many schedulers there are."""

    __tablename__ = "schedule_fire"

    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"), primary_key=True)
    fire_at: Mapped[datetime] = mapped_column(primary_key=True)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"))


class Worker(Base):
    """A process that does steps."""

    __tablename__ = "worker"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    host: Mapped[str] = mapped_column(String(200))
    #: With the host's boot and the start time, tells at once that a process of this host is gone.
    pid: Mapped[int]
    process_started: Mapped[str] = mapped_column(String(100))
    queues: Mapped[list[Any]]
    version: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now, index=True)
    ended_at: Mapped[datetime | None]


class Step(Base):
    """One call of a stage within a run."""

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("run_id", "key"),
        Index("ix_step_claim", "state", "queue", "priority", "run_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    #: ``transcribe``, or ``render_clip[3]`` for an item.
    key: Mapped[str] = mapped_column(String(100))
    kind: Mapped[StepKind] = mapped_column(default=StepKind.STAGE)
    #: The ``each`` step that made this one.
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    #: What it does, for a person.
    title: Mapped[str] = mapped_column(String(200), default="")
    #: Seconds of work for a second of medium, as expected when it was made: fixed, so that percent never goes back.
    weight: Mapped[float] = mapped_column(default=0.0)
    queue: Mapped[Queue]
    priority: Mapped[int] = mapped_column(default=0)
    #: By parameter name: ``{"value": …}``, ``{"step": key}``, ``{"step": key, "item": n}`` or, for what an ``each``
    #: goes over, ``{"step": key, "each": true}``.
    arguments: Mapped[dict[str, Any]]
    #: For ``each``: whether items may fail without failing the run.
    partial: Mapped[bool] = mapped_column(default=False)
    state: Mapped[StepState] = mapped_column(default=StepState.PENDING)
    #: How many steps it still waits for.
    need: Mapped[int] = mapped_column(default=0)
    #: Counts claims and never goes back: the fence. A worker whose number is not this one may not write.
    attempt: Mapped[int] = mapped_column(default=0)
    #: Counts failures since the run was started or retried.
    failures: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(default=now)
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("worker.id", ondelete="SET NULL"))
    #: Changes with every beat; one that stays the same for a lease means that the worker is gone.
    beat_at: Mapped[datetime | None]
    #: When the broker was last told.
    sent_at: Mapped[datetime | None]
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(Text, default="")
    result_key: Mapped[str | None] = mapped_column(ForeignKey("result.key", ondelete="SET NULL"), index=True)
    #: Whether the result was there before.
    reused: Mapped[bool] = mapped_column(default=False)
    error: Mapped[dict[str, Any] | None]
    cpu_s: Mapped[float] = mapped_column(default=0.0)
    #: What providers counted, by budget: characters, seconds, tokens.
    units: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class StepEdge(Base):
    """A step that waits for another."""

    __tablename__ = "step_edge"

    before_id: Mapped[UUID] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"), primary_key=True)
    after_id: Mapped[UUID] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"), primary_key=True, index=True)


class Event(Base):
    """Something that happened to a run, numbered within it; feeds polling, server-sent events and webhooks."""

    __tablename__ = "event"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: ``run.started``, ``step.succeeded``, ``note`` …
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class Rate(Base):
    """How long a stage takes, measured: an exponential average of seconds of work for a second of medium."""

    __tablename__ = "rate"

    stage: Mapped[str] = mapped_column(String(64), primary_key=True)
    seconds: Mapped[float]
    measured: Mapped[int] = mapped_column(default=1)


class Budget(Base):
    """What a provider allows all workers together: the generic cell rate algorithm in one row."""

    __tablename__ = "budget"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    #: The theoretical arrival time of the next conforming call.
    free_at: Mapped[datetime]


class QueueLimit(Base):
    """What an administrator set for a queue."""

    __tablename__ = "queue_limit"

    queue: Mapped[Queue] = mapped_column(primary_key=True)
    paused: Mapped[bool] = mapped_column(default=False)
    #: Steps at a time over all workers; no limit when unset.
    running: Mapped[int | None]


class Effect(Base):
    """Something done outside that must not be done twice: armed before, settled after."""

    __tablename__ = "effect"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))  # armed, settled
    #: What the other side calls it.
    reference: Mapped[dict[str, Any] | None]
    armed_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
