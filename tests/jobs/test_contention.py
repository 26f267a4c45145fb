from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.jobs.engine import Counted, claim, do, drawings, enter, one, start, tell

from cutroom.core.database import Database
from cutroom.jobs.claims import Claimed
from cutroom.jobs.models import Queue, Step
from cutroom.jobs.queues import limit_queue
from cutroom.jobs.runs import cancel_run

pytestmark = pytest.mark.anyio

PROJECT = Path(__file__).resolve().parents[2]
PROCESSES, CLAIMERS = 3, 6


def _claimer(url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.jobs.claimer", url]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def test_workers_in_several_processes_do_every_step_once(database: Database) -> None:
    runs = [await start(database, drawings, Counted(count=5, name=f"run {n}")) for n in range(3)]
    processes = [_claimer(database.url) for _ in range(PROCESSES)]
    try:
        told = await asyncio.to_thread(lambda: [process.communicate(timeout=120) for process in processes])
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [error for _, error in told] == [""] * PROCESSES  # nobody is told that the database is locked
    done = Counter(line for out, _ in told for line in out.splitlines())
    async with database.reading() as session:
        steps = (await session.scalars(select(Step.id).where(Step.kind != "each"))).all()
    assert done == Counter(f"{step_id} 1 True" for step_id in steps)
    assert [(await tell(database, run)).state for run in runs] == ["succeeded"] * 3


async def test_a_limit_holds_however_many_claim_at_once(database: Database) -> None:
    for _ in range(12):
        await start(database, one)
    async with database.writing() as session:
        await limit_queue(session, Queue.CPU, running=4)
    others = [Database(database.url) for _ in range(CLAIMERS)]
    worker = await enter(database)

    async def grab(other: Database) -> list[Claimed | None]:
        return [await claim(other, worker) for _ in range(3)]

    taken = [
        claimed for each in await asyncio.gather(*(grab(other) for other in others)) for claimed in each if claimed
    ]
    for other in others:
        await other.close()
    assert len(taken) == len({claimed.step_id for claimed in taken}) == 4


async def test_a_cancel_amid_claims_and_ends_leaves_nothing_at_work(database: Database) -> None:
    others = [Database(database.url) for _ in range(CLAIMERS)]
    worker = await enter(database)

    async def work(other: Database) -> None:
        while (claimed := await claim(other, worker)) is not None:
            await do(other, claimed)

    async def stop(run_id: UUID) -> None:
        await asyncio.sleep(0.05)
        async with database.writing() as session:
            await cancel_run(session, run_id)

    for n in range(3):
        run = await start(database, drawings, Counted(count=8, name=f"run {n}"))
        await asyncio.gather(stop(run), *(work(other) for other in others))
        async with database.reading() as session:
            states = (await session.scalars(select(Step.state).where(Step.run_id == run).distinct())).all()
        assert set(states) <= {"succeeded", "canceled"}
        assert (await tell(database, run)).state in {"canceled", "succeeded"}
    for other in others:
        await other.close()
