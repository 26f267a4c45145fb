"""A transaction tells which tables it changed, however it did, and only once it was committed."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import Group
from cutroom.core.database import Database
from cutroom.jobs.upserts import insert_or

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


async def test_every_way_to_change_a_row_is_told_after_the_commit(database: Database) -> None:
    told: list[frozenset[str]] = []

    async def hear(tables: frozenset[str]) -> None:
        async with database.reading() as session:  # it is committed: another session sees it
            await session.execute(select(Group))
        told.append(tables)

    database.on_change.append(hear)

    async def add(session: AsyncSession) -> None:
        session.add(Group(name="a", display_name="a"))

    async def change(session: AsyncSession) -> None:
        (await session.scalars(select(Group))).one().display_name = "b"

    async def remove(session: AsyncSession) -> None:
        await session.delete((await session.scalars(select(Group))).one())

    async def add_many(session: AsyncSession) -> None:
        await session.execute(insert(Group), [{"name": name, "display_name": name} for name in "cd"])

    async def put(session: AsyncSession) -> None:
        await session.execute(insert_or(session, Group).values(name="c", display_name="c").on_conflict_do_nothing())

    async def change_many(session: AsyncSession) -> None:
        await session.execute(update(Group).values(display_name="x").returning(Group.id))

    async def remove_many(session: AsyncSession) -> None:
        await session.execute(delete(Group).execution_options(synchronize_session=False))

    for way in (add, change, remove, add_many, put, change_many, remove_many):
        await database.write(way)
        assert told.pop() == {"group"}, way.__name__
        assert told == []


async def test_what_is_undone_or_only_read_is_not_told(database: Database) -> None:
    told: list[frozenset[str]] = []

    async def hear(tables: frozenset[str]) -> None:
        told.append(tables)

    database.on_change.append(hear)

    async def fail(session: AsyncSession) -> None:
        session.add(Group(name="a", display_name="a"))
        await session.flush()
        raise ZeroDivisionError

    async def read(session: AsyncSession) -> None:
        await session.execute(select(Group))

    with pytest.raises(ZeroDivisionError):
        await database.write(fail)
    await database.write(read)
    assert told == []
