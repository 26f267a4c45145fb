"""A backup taken while everything goes on becomes the same instance elsewhere, and its runs go on there."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from tests.jobs.engine import do_all, drawings, enter, start, states, tell
from tests.library.search.library import add
from tests.migrations.bare import bare_database

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role, Session, User
from cutroom.analysis.reindexing import reindex
from cutroom.core.clock import now
from cutroom.core.database import Base, Database, DatabaseUnusable
from cutroom.core.schema import EMPTY, downgrade, status, upgrade
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import keep_file, name_blob
from cutroom.jobs.models import Result, ResultBlob, Run, RunState
from cutroom.library.backup import Backup, back_up, file_in, latest_backup, read_manifest, table_in
from cutroom.library.models import Asset, AssetFile
from cutroom.library.restore import BackupDamaged, NotEmpty, restore
from cutroom.library.search.finding import Filters, find
from cutroom.library.search.query import read_question
from cutroom.library.verify import verify
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage, StoredFile

pytestmark = pytest.mark.anyio
local = pytest.mark.parametrize("storage_settings", ["local"], indirect=True)
on_s3 = pytest.mark.parametrize("storage_settings", ["s3"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

#: What texts hold that come from people, files and providers.
TITLE = "Größe — ‘über’ 𝔘nicode\t\n\u2028\u202e \\0 ' \" ; DROP TABLE run"
#: Of the audit log.
KEY = b"a key of tests alone"


@pytest.fixture
async def elsewhere(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database of the other kind."""
    kind = "postgresql" if database.kind == "sqlite" else "sqlite"
    with bare_database(kind, request, tmp_path) as url:
        other = Database(url)
        yield other
        await other.close()


@pytest.fixture
def other_storage(tmp_path: Path) -> Storage:
    """Empty storage on another disk, for all one can see."""
    opened: Storage = load("storage", "local")(Settings(data_dir=tmp_path / "other", storage="local"), "local")
    return opened


