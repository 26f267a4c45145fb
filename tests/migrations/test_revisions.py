"""The migrations give exactly what the models say, on both databases, up and down."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from cutroom.core import schema
from cutroom.core.database import Base, Database
from cutroom.core.errors import InvalidInput
from cutroom.core.schema import EMPTY, SchemaUnknown
from cutroom.library.search.index import belongs_to_index

pytestmark = pytest.mark.anyio


async def test_the_migrations_make_what_the_models_say(bare: Database) -> None:
    await schema.upgrade(bare)
    async with bare.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
        migrated = await connection.run_sync(_tables)
    await schema.downgrade(bare, EMPTY)
    async with bare.engine.begin() as connection:
        assert await connection.run_sync(_tables) == {}
        await connection.run_sync(Base.metadata.create_all)
        assert await connection.run_sync(_tables) == migrated


async def test_every_revision_goes_down_and_up_again(bare: Database) -> None:
    seen = [EMPTY]
    for revision in (await schema.status(bare)).pending:
        await schema.upgrade(bare, revision)
        seen.append(revision)
    for revision in seen[-2::-1]:
        status = await schema.downgrade(bare, revision)
        assert status.revision == (None if revision == EMPTY else revision)
        assert not status.current
    assert (await schema.upgrade(bare)).current


async def test_processes_that_start_together_migrate_once(bare: Database, bare_url: str) -> None:
    others = [Database(bare_url) for _ in range(5)]
    try:
        statuses = await asyncio.gather(*(schema.upgrade(each) for each in [bare, *others]))
    finally:
        for each in others:
            await each.close()
    assert all(status.current for status in statuses)


def test_a_migration_that_is_killed_half_way_leaves_what_was_before(bare_url: str, tmp_path: Path) -> None:
    """The process dies with the second revision's tables made and nothing committed."""
    program = textwrap.dedent(
        """
        import asyncio, os, signal, sys
        from sqlalchemy import event, Table
        from cutroom.core import schema
        from cutroom.core.database import Base, Database

        async def main() -> None:
            database = Database(sys.argv[1])

            def die(connection, cursor, statement, *rest):
                if "clip_file" in statement:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(database.engine.sync_engine, "after_cursor_execute", die)
            await schema.upgrade(database)

        asyncio.run(main())
        """
    )
    ended = subprocess.run([sys.executable, "-c", program, bare_url], timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL

    async def go_on() -> None:
        database = Database(bare_url)
        try:
            async with database.engine.connect() as connection:
                assert await connection.run_sync(_tables) == {}
            assert (await schema.upgrade(database)).current
        finally:
            await database.close()

    asyncio.run(go_on())


async def test_a_database_of_a_newer_version_is_refused(bare: Database) -> None:
    head = (await schema.upgrade(bare)).head
    async with bare.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (schema.status(bare), schema.upgrade(bare), schema.downgrade(bare, EMPTY)):
        with pytest.raises(SchemaUnknown, match=f"has schema 9999, and this version knows up to {head}"):
            await attempt


async def test_a_revision_that_is_not_there_is_named(bare: Database) -> None:
    with pytest.raises(InvalidInput, match="'0815'"):
        await schema.upgrade(bare, "0815")
    assert (await schema.status(bare)).revision is None


async def test_an_upgrade_keeps_the_settings_of_later_connections(bare: Database) -> None:
    """While a schema is altered, SQLite does not mind what refers to what; afterwards it must."""
    await schema.upgrade(bare)
    async with bare.writing() as session:
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await session.execute(
                text("INSERT INTO result_blob (result_key, sha256) VALUES (:key, :key)"), {"key": "0" * 64}
            )
        await session.rollback()


def _differences(connection: Connection) -> list[Any]:
    opts = {"compare_type": True, "include_object": lambda _, name, *__: not belongs_to_index(name or "")}
    return list(compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata))


def _tables(connection: Connection) -> dict[str, Any]:
    """Describe every table as the database sees it, with what Alembic does not compare."""
    looked = inspect(connection)
    return {
        name: {
            "columns": {
                column["name"]: (repr(column["type"]), column["nullable"], column["default"])
                for column in looked.get_columns(name)
            },
            "primary key": looked.get_pk_constraint(name),
            "foreign keys": _named(looked.get_foreign_keys(name)),
            "unique": _named(looked.get_unique_constraints(name)),
            "checks": _named(looked.get_check_constraints(name)),
            "indexes": _named(looked.get_indexes(name)),
        }
        for name in sorted(looked.get_table_names())
        if name != "alembic_version" and not belongs_to_index(name)
    }


def _named(found: Iterable[Any]) -> dict[str, Any]:
    return {each["name"]: each for each in found}
