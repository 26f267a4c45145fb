"""Both databases keep what was committed and nothing else, whatever happens in between."""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import column, event, func, select, table, text, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession
from tests.services.servers import Postgres

from cutroom.core.database import (
    Database,
    DatabaseFull,
    DatabaseUnavailable,
    DatabaseUnusable,
    address,
    database_file,
)
from cutroom.core.errors import InvalidInput
from cutroom.jobs.models import Rate, Run

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def test_a_block_is_committed_whole_or_not_at_all(database: Database) -> None:
    async with database.writing() as session:
        session.add(Rate(stage="kept", seconds=1.0))

    async def break_off() -> None:
        async with database.writing() as session:
            session.add(Rate(stage="undone", seconds=1.0))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    assert await _stages(database) == ["kept"]


async def test_a_reader_sees_one_state_until_it_ends(database: Database) -> None:
    await _add(database, "before")
    async with database.reading() as session:
        count = select(func.count()).select_from(Rate)
        assert await session.scalar(count) == 1
        await _add(database, "meanwhile")
        assert await session.scalar(count) == 1
    assert len(await _stages(database)) == 2


async def test_side_by_side_changes_are_all_there(database: Database) -> None:
    await _add(database, "sum", measured=0)

    async def change(session: AsyncSession) -> None:
        seen = (await session.scalars(select(Rate.measured).where(Rate.stage == "sum").with_for_update())).one()
        await asyncio.sleep(0)
        await session.execute(update(Rate).values(measured=seen + 1))

    await asyncio.gather(*(database.write(change) for _ in range(60)))
    async with database.reading() as session:
        assert await session.scalar(select(Rate.measured)) == 60


@on_sqlite
async def test_a_task_that_writes_is_told_before_it_waits_for_itself(database: Database) -> None:
    async with database.writing():
        with pytest.raises(RuntimeError, match="this task writes already"):
            async with database.writing():
                pass
    await _add(database, "afterwards")


async def test_a_task_that_is_cancelled_anywhere_leaves_no_lock_and_no_half(database: Database) -> None:
    """Each task adds two rows in one transaction and is cancelled at some moment; another writes throughout."""
    chance = random.Random(3)

    async def pair(number: int) -> None:
        async with database.writing() as session:
            session.add(Rate(stage=f"{number} a", seconds=1.0))
            await session.flush()
            session.add(Rate(stage=f"{number} b", seconds=1.0))

    for number in range(60):
        task, other = asyncio.ensure_future(pair(number)), asyncio.ensure_future(pair(1000 + number))
        await asyncio.sleep(chance.uniform(0, 0.012))
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.wait_for(other, 20)
    stages = await _stages(database)
    assert {stage[:-2] for stage in stages if stage.endswith("a")} == {
        stage[:-2] for stage in stages if stage.endswith("b")
    }
    assert {f"{1000 + number} a" for number in range(60)} <= set(stages)


