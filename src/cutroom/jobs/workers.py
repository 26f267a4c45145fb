"""Workers: processes that do steps, and when they were last heard of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.jobs.models import Queue, Step, StepState, Worker
from cutroom.jobs.schemas import WorkerStatus

#: A worker that was not heard of for this long is told as absent; its steps are the reaper's business.
SILENT_S = 30.0


async def register_worker(
    session: AsyncSession, *, host: str, pid: int, process_started: str, queues: Iterable[Queue], version: str
) -> UUID:
    """Enter a worker and give its id."""
    worker = Worker(
        host=host, pid=pid, process_started=process_started, queues=[queue.value for queue in queues], version=version
    )
    session.add(worker)
    await session.flush()
    return worker.id


async def seen(session: AsyncSession, worker_id: UUID, *, message: str = "") -> None:
    """Tell that a worker is alive.

    Args:
        message: Why it takes no work; empty when it does.
    """
    await session.execute(update(Worker).where(Worker.id == worker_id).values(seen_at=now(), message=message))


async def end_worker(session: AsyncSession, worker_id: UUID) -> None:
    """Tell that a worker has gone."""
    ended = update(Worker).where(Worker.id == worker_id, Worker.ended_at.is_(None))
    await session.execute(ended.values(ended_at=now(), message=""))


async def live_workers(session: AsyncSession) -> Sequence[Worker]:
    """Give the workers that were heard of lately."""
    lately = now() - timedelta(seconds=SILENT_S)
    found = await session.scalars(
        select(Worker).where(Worker.ended_at.is_(None), Worker.seen_at > lately).order_by(Worker.id)
    )
    return found.all()


async def list_workers(session: AsyncSession, *, ended: bool = False) -> list[WorkerStatus]:
    """List workers, newest first, with what they do.

    Args:
        ended: Also those that have gone.
    """
    asked = select(Worker).order_by(Worker.id.desc())
    workers = (await session.scalars(asked if ended else asked.where(Worker.ended_at.is_(None)))).all()
    holding = await session.execute(select(Step.worker_id, Step.id).where(Step.state == StepState.RUNNING))
    steps: dict[UUID | None, list[UUID]] = {}
    for worker_id, step_id in holding:
        steps.setdefault(worker_id, []).append(step_id)
    lately = now() - timedelta(seconds=SILENT_S)
    return [
        WorkerStatus(
            id=worker.id,
            host=worker.host,
            pid=worker.pid,
            queues=[Queue(queue) for queue in worker.queues],
            version=worker.version,
            message=worker.message,
            alive=worker.ended_at is None and worker.seen_at > lately,
            steps=steps.get(worker.id, []),
            started_at=worker.started_at,
            seen_at=worker.seen_at,
            ended_at=worker.ended_at,
        )
        for worker in workers
    ]
