"""What is no longer wanted goes; what any row names stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select

from cutroom.accounts.models import RequestKey, Role, Session, User
from cutroom.core.clock import now
from cutroom.core.database import Base, Database
from cutroom.core.files import sha256_of
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.models import (
    Blob,
    Event,
    Queue,
    Result,
    ResultBlob,
    Run,
    RunState,
    Schedule,
    ScheduleFire,
    Step,
    StepState,
    Worker,
)
from cutroom.library.housekeeping import drop_strays, tidy
from cutroom.library.models import Asset, AssetFile
from cutroom.providers.storage import Storage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("storage_settings", ["local"], indirect=True)]

Keep = Callable[[str], Awaitable[str]]


@pytest.fixture
def keep(database: Database, storage: Storage, tmp_path: Path) -> Keep:
    """Keep a file with these words in it, and give its name."""

    async def keep(content: str) -> str:
        path = tmp_path / "content"
        path.write_text(content)
        return (await keep_file(database, storage, path)).sha256

    return keep


async def test_a_file_that_nothing_names_goes_after_its_second_day(
    database: Database, storage: Storage, storage_settings: Settings, keep: Keep
) -> None:
    sha256 = await keep("scratch")
    start = now()
    for hours, expected in ((1, 0), (25, 0), (48, 0), (50, 1), (51, 0)):
        with time_machine.travel(start + timedelta(hours=hours)):
            assert (await tidy(database, storage, storage_settings)).files == expected
            assert (storage.size(sha256) is None) == (hours >= 50)
    assert await _count(database, Blob) == 0


async def test_a_file_is_kept_for_as_long_as_anything_names_it(
    database: Database, storage: Storage, storage_settings: Settings, keep: Keep
) -> None:
    original, poster, caption, transcript = [await keep(each) for each in ("original", "poster", "caption", "words")]
    async with database.writing() as session:
        asset = Asset(title="Lecture", file_name="lecture.mp4", sha256=original, size_bytes=8)
        session.add(asset)
        await session.flush()
        session.add(
            AssetFile(asset_id=asset.id, name="poster.jpg", sha256=poster, size_bytes=6, media_type="image/jpeg")
        )
        # A parameter is no reference that the database knows of.
        session.add(Run(recipe="highlights", params={"transcript": {"sha256": transcript, "size_bytes": 5}}))
        session.add(Result(key="c" * 64, stage="caption", version=1, digest="", value="null", used_at=_in(days=100)))
        await session.flush()
        session.add(ResultBlob(result_key="c" * 64, sha256=caption))
    await _live_through(database, storage, storage_settings, 1, 2, 12, 19, 20)
    assert all(storage.size(each) for each in (original, poster, caption, transcript))
    async with database.writing() as session:
        await session.delete(await session.get_one(Asset, asset.id))
    await _live_through(database, storage, storage_settings, 21, 22, 23)
    assert [storage.size(each) for each in (original, poster)] == [None, None]
    assert all(storage.size(each) for each in (caption, transcript))


async def test_results_go_when_no_run_has_used_them_for_a_month(
    database: Database, storage: Storage, storage_settings: Settings, keep: Keep
) -> None:
    """But for those of a run that is not finished, and what a run gave in the end."""
    files = {name: await keep(name) for name in ("old", "fresh", "waiting", "output")}
    async with database.writing() as session:
        done = Run(recipe="test", params={}, state=RunState.SUCCEEDED, ended_at=now(), output="output")
        waiting = Run(recipe="test", params={}, state=RunState.RUNNING, output="output")
        session.add_all([done, waiting])
        await session.flush()
        for name, run in (("old", done), ("fresh", done), ("output", done), ("waiting", waiting)):
            used_at = _in(days=20) if name == "fresh" else now()
            session.add(Result(key=name, stage=name, version=1, digest="", value="null", used_at=used_at))
            await session.flush()
            session.add(ResultBlob(result_key=name, sha256=files[name]))
            session.add(
                Step(
                    run_id=run.id,
                    key=name,
                    stage=name,
                    version=1,
                    queue=Queue.CPU,
                    arguments={},
                    state=StepState.SUCCEEDED,
                    result_key=name,
                )
            )
    await _live_through(database, storage, storage_settings, 1, 21, 31, 32, 33)
    async with database.reading() as session:
        left = set(await session.scalars(select(Result.key)))
        steps = {row.key: row.result_key for row in await session.execute(select(Step.key, Step.result_key))}
    assert left == {"fresh", "output", "waiting"}
    assert steps == {"fresh": "fresh", "output": "output", "waiting": "waiting", "old": None}
    assert {name for name, sha256 in files.items() if storage.size(sha256)} == left


async def test_what_was_deleted_can_be_had_back_for_a_month(
    database: Database, storage: Storage, storage_settings: Settings, keep: Keep
) -> None:
    sha256 = await keep("original")
    async with database.writing() as session:
        asset = {"title": "Lecture", "file_name": "a.mp4", "sha256": sha256, "size_bytes": 8}
        session.add_all([Asset(**asset, deleted_at=now()), Asset(**asset)])
    await _live_through(database, storage, storage_settings, 1, 29)
    assert await _count(database, Asset) == 2
    await _live_through(database, storage, storage_settings, 31, 32, 33)
    assert await _count(database, Asset) == 1
    assert storage.size(sha256)


async def test_what_is_past_its_time_goes(database: Database, storage: Storage, storage_settings: Settings) -> None:
    async with database.writing() as session:
        ended = Run(recipe="test", params={}, state=RunState.SUCCEEDED, ended_at=now(), last_event=700)
        running = Run(recipe="test", params={}, state=RunState.RUNNING, last_event=1)
        user = User(name="ada", display_name="Ada", role=Role.ADMIN)
        schedule = Schedule(name="weekly", cron="0 0 * * 0", recipe="test", params={})
        session.add_all([ended, running, user, schedule])
        session.add(Worker(host="here", pid=1, process_started="", queues=["cpu"], version="1"))
        await session.flush()
        session.add_all(Event(run_id=ended.id, number=number, kind="note", data={}) for number in range(700))
        session.add(Event(run_id=running.id, number=1, kind="run.started", data={}))
        session.add(RequestKey(user_id=user.id, key="again", request_hash=""))
        session.add_all(Session(token_hash=f"{days}", user_id=user.id, expires_at=_in(days=days)) for days in (10, 90))
        session.add(ScheduleFire(schedule_id=schedule.id, fire_at=now()))
    kinds = (Run, Event, User, Schedule, ScheduleFire, RequestKey, Session, Worker)
    assert [await _count(database, each) for each in kinds] == [2, 701, 1, 1, 1, 1, 2, 1]
    assert (await tidy(database, storage, storage_settings)).rows == 0
    with time_machine.travel(_in(days=31)):
        # events, and one each: fire, key, session, worker, and what the first look at storage was counted with
        assert (await tidy(database, storage, storage_settings)).rows == 700 + 5
    assert [await _count(database, each) for each in kinds] == [2, 1, 1, 1, 0, 0, 1, 0]


async def test_a_file_that_no_row_knows_goes_after_a_day(
    database: Database, storage: Storage, storage_settings: Settings, keep: Keep, tmp_path: Path
) -> None:
    known = await keep("known")
    async with database.writing() as session:
        session.add(Asset(title="Lecture", file_name="lecture.mp4", sha256=known, size_bytes=5))
    stray = tmp_path / "stray"
    stray.write_text("stray")
    sha256 = sha256_of(stray)
    storage.put(stray, sha256)
    assert (await tidy(database, storage, storage_settings)).strays == 0
    with time_machine.travel(_in(hours=20)):
        assert await drop_strays(database, storage) == 0
    with time_machine.travel(_in(hours=25)):
        assert (await tidy(database, storage, storage_settings)).strays == 1
    assert storage.size(sha256) is None
    assert storage.size(known) == 5
    assert await _count(database, Blob) == 1


async def test_what_was_being_brought_in_when_its_process_died_goes(
    database: Database, storage: Storage, storage_settings: Settings
) -> None:
    part = storage_settings.data_dir / "incoming" / "0123.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    await tidy(database, storage, storage_settings)
    assert part.exists()
    with time_machine.travel(_in(hours=25)):
        await tidy(database, storage, storage_settings)
    assert not part.exists()


async def _live_through(database: Database, storage: Storage, settings: Settings, *days: int) -> None:
    """Tidy on some days from now."""
    start = now()
    for day in days:
        with time_machine.travel(start + timedelta(days=day)):
            await tidy(database, storage, settings)


def _in(*, days: float = 0, hours: float = 0) -> datetime:
    return now() + timedelta(days=days, hours=hours)


async def _count(database: Database, entity: type[Base]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(entity)) or 0
