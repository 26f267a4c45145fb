"""Pages of rows."""

from __future__ import annotations

import base64
import json
from uuid import UUID

import pytest
from sqlalchemy import select

from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.core.pagination import read_page
from cutroom.jobs.models import Blob
from cutroom.library.models import Asset

pytestmark = pytest.mark.anyio

#: Cases of order that differ between alphabets, codings and databases.
TITLES = ["b", "a", "B", "ä", "a", "", "a b", "Z", "é", "е", "a", "_", "%", "10", "9"]


async def _fill(database: Database) -> None:
    async with database.writing() as session:
        session.add(Blob(sha256="0" * 64, size_bytes=1))
        await session.flush()
        session.add_all(Asset(title=title, file_name="x", sha256="0" * 64, size_bytes=1) for title in TITLES)


async def _walk(database: Database, *, limit: int, descending: bool) -> list[tuple[str, UUID]]:
    found: list[tuple[str, UUID]] = []
    after: str | None = None
    async with database.reading() as session:
        while True:
            rows, after = await read_page(
                session, select(Asset), [Asset.title, Asset.id], after=after, limit=limit, descending=descending
            )
            assert len(rows) <= limit
            found += [(row.title, row.id) for row in rows]
            if after is None:
                return found


async def test_pages_of_any_size_hold_every_row_once_in_one_order(database: Database) -> None:
    await _fill(database)
    whole = await _walk(database, limit=100, descending=False)
    assert sorted(title for title, _ in whole) == sorted(TITLES)
    for limit in (1, 2, 7, len(TITLES) - 1, len(TITLES)):
        assert await _walk(database, limit=limit, descending=False) == whole
        assert await _walk(database, limit=limit, descending=True) == whole[::-1]


async def test_rows_that_come_meanwhile_move_nothing(database: Database) -> None:
    await _fill(database)
    async with database.reading() as session:
        first, after = await read_page(session, select(Asset), [Asset.id], after=None, limit=5, descending=True)
    async with database.writing() as session:
        session.add(Asset(title="new", file_name="x", sha256="0" * 64, size_bytes=1))
    async with database.reading() as session:
        rest, end = await read_page(session, select(Asset), [Asset.id], after=after, limit=100, descending=True)
    assert end is None
    assert len({row.id for row in [*first, *rest]}) == len(TITLES)


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "?",
        "aGVsbG8",
        _cursor(),
        _cursor("Asset.id"),
        _cursor("-Asset.id", "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"),
        _cursor("Asset.id", "no id"),
        _cursor("Asset.id", "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11", "more"),
        _cursor("Asset.title,Asset.id", "a", "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"),
        _cursor("Asset.id", 7),
        _cursor({"a": 1}),
    ],
)
async def test_a_cursor_that_is_not_of_this_list_is_refused(database: Database, cursor: str) -> None:
    async with database.reading() as session:
        with pytest.raises(InvalidInput, match="start again"):
            await read_page(session, select(Asset), [Asset.id], after=cursor, limit=5)
