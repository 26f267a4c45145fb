"""Databases without tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.migrations.bare import bare_database

from cutroom.core.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, once on SQLite and once on PostgreSQL."""
    with bare_database(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
async def bare(anyio_backend: str, bare_url: str) -> AsyncIterator[Database]:
    """A database without tables, once on SQLite and once on PostgreSQL."""
    database = Database(bare_url)
    yield database
    await database.close()