@on_postgresql
async def test_who_is_cancelled_while_committing_has_committed_and_leaves_no_error(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[frozenset[str]] = []

    async def hear(tables: frozenset[str]) -> None:
        heard.append(tables)

    database.on_change.append(hear)
    task = asyncio.ensure_future(_add(database, "kept"))
    event.listen(database.engine.sync_engine, "commit", lambda _connection: task.cancel(), once=True)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _stages(database) == ["kept"]
    assert heard == [frozenset({"rate"})]
    assert not caplog.records


async def test_transactions_that_wait_for_each_other_are_done_one_after_the_other(database: Database) -> None:
    await _add(database, "a", measured=0)
    await _add(database, "b", measured=0)

    async def change(first: str, second: str) -> None:
        async def both(session: AsyncSession) -> None:
            for stage in (first, second):
                await session.execute(update(Rate).where(Rate.stage == stage).values(measured=Rate.measured + 1))
                await asyncio.sleep(0.05)

        await database.write(both)

    await asyncio.gather(*(change(*pair) for pair in [("a", "b"), ("b", "a")] * 3))
    async with database.reading() as session:
        assert set(await session.scalars(select(Rate.measured))) == {6}


@on_postgresql
async def test_a_connection_that_is_cut_in_the_middle_of_a_transaction_is_no_loss(database: Database) -> None:
    attempts = 0

    async def change(session: AsyncSession) -> None:
        nonlocal attempts
        attempts += 1
        session.add(Rate(stage="once", seconds=1.0))
        await session.flush()
        if attempts == 1:
            own = await session.scalar(text("SELECT pg_backend_pid()"))
            await _cut(database, own)

    await database.write(change)
    assert attempts == 2
    assert await _stages(database) == ["once"]


@on_postgresql
async def test_a_cut_connection_is_told_to_whoever_does_not_try_again(database: Database) -> None:
    async def change() -> None:
        async with database.writing() as session:
            await _cut(database, await session.scalar(text("SELECT pg_backend_pid()")))
            await session.execute(select(Rate))

    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        await change()
    await _add(database, "afterwards")


async def test_a_restart_of_the_server_is_waited_for(own_postgres: Postgres) -> None:
    # That server keeps commits back for a while unless it is asked not to.
    database = Database(f"{own_postgres.url}?options=-c%20synchronous_commit%3Don")
    try:
        async with database.writing() as session:
            await session.execute(text("CREATE TABLE tally (number INTEGER PRIMARY KEY)"))
        stop = asyncio.Event()

        async def count() -> int:
            number = 0
            while not stop.is_set():
                number += 1
                await database.write(lambda session: session.execute(_tally(number)))  # noqa: B023 - awaited at once
            return number

        counting = asyncio.ensure_future(count())
        for hurt in (own_postgres.stop, own_postgres.kill):
            await asyncio.sleep(0.1)
            await asyncio.to_thread(hurt)
            await asyncio.to_thread(own_postgres.start)
        stop.set()
        counted = await counting
        async with database.reading() as session:
            assert (await session.execute(text("SELECT count(*), max(number) FROM tally"))).one() == (counted, counted)
    finally:
        await database.close()


async def test_a_server_that_is_not_there_is_one_sentence() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable, match="The database does not answer"):
        async with database.reading() as session:
            await session.execute(select(1))
    with pytest.raises(DatabaseUnavailable):
        await database.write(lambda session: session.execute(select(1)), patience_s=0.0)
    await database.close()


async def test_more_users_than_connections_are_told_to_come_back(database: Database) -> None:
    database.engine.sync_engine.pool._timeout = 0.05  # type: ignore[attr-defined]  # half a minute otherwise

    async def use_all() -> None:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(40):
                session = await stack.enter_async_context(database.reading())
                await session.execute(select(1))

    with pytest.raises(DatabaseUnavailable, match="Every connection to the database is in use"):
        await use_all()
    await _add(database, "afterwards")


async def test_a_missing_table_tells_the_command_that_makes_it(database: Database) -> None:
    for statement in ("SELECT * FROM absent", "SELECT absent FROM run"):
        with pytest.raises(DatabaseUnusable, match="run 'cutroom db upgrade'"):
            async with database.reading() as session:
                await session.execute(text(statement))


async def test_a_fault_of_ours_stays_what_it_is(database: Database) -> None:
    with pytest.raises(StatementError):
        async with database.reading() as session:
            await session.execute(text("SELEKT 1"))
    await _add(database, "twice")
    with pytest.raises(IntegrityError):
        await _add(database, "twice")
    with pytest.raises(TimeoutError):
        async with database.reading(), asyncio.timeout(0):
            await asyncio.sleep(1)


@on_sqlite
async def test_a_full_disk_is_told_and_nothing_is_half_written(database: Database) -> None:
    """SQLite's own limit on pages answers as a full disk does."""
    async with database.engine.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()

    async def fill() -> None:
        async with database.writing() as session:
            await session.execute(text(f"PRAGMA max_page_count = {pages}"))
            session.add_all(Rate(stage=f"{number:064}", seconds=1.0) for number in range(1000))

    with pytest.raises(DatabaseFull, match="disk that holds the database is full"):
        await fill()
    await database.engine.dispose()
    assert await _stages(database) == []
    await _add(database, "afterwards")


