from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from tests.jobs.engine import claim, drawings, enter, one, start

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.jobs.models import Queue, Step, Worker
from cutroom.jobs.queues import limit_queue, list_queues
from cutroom.jobs.workers import end_worker, list_workers, seen

pytestmark = pytest.mark.anyio


async def test_a_queue_tells_its_depth_its_workers_and_its_limits(database: Database) -> None:
    worker, _ = await enter(database, [Queue.CPU]), await enter(database, [Queue.CPU, Queue.GPU])
    await start(database, drawings)
    later = await start(database, one)
    await claim(database, worker)
    async with database.writing() as session:
        await session.execute(update(Step).where(Step.run_id == later).values(not_before=now() + timedelta(hours=1)))
        await limit_queue(session, Queue.CPU, running=4)
        await limit_queue(session, Queue.GPU, paused=True)
    async with database.reading() as session:
        cpu, io, gpu = await list_queues(session)
    assert cpu.model_dump() == {
        "queue": "cpu",
        "ready": 1,
        "put_off": 1,
        "running": 1,
        "workers": 2,
        "paused": False,
        "limit": 4,
    }
    assert (io.workers, gpu.workers, gpu.paused) == (0, 1, True)
    async with database.writing() as session:
        await limit_queue(session, Queue.CPU, unlimited=True)
    async with database.reading() as session:
        assert [queue.limit for queue in await list_queues(session)] == [None] * 3


async def test_a_worker_tells_what_it_does_and_whether_it_was_heard_of(database: Database) -> None:
    silent, gone, busy = [await enter(database) for _ in range(3)]
    await start(database, one)
    held = await claim(database, busy)
    assert held is not None
    async with database.writing() as session:
        await end_worker(session, gone)
        await session.execute(update(Worker).where(Worker.id == silent).values(seen_at=now() - timedelta(minutes=5)))
        await seen(session, busy, message="The disk is nearly full.")
    async with database.reading() as session:
        workers = await list_workers(session)
        assert len(await list_workers(session, ended=True)) == 3
    assert [(each.id, each.alive, each.steps, each.message) for each in workers] == [
        (busy, True, [held.step_id], "The disk is nearly full."),
        (silent, False, [], ""),
    ]
