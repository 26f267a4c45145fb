from __future__ import annotations

import asyncio

import pytest
from tests.jobs.engine import one, start

from cutroom.core.database import Database
from cutroom.core.ids import new_id
from cutroom.jobs.errors import RunNotFound
from cutroom.jobs.events import add_event, read_events

pytestmark = pytest.mark.anyio


async def test_events_written_side_by_side_are_numbered_without_gaps(database: Database) -> None:
    run = await start(database, one)
    others = [Database(database.url) for _ in range(4)]

    async def write(other: Database) -> list[int]:
        return [await other.write(lambda session: add_event(session, run, "note", {})) for _ in range(10)]

    numbers = await asyncio.gather(*(write(other) for other in others))
    for other in others:
        await other.close()
    assert sorted(number for each in numbers for number in each) == list(range(2, 42))
    assert all(each == sorted(each) for each in numbers)


async def test_an_event_of_a_transaction_that_is_undone_leaves_no_gap(database: Database) -> None:
    run = await start(database, one)

    async def write_and_break() -> None:
        async with database.writing() as session:
            await add_event(session, run, "note", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_break()
    async with database.writing() as session:
        assert await add_event(session, run, "note", {}) == 2


async def test_events_are_read_from_any_number_on(database: Database) -> None:
    run = await start(database, one)
    async with database.writing() as session:
        for n in range(5):
            await add_event(session, run, "note", {"note": f"{n}\0", "more": [{"a": "b\0"}]})
    async with database.reading() as session:
        found = await read_events(session, run, after=2, limit=2)
        assert [event.number for event in found] == [3, 4]
        assert found[0].data == {"note": "1", "more": [{"a": "b"}]}
        assert await read_events(session, run, after=6, limit=2) == []


async def test_a_run_that_is_not_there_has_no_events(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(RunNotFound):
            await add_event(session, new_id(), "note", {})
