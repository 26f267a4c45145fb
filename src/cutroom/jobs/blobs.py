"""Files in storage and the rows that name them: a file that a row names is there, whatever is swept beside it.

Keeping takes the name first (a row, committed), then puts the bytes, then refers to the row. Forgetting removes the
bytes only while it holds the name alone: with the row's deletion under way, which the foreign keys have let pass. So of
a keeper and a sweeper of the same bytes either the sweeper sees the fresh name and leaves it, or the keeper waits for
the sweeper's commit and then puts the bytes anew.
"""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path

from sqlalchemy import Column, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.core.database import Base, Database
from cutroom.core.files import sha256_of
from cutroom.jobs.models import Blob, Run, Step
from cutroom.jobs.upserts import insert_or
from cutroom.providers.storage import Storage, StoredFile

_HASH = re.compile(r"\b[0-9a-f]{64}\b")


async def keep_file(database: Database, storage: Storage, path: Path, suffix: str = "") -> StoredFile:
    """Put a finished file into storage, under a name that nobody sweeps for a day.

    Raises:
        OutputFailed: If there is no room or no right to write.
        StorageFailed: If what arrived is not the file.
        StorageUnavailable: If storage cannot be reached.
        DatabaseUnavailable: If the database does not answer.
    """
    sha256 = await asyncio.to_thread(sha256_of, path)
    size_bytes = path.stat().st_size
    await database.write(lambda session: name_blob(session, sha256, size_bytes))
    await asyncio.to_thread(storage.put, path, sha256)
    return StoredFile(sha256, size_bytes, suffix)


async def name_blob(session: AsyncSession, sha256: str, size_bytes: int) -> None:
    """Take a name for a day; it must be committed before the bytes are put."""
    added = insert_or(session, Blob).values(sha256=sha256, size_bytes=size_bytes)
    fresh = {"used_at": now(), "unnamed_at": None}
    await session.execute(added.on_conflict_do_update(index_elements=[Blob.sha256], set_=fresh))


def naming_columns() -> list[Column[str]]:
    """Give every column of every table that names a file."""
    return [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "blob.sha256"
    ]


async def hashes_in_use(session: AsyncSession, since: datetime) -> set[str]:
    """Find what runs are about that have not ended, or did after a moment.

    Files within parameters are no references that the database knows of, so these are looked for as text: what is
    found may be no file at all.
    """
    recent = or_(Run.ended_at.is_(None), Run.ended_at > since)
    found: set[str] = set()
    for rows in (select(Run.params).where(recent), select(Step.arguments).join(Run).where(recent)):
        async for value in await session.stream_scalars(rows):
            found.update(_HASH.findall(json.dumps(value)))
    return found


async def forget_blob(database: Database, storage: Storage, sha256: str, *, before: datetime) -> bool:
    """Remove a file that has had no use since a moment, unless a row refers to it after all.

    Returns:
        Whether it was removed.

    Raises:
        StorageUnavailable: If storage cannot be reached; the row stays then.
        DatabaseUnavailable: If the database does not answer.
    """
    unused = delete(Blob).where(Blob.sha256 == sha256, Blob.used_at < before, Blob.unnamed_at < before)
    try:
        async with database.writing() as session:
            if not (await session.execute(unused.returning(Blob.sha256))).all():
                return False
            await asyncio.to_thread(storage.remove, sha256)
    except IntegrityError:
        return False
    return True


async def forget_stray(database: Database, storage: Storage, sha256: str) -> bool:
    """Remove a file whose name no row has.

    Returns:
        Whether it was removed.

    Raises:
        StorageUnavailable: If storage cannot be reached.
        DatabaseUnavailable: If the database does not answer.
    """
    try:
        async with database.writing() as session:
            # The name is ours until the commit: whoever wants it waits, and then finds neither row nor file.
            await session.execute(insert(Blob).values(sha256=sha256, size_bytes=0))
            await asyncio.to_thread(storage.remove, sha256)
            await session.execute(delete(Blob).where(Blob.sha256 == sha256))
    except IntegrityError:
        return False
    return True
