"""What may happen to workers, brokers and databases: nothing is lost, nothing counts twice, the same comes out."""

from __future__ import annotations

import asyncio
import random
import resource
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import func, select, text, update
from tests.jobs import workshop
from tests.jobs.house import House, house, stop
from tests.jobs.workshop import Film, Hang, Rest, Sum, Swelling
from tests.services.servers import Postgres, RabbitMQ, Redis

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.schema import upgrade
from cutroom.jobs.models import Run, RunState, Schedule, ScheduleFire, Step, StepState
from cutroom.jobs.runs import cancel_run

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes die with their parents by a signal of Linux"),
]

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def home(tmp_path: Path, database: Database) -> Iterator[House]:
    with house(tmp_path, database) as made:
        yield made


@pytest.fixture
async def on_postgres(tmp_path: Path, own_postgres: Postgres, anyio_backend: str) -> AsyncIterator[House]:
    """A house on a cluster that may be hurt."""
    database = Database(own_postgres.url)
    await upgrade(database)
    with house(tmp_path, database) as made:
        yield made
    await database.close()


def written(book: Path) -> int:
    """Count what was written into a book."""
    return len(book.read_text().split()) if book.exists() else 0


def more_or_all(book: Path, before: int, count: int) -> bool:
    """Whether more than before was written, or all there is to write."""
    return written(book) > before or before >= count


async def undisturbed(home: House, film: Film) -> set[str]:
    """Give the files of a run that nothing happens to, and forget that it was."""
    supervisor = home.up("cpu=2", "io=1")
    await home.succeeded(await home.start(workshop.make_film, film))
    assert stop(supervisor, 20) == 0
    files = home.stored()
    async with home.database.writing() as session:
        await session.execute(text("UPDATE step SET result_key = NULL"))
        await session.execute(text("DELETE FROM result"))
        await session.execute(text("DELETE FROM blob"))
    for path in (home.folder / "media").glob("??/*"):
        path.unlink()
    assert home.stored() == set()
    return files


async def test_workers_are_killed_at_twenty_moments_and_the_same_comes_out(home: House, tmp_path: Path) -> None:
    film = Film(count=4, duration_s=0.6)
    files = await undisturbed(home, film)
    supervisor = home.up("cpu=2", "io=1")
    chance = random.Random(20)
    book = tmp_path / "book"
    runs = [
        await home.start(workshop.add_squares, Sum(count=60, book=str(book), pause_s=0.5)),
        await home.start(workshop.make_film, film),
    ]
    for kill in range(20):
        await asyncio.sleep(chance.uniform(0.6, 1.4))
        if kill % 7 == 6:
            supervisor.kill()
            supervisor.wait()
            supervisor = home.up("cpu=2", "io=1")
        elif slots := home.slots():
            chance.choice(slots).kill()
        # Somewhere they get on: a step that takes five workers with it, one after the other, is given up.
        await home.until(partial(more_or_all, book, written(book), 60))
    for run in runs:
        await home.succeeded(run)
        await home.finished_once(run)
    assert home.stored() == files
    assert stop(supervisor, 20) == 0
    assert home.processes() == []
    await home.until(lambda: not home.encoders())


@on_sqlite
async def test_a_machine_that_freezes_and_thaws_cannot_write_what_another_has_done(home: House, tmp_path: Path) -> None:
    frozen = home.up("cpu=1", "io=1")
    run = await home.start(workshop.make_film, Film(count=1, duration_s=4.0))
    step = await home.running(run, "encode")
    await home.until(lambda: bool(home.encoders()))
    machine = [psutil.Process(frozen.pid), *psutil.Process(frozen.pid).children(recursive=True)]
    for process in machine:
        process.suspend()
    other = home.up("cpu=1", "io=1")
    await home.succeeded(run)
    for process in reversed(machine):
        process.resume()
    assert stop(other, 20) == 0
    again = await home.start(workshop.add_squares, Sum(count=2, book=str(tmp_path / "book")))
    await home.succeeded(again)
    await home.finished_once(run)
    assert (await home.steps(run))[step.key].attempt == 2
    assert len(home.stored()) == 1
    await home.until(lambda: not home.encoders())


