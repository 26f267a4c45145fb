"""Databases without tables."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

import cutroom.analysis.models
import cutroom.library.models
import cutroom.render.models  # noqa: F401 - every table
from cutroom.core.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    cluster, name = request.getfixturevalue("postgres_url"), f"bare_{uuid.uuid4().hex}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_url(cluster).set(database=name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def bare(anyio_backend: str, bare_url: str) -> AsyncIterator[Database]:
    """A database without tables, once on SQLite and once on PostgreSQL."""
    database = Database(bare_url)
    yield database
    await database.close()