@on_s3
@pytest.mark.slow
async def test_a_backup_taken_under_load_is_one_moment_of_everything(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    """Each change adds an asset, its file, and counts it in the same transaction; another goes again."""
    stop, under_way = asyncio.Event(), asyncio.Semaphore(0)

    async def go_on(worker: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            await _add_asset(database, storage, tmp_path, worker * 1000 + number)
            under_way.release()

    load = [asyncio.ensure_future(go_on(worker)) for worker in (1, 2)]
    for _ in range(4):
        await under_way.acquire()
    made = await back_up(database, storage, tmp_path / "backups")
    stop.set()
    await asyncio.gather(*load)
    assert not made.manifest.missing
    restored = await restore(elsewhere, other_storage, made.folder, KEY)
    assert not restored.lost
    report = await verify(elsewhere, other_storage, deep=True)
    assert report.sound, report.findings
    async with elsewhere.reading() as session:
        assets = (await session.scalars(select(Asset))).all()
        counted = await session.scalar(select(func.sum(Run.last_event))) or 0
    assert len(assets) == counted >= 4
    for asset in assets:
        assert b"".join(other_storage.read(asset.sha256)) == asset.title.encode()


@local
@pytest.mark.slow
async def test_a_restored_instance_has_the_same_rows_and_its_runs_go_on(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    run_id, worker_id = await start(database, drawings), await enter(database)
    claimed = await do_all(database, worker_id, until="each_draw[1]")
    assert claimed is not None
    await _add_asset(database, storage, tmp_path, 7)
    async with database.writing() as session:
        user = User(name="ada", display_name=TITLE, role=Role.ADMIN)
        session.add(user)
        await session.flush()
        session.add(Session(token_hash="0" * 64, user_id=user.id, expires_at=now() + timedelta(days=1)))
        extremes = {"text": TITLE, "big": 1e16, "whole": 10**16, "small": 1e-320, "none": None, "list": [1.0, 1, True]}
        session.add(Run(recipe="test", params=extremes, state=RunState.CANCELED, created_at=now() - timedelta(days=1)))
    made = await back_up(database, storage, tmp_path / "backups")
    await restore(elsewhere, other_storage, made.folder, KEY)

    before, after = await _rows(database), await _rows(elsewhere)
    assert before.pop("session")
    assert not after.pop("session")
    [told], head = after.pop("audit_entry"), after.pop("audit_head")
    assert (told["action"], told["subject_id"]) == ("instance.restored", made.manifest.made_at.isoformat())
    assert (before.pop("audit_entry"), before.pop("audit_head"), head[0]["number"]) == ([], [], 1)
    [running] = [row for row in before["step"] if row["state"] == "running"]
    running.update(state="ready", worker_id=None, beat_at=None)
    for worker in before["worker"]:
        worker["ended_at"] = after["worker"][0]["ended_at"]
    assert after == before

    assert await do_all(elsewhere, await enter(elsewhere)) is None
    assert (await tell(elsewhere, run_id)).state == RunState.SUCCEEDED
    assert (await states(database, run_id))["each_draw[1]"] == "running"


@local
async def test_what_is_searched_is_found_in_a_restored_instance(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    lecture = await add(database, "On tides", "the moon pulls the water of the sea .")
    await add(database, "On wind", "warm air rises .")
    made = await back_up(database, storage, tmp_path / "backups")
    await restore(elsewhere, other_storage, made.folder, KEY)
    viewer = Viewer(None, "", Role.ADMIN, "here")
    for words in ("tides", "moon pulls", '"the water of the sea"'):
        async with elsewhere.reading() as session:
            found = await find(session, viewer, read_question(words), Filters(), after=None, limit=5)
        assert [each.asset_id for each in found.items] == [lecture], words
    assert await reindex(elsewhere) == 0


@local
@on_sqlite
async def test_a_second_backup_copies_only_what_is_new(database: Database, storage: Storage, tmp_path: Path) -> None:
    await _add_asset(database, storage, tmp_path, 1)
    await _add_asset(database, storage, tmp_path, 2)
    first = await back_up(database, storage, tmp_path / "backups")
    async with database.writing() as session:
        await session.delete((await session.scalars(select(AssetFile))).first())
        await session.delete((await session.scalars(select(Asset))).first())
    await _add_asset(database, storage, tmp_path, 3)
    second = await back_up(database, storage, tmp_path / "backups")
    assert (first.copied, second.copied) == (2, 1)
    assert first.linked
    assert (first.manifest.files, second.manifest.files) == (2, 3)
    assert latest_backup(tmp_path / "backups") == second.folder
    assert read_manifest(first.folder) == first.manifest


@local
@on_sqlite
async def test_a_file_that_storage_has_lost_does_not_keep_the_others_from_being_saved(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    lost = await _add_asset(database, storage, tmp_path, 1)
    kept = await _add_asset(database, storage, tmp_path, 2)
    storage.remove(lost.sha256)
    made = await back_up(database, storage, tmp_path / "backups")
    assert made.manifest.missing == [lost.sha256]
    assert not (await restore(elsewhere, other_storage, made.folder, KEY)).lost
    assert other_storage.size(kept.sha256) == kept.size_bytes
    [finding] = (await verify(elsewhere, other_storage)).findings
    assert finding.examples == (lost.sha256,)


@local
@on_sqlite
async def test_a_file_that_is_on_its_way_is_not_taken_for_lost(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    """Its name is taken before its bytes are put, and nothing names it before they are."""
    await _add_asset(database, storage, tmp_path, 1)
    async with database.writing() as session:
        await name_blob(session, "a" * 64, 7)
    assert (await verify(database, storage)).findings == []
    made = await back_up(database, storage, tmp_path / "backups")
    assert (made.manifest.files, made.manifest.missing, made.manifest.coming) == (1, [], ["a" * 64])
    assert not (await restore(elsewhere, other_storage, made.folder, KEY)).lost
    assert (await verify(elsewhere, other_storage)).findings == []


@local
@on_sqlite
async def test_a_backup_that_breaks_off_leaves_nothing_that_looks_like_one(
    database: Database, storage: Storage, tmp_path: Path
) -> None:
    await _add_asset(database, storage, tmp_path, 1)
    with pytest.raises(RuntimeError, match="plug"):
        await back_up(database, storage, tmp_path / "backups", progress=_pull_the_plug)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["files"]
    assert (await back_up(database, storage, tmp_path / "backups")).copied == 0


@local
async def test_a_restore_that_broke_off_is_simply_done_again(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    made = await _make(database, storage, tmp_path)

    with pytest.raises(RuntimeError, match="plug"):
        await restore(elsewhere, other_storage, made.folder, KEY, progress=_pull_the_plug)
    assert (await status(elsewhere)).revision is None
    assert (await restore(elsewhere, other_storage, made.folder, KEY)).files == 3


@local
@on_sqlite
async def test_a_table_that_was_changed_since_is_not_restored(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    made = await _make(database, storage, tmp_path)
    path = table_in(made.folder, "asset")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BackupDamaged, match=r"asset\.jsonl\.gz is not what"):
        await restore(elsewhere, other_storage, made.folder, KEY)
    assert (await status(elsewhere)).revision is None
    assert not list(other_storage.list())


@on_s3
@on_sqlite
async def test_files_that_a_backup_has_lost_are_told_and_all_others_restored(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    made = await _make(database, storage, tmp_path)
    damaged, absent, _ = sorted(each.sha256 for each in storage.list())
    path = file_in(made.folder, damaged)
    path.chmod(0o644)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    file_in(made.folder, absent).unlink()
    restored = await restore(elsewhere, other_storage, made.folder, KEY)
    assert restored.lost == [damaged, absent]
    assert restored.files == 1


@local
@on_sqlite
async def test_nothing_is_restored_over_something(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    made = await _make(database, storage, tmp_path)
    with pytest.raises(NotEmpty, match="rows in 'asset'"):
        await restore(database, other_storage, made.folder, KEY)
    await upgrade(elsewhere)
    stray = tmp_path / "stray"
    stray.write_bytes(b"another instance's")
    other_storage.put(stray, hashlib.sha256(stray.read_bytes()).hexdigest())
    with pytest.raises(NotEmpty, match="holds what is not from this backup"):
        await restore(elsewhere, other_storage, made.folder, KEY)
    # Its own files may be there already.
    assert (await restore(elsewhere, storage, made.folder, KEY)).files == 3


@local
async def test_a_backup_of_an_older_schema_is_brought_up(
    database: Database, storage: Storage, elsewhere: Database, other_storage: Storage, tmp_path: Path
) -> None:
    """A schema without the last revision's tables is as an older version would have left it."""
    made = await _make(database, storage, tmp_path)
    [*older, _] = (await status(elsewhere)).pending
    newest = {"candidate", "chapter", "clip", "clip_file", "transcript"}
    kept = [table for table in made.manifest.tables if table.name not in newest]
    aged = made.manifest.model_copy(update={"schema_revision": older[-1], "tables": kept})
    (made.folder / "manifest.json").write_text(aged.model_dump_json())
    await restore(elsewhere, other_storage, made.folder, KEY)
    assert (await status(elsewhere)).current
    assert (await verify(elsewhere, other_storage)).sound


@local
async def test_a_database_of_another_schema_is_not_backed_up(
    database: Database, storage: Storage, tmp_path: Path
) -> None:
    await downgrade(database, EMPTY)
    with pytest.raises(DatabaseUnusable, match="run 'cutroom db upgrade'"):
        await back_up(database, storage, tmp_path / "backups")


def _pull_the_plug(fraction: float, /) -> None:
    if fraction > 0.4:
        raise RuntimeError("pulled the plug")


async def _make(database: Database, storage: Storage, folder: Path) -> Backup:
    for number in range(3):
        await _add_asset(database, storage, folder, number)
    return await back_up(database, storage, folder / "backups")


async def _add_asset(database: Database, storage: Storage, folder: Path, number: int) -> StoredFile:
    """Add an asset with a file, a result that names it, and a run that counts it."""
    path = folder / f"asset-{number}"
    title = f"{TITLE} {number}"
    path.write_bytes(title.encode())
    file = await keep_file(database, storage, path)

    async def add(session: AsyncSession) -> None:
        asset = Asset(
            title=title, file_name="a.mp4", sha256=file.sha256, size_bytes=file.size_bytes, info={"n": number}
        )
        session.add(asset)
        session.add(Result(key=file.sha256, stage="test", version=1, digest="", value=f'"{number}"'))
        await session.flush()
        played = {"name": "play.mp4", "media_type": "video/mp4"}
        session.add(AssetFile(asset_id=asset.id, sha256=file.sha256, size_bytes=file.size_bytes, **played))
        session.add(ResultBlob(result_key=file.sha256, sha256=file.sha256))
        session.add(Run(recipe="count", params={}, state=RunState.SUCCEEDED, last_event=1))

    await database.write(add)
    return file


async def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    async with database.reading() as session:
        return {table.name: await _rows_of(session, table) for table in Base.metadata.sorted_tables}


async def _rows_of(session: AsyncSession, table: Table) -> list[dict[str, Any]]:
    rows = await session.execute(select(table).order_by(*table.primary_key.columns))
    return [dict(row._mapping) for row in rows]
