"""A worker's hold on a step: which attempt it is of, and writes that count only while it is that one's.

A claim raises the step's attempt. Every later write of that worker asks for the same attempt still running, so a
worker whose step was cancelled, or was given to another because it seemed gone, changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.core.clock import now
from cutroom.jobs.events import without_nul
from cutroom.jobs.models import Queue, Run, Step, StepKind, StepState

#: Rows are changed by statements; what a session read before is read again where it matters.
UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A step that a worker holds.

    Attributes:
        attempt: The fence.
        failures: Before this attempt.
        cpu_s: Used by earlier attempts.
        units: Counted by earlier attempts.
        correlation_id: Of the request that started the run.
    """

    step_id: UUID
    run_id: UUID
    key: str
    kind: StepKind
    stage: str
    version: int
    queue: Queue
    arguments: dict[str, Any]
    attempt: int
    failures: int
    run_owner_id: UUID | None
    run_subject_id: UUID | None
    cpu_s: float = 0.0
    units: Mapping[str, float] | None = None
    correlation_id: str | None = None


class Standing(StrEnum):
    """How a worker stands to the step that it claimed."""

    HELD = "held"
    DONE = "done"  # this very attempt has finished it: an answer was lost
    LOST = "lost"


def claimed_of(step: Any, run: Run) -> Claimed:  # noqa: ANN401 - a step or its row
    """Take down what a step and its run say of a hold."""
    return Claimed(
        step_id=step.id,
        run_id=step.run_id,
        key=step.key,
        kind=step.kind,
        stage=step.stage,
        version=step.version,
        queue=step.queue,
        arguments=step.arguments,
        attempt=step.attempt,
        failures=step.failures,
        run_owner_id=run.owner_id,
        run_subject_id=run.subject_id,
        cpu_s=step.cpu_s,
        units=step.units,
        correlation_id=run.correlation_id,
    )


def fence(claimed: Claimed) -> tuple[ColumnElement[bool], ...]:
    """Ask for the same attempt, still running."""
    # The steps of a final run are final themselves, so the step's state speaks for the run's.
    return (Step.id == claimed.step_id, Step.attempt == claimed.attempt, Step.state == StepState.RUNNING)


async def write_held(session: AsyncSession, claimed: Claimed, **values: Any) -> Any:  # noqa: ANN401 - columns
    """Change a held step; give its ``parent_id`` and ``started_at``, or ``None`` when it is not held any more."""
    changed = await session.execute(
        update(Step).where(*fence(claimed)).values(**values).returning(Step.parent_id, Step.started_at),
        execution_options=UNSYNCED,
    )
    return changed.one_or_none()


async def standing_of(session: AsyncSession, claimed: Claimed) -> Standing:
    """Tell how a worker stands to a step; the run's row is held."""
    mine = aliased(Step)
    state = await session.scalar(select(mine.state).where(mine.id == claimed.step_id, mine.attempt == claimed.attempt))
    match state:
        case StepState.RUNNING:
            return Standing.HELD
        case StepState.SUCCEEDED:
            return Standing.DONE
        case _:
            return Standing.LOST


def ready_again(wait_s: float, message: str) -> dict[str, Any]:
    """Give what puts a step back for another worker."""
    return {
        "state": StepState.READY,
        "not_before": now() + timedelta(seconds=wait_s),
        "sent_at": None,
        "message": without_nul(message),
        "worker_id": None,
    }


def cost_of(claimed: Claimed, cpu_s: float, units: Mapping[str, float] | None) -> dict[str, Any]:
    """Give what all attempts used; an attempt that ends without telling keeps what its last beat told."""
    total_s = claimed.cpu_s + cpu_s
    cost: dict[str, Any] = {"cpu_s": case((Step.cpu_s > total_s, Step.cpu_s), else_=total_s)}
    if units:
        before = claimed.units or {}
        cost["units"] = {name: before.get(name, 0) + units.get(name, 0) for name in {*before, *units}}
    return cost
