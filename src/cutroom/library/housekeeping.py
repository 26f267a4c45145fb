"""What is no longer wanted goes, a little at a time; what any row names stays.

A file goes in two steps: housekeeping first sees that nothing names it and writes that down, and a day later removes
it. So what a backup's snapshot names is there for a day to be copied, and what a running step has kept but not yet
finished with is safe, as no step runs that long.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, inspect, or_, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from cutroom.accounts.config.settings import read_config
from cutroom.accounts.models import Invitation, Mail, RequestKey, ResetLink, Session
from cutroom.accounts.webhooks.models import WebhookEvent
from cutroom.core.clock import now
from cutroom.core.database import Base, Database, hold_room
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import forget_blob, forget_stray, hashes_in_use, naming_columns
from cutroom.jobs.budgets import take
from cutroom.jobs.models import Blob, Budget, Event, Result, Run, ScheduleFire, Step, Worker
from cutroom.library.models import Asset
from cutroom.library.trash import drop_expired
from cutroom.library.views.models import Viewing
from cutroom.library.views.queries import is_forgotten
from cutroom.providers.storage import Storage, StoredObject

_log = logging.getLogger(__name__)

#: A result that no run has used for so long is made again when one wants it.
KEEP_RESULTS = timedelta(days=30)
#: A finished run's events, those that webhooks were told of, and the times at which schedules fired.
KEEP_EVENTS = timedelta(days=30)
#: Answers to requests that may be repeated, workers that ended, files that nothing names.
KEEP_REST = timedelta(days=1)
#: Rows changed in one transaction: no writer waits long for it.
_PORTION = 500
#: Storage is gone through for stray files this often, by one process of all.
_LISTING_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was removed.

    Attributes:
        rows: Results, events, what was deleted long ago, and the like.
        files: Files that nothing had named for a day.
        strays: Files in storage that no row knew.
    """

    rows: int = 0
    files: int = 0
    strays: int = 0


async def tidy(database: Database, storage: Storage, settings: Settings) -> Tidied:
    """Remove what is no longer wanted; safe at any time, in any number of processes.

    Raises:
        StorageUnavailable: If storage cannot be reached; the next call goes on.
        DatabaseUnavailable: If the database does not answer.
    """
    rows = await drop_rows(database)
    files = await drop_files(database, storage)
    strays = 0
    if not await database.write(lambda session: take(session, "listing", units=1, per_s=1 / _LISTING_S, burst=1)):
        strays = await drop_strays(database, storage)
    await asyncio.to_thread(_drop_incoming, settings.data_dir / "incoming")
    if database.kind == "sqlite":
        await asyncio.to_thread(hold_room, database)
        await _optimize(database)
    if rows or files or strays:
        _log.info("tidied: %d rows, %d files that nothing named, %d strays", rows, files, strays)
    return Tidied(rows, files, strays)


async def drop_rows(database: Database) -> int:
    """Drop rows that are past their time.

    Returns:
        How many, without those that went along.
    """
    moment = now()
    async with database.reading() as session:
        keep_deleted = timedelta(days=(await read_config(session)).keep_deleted_days)
    each = aliased(Step)
    # A run's own result stays with it; where that is an ``each``, it is what its items gave.
    output = or_(Run.output == Step.key, exists().where(each.id == Step.parent_id, each.key == Run.output))
    in_use = exists().where(Step.result_key == Result.key, Step.run_id == Run.id, or_(Run.ended_at.is_(None), output))
    past: list[tuple[type[Base], ColumnElement[bool]]] = [
        (Result, (Result.used_at < moment - KEEP_RESULTS) & ~in_use),
        (Event, Event.run_id.in_(select(Run.id).where(Run.ended_at < moment - KEEP_EVENTS))),
        (ScheduleFire, ScheduleFire.fire_at < moment - KEEP_EVENTS),
        (RequestKey, RequestKey.created_at < moment - KEEP_REST),
        (Session, Session.expires_at < moment),
        (ResetLink, ResetLink.expires_at < moment),
        (Invitation, Invitation.expires_at < moment - keep_deleted),
        (Mail, Mail.failed_at < moment - keep_deleted),
        (Viewing, is_forgotten(moment)),
        (WebhookEvent, WebhookEvent.created_at < moment - KEEP_EVENTS),
        (Budget, Budget.free_at < moment - KEEP_REST),  # one that is free is as good as none
        (Worker, Worker.seen_at < moment - KEEP_REST),
    ]
    past += [
        (mapper.class_, mapper.columns["deleted_at"] < moment - keep_deleted)
        for mapper in Base.registry.mappers
        if "deleted_at" in mapper.columns and mapper.class_ is not Asset  # which takes more along
    ]
    assets = await drop_expired(database, moment - keep_deleted)
    return assets + sum([await _drop(database, entity, condition) for entity, condition in past])


