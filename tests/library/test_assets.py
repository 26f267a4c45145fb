"""Recordings as rows."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects import sqlite

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.ids import new_id
from cutroom.jobs.models import Blob
from cutroom.library.assets import AssetOrder, list_query
from cutroom.library.models import Asset, AssetState

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ADMIN = Viewer(uuid.uuid4(), "Ada", Role.ADMIN, "session")
EDITOR = Viewer(uuid.uuid4(), "Eve", Role.EDITOR, "session")


@pytest.mark.parametrize("viewer", [ADMIN, EDITOR])
@pytest.mark.parametrize("chosen", [{}, {"state": AssetState.READY}])
async def test_a_page_is_read_along_an_index_and_nothing_is_sorted(
    database: Database, viewer: Viewer, chosen: dict[str, Any]
) -> None:
    async with database.writing() as session:
        session.add(Blob(sha256="0" * 64, size_bytes=1))
        await session.flush()
        row = {"title": "x", "file_name": "x", "sha256": "0" * 64, "size_bytes": 1, "state": "new", "created_at": now()}
        await session.execute(insert(Asset), [row | {"id": new_id()} for _ in range(500)])
        await session.execute(text("ANALYZE"))
    query, keys = list_query(viewer, order=AssetOrder.NEWEST, **chosen)
    asked = query.order_by(*(key.desc() for key in keys)).limit(51)
    compiled = str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    async with database.reading() as session:
        plan = [row.detail for row in await session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert not any(line.startswith("SCAN ") or "TEMP B-TREE" in line for line in plan), plan
    assert not any("TEMP B-TREE" in line for line in plan), plan
