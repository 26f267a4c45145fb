"""Backups: all rows of one moment and every file that they name, taken while everything goes on.

Rows come first, in one transaction that sees one state; then the files, which never change once they have a name and
which housekeeping leaves alone for a day after the last row that named them. A folder of backups holds each file once::

    2026-11-21T045300.123Z/manifest.json          what is here, with hashes
    2026-11-21T045300.123Z/tables/run.jsonl.gz    a line of JSON for each row
    files/ab/abcdef…                              a file, linked where storage is on the same disk
"""

from __future__ import annotations

import asyncio
import gzip
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom import __version__
from cutroom.core.clock import now
from cutroom.core.database import Database, DatabaseUnusable
from cutroom.core.errors import InvalidInput
from cutroom.core.files import output_failed, place, sha256_of, sync_folder, write_whole, written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.schema import status_on
from cutroom.jobs.blobs import hashes_in_use, naming_columns
from cutroom.jobs.models import Blob
from cutroom.library.housekeeping import KEEP_RESULTS
from cutroom.library.rows import Kind, kind_of, read_rows, tables_of, write_lines
from cutroom.providers.storage import FileMissing, Storage

FORMAT = 1
FILES = "files"
TABLES = "tables"
MANIFEST = "manifest.json"
#: Whoever was signed in signs in again: what was signed out since must not come back. Nor is a mail sent twice.
LEFT_OUT = frozenset({"session", "reset_link", "mail"})
#: What a backup that was killed left behind goes with a later one.
_LEFTOVER_S = 24 * 3600.0


class TableEntry(BaseModel):
    """A table in a backup."""

    model_config = ConfigDict(frozen=True)

    name: str
    columns: dict[str, Kind]
    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(frozen=True)

    format: int
    made_by: str
    made_at: datetime
    schema_revision: str
    tables: list[TableEntry]
    files: int
    files_bytes: int
    #: Files that rows named and storage did not hold whole.
    missing: list[str]
    #: Files whose name was taken and that were not there yet; nothing named them.
    coming: list[str] = []


@dataclass(frozen=True, slots=True)
class Backup:
    """What was made.

    Attributes:
        folder: Where it is.
        copied: Files that the folder of backups did not have before.
        linked: Whether files are names of the very bytes that storage has, which saves room and not from a broken disk.
        took_s: How long it took.
    """

    folder: Path
    manifest: Manifest
    copied: int
    linked: bool
    took_s: float


async def back_up(
    database: Database, storage: Storage, target: Path, *, progress: Progress = ignore_progress
) -> Backup:
    """Write a backup into a folder of backups, whole or not at all.

    A file that storage does not hold is told in the manifest; all others are there.

    Args:
        target: The folder of backups; files that another backup in it has are not copied again.
        progress: Told the share of the files that is there.

    Raises:
        DatabaseUnusable: If the database's schema is another version's.
        OutputFailed: If the folder cannot be written or the disk is full.
        StorageUnavailable: If storage cannot be reached.
        DatabaseUnavailable: If the database does not answer.
    """
    started, made_at = time.monotonic(), now()
    _remove_leftovers(target)
    name = f"{made_at:%Y-%m-%dT%H%M%S}.{made_at.microsecond // 1000:03}Z"
    part = target / f".{name}.part"
    try:
        part.mkdir(parents=True)
    except OSError as error:
        raise output_failed(part / TABLES, error) from error
    try:
        async with database.reading() as session:
            status = await (await session.connection()).run_sync(status_on)
            if not status.current:
                raise DatabaseUnusable(
                    f"The database has schema {status.revision or 'none'} and this version needs {status.head}: back "
                    "up with the version that made it, or run 'cutroom db upgrade'."
                )
            tables = [
                await _write_table(session, table, part / TABLES)
                for table in await tables_of(session)
                if table.name not in LEFT_OUT
            ]
            files = {row.sha256: row.size_bytes for row in await session.execute(select(Blob.sha256, Blob.size_bytes))}
            named = await _named(session)
        copied, absent = 0, set()
        for count, (sha256, size_bytes) in enumerate(sorted(files.items()), start=1):
            try:
                copied += await asyncio.to_thread(_copy, storage, sha256, size_bytes, target / FILES)
            except FileMissing:
                absent.add(sha256)
            progress(count / len(files))
        manifest = Manifest(
            format=FORMAT,
            made_by=f"cutroom {__version__}",
            made_at=made_at,
            schema_revision=status.head,
            tables=tables,
            files=len(files) - len(absent),
            files_bytes=sum(files[each] for each in files.keys() - absent),
            missing=sorted(absent & named),
            coming=sorted(absent - named),
        )
        write_whole(part / MANIFEST, manifest.model_dump_json(indent=1))
        part.rename(target / name)
        sync_folder(target)
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(part)
    linked = any(_is_linked(storage, target, each) for each in list(files)[:1])
    return Backup(target / name, manifest, copied, linked, time.monotonic() - started)


def latest_backup(folder: Path) -> Path:
    """Give a folder that is a backup, or the newest one in a folder of backups."""
    if (folder / MANIFEST).is_file():
        return folder
    return max((path.parent for path in folder.glob(f"[0-9]*Z/{MANIFEST}")), default=folder)


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup holds.

    Raises:
        InvalidInput: If it is no backup, or one of a newer version.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInput(
            f"{folder} is not a backup: name the folder of one, which has a {MANIFEST} in it."
        ) from error
    if manifest.format > FORMAT:
        raise InvalidInput(f"{folder} was made by {manifest.made_by}, which is newer: restore it with that version.")
    return manifest


def file_in(folder: Path, sha256: str) -> Path:
    """Name a file of a backup."""
    return folder.parent / FILES / sha256[:2] / sha256


def table_in(folder: Path, name: str) -> Path:
    """Name a table of a backup."""
    return folder / TABLES / f"{name}.jsonl.gz"


async def _write_table(session: AsyncSession, source: Table, folder: Path) -> TableEntry:
    path = folder / f"{source.name}.jsonl.gz"
    count = 0
    with written_whole(path) as part, gzip.GzipFile(part, "wb", mtime=0) as file:
        async for rows in read_rows(session, source):
            await asyncio.to_thread(write_lines, file, rows)
            count += len(rows)
    columns = {column.name: kind_of(column) for column in source.columns}
    return TableEntry(name=source.name, columns=columns, rows=count, sha256=await asyncio.to_thread(sha256_of, path))


async def _named(session: AsyncSession) -> set[str]:
    named = await hashes_in_use(session, now() - KEEP_RESULTS)
    for column in naming_columns():
        named.update(await session.scalars(select(column)))
    return named


def _copy(storage: Storage, sha256: str, size_bytes: int, folder: Path) -> bool:
    target = folder / sha256[:2] / sha256
    with suppress(FileNotFoundError):
        if target.stat().st_size == size_bytes:
            return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_failed(target, error) from error
    found = storage.fetch(sha256, target)  # whole: its hash is that of its name
    if found != target:
        place(found, target)
    return True


def _is_linked(storage: Storage, target: Path, sha256: str) -> bool:
    kept, copy = storage.local(sha256), target / FILES / sha256[:2] / sha256
    return kept is not None and copy.exists() and copy.samefile(kept)


def _remove_leftovers(target: Path) -> None:
    for path in target.glob(".*Z.part"):
        if path.stat().st_mtime < time.time() - _LEFTOVER_S:
            shutil.rmtree(path, ignore_errors=True)
