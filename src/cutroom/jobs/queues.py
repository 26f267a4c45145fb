"""Queues: how deep they are, what limits them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.jobs.models import Queue, QueueLimit, Step, StepState
from cutroom.jobs.schemas import QueueStatus
from cutroom.jobs.workers import live_workers


async def open_queues(session: AsyncSession, queues: Sequence[Queue], *, hold: bool = False) -> list[Queue]:
    """Leave out the queues that are paused or have as many steps running as they may.

    Args:
        hold: Take the limits' rows until the transaction ends, so that a limit is never exceeded.
    """
    asked = select(QueueLimit).where(QueueLimit.queue.in_(queues)).order_by(QueueLimit.queue)
    limits = {limit.queue: limit for limit in await session.scalars(asked)}
    if hold and any(limit.running is not None for limit in limits.values()):
        # Only where there is a limit: otherwise every claim would wait for every other one.
        held = asked.where(QueueLimit.running.is_not(None)).with_for_update()
        found = await session.scalars(held, execution_options={"populate_existing": True})
        limits |= {limit.queue: limit for limit in found}
    closed = {queue for queue, limit in limits.items() if limit.paused}
    for queue, limit in limits.items():
        if limit.running is not None and queue not in closed and await _running(session, queue) >= limit.running:
            closed.add(queue)
    return [queue for queue in queues if queue not in closed]


async def limit_queue(
    session: AsyncSession,
    queue: Queue,
    *,
    paused: bool | None = None,
    running: int | None = None,
    unlimited: bool = False,
) -> None:
    """Pause a queue or let it go on, and limit how many of its steps run at a time.

    Args:
        paused: Left as it is when ``None``.
        running: Steps at a time over all workers; left as it is when ``None``.
        unlimited: Take the limit away.
    """
    row = await session.get(QueueLimit, queue, with_for_update=True)
    if row is None:
        row = QueueLimit(queue=queue, paused=False)
        session.add(row)
    if paused is not None:
        row.paused = paused
    if running is not None or unlimited:
        row.running = None if unlimited else running


async def list_queues(session: AsyncSession) -> list[QueueStatus]:
    """Tell how deep each queue is."""
    later = (Step.not_before > now()).label("later")
    rows = await session.execute(
        select(Step.queue, Step.state, later, func.count())
        .where(Step.state.in_((StepState.READY, StepState.RUNNING)))
        .group_by(Step.queue, Step.state, later)
    )
    depth: dict[tuple[Queue, str], int] = {}
    for queue, state, put_off, count in rows:
        name = "running" if state is StepState.RUNNING else "put_off" if put_off else "ready"
        depth[queue, name] = depth.get((queue, name), 0) + count
    limits = {limit.queue: limit for limit in await session.scalars(select(QueueLimit))}
    workers = await live_workers(session)
    return [
        QueueStatus(
            queue=queue,
            ready=depth.get((queue, "ready"), 0),
            put_off=depth.get((queue, "put_off"), 0),
            running=depth.get((queue, "running"), 0),
            workers=sum(queue in worker.queues for worker in workers),
            paused=queue in limits and limits[queue].paused,
            limit=limits[queue].running if queue in limits else None,
        )
        for queue in Queue
    ]


async def _running(session: AsyncSession, queue: Queue) -> int:
    asked = select(func.count()).select_from(Step).where(Step.state == StepState.RUNNING, Step.queue == queue)
    return await session.scalar(asked) or 0
