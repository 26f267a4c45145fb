"""Restoring: a backup becomes the content of an empty database and empty storage, of whichever kind."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import String, column, func, inspect, select, table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cutroom.accounts.audit.restores import record_restore
from cutroom.core.clock import now
from cutroom.core.database import Database, UtcDateTime
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.files import sha256_of
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.schema import EMPTY, downgrade, status, upgrade
from cutroom.library.backup import Manifest, TableEntry, file_in, read_manifest, table_in
from cutroom.library.rows import fill_table, read_lines
from cutroom.library.search.index import belongs_to_index
from cutroom.library.search.writing import index_passages
from cutroom.providers.storage import Storage, StorageFailed


class NotEmpty(InvalidInput):
    """There is something where a backup should go."""


class BackupDamaged(CutroomError):
    """A backup is not what its manifest says."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes:
        manifest: Of the backup.
        rows: How many.
        files: How many are in storage now.
        lost: Files that the backup should have and has not whole.
        age: How old the restored state is: what came after it is lost.
        took_s: How long it took.
    """

    manifest: Manifest
    rows: int
    files: int
    lost: list[str]
    age: timedelta
    took_s: float


async def restore(
    database: Database, storage: Storage, folder: Path, audit_key: bytes, *, progress: Progress = ignore_progress
) -> Restored:
    """Put a backup into an empty database and empty storage, and let its unfinished runs go on.

    The rows arrive together or not at all; files that arrived are not copied again by a second try. A file that the
    backup has lost is told, and everything else is restored. What is searched is written anew, and the audit log goes
    on with an entry that tells of the restore.

    Args:
        folder: The backup, within its folder of backups.
        audit_key: What heads of the audit log are signed with.
        progress: Told the share of the files that is there.

    Raises:
        InvalidInput: If the folder is no backup, or the database or storage is not empty.
        BackupDamaged: If a table of it is not what its manifest says.
        OutputFailed: If the disk is full or cannot be written.
        StorageUnavailable: If storage cannot be reached.
        DatabaseUnavailable: If the database does not answer.
    """
    started = time.monotonic()
    manifest = read_manifest(folder)
    for entry in manifest.tables:
        await asyncio.to_thread(_check, folder, entry)
    absent = {*manifest.missing, *manifest.coming}
    files = [name for name in _names_of_files(folder, manifest) if name not in absent]
    if (await status(database)).revision is not None:
        async with database.reading() as session:
            await _refuse_rows(await session.connection())
    await asyncio.to_thread(_refuse_files, storage, set(files))
    lost = []
    for count, sha256 in enumerate(files, start=1):
        if not await asyncio.to_thread(_put, storage, folder, sha256):
            lost.append(sha256)
        progress(count / len(files))
    rows = await _fill(database, folder, manifest)
    await upgrade(database)
    await index_passages(database)
    await database.write(lambda session: record_restore(session, audit_key, manifest.made_at))
    return Restored(manifest, rows, len(files) - len(lost), lost, now() - manifest.made_at, time.monotonic() - started)


async def _fill(database: Database, folder: Path, manifest: Manifest) -> int:
    """Fill tables of the schema that the backup has; a later one is gone to afterwards, like any database's."""
    if (found := await status(database)).revision not in {None, manifest.schema_revision}:
        await downgrade(database, EMPTY)
    if found.revision != manifest.schema_revision:
        await upgrade(database, manifest.schema_revision)
    async with database.altering() as connection:
        await _refuse_rows(connection)
        rows = 0
        for entry in manifest.tables:
            portions = read_lines(table_in(folder, entry.name), list(entry.columns.values()))
            rows += await fill_table(connection, entry.name, entry.columns, portions)
        await _let_go_on(connection)
    return rows


async def _let_go_on(connection: AsyncConnection) -> None:
    """Give the steps of workers that are not here to those that are."""
    step = table("step", column("state", String()), column("worker_id"), column("beat_at"), column("sent_at"))
    unsent = {"worker_id": None, "beat_at": None, "sent_at": None}
    await connection.execute(update(step).where(step.c.state == "running").values(state="ready", **unsent))
    await connection.execute(update(step).where(step.c.state == "ready").values(sent_at=None))
    worker = table("worker", column("ended_at", UtcDateTime()))
    await connection.execute(update(worker).where(worker.c.ended_at.is_(None)).values(ended_at=now()))


def _check(folder: Path, entry: TableEntry) -> None:
    path = table_in(folder, entry.name)
    if not path.is_file() or sha256_of(path) != entry.sha256:
        raise BackupDamaged(f"{path} is not what the backup's manifest says: restore another backup.")


def _names_of_files(folder: Path, manifest: Manifest) -> list[str]:
    entry = next(each for each in manifest.tables if each.name == "blob")
    place = list(entry.columns).index("sha256")
    portions = read_lines(table_in(folder, entry.name), list(entry.columns.values()))
    return [row[place] for portion in portions for row in portion]


async def _refuse_rows(connection: AsyncConnection) -> None:
    for name in await connection.run_sync(lambda sync: sorted(inspect(sync).get_table_names())):
        if name == "alembic_version" or belongs_to_index(name):
            continue
        if await connection.scalar(select(func.count()).select_from(table(name))):
            raise NotEmpty(
                f"The database is not empty (there are rows in '{name}'): restore into a new one, which "
                "CUTROOM_DATABASE_URL or CUTROOM_DATA_DIR names."
            )


def _refuse_files(storage: Storage, ours: set[str]) -> None:
    # What another instance keeps there would be a stray to our housekeeping, and ours to that one's.
    if {each.sha256 for each in storage.list()} - ours:
        raise NotEmpty(
            "Storage is not empty, and holds what is not from this backup: restore into a new place, which "
            "CUTROOM_STORAGE or CUTROOM_DATA_DIR names."
        )


def _put(storage: Storage, folder: Path, sha256: str) -> bool:
    path = file_in(folder, sha256)
    if not path.is_file():
        return False
    try:
        storage.put(path, sha256)
    except StorageFailed:  # its bytes are not those of its name
        return False
    return True
