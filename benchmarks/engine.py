"""What the engine costs and what it survives: small steps in slots of its own on SQLite, and in Celery on Redis.

Both are measured with the processes that an instance runs. The kills are ``kill -9`` of a random worker, sometimes of
the supervisor itself, which is started again. A step is lost when it has not succeeded at the end, and counted twice
when two attempts at it did. An effect is doubled when what a step did outside, a line in a file, is there twice: a kill
between that and the commit does it, so a stage that must not do something twice says so with ``Work.once``.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tests.jobs import workshop
from tests.jobs.house import House, house
from tests.jobs.workshop import Rest, Sum
from tests.services.servers import Postgres, Redis

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.schema import upgrade
from cutroom.jobs.models import Run, StepState

AnyServer = TypeVar("AnyServer", Redis, Postgres)

_WORKERS = ("cpu=4", "io=1")
_SINGLES = 20
_STEPS = 200
_RECOVERIES = 5
_HURT_STEPS, _HURT_STEP_S, _KILLS = 1000, 0.08, 20
_KILL_EVERY_S = (1.5, 2.5)
_PATIENCE_S = 600.0


def measure() -> dict[str, float | None]:
    """Measure both modes; Celery's where Redis and PostgreSQL are installed."""
    results = {f"embedded_{name}": value for name, value in asyncio.run(_measure(None, None)).items()}
    if shutil.which("redis-server") and Postgres.find():
        with _running(Redis.made()) as broker, _running(Postgres.made()) as database:
            found = asyncio.run(_measure(database.url, broker.url))
            results |= {f"celery_{name}": value for name, value in found.items()}
    return results


@contextmanager
def _running(server: AnyServer) -> Iterator[AnyServer]:
    server.start()
    try:
        yield server
    finally:
        server.end()


async def _measure(database_url: str | None, broker_url: str | None) -> dict[str, float | None]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(database_url or f"sqlite:///{folder / 'cutroom.db'}")
        await upgrade(database)
        settings = {"lease_s": 5, "beat_s": 1} | ({"broker_url": broker_url} if broker_url else {})
        with house(folder / "one", database, **settings) as alone:
            alone.up("cpu=1", "io=1")
            one = await _steps_s(alone, folder / "slow")
        with house(folder / "many", database, **settings) as home:
            home.up(*_WORKERS)
            await home.succeeded(await home.start(workshop.take_rest, Rest(seconds=0.0)))
            results = {
                "overhead_ms": round(1000 / one, 1),
                "start_ms": await _start_ms(home),
                "steps_s": await _steps_s(home, folder / "quick"),
                "recovery_s": await _recovery_s(home),
                **await _hurt(home, folder / "hurt"),
            }
        await database.close()
        return results


async def _start_ms(home: House) -> float:
    """Measure from a run's commit to its first step's start, the median of singles."""
    waits = []
    for number in range(_SINGLES):
        run = await home.start(workshop.take_rest, Rest(seconds=0.001 * (number + 1)))
        await home.succeeded(run)
        (step,) = (await home.steps(run)).values()
        waits.append(_between_s(run.created_at, step.started_at))
    return round(1000 * statistics.median(waits), 1)


async def _steps_s(home: House, book: Path) -> float:
    run = await home.start(workshop.add_squares, Sum(count=_STEPS, book=str(book)))
    status = await home.ended(run, _PATIENCE_S)
    return round(status.steps.total / _between_s(status.started_at, status.ended_at), 1)


async def _recovery_s(home: House) -> float:
    """Measure from the kill of a worker to the next start of its step, the median."""
    waits = []
    for number in range(_RECOVERIES):
        run = await home.start(workshop.take_rest, Rest(seconds=3.0 + 0.01 * number))
        step = await home.running(run, "dawdle")
        (await home.process_of(step)).kill()
        killed = now()
        await home.succeeded(run)
        (again,) = (await home.steps(run)).values()
        waits.append(_between_s(killed, again.started_at))
    return round(statistics.median(waits), 2)


async def _hurt(home: House, book: Path) -> dict[str, float | None]:
    """Do many steps under kills, and count what was lost and what was done twice."""
    chance = random.Random(1)  # noqa: S311 - the same kills each time, not secret
    began = time.monotonic()
    params = Sum(count=_HURT_STEPS, book=str(book), pause_s=_HURT_STEP_S)
    run = await home.start(workshop.add_squares, params)
    kills = 0
    while kills < _KILLS and (await home.status(run)).ended_at is None:
        await asyncio.sleep(chance.uniform(*_KILL_EVERY_S))
        workers = home.slots()
        if kills % 7 == 6:
            home.down()
            home.up(*_WORKERS)
        elif workers:
            chance.choice(workers).kill()
        kills += 1
    await home.ended(run, _PATIENCE_S)
    done = await _done(home, run)
    lines = book.read_text().split()
    counted = [event.data["step"] for event in await home.events(run) if event.kind == "step.succeeded"]
    return {
        "kills": kills,
        "killed_steps_lost": _HURT_STEPS - done,
        "killed_steps_counted_twice": len(counted) - len(set(counted)),
        "killed_effects_doubled": len(lines) - len(set(lines)),
        "killed_s": round(time.monotonic() - began, 1),
    }


def _between_s(before: datetime | None, after: datetime | None) -> float:
    if before is None or after is None:
        raise AssertionError  # only asked of what has happened
    return (after - before).total_seconds()


async def _done(home: House, run: Run) -> int:
    steps = (await home.steps(run)).values()
    return sum(step.state is StepState.SUCCEEDED for step in steps if step.stage == "tally" and step.parent_id)
