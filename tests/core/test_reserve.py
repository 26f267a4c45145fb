"""On a full disk what is there stays readable, can be deleted, and can be written again once there is room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.services.disk import Disk, mounted

from cutroom.core.database import Database, DatabaseFull, hold_room, open_database
from cutroom.core.reserve import RESERVE_BYTES
from cutroom.core.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path / "disk", "64m") as disk:
        yield disk


async def filled(disk: Disk) -> Database:
    """A database with 3,000 rows on a disk without a byte left."""
    database = open_database(Settings(data_dir=disk.folder))
    async with database.writing() as session:
        await session.execute(text("create table note (id integer primary key, content text)"))
        await session.execute(text("insert into note (content) values (:content)"), [{"content": "x" * 900}] * 3000)
    disk.fill()
    assert shutil.disk_usage(disk.folder).free == 0
    return database


async def count(database: Database) -> int:
    async with database.reading() as session:
        return int((await session.execute(text("select count(*) from note"))).scalar_one())


def reserve(disk: Disk) -> int:
    path = disk.folder / ".reserve"
    return path.stat().st_size if path.exists() else 0


async def test_rows_can_be_deleted_on_a_full_disk(disk: Disk) -> None:
    database = await filled(disk)
    assert reserve(disk) == RESERVE_BYTES
    async with database.writing() as session:
        await session.execute(text("delete from note where id <= 1000"))
    assert await count(database) == 2000
    assert reserve(disk) == 0
    await database.close()


async def test_without_a_reserve_nothing_is_lost_and_room_mends_it(disk: Disk) -> None:
    database = await filled(disk)
    (disk.folder / ".reserve").unlink()
    disk.fill()
    with pytest.raises(DatabaseFull, match="is full: free some space"):
        async with database.writing() as session:
            await session.execute(text("delete from note"))
    assert await count(database) == 3000
    disk.empty()
    async with database.writing() as session:
        await session.execute(text("delete from note"))
        assert (await session.execute(text("pragma integrity_check"))).scalar_one() == "ok"
    assert await count(database) == 0
    await database.close()


async def test_what_was_given_up_is_held_again_once_there_is_room(disk: Disk) -> None:
    database = await filled(disk)
    hold_room(database)
    assert reserve(disk) == 0
    hold_room(database)
    assert reserve(disk) == 0
    disk.empty()
    hold_room(database)
    assert reserve(disk) == RESERVE_BYTES
    assert [path.name for path in disk.folder.glob(".reserve*")] == [".reserve"]
    await database.close()
