"""What follows when steps end: others become ready, ``each`` is expanded and joined, the run ends.

All of it happens in the transaction of the step that ended, with the run's row held: siblings that end side by side
come one after the other here, so each sees what the one before it did.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.core.clock import now
from cutroom.core.ids import new_id
from cutroom.jobs.events import log
from cutroom.jobs.failures import Failure
from cutroom.jobs.models import Result, Run, RunState, Step, StepEdge, StepKind, StepState

#: States of a run and of a step in which nothing more happens.
FINAL_RUN = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELED})
UNFINISHED = (StepState.PENDING, StepState.READY, StepState.RUNNING)
_UNSYNCED = {"synchronize_session": False}


async def advance(session: AsyncSession, run: Run, ended: Iterable[tuple[UUID, UUID | None]]) -> None:
    """Do what follows from the end of steps; end the run when nothing is left.

    Args:
        run: Held.
        ended: Steps, each with the ``each`` step that it belongs to.
    """
    following = deque(ended)
    open_each = False
    while following:
        step_id, parent_id = following.popleft()
        if parent_id is not None:
            if await _join(session, run, parent_id):
                following.append((parent_id, None))
            else:
                open_each = True
        # An item too may have followers: steps that wait for its value to be made again.
        followers = select(StepEdge.after_id).where(StepEdge.before_id == step_id)
        following += await _release(session, run, Step.id.in_(followers))
    if open_each or run.state in FINAL_RUN:
        return
    if not await session.scalar(select(exists().where(Step.run_id == run.id, Step.state.in_(UNFINISHED)))):
        _end(run, RunState.SUCCEEDED)
        log(session, run, "run.succeeded")


async def release(session: AsyncSession, run: Run, pending: Collection[UUID], joined: Collection[UUID] = ()) -> None:
    """Let pending steps go on from where they stand.

    Args:
        run: Held.
        pending: Steps that wait for others, if those are not done already.
        joined: Expanded ``each`` steps that wait for their items.
    """
    empty = await _release(session, run, Step.id.in_(pending))
    whole = [(step_id, None) for step_id in joined if await _join(session, run, step_id)]
    await advance(session, run, [*empty, *whole])


async def _release(session: AsyncSession, run: Run, which: ColumnElement[bool]) -> list[tuple[UUID, UUID | None]]:
    """Ready those steps that wait for nothing more; give the ``each`` steps that were finished at once."""
    before = aliased(Step)
    missing = (
        select(func.count())
        .select_from(StepEdge)
        .join(before, before.id == StepEdge.before_id)
        .where(StepEdge.after_id == Step.id, before.state != StepState.SUCCEEDED)
        .scalar_subquery()
    )
    # Counted, not decremented: a step that was done twice, because its value was lost, counts once.
    # An ``each`` that has started waits for its items instead.
    rows = await session.execute(
        update(Step)
        .where(which, Step.state == StepState.PENDING, Step.started_at.is_(None))
        .values(need=missing)
        .returning(Step.id, Step.kind, Step.need),
        execution_options=_UNSYNCED,
    )
    free = [(row.id, row.kind) for row in rows if row.need == 0]
    ready = [step_id for step_id, kind in free if kind is not StepKind.EACH]
    if ready:
        await session.execute(
            update(Step).where(Step.id.in_(ready)).values(state=StepState.READY, not_before=now(), sent_at=None),
            execution_options=_UNSYNCED,
        )
    over = [step_id for step_id, kind in free if kind is StepKind.EACH]
    return [(each_id, None) for each_id in over if await _expand(session, run, each_id)]


async def fail_run(session: AsyncSession, run: Run, failure: Failure) -> None:
    """End a run because a step failed for good."""
    await _stop_steps(session, run, StepState.SKIPPED)
    _end(run, RunState.FAILED)
    run.error = failure.as_json()
    log(session, run, "run.failed", error=run.error)


async def cancel_held(session: AsyncSession, run: Run) -> None:
    """End a run because a person wants it."""
    await _stop_steps(session, run, StepState.CANCELED)
    _end(run, RunState.CANCELED)
    log(session, run, "run.canceled")


async def _stop_steps(session: AsyncSession, run: Run, unstarted: StepState) -> None:
    for states, final in (
        ([StepState.RUNNING], StepState.CANCELED),
        ([StepState.PENDING, StepState.READY], unstarted),
    ):
        await session.execute(
            update(Step).where(Step.run_id == run.id, Step.state.in_(states)).values(state=final, ended_at=now()),
            execution_options=_UNSYNCED,
        )


def _end(run: Run, state: RunState) -> None:
    run.state = state
    run.ended_at = now()


async def _join(session: AsyncSession, run: Run, parent_id: UUID) -> bool:
    """Count what an ``each`` still waits for, and finish it after its last item."""
    item = aliased(Step)
    left = select(func.count()).where(item.parent_id == parent_id, item.state.in_(UNFINISHED)).scalar_subquery()
    need = await session.scalar(
        update(Step).where(Step.id == parent_id).values(need=left).returning(Step.need), execution_options=_UNSYNCED
    )
    if not need:
        _finish_each(session, run, await _held(session, parent_id))
    return not need


async def _expand(session: AsyncSession, run: Run, each_id: UUID) -> bool:
    """Make a step for each item; tell whether there was none, so that the ``each`` is finished at once."""
    parent = await _held(session, each_id)
    name, over = next((name, given) for name, given in parent.arguments.items() if given.get("each"))
    count = await _count(session, run, parent, over["step"])
    if count is None:
        return False
    parent.started_at = now()
    parent.need = count
    # Those of an earlier expansion are the same steps: what they did outside is not done again.
    there = {step.key: step for step in await session.scalars(select(Step).where(Step.parent_id == parent.id))}
    for item in range(count):
        key = f"{parent.key}[{item}]"
        step = there.pop(key, None) or Step(id=new_id(), run_id=run.id, parent_id=parent.id, key=key)
        step.kind = StepKind(over["each"])
        step.stage, step.version, step.title = parent.stage, parent.version, parent.title
        step.queue, step.priority = parent.queue, parent.priority
        step.weight = parent.weight / count
        step.arguments = {**parent.arguments, name: {"step": over["step"], "item": item}}
        step.state, step.not_before = StepState.READY, now()
        session.add(step)
    for step in there.values():
        await session.delete(step)
    if count:
        parent.weight = 0.0  # now its items'
    else:
        _finish_each(session, run, parent)
    return not count


def _finish_each(session: AsyncSession, run: Run, parent: Step) -> None:
    parent.state = StepState.SUCCEEDED
    parent.progress = 1.0
    parent.ended_at = now()
    log(session, run, "step.succeeded", step=parent.key, stage=parent.stage)


async def _held(session: AsyncSession, step_id: UUID) -> Step:
    return await session.get_one(Step, step_id, populate_existing=True)


async def _count(session: AsyncSession, run: Run, parent: Step, key: str) -> int | None:
    """Count what an ``each`` goes over; ``None`` when that is to be made again first, or is no list."""
    source: Any = (
        await session.execute(
            select(Step.id, Step.kind, Result.key, Result.length)
            .outerjoin(Result, Result.key == Step.result_key)
            .where(Step.run_id == run.id, Step.key == key)
        )
    ).one()
    if source.kind is StepKind.EACH:
        return await session.scalar(select(func.count()).where(Step.parent_id == source.id)) or 0
    if source.key is None:  # dropped as unused, before the run was retried
        parent.need = 1
        again = update(Step).where(Step.id == source.id).values(state=StepState.PENDING, started_at=None, ended_at=None)
        await session.execute(again, execution_options=_UNSYNCED)
        await _release(session, run, Step.id == source.id)
    elif source.length is None:
        said = f"What '{key}' gave is no list, so '{parent.stage}' cannot go over it."
        failure = Failure("NotAList", parent.stage, said, "Report it: it is a fault of the recipe.")
        parent.state, parent.error, parent.ended_at = StepState.FAILED, failure.as_json(), now()
        await fail_run(session, run, failure)
    length: int | None = source.length
    return length