@pytest.mark.parametrize("edge", ["claimed", "kept", "computed", "finished"])
async def test_a_worker_that_dies_at_an_edge_leaves_what_the_next_one_needs(
    edge: str, home: House, tmp_path: Path
) -> None:
    once = tmp_path / "once"
    home.up("cpu=1", "io=1", CUTROOM_FAILPOINT=f"{edge}:{once}")
    run = await home.start(workshop.make_film, Film(count=2, duration_s=0.4))
    await home.succeeded(run)
    assert once.exists(), "it died there"
    await home.finished_once(run)
    assert len(home.stored()) == 2
    await home.until(lambda: home.scratch() == [])


@on_sqlite
async def test_a_stage_that_hangs_costs_its_process_and_says_so(home: House, tmp_path: Path) -> None:
    home.up("cpu=1", "io=1")
    run = await home.start(workshop.get_stuck, Hang(book=str(tmp_path / "hung")))
    status = await home.ended(run)
    assert status.state is RunState.FAILED
    assert status.error is not None
    assert (status.error.kind, status.error.stage) == ("StepTimedOut", "hang")
    hung = [int(pid) for pid in (tmp_path / "hung").read_text().split()]
    assert len(set(hung)) == 2
    await home.until(lambda: not any(psutil.pid_exists(pid) for pid in hung))
    other = await home.start(workshop.add_squares, Sum(count=1, book=str(tmp_path / "book")))
    await home.succeeded(other)


async def test_redis_is_killed_emptied_and_held_and_no_step_is_lost(
    tmp_path: Path, database: Database, own_redis: Redis
) -> None:
    with house(tmp_path, database, broker_url=own_redis.url) as home:
        supervisor = home.up("cpu=2", "io=1")
        run = await home.start(workshop.add_squares, Sum(count=200, book=str(tmp_path / "book"), pause_s=0.02))

        async def done() -> int:
            return sum(step.state is StepState.SUCCEEDED for step in (await home.steps(run)).values())

        async def some() -> bool:
            return await done() > 20

        await home.until(some)
        own_redis.kill()
        await asyncio.sleep(2)
        own_redis.start()
        before = await done()

        async def goes_on() -> bool:
            return await done() > before

        await home.until(goes_on, 30.0)
        own_redis.pause()
        await asyncio.sleep(6)
        own_redis.resume()
        await home.succeeded(run)
        await home.finished_once(run)
        assert stop(supervisor, 20) == 0
        assert home.processes() == []


@on_sqlite
async def test_rabbitmq_is_restarted_and_no_step_is_lost(
    tmp_path: Path, database: Database, own_rabbitmq: RabbitMQ
) -> None:
    with house(tmp_path, database, broker_url=own_rabbitmq.url) as home:
        supervisor = home.up("cpu=2", "io=1")
        run = await home.start(workshop.add_squares, Sum(count=100, book=str(tmp_path / "book"), pause_s=0.02))

        async def some() -> bool:
            return sum(step.state is StepState.SUCCEEDED for step in (await home.steps(run)).values()) > 20

        await home.until(some)
        own_rabbitmq.kill()
        own_rabbitmq.start()
        await home.succeeded(run)
        await home.finished_once(run)
        assert stop(supervisor, 20) == 0


async def test_postgresql_is_restarted_killed_and_cut_off_and_all_results_are_right(
    on_postgres: House, own_postgres: Postgres, tmp_path: Path
) -> None:
    home = on_postgres
    supervisor = home.up("cpu=2", "io=1")
    runs = [
        await home.start(workshop.add_squares, Sum(count=60, book=str(tmp_path / f"book{number}"), pause_s=0.1))
        for number in range(3)
    ]
    for what in ("stop", "cut", "kill", "cut", "stop"):
        await asyncio.sleep(2)
        if what == "cut":
            with psycopg.connect(own_postgres.url, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                )
            continue
        own_postgres.stop() if what == "stop" else own_postgres.kill()
        await asyncio.sleep(1)
        own_postgres.start()
    for run in runs:
        await home.succeeded(run)
        await home.finished_once(run)
        assert await home.value(run) == f"{sum(n * n for n in range(60))} in all"
    assert stop(supervisor, 20) == 0


@on_sqlite
async def test_twelve_slots_and_a_long_reader_share_one_file(home: House, tmp_path: Path) -> None:
    home.up("cpu=10", "io=2")
    async with home.database.reading() as reader:
        await reader.execute(select(func.count()).select_from(Step))
        runs = [
            await home.start(workshop.add_squares, Sum(count=50, book=str(tmp_path / f"book{number}")))
            for number in range(4)
        ]
        for run in runs:
            await home.succeeded(run)
            await home.finished_once(run)
    assert "locked" not in home.log.read_text()


