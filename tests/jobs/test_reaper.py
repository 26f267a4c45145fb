"""Nobody is dead because a clock says so: only silence that was listened to counts, or a process that is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from tests.jobs import workshop
from tests.jobs.workshop import Rest

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.jobs.claims import Claimed, beat, claim_step
from cutroom.jobs.host import host_name, is_gone, process_started
from cutroom.jobs.models import Queue, Step, StepState, Worker
from cutroom.jobs.reaper import Reaper
from cutroom.jobs.runs import start_run
from cutroom.jobs.workers import register_worker

pytestmark = pytest.mark.anyio


class Time:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


async def worker(database: Database, *, host: str = "elsewhere", pid: int = 1, started: str = "x 1") -> UUID:
    async with database.writing() as session:
        return await register_worker(
            session, host=host, pid=pid, process_started=started, queues=[Queue.CPU], version="0"
        )


async def claimed_by(database: Database, worker_id: UUID) -> Claimed:
    async with database.writing() as session:
        await start_run(session, workshop.take_rest, Rest())
    async with database.writing() as session:
        claimed = await claim_step(session, worker_id, [Queue.CPU])
    assert claimed is not None
    return claimed


async def step_of(database: Database, claimed: Claimed) -> Step:
    async with database.reading() as session:
        return await session.get_one(Step, claimed.step_id)


async def test_a_step_whose_beat_stays_the_same_for_a_lease_is_given_to_another(database: Database) -> None:
    time = Time()
    reaper = Reaper(database, lease_s=3.0, every_s=1.0, clock=time)
    worker_id = await worker(database)
    claimed = await claimed_by(database, worker_id)
    for second in range(3):
        time.now_s = second
        assert await reaper.look() == set()
    time.now_s = 3.0
    assert await reaper.look() == {worker_id}
    step = await step_of(database, claimed)
    assert (step.state, step.failures) == (StepState.READY, 1)


@pytest.mark.parametrize("beats_at", [timedelta(days=-3), timedelta(days=3)])
async def test_a_worker_whose_clock_is_wrong_is_alive_as_long_as_it_beats(
    beats_at: timedelta, database: Database
) -> None:
    time = Time()
    reaper = Reaper(database, lease_s=3.0, every_s=1.0, clock=time)
    claimed = await claimed_by(database, await worker(database))
    for second in range(10):
        time.now_s = second
        async with database.writing() as session:
            assert await beat(session, claimed, progress=0.0, message="", cpu_s=0.0, units={})
            moment = now() + beats_at
            await session.execute(update(Step).values(beat_at=moment))
        assert await reaper.look() == set()
    assert (await step_of(database, claimed)).state is StepState.RUNNING


async def test_time_in_which_nobody_listened_does_not_count(database: Database) -> None:
    time = Time()
    reaper = Reaper(database, lease_s=3.0, every_s=1.0, clock=time)
    claimed = await claimed_by(database, await worker(database))
    await reaper.look()
    time.now_s = 1000.0  # the machine slept, or the database was away
    assert await reaper.look() == set()
    time.now_s = 1002.0
    assert await reaper.look() == set()
    time.now_s = 1004.0
    assert await reaper.look() != set()
    assert (await step_of(database, claimed)).state is StepState.READY


async def test_a_process_of_this_machine_that_is_gone_is_known_at_once(database: Database) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    started = process_started(child.pid)
    assert started is not None
    worker_id = await worker(database, host=host_name(), pid=child.pid, started=started)
    claimed = await claimed_by(database, worker_id)
    reaper = Reaper(database, lease_s=3.0, every_s=1.0)
    assert await reaper.bury() == 0
    child.kill()
    child.wait()
    assert await reaper.bury() == 1
    assert (await step_of(database, claimed)).state is StepState.READY
    async with database.reading() as session:
        assert (await session.get_one(Worker, worker_id)).ended_at is not None
    assert await reaper.bury() == 0


async def test_a_process_of_another_machine_is_left_to_its_lease(database: Database) -> None:
    claimed = await claimed_by(database, await worker(database, host="elsewhere", pid=os.getpid()))
    assert await Reaper(database, lease_s=3.0, every_s=1.0).bury() == 0
    assert (await step_of(database, claimed)).state is StepState.RUNNING


def test_a_number_that_another_process_got_meanwhile_is_not_the_same_process() -> None:
    started = process_started(os.getpid())
    assert started is not None
    realm, _, moment = started.rpartition(" ")
    assert not is_gone(host_name(), os.getpid(), started)
    assert is_gone(host_name(), os.getpid(), f"{realm} {float(moment) + 1}")
    assert not is_gone(host_name(), os.getpid(), f"another-boot {moment}"), "another container may share the name"
