"""A slot: one process that does one step at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from cutroom import __version__
from cutroom.core.database import Database, DatabaseUnavailable, database_file
from cutroom.core.settings import Settings
from cutroom.jobs.claims import Claimed, anything_ready, claim_step
from cutroom.jobs.disk import lack_of_room
from cutroom.jobs.execution import execute, leave
from cutroom.jobs.host import host_name, process_started
from cutroom.jobs.models import Queue
from cutroom.jobs.recipes import Catalogue
from cutroom.jobs.work import Unlock
from cutroom.jobs.workers import end_worker, register_worker, seen
from cutroom.providers.storage import Storage

_log = logging.getLogger(__name__)

#: How often a slot that has nothing to do asks whether something was committed; SQLite answers in microseconds.
_ASK_S = {"sqlite": 0.1, "postgresql": 0.25}
#: How often it looks whatever the answer was: waiting steps become due by the clock.
_LOOK_S = 2.0
#: How often an idle slot says that it is there.
_SEEN_S = 10.0
#: After the database went away.
_AWAY_S = 1.0


async def run_slot(
    database: Database,
    catalogue: Catalogue,
    storage: Storage,
    settings: Settings,
    queues: Sequence[Queue],
    *,
    stop: asyncio.Event,
    threads: int = 1,
    leave: Callable[[], object] = leave,
    unlock: Unlock | None = None,
) -> None:
    """Do one step after the other until ``stop`` is set; the one under way then has a few seconds left.

    Args:
        queues: What it serves.
        threads: How many cores a stage may use.
        leave: As for :func:`cutroom.jobs.execution.execute`.
        unlock: As for it.
    """
    bell = _Bell(database)
    looked, busy = -_LOOK_S, False
    async with at_work(database, settings, queues) as worker_id:
        while not stop.is_set():
            if busy or bell.rang() or time.monotonic() - looked >= _LOOK_S:
                looked = time.monotonic()
                claimed = await claim(database, settings, queues, worker_id, peek=not busy)
                if busy := claimed is not None:
                    await execute(
                        database,
                        catalogue,
                        storage,
                        settings,
                        claimed,
                        threads=threads,
                        stopping=stop,
                        leave=leave,
                        unlock=unlock,
                    )
                    continue
            await asyncio.sleep(_ASK_S[database.kind])
    bell.close()


async def claim(
    database: Database, settings: Settings, queues: Sequence[Queue], worker_id: UUID, *, peek: bool = True
) -> Claimed | None:
    """Take a step, if one is ready and there is room to do it; none while the database is away.

    Args:
        peek: Look first, without a lock: for who does not expect that there is one.
    """
    open_now = queues if lack_of_room(settings) is None else [queue for queue in queues if queue is Queue.IO]
    try:
        if peek:
            async with database.reading() as session:
                if not await anything_ready(session, open_now):
                    return None
        async with database.writing() as session:
            return await claim_step(session, worker_id, open_now)
    except DatabaseUnavailable as error:
        _log.warning("%s", error)
        await asyncio.sleep(_AWAY_S)
        return None


@contextlib.asynccontextmanager
async def at_work(database: Database, settings: Settings, queues: Sequence[Queue]) -> AsyncIterator[UUID]:
    """Enter this process among the workers until the block ends, and give its id."""
    pid = os.getpid()
    started = process_started(pid) or ""
    worker_id = await database.write(
        lambda session: register_worker(
            session, host=host_name(), pid=pid, process_started=started, queues=queues, version=__version__
        )
    )
    telling = asyncio.create_task(_tell(database, settings, worker_id))
    try:
        yield worker_id
    finally:
        telling.cancel()
        await asyncio.wait({telling})
        with contextlib.suppress(DatabaseUnavailable):
            async with database.writing() as session:
                await end_worker(session, worker_id)


async def _tell(database: Database, settings: Settings, worker_id: UUID) -> None:
    while True:
        message = lack_of_room(settings) or ""
        with contextlib.suppress(DatabaseUnavailable):
            async with database.writing() as session:
                await seen(session, worker_id, message=message)
        await asyncio.sleep(_SEEN_S)


class _Bell:
    """Tells whether it is worth looking for work, at next to no cost."""

    def __init__(self, database: Database) -> None:
        file = database_file(database)
        self._connection = _open(file) if file else None
        self._version: object = None

    def rang(self) -> bool:
        """Tell whether anything was committed since the last call; always, where that cannot be told cheaply."""
        if self._connection is None:
            return True
        try:
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return True
        before, self._version = self._version, version
        return bool(version != before)

    def close(self) -> None:
        """Free the connection."""
        if self._connection is not None:
            self._connection.close()


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, isolation_level=None)