async def test_five_schedulers_start_each_run_once(home: House) -> None:
    async with home.database.writing() as session:
        schedule = Schedule(name="rest", cron="* * * * *", recipe="rest", params={"seconds": 0.0}, next_at=now())
        session.add(schedule)
    for _ in range(5):
        home.up("cpu=1")
    for tick in range(1, 6):
        async with home.database.writing() as session:
            due = now() - timedelta(seconds=1)
            await session.execute(update(Schedule).values(next_at=due))

        async def fired(least: int = tick) -> bool:
            async with home.database.reading() as session:
                return (await session.scalar(select(func.count()).select_from(ScheduleFire)) or 0) >= least

        await home.until(fired)
        await asyncio.sleep(1.5)
    async with home.database.reading() as session:
        fires = (await session.scalars(select(ScheduleFire))).all()
        runs = await session.scalar(select(func.count()).select_from(Run))
    assert len({fire.fire_at for fire in fires}) == len(fires) == runs


@on_sqlite
async def test_a_deployment_under_load_hands_back_and_understands_what_was_there(home: House, tmp_path: Path) -> None:
    supervisor = home.up("cpu=2", "io=1")
    runs = [
        await home.start(workshop.add_squares, Sum(count=20, book=str(tmp_path / f"book{number}"), pause_s=0.2))
        for number in range(2)
    ]
    rest = await home.start(workshop.take_rest, Rest(seconds=20.0), priority=1)
    await home.running(rest, "dawdle")
    assert stop(supervisor, 10) == 0
    async with home.database.writing() as session:
        # As another version would have written it: an argument that is no more.
        for step in await session.scalars(select(Step).where(Step.stage == "tally")):
            step.arguments = {**step.arguments, "colour": {"value": "red"}}
    home.up("cpu=2", "io=1")
    for run in [*runs, rest]:
        await home.succeeded(run)
        await home.finished_once(run)
        assert all(step.failures == 0 for step in (await home.steps(run)).values())


@on_sqlite
async def test_few_open_files_and_little_memory_fail_one_run_and_no_worker(home: House, tmp_path: Path) -> None:
    home.up("cpu=1", "io=1", limits={resource.RLIMIT_NOFILE: 64, resource.RLIMIT_AS: 4 << 30})
    greedy = await home.start(workshop.grow, Swelling(size_bytes=8 << 30))
    status = await home.ended(greedy)
    assert status.error is not None
    assert status.error.kind == "MemoryError"
    await home.succeeded(await home.start(workshop.make_film, Film(count=2, duration_s=0.2)))
    slots = home.slots()
    before = {slot.pid: slot.num_fds() for slot in slots}
    await home.succeeded(await home.start(workshop.add_squares, Sum(count=100, book=str(tmp_path / "book"))))
    await home.succeeded(await home.start(workshop.make_film, Film(count=4, duration_s=0.2, salt="again")))
    after = {slot.pid: slot.num_fds() for slot in home.slots()}
    assert after.keys() == before.keys(), "no worker ended"
    assert all(after[pid] <= before[pid] + 4 for pid in before)


@on_sqlite
@pytest.mark.parametrize("moment", ["queued", "encode", "weigh", "again"])
async def test_a_cancelled_run_stops_wherever_it_is(moment: str, home: House) -> None:
    # The step that is cancelled must still be at work when the cancel comes.
    film = Film(count=2, duration_s=0.4 if moment == "weigh" else 3.0, linger_s=30.0 if moment == "weigh" else 0.0)
    run = await home.start(workshop.make_film, film)
    if moment != "queued":
        home.up("cpu=2", "io=1")
        await home.running(run, "weigh" if moment == "weigh" else "encode")
    async with home.database.writing() as session:
        await cancel_run(session, run.id)
        await cancel_run(session, run.id)
    if moment == "queued":
        home.up("cpu=2", "io=1")
    await home.until(lambda: not home.encoders() and not home.scratch(), 5.0)
    stored = home.stored()
    await asyncio.sleep(1.5)
    status = await home.status(run)
    assert status.state is RunState.CANCELED
    assert home.stored() == stored
    assert not [event for event in await home.events(run) if event.number > status.last_event]
    other = await home.start(workshop.make_film, Film(count=1, duration_s=0.2))
    await home.succeeded(other)