@on_sqlite
async def test_a_database_that_cannot_be_opened_or_written_is_told(database: Database, tmp_path: Path) -> None:
    file = database_file(database)
    read_only = Database(f"sqlite:///file:{file}?mode=ro&uri=true")
    nowhere = Database(f"sqlite:///{tmp_path}/nowhere/cutroom.db")
    (tmp_path / "rubbish.db").write_bytes(b"rubbish" * 1000)
    rubbish = Database(f"sqlite:///{tmp_path}/rubbish.db")
    for broken, said in (
        (read_only, "cannot be written"),
        (nowhere, "cannot be written or opened"),
        (rubbish, "damaged"),
    ):
        with pytest.raises(DatabaseUnusable, match=said):
            await _add(broken, "anything")
        await broken.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "is no address of a database"),
        ("mysql://root@localhost/cutroom", "SQLite and PostgreSQL are what there is"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(url: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        address(url)


def test_an_address_gets_the_driver_that_it_leaves_open() -> None:
    assert address("postgres://ada:p%40ss@host/name") == "postgresql+psycopg://ada:p%40ss@host/name"
    assert address("sqlite:////data/cutroom.db") == "sqlite+aiosqlite:////data/cutroom.db"


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), _JSON, max_size=5))
def test_json_comes_back_as_it_was_written(database_url: str, content: dict[str, Any]) -> None:
    async def there_and_back() -> dict[str, Any] | None:
        database = Database(database_url)
        async with database.writing() as session:
            run = Run(recipe="test", params=content)
            session.add(run)
        async with database.reading() as session:
            found = await session.scalar(select(Run.params).where(Run.id == run.id))
        await database.close()
        return found

    found = asyncio.run(there_and_back())
    assert found == content
    assert repr(found) == repr(content)  # 1 is not 1.0


async def test_a_moment_comes_back_in_utc(database: Database) -> None:
    moment = datetime(2026, 3, 29, 2, 30, 0, 123456, timezone(timedelta(hours=2)))
    async with database.writing() as session:
        session.add(Run(id=UUID(int=1), recipe="test", params={}, created_at=moment))
    async with database.reading() as session:
        found = await session.scalar(select(Run.created_at))
    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="needs its zone"):
        async with database.writing() as session:
            session.add(Run(recipe="test", params={}, created_at=moment.replace(tzinfo=None)))


WRITER = textwrap.dedent(
    """
    import asyncio, sys
    from sqlalchemy import select, update
    from cutroom.core.database import Database
    from cutroom.jobs.models import Rate

    async def main(url: str, count: int) -> None:
        database = Database(url)

        async def change(session) -> None:
            seen = await session.scalar(select(Rate.measured))
            await session.execute(update(Rate).values(measured=seen + 1))

        async def write(number: int) -> None:
            for _ in range(number):
                async with database.writing() as session:
                    await change(session)

        await asyncio.gather(write(count // 2), write(count - count // 2))
        await database.close()

    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
    """
)


@on_sqlite
@pytest.mark.parametrize(("processes", "each"), [(3, 20), pytest.param(12, 60, marks=pytest.mark.slow)])
async def test_processes_that_write_at_once_are_never_refused(database: Database, processes: int, each: int) -> None:
    """Read, then write, in one transaction: without the lock at its beginning, most would be told 'locked'."""
    await _add(database, "sum", measured=0)
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, database.url, str(each)], stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    said = [(await asyncio.to_thread(process.communicate, timeout=180))[1] for process in started]
    assert said == [""] * processes
    async with database.reading() as session:
        assert await session.scalar(select(Rate.measured)) == processes * each


@pytest.mark.slow
@on_sqlite
async def test_a_long_reader_does_not_keep_the_log_long(database: Database) -> None:
    """While it reads, nothing of the log can be taken into the file; afterwards it shrinks to its limit by itself."""
    file = database_file(database)
    assert file is not None
    log = file.with_name(f"{file.name}-wal")
    blob = "x" * 1_000_000
    async with database.reading() as session:
        await session.execute(select(Rate))
        for number in range(150):
            async with database.writing() as writing:
                writing.add(Run(recipe="test", params={"text": blob, "number": number}))
        assert log.stat().st_size > 140e6
    for number in range(3):
        await _add(database, f"{number}")
    assert log.stat().st_size <= 64 * 2**20


async def _add(database: Database, stage: str, measured: int = 1) -> None:
    async with database.writing() as session:
        session.add(Rate(stage=stage, seconds=1.0, measured=measured))


async def _stages(database: Database) -> list[str]:
    async with database.reading() as session:
        return sorted(await session.scalars(select(Rate.stage)))


async def _cut(database: Database, backend: int | None) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})


def _tally(number: int) -> Insert:
    return insert(table("tally", column("number"))).values(number=number).on_conflict_do_nothing()
