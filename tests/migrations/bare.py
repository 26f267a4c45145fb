"""Make databases without tables."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

import cutroom.tables  # noqa: F401 - every table


@contextlib.contextmanager
def bare_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Make a database without tables, give its address and drop it afterwards."""
    name = f"bare_{uuid.uuid4().hex}"
    if kind == "sqlite":
        yield f"sqlite:///{folder / name}.db"
        return
    cluster = request.getfixturevalue("postgres_url")
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_url(cluster).set(database=name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