async def drop_files(database: Database, storage: Storage) -> int:
    """Remove files that nothing has named for a day, and write down which ones nothing names now.

    Returns:
        How many were removed.
    """
    moment = now()
    named = or_(*(exists().where(column == Blob.sha256) for column in naming_columns()))
    async with database.reading() as session:
        unnamed = set(await session.scalars(select(Blob.sha256).where(~named, Blob.used_at < moment - KEEP_REST)))
        marked = set(await session.scalars(select(Blob.sha256).where(Blob.unnamed_at.is_not(None))))
        if unnamed:
            unnamed -= await hashes_in_use(session, moment - KEEP_RESULTS)
    await _mark(database, unnamed - marked, moment)
    await _mark(database, marked - unnamed, None)
    due = sorted(unnamed & marked)
    return sum([await forget_blob(database, storage, each, before=moment - KEEP_REST) for each in due])


async def drop_strays(database: Database, storage: Storage) -> int:
    """Remove files in storage that no row knows, and what was begun and never got its name.

    Returns:
        How many files were removed.
    """
    before = now() - KEEP_REST
    removed, listing = 0, storage.list()
    while portion := await asyncio.to_thread(_next, listing):
        old = {each.sha256 for each in portion if each.modified_at < before}
        async with database.reading() as session:
            known = set(await session.scalars(select(Blob.sha256).where(Blob.sha256.in_(old))))
        for each in sorted(old - known):
            removed += await forget_stray(database, storage, each)
    await asyncio.to_thread(storage.sweep, before)
    return removed


async def _mark(database: Database, names: set[str], moment: datetime | None) -> None:
    ordered = sorted(names)
    for start in range(0, len(ordered), _PORTION):
        some = Blob.sha256.in_(ordered[start : start + _PORTION])
        await _write(database, update(Blob).where(some).values(unnamed_at=moment).returning(Blob.sha256))


async def _drop(database: Database, entity: type[Base], condition: ColumnElement[bool]) -> int:
    key = inspect(entity).primary_key
    some = tuple_(*key).in_(select(*key).where(condition).limit(_PORTION))
    # The condition once more: what was restored or used since the choice was made stays.
    change = delete(entity).where(some, condition).returning(*key)
    dropped = portion = await _write(database, change)
    while portion == _PORTION:
        dropped += (portion := await _write(database, change))
    return dropped


async def _write(database: Database, change: ReturningDelete[Any] | ReturningUpdate[Any]) -> int:
    async def write(session: AsyncSession) -> int:
        return len((await session.execute(change, execution_options={"synchronize_session": False})).all())

    return await database.write(write)


def _next(listing: Iterator[StoredObject]) -> list[StoredObject]:
    return list(itertools.islice(listing, _PORTION))


def _drop_incoming(folder: Path) -> None:
    """Remove what was being brought in when its process was killed."""
    oldest = (now() - KEEP_REST).timestamp()
    for path in folder.glob("*.part"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


async def _optimize(database: Database) -> None:
    """Let SQLite learn what its tables look like; PostgreSQL does so by itself."""
    async with database.writing() as session:
        await session.execute(text("PRAGMA optimize"))
