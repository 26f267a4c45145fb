"""SQLite's part of the database: how a connection is set up, how a transaction begins, what a refusal means."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection

#: A writer waits this long for another one's transaction; measured waits under load stay below 9 s.
BUSY_S = 30.0


def set_up(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - the driver's own type
    """Make a new connection keep what it acknowledges, and wait for others instead of failing."""
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1000)}")
    _write_ahead(cursor)
    for pragma in (
        "synchronous=FULL",  # NORMAL loses commits that were acknowledged when the power goes
        "foreign_keys=ON",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:  # noqa: ANN401 - the driver's own type
    """Have changes logged ahead; of those that do so first, SQLite lets all but one fail instead of wait."""
    patience = time.monotonic() + BUSY_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.02)
        else:
            return


def begin(connection: Connection) -> None:
    """Begin a transaction: one that writes takes the lock at once."""
    options = connection.get_execution_options()
    if options.get("altering"):
        # A table is altered by copying it, and dropping the old one would take along what refers to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")


def meaning(code: int, first: str) -> str | None:
    """Say what a refusal means, ``None`` where it is a fault of ours or of the data.

    Args:
        code: A primary result code.
        first: What SQLite said.
    """
    # https://sqlite.org/rescode.html, the primary codes
    match code:
        case 5 | 6 | 10:  # busy, locked, an error of the disk
            return "away"
        case 13:
            return "full"
        case 11 | 26:  # corrupt, not a database
            return "damaged"
        case 3 | 8 | 14 | 23:  # rights, read-only, cannot be opened, not authorised
            return "refused"
        case 1 if first.startswith(("no such table", "no such column")) or "has no column named" in first:
            return "schema"
        case _:
            return None
