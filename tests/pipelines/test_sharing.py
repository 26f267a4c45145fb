from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.pipelines.conftest import make_recording
from tests.pipelines.engine import CATALOGUE, House, open_house

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.core.database import Database
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.models import RunState
from cutroom.jobs.runs import cancel_run, retry_run
from cutroom.library.models import Asset, AssetFile, AssetQuality, AssetState
from cutroom.library.settling import keep_assets_settled, settle_assets
from cutroom.library.versions import replace_source
from cutroom.pipelines.sharing import Shared

pytestmark = pytest.mark.anyio


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return open_house(database, tmp_path / "house")


async def state_of(house: House, asset: Asset) -> Asset:
    await settle_assets(house.database)
    [row] = await house.rows(select(Asset).where(Asset.id == asset.id))
    return row


async def files_of(house: House, asset: Asset) -> dict[str, AssetFile]:
    return {row.name: row for row in await house.rows(select(AssetFile).where(AssetFile.asset_id == asset.id))}


async def test_a_shared_recording_is_ready_with_all_that_it_is_watched_by(house: House, tmp_path: Path) -> None:
    asset = await house.add(make_recording(tmp_path / "talk.mp4", duration_s=7))
    assert asset.state is AssetState.NEW
    run = await house.do("share", asset, hls=True)
    assert run.state is RunState.SUCCEEDED, run.error
    row = await state_of(house, asset)
    assert (row.state, row.reason) == (AssetState.READY, None)
    assert (row.width, row.height) == (320, 180)
    assert row.duration_s == pytest.approx(7, abs=0.1)
    assert row.info is not None
    assert row.info["video"]["codec"] == "h264"
    files = await files_of(house, asset)
    assert set(files) == {
        *("play.mp4", "poster.jpg", "storyboard-1.jpg", "storyboard.vtt"),
        *("hls/master.m3u8", "hls/180p/index.m3u8", "hls/180p/0.ts", "hls/180p/1.ts"),
    }
    for file in files.values():
        assert len(house.read(file.sha256)) == file.size_bytes > 0
    output = await house.output(run)
    assert isinstance(output, Shared)
    assert output.copied
    assert set(output.files) == set(files)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_shared_sound_has_its_wave_for_a_poster(house: House, tmp_path: Path) -> None:
    asset = await house.add(make_recording(tmp_path / "talk.m4a", duration_s=4, picture=False))
    run = await house.do("share", asset, hls=True)
    assert run.state is RunState.SUCCEEDED, run.error
    assert set(await files_of(house, asset)) == {"play.m4a", "poster.jpg"}
    assert (await state_of(house, asset)).state is AssetState.READY


async def test_an_asset_tells_why_it_cannot_be_watched(house: House, tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(b"these are my notes")
    asset = await house.add(path)
    run = await house.do("share", asset)
    assert run.state is RunState.FAILED
    assert run.error is not None
    row = await state_of(house, asset)
    assert (row.state, row.reason) == (AssetState.FAILED, run.error["message"])
    assert "notes.mp4" in run.error["message"]
    async with house.database.writing() as session:
        await retry_run(session, CATALOGUE, run.id)
    row = await state_of(house, asset)
    assert (row.state, row.reason) == (AssetState.PROCESSING, None)
    await house.work(run.id)
    assert (await state_of(house, asset)).state is AssetState.FAILED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_cancelled_recording_is_not_left_in_the_making(house: House, tmp_path: Path) -> None:
    asset = await house.add(make_recording(tmp_path / "talk.mp4", duration_s=1))
    run_id = await house.start("share", asset)
    async with house.database.writing() as session:
        row = await session.get_one(Asset, asset.id)
        row.state = AssetState.PROCESSING
    assert (await state_of(house, asset)).state is AssetState.PROCESSING
    async with house.database.writing() as session:
        await cancel_run(session, run_id)
    stop = asyncio.Event()
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(keep_assets_settled(house.database, stop))
        while (row := (await house.rows(select(Asset).where(Asset.id == asset.id)))[0]).state is AssetState.PROCESSING:
            await asyncio.sleep(0.05)
        stop.set()
    assert row.state is AssetState.FAILED
    assert row.reason is not None
    assert "cancelled" in row.reason


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_recording_that_is_ready_stays_so_while_it_is_shared_again(house: House, tmp_path: Path) -> None:
    asset = await house.add(make_recording(tmp_path / "talk.mp4", duration_s=1))
    await house.do("share", asset)
    run_id = await house.start("share", asset, hls=True)
    async with house.database.writing() as session:
        await cancel_run(session, run_id)
    assert (await state_of(house, asset)).state is AssetState.READY


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_shared_recording_was_measured_part_by_part(house: House, tmp_path: Path) -> None:
    asset = await house.add(make_recording(tmp_path / "talk.mp4", duration_s=4))
    run = await house.do("share", asset)
    assert run.state is RunState.SUCCEEDED, run.error
    [quality] = await house.rows(select(AssetQuality).where(AssetQuality.asset_id == asset.id))
    assert quality.made_of == asset.sha256
    parts = {part["name"]: part for part in quality.parts}
    assert {"resolution", "frame rate", "bit rate", "black picture"} <= set(parts)
    assert parts["resolution"]["value"] == "320 × 180"
    assert parts["resolution"]["score"] == 0
    assert "1080p" in parts["resolution"]["advice"]
    assert parts["black picture"]["score"] == 100
    assert 0 <= quality.score < 100


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_run_on_an_earlier_source_writes_nothing_over_the_newer_one(house: House, tmp_path: Path) -> None:
    asset = await house.add(make_recording(tmp_path / "first.mp4", duration_s=4))
    await house.do("share", asset)
    before = await files_of(house, asset)
    assert {each.made_of for each in before.values()} == {asset.sha256}
    path = make_recording(tmp_path / "second.mp4", duration_s=6)
    file = await keep_file(house.database, house.storage, path)
    viewer = Viewer(None, "Ada", Role.ADMIN, "here")
    interrupted = await house.start("share", asset)
    async with house.database.writing() as session:
        _, run = await replace_source(session, CATALOGUE, viewer, asset.id, file, path.name)
    assert (await house.run(interrupted)).state is RunState.CANCELED
    shown = await files_of(house, asset)
    assert {name: each.sha256 for name, each in shown.items()} == {name: each.sha256 for name, each in before.items()}
    assert (await house.work(run.id)).state is RunState.SUCCEEDED
    after = await files_of(house, asset)
    assert {each.made_of for each in after.values()} == {file.sha256}
    assert after["play.mp4"].sha256 != before["play.mp4"].sha256
    async with house.database.writing() as session:
        await retry_run(session, CATALOGUE, interrupted)
    assert (await house.work(interrupted)).state is RunState.SUCCEEDED
    row = await state_of(house, asset)
    assert (row.state, row.sha256, row.source_version) == (AssetState.READY, file.sha256, 2)
    assert row.duration_s == pytest.approx(6, abs=0.1)
    assert {name: each.sha256 for name, each in (await files_of(house, asset)).items()} == {
        name: each.sha256 for name, each in after.items()
    }
    [quality] = await house.rows(select(AssetQuality).where(AssetQuality.asset_id == asset.id))
    assert quality.made_of == file.sha256
