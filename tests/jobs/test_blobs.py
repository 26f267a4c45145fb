"""A file that a row names is there, whatever is swept beside it."""

from __future__ import annotations

import asyncio
import hashlib
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.jobs.blobs import forget_blob, forget_stray, keep_file
from cutroom.jobs.models import Blob, Result, ResultBlob
from cutroom.providers.storage import Storage, StoredFile

pytestmark = pytest.mark.anyio
local = pytest.mark.parametrize("storage_settings", ["local"], indirect=True)


async def test_a_kept_file_is_in_storage_and_has_a_row(database: Database, storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"sound")
    file = await keep_file(database, storage, path, ".wav")
    assert file == StoredFile(hashlib.sha256(b"sound").hexdigest(), 5, ".wav")
    assert storage.size(file.sha256) == 5
    assert await keep_file(database, storage, path, ".wav") == file
    async with database.reading() as session:
        assert (await session.scalars(select(Blob.size_bytes))).all() == [5]


@local
async def test_a_file_that_a_row_names_is_not_forgotten(database: Database, storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "clip"
    path.write_bytes(b"picture")
    sha256 = (await keep_file(database, storage, path)).sha256
    await _refer(database, sha256)
    await _age(database)
    assert not await forget_blob(database, storage, sha256, before=now())
    assert not await forget_stray(database, storage, sha256)
    assert storage.size(sha256) == 7
    async with database.writing() as session:
        await session.execute(delete(Result))
    assert await forget_blob(database, storage, sha256, before=now())
    assert storage.size(sha256) is None


@local
async def test_a_file_that_was_kept_again_is_not_forgotten(
    database: Database, storage: Storage, tmp_path: Path
) -> None:
    path = tmp_path / "clip"
    path.write_bytes(b"picture")
    sha256 = (await keep_file(database, storage, path)).sha256
    await _age(database)
    before = now()
    await keep_file(database, storage, path)
    assert not await forget_blob(database, storage, sha256, before=before)
    assert storage.size(sha256) == 7


@local
async def test_storage_that_refuses_leaves_the_row(database: Database, storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "clip"
    path.write_bytes(b"picture")
    sha256 = (await keep_file(database, storage, path)).sha256
    await _age(database)
    kept = storage.local(sha256)
    assert kept is not None
    kept.unlink()
    kept.mkdir()  # no call removes a folder as a file
    with pytest.raises(Exception, match="failed"):
        await forget_blob(database, storage, sha256, before=now())
    async with database.reading() as session:
        assert await session.scalar(select(Blob.sha256)) == sha256


@local
async def test_what_is_named_while_it_is_swept_is_there_afterwards(
    database: Database, storage: Storage, tmp_path: Path
) -> None:
    """Twelve files that nothing has used lately; some are kept and named again while all are being swept."""
    chance = random.Random(7)
    paths = [tmp_path / f"{number}" for number in range(12)]
    for path in paths:
        path.write_bytes(path.name.encode() * 1000)
    names = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    removed = 0
    for _ in range(12):
        for path in paths:
            await keep_file(database, storage, path)
        async with database.writing() as session:
            await session.execute(delete(Result))
            await session.execute(delete(Blob).where(Blob.sha256.in_(chance.sample(names, 4))))  # these are strays
        await _age(database)
        before = now()
        wanted = chance.sample(range(12), 6)

        async def keep(number: int) -> None:
            await asyncio.sleep(chance.uniform(0, 0.03))
            file = await keep_file(database, storage, paths[number])
            await asyncio.sleep(chance.uniform(0, 0.01))
            await _refer(database, file.sha256)

        async def sweep(sha256: str, before: datetime = before) -> int:
            await asyncio.sleep(chance.uniform(0, 0.03))
            return await forget_blob(database, storage, sha256, before=before) + await forget_stray(
                database, storage, sha256
            )

        keeping = [asyncio.ensure_future(keep(number)) for number in wanted]
        removed += sum(await asyncio.gather(*map(sweep, names)))
        await asyncio.gather(*keeping)
        for number in wanted:
            assert await asyncio.to_thread(storage.check, names[number])
    assert removed >= 12 * 6


async def _refer(database: Database, sha256: str) -> None:
    async with database.writing() as session:
        session.add(Result(key=sha256, stage="test", version=1, digest="", value="null"))
        await session.flush()
        session.add(ResultBlob(result_key=sha256, sha256=sha256))


async def _age(database: Database) -> None:
    """Let two days pass for every file's row."""
    past = now() - timedelta(days=2)
    async with database.writing() as session:
        await session.execute(update(Blob).values(used_at=past, unnamed_at=past))
