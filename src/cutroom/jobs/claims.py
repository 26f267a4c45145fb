"""What workers do with steps: claim them, beat, finish them, fail or hand them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.jobs.advancing import advance, fail_run
from cutroom.jobs.errors import WorkerLost
from cutroom.jobs.estimates import measure_rate
from cutroom.jobs.events import lock_run, log, without_nul
from cutroom.jobs.failures import LOST_WORKERS, MADE_AGAIN, Failure, failure_of
from cutroom.jobs.holds import (
    UNSYNCED,
    Claimed,
    Standing,
    claimed_of,
    cost_of,
    fence,
    ready_again,
    standing_of,
    write_held,
)
from cutroom.jobs.kept import touch_result
from cutroom.jobs.models import Queue, Run, RunState, Step, StepState
from cutroom.jobs.queues import open_queues
from cutroom.jobs.remaking import make_again
from cutroom.jobs.stages import Retry

__all__ = [
    "Claimed",
    "RunningStep",
    "Standing",
    "anything_ready",
    "beat",
    "claim_step",
    "fail_step",
    "finish_step",
    "hand_back",
    "measure_run",
    "reap_step",
    "running_steps",
    "standing",
]


class RunningStep(NamedTuple):
    """A step that some worker holds."""

    step_id: UUID
    attempt: int
    worker_id: UUID | None
    beat_at: datetime | None


async def claim_step(
    session: AsyncSession, worker_id: UUID, queues: Sequence[Queue], *, step_id: UUID | None = None
) -> Claimed | None:
    """Take the ready step that is most urgent: by priority, then by the age of its run.

    Args:
        queues: What the worker serves.
        step_id: Only this step.
    """
    allowed = await open_queues(session, queues, hold=True)
    wanted = _claimable(allowed)
    if step_id is not None:
        wanted = (*wanted, Step.id == step_id)
    if session.get_bind().dialect.name == "postgresql":
        run_id = await _hold_run(session, wanted)
        if run_id is None:
            return None
        wanted = (*wanted, Step.run_id == run_id)
    row = await _take(session, worker_id, wanted)
    if row is None:
        return None
    run = await lock_run(session, row.run_id)
    if run is None:
        raise AssertionError  # the foreign key forbids it; this tells the type checker
    if run.state is RunState.QUEUED:
        run.state = RunState.RUNNING
        run.started_at = run.started_at or now()
        log(session, run, "run.started")
    log(session, run, "step.started", step=row.key, stage=row.stage, attempt=row.attempt)
    return claimed_of(row, run)


async def anything_ready(session: AsyncSession, queues: Sequence[Queue]) -> bool:
    """Look whether a claim would find something, without taking any lock."""
    allowed = await open_queues(session, queues)
    return bool(allowed) and bool(await session.scalar(select(exists().where(*_claimable(allowed)))))


async def standing(session: AsyncSession, claimed: Claimed) -> Standing:
    """Hold the run until the transaction ends, and tell whether the step is still this worker's.

    A stage that writes rows begins with it: between this and :func:`finish_step` nothing can take the step away.
    """
    if await lock_run(session, claimed.run_id) is None:
        return Standing.LOST
    return await standing_of(session, claimed)


async def beat(
    session: AsyncSession,
    claimed: Claimed,
    *,
    progress: float,
    message: str,
    cpu_s: float,
    units: Mapping[str, float],
) -> bool:
    """Tell that the worker is alive and how far it is; ``False`` when the step is no longer its own.

    Args:
        progress: 0 to 1; what is less than was told before is not believed.
        message: What is done at the moment.
        cpu_s: Used by this attempt so far.
        units: Counted by this attempt so far.
    """
    return bool(
        await session.scalar(
            update(Step)
            .where(*fence(claimed))
            .values(
                beat_at=now(),
                progress=case((Step.progress < progress, min(progress, 1.0)), else_=Step.progress),
                message=without_nul(message),
                **cost_of(claimed, cpu_s, units),
            )
            .returning(Step.id),
            execution_options=UNSYNCED,
        )
    )


async def measure_run(session: AsyncSession, run_id: UUID, media_s: float) -> None:
    """Keep how long the medium is that a run works on."""
    await session.execute(update(Run).where(Run.id == run_id).values(media_s=media_s), execution_options=UNSYNCED)


async def finish_step(
    session: AsyncSession,
    claimed: Claimed,
    *,
    result_key: str | None,
    reused: bool,
    cpu_s: float,
    units: Mapping[str, float],
) -> bool:
    """Finish a step and do all that follows from it.

    Args:
        result_key: Names its value, which is kept by now.
        reused: Whether the value was there before; one that has gone meanwhile puts the step back.

    Returns:
        ``False`` when the step is no longer this worker's: what it made is thrown away.
    """
    run = await lock_run(session, claimed.run_id)
    if run is None:
        return False
    if reused and (result_key is None or not await touch_result(session, result_key)):
        await _let_go(session, run, claimed, after_s=0.0, message="", cpu_s=cpu_s, units=units)
        return False
    moment = now()
    row = await write_held(
        session,
        claimed,
        state=StepState.SUCCEEDED,
        progress=1.0,
        message="",
        result_key=result_key,
        reused=reused,
        error=None,
        ended_at=moment,
        **cost_of(claimed, cpu_s, units),
    )
    if row is None:
        return await standing_of(session, claimed) is Standing.DONE
    log(session, run, "step.succeeded", step=claimed.key, stage=claimed.stage, reused=reused)
    await advance(session, run, [(claimed.step_id, row.parent_id)])
    if not reused and run.media_s:
        await measure_rate(session, claimed.stage, (moment - row.started_at).total_seconds() / run.media_s)
    return True


async def fail_step(
    session: AsyncSession,
    claimed: Claimed,
    failure: Failure,
    *,
    retry: Retry,
    cpu_s: float = 0.0,
    units: Mapping[str, float] | None = None,
) -> bool:
    """Put a step back for another try, behind what has to be made again first, or fail it and its run for good.

    Returns:
        ``False`` when the step is no longer this worker's.
    """
    run = await lock_run(session, claimed.run_id)
    if run is None:
        return False
    if not failure.counts:
        after_s = failure.retry_after_s or 0.0
        return await _let_go(session, run, claimed, after_s=after_s, message=failure.message, cpu_s=cpu_s, units=units)
    failures, error = claimed.failures + 1, failure.as_json()
    if failure.lost is not None and failures < MADE_AGAIN and await make_again(session, run, claimed, failure):
        return True
    about = {"step": claimed.key, "stage": claimed.stage, "failures": failures, "error": error}
    cost = cost_of(claimed, cpu_s, units)
    if not failure.is_final(failures, retry):
        wait_s = failure.wait_s(failures, retry)
        back = ready_again(wait_s, failure.message)
        if await write_held(session, claimed, failures=failures, error=error, **back, **cost) is None:
            return False
        log(session, run, "step.retried", wait_s=round(wait_s, 3), **about)
        return True
    end = {"state": StepState.FAILED, "ended_at": now(), "message": ""}
    row = await write_held(session, claimed, failures=failures, error=error, **end, **cost)
    if row is None:
        return False
    log(session, run, "step.failed", **about)
    if row.parent_id is not None and await session.scalar(select(Step.partial).where(Step.id == row.parent_id)):
        await advance(session, run, [(claimed.step_id, row.parent_id)])
    else:
        await fail_run(session, run, failure)
    return True


async def hand_back(session: AsyncSession, claimed: Claimed, *, after_s: float = 0.0, message: str = "") -> bool:
    """Give a step back as if it had not been tried; ``False`` when it is no longer this worker's.

    Args:
        after_s: How long nobody shall take it.
        message: Why, for a person.
    """
    run = await lock_run(session, claimed.run_id)
    return run is not None and await _let_go(session, run, claimed, after_s=after_s, message=message)


async def reap_step(session: AsyncSession, step_id: UUID, attempt: int, *, reason: str) -> bool:
    """Take a step from a worker that is gone, and count it; ``False`` when it was not at that attempt any more.

    Args:
        reason: What is known of the worker's end, as a sentence.
    """
    row = (await session.execute(select(Step, Run).join(Run, Run.id == Step.run_id).where(Step.id == step_id))).first()
    if row is None:
        return False
    step, run = row
    held = replace(claimed_of(step, run), attempt=attempt)
    failure = failure_of(WorkerLost(f"The worker was lost in the middle of this step: {reason}"), step.stage)
    # The stage's patience is for its own errors, and this is none.
    return await fail_step(session, held, failure, retry=Retry(attempts=LOST_WORKERS))


async def running_steps(session: AsyncSession) -> list[RunningStep]:
    """List every step that some worker holds."""
    rows = await session.execute(
        select(Step.id, Step.attempt, Step.worker_id, Step.beat_at).where(Step.state == StepState.RUNNING)
    )
    return [RunningStep(*row) for row in rows]


_URGENT = (Step.priority.desc(), Step.run_id, Step.id)


def _claimable(queues: Sequence[Queue]) -> tuple[ColumnElement[bool], ...]:
    return (Step.state == StepState.READY, Step.queue.in_(queues), Step.not_before <= now())


async def _hold_run(session: AsyncSession, wanted: Sequence[ColumnElement[bool]]) -> UUID | None:
    """Take the row of the run with the most urgent step, where others claim at the same moment.

    Nothing but the run's row may be held while one waits for it: whoever has it wants its steps.
    """
    urgent = select(Run.id).join(Step, Step.run_id == Run.id).where(*wanted).order_by(*_URGENT).limit(1)
    free = urgent.with_for_update(of=Run, key_share=True, skip_locked=True)
    run_id: UUID | None = await session.scalar(free)
    if run_id is None:  # all such runs are held at the moment: the first is waited for
        run_id = await session.scalar(urgent)
        if run_id is not None:
            await lock_run(session, run_id)
    return run_id


async def _take(session: AsyncSession, worker_id: UUID, wanted: Sequence[ColumnElement[bool]]) -> Any:  # noqa: ANN401
    chosen = select(Step.id).where(*wanted).order_by(*_URGENT).limit(1).scalar_subquery()
    moment = now()
    taken = await session.execute(
        update(Step)
        .where(Step.id == chosen)
        .values(
            state=StepState.RUNNING,
            attempt=Step.attempt + 1,
            worker_id=worker_id,
            started_at=moment,
            beat_at=moment,
            ended_at=None,
            message="",
        )
        .returning(*Step.__table__.columns),
        execution_options=UNSYNCED,
    )
    return taken.one_or_none()


async def _let_go(
    session: AsyncSession,
    run: Run,
    claimed: Claimed,
    *,
    after_s: float,
    message: str,
    cpu_s: float = 0.0,
    units: Mapping[str, float] | None = None,
) -> bool:
    row = await write_held(session, claimed, **ready_again(after_s, message), **cost_of(claimed, cpu_s, units))
    if row is not None:
        log(session, run, "step.put_off", step=claimed.key, stage=claimed.stage, wait_s=after_s, message=message)
    return row is not None
