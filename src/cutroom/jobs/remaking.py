"""Values that were lost after their step had finished: made again by that step, before whoever wants them goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.jobs.advancing import release
from cutroom.jobs.events import log
from cutroom.jobs.failures import Failure
from cutroom.jobs.holds import UNSYNCED, Claimed, Standing, standing_of, write_held
from cutroom.jobs.kept import spoil_result
from cutroom.jobs.models import ResultBlob, Run, Step, StepEdge, StepState
from cutroom.jobs.upserts import insert_or


async def make_again(session: AsyncSession, run: Run, claimed: Claimed, failure: Failure) -> bool:
    """Send the steps back whose values were lost, and the one that wants them behind them.

    Args:
        run: Held.
        failure: Says what was lost.

    Returns:
        ``False`` when no step of the run made it, or the step is not held any more; nothing has changed then.
    """
    if failure.lost is None or await standing_of(session, claimed) is not Standing.HELD:
        return False
    upstream = await _upstream(session, run)
    named = select(ResultBlob.result_key).where(ResultBlob.sha256.in_(failure.lost.files))
    found = await session.execute(
        select(Step.id, Step.key, Step.parent_id, Step.state, Step.result_key)
        .where(Step.run_id == run.id, Step.id.in_(upstream(claimed.step_id)))
        .where(Step.key.in_(failure.lost.steps) | Step.result_key.in_(named))
        .order_by(Step.id)
    )
    makers = found.all()
    if not makers:
        return False
    # Another step may have missed the same value before: then its maker is at work again, and is only waited for.
    finished = {maker.id: maker for maker in makers if maker.state is StepState.SUCCEEDED}
    for key in {maker.result_key for maker in finished.values() if maker.result_key is not None}:
        await spoil_result(session, key)
    parents = {maker.parent_id for maker in finished.values() if maker.parent_id is not None}
    waiting = {"state": StepState.PENDING, "ended_at": None, "sent_at": None}
    await _change(session, [Step.id.in_(finished)], started_at=None, failures=0, reused=False, **waiting)
    # An expanded ``each`` keeps its other items and waits for these anew.
    await _change(session, [Step.id.in_(parents)], **waiting)
    after = select(StepEdge.after_id).where(StepEdge.before_id.in_([*finished, *parents]))
    idle = (Step.state == StepState.READY) | ((Step.state == StepState.PENDING) & Step.started_at.is_(None))
    behind = await _change(session, [Step.id.in_(after), idle], started_at=None, **waiting)
    about = {"failures": claimed.failures + 1, "error": failure.as_json()}
    await write_held(session, claimed, started_at=None, worker_id=None, **waiting, **about)
    for step_id in (*finished, claimed.step_id):
        for maker in makers:
            if maker.id in upstream(step_id):
                edge = insert_or(session, StepEdge).values(before_id=maker.id, after_id=step_id)
                await session.execute(edge.on_conflict_do_nothing())
    again = [maker.key for maker in finished.values()]
    log(session, run, "step.put_behind", step=claimed.key, stage=claimed.stage, again=again, **about)
    await release(session, run, [*finished, *behind, claimed.step_id], parents)
    return True


async def _change(session: AsyncSession, which: Collection[ColumnElement[bool]], **values: Any) -> Sequence[UUID]:  # noqa: ANN401 - columns
    changed = update(Step).where(*which).values(**values).returning(Step.id)
    return (await session.scalars(changed, execution_options=UNSYNCED)).all()


async def _upstream(session: AsyncSession, run: Run) -> Callable[[UUID], frozenset[UUID]]:
    """Give what tells all that a step waited for, directly or not: an item for what its ``each`` did."""
    steps = (await session.execute(select(Step.id, Step.parent_id).where(Step.run_id == run.id))).all()
    edges = await session.execute(
        select(StepEdge.before_id, StepEdge.after_id)
        .join(Step, Step.id == StepEdge.before_id)
        .where(Step.run_id == run.id)
    )
    parents = {step.id: step.parent_id for step in steps}
    items: dict[UUID, set[UUID]] = {}
    for step_id, parent_id in parents.items():
        if parent_id is not None:
            items.setdefault(parent_id, set()).add(step_id)
    before: dict[UUID, set[UUID]] = {}
    for before_id, after_id in edges:
        before.setdefault(after_id, set()).update({before_id}, items.get(before_id, ()))

    @cache
    def upstream(step_id: UUID) -> frozenset[UUID]:
        direct = before.get(step_id, set()) | before.get(parents[step_id] or step_id, set())
        return frozenset(direct).union(*(upstream(each) for each in direct))

    return upstream
