"""Another source under the same address."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import func, select
from tests.api.studio import RECORDING, Studio, finished

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.models import Run, RunState
from cutroom.library.models import Asset, AssetFile, AssetState, AssetVersion, SourceKind, Visibility
from cutroom.library.provenance import Origin
from cutroom.library.versions import replace_source
from cutroom.providers.storage import StoredFile

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ASSETS = "/api/v1/assets"


def _brought(studio: Studio, name: str, content: bytes) -> str:
    path = studio.settings.data_dir / "brought" / uuid4().hex / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return str(path)


async def _replaced(studio: Studio, client: httpx2.AsyncClient, asset: str, content: bytes, **more: object) -> Any:  # noqa: ANN401 - JSON
    path = _brought(studio, "mended.mp4", content)
    return await client.post(f"{ASSETS}/{asset}/source", json={"path": path, **more})


@on_sqlite
async def test_a_recording_keeps_its_address_and_has_its_earlier_source_still(studio: Studio) -> None:
    _, admin = await studio.person(name="Ada")
    asset = await studio.asset(admin, "talk.mp4")
    shelf = (await admin.post("/api/v1/collections", json={"title": "x"})).json()["id"]
    await admin.put(f"/api/v1/collections/{shelf}/items/{asset}", json={})
    await admin.patch(f"{ASSETS}/{asset}", json={"title": "My talk", "licence": "CC0-1.0"})
    tag = (await admin.head(f"{ASSETS}/{asset}/original")).headers["etag"]
    at_work = (await admin.post("/api/v1/runs", json={"recipe": "double", "asset_id": asset})).json()["id"]

    answer = await _replaced(studio, admin, asset, RECORDING[1:], source_version=1)
    assert answer.status_code == 202, answer.text
    found = answer.json()
    assert (found["id"], found["title"], found["licence"]["key"]) == (asset, "My talk", "CC0-1.0")
    assert (found["file_name"], found["source_version"], found["state"]) == ("mended.mp4", 2, "processing")
    assert (await admin.get(f"/api/v1/runs/{at_work}")).json()["state"] == "canceled"
    assert (await admin.get(f"/api/v1/runs/{found['run_id']}")).json()["recipe"] == "share"
    original = await admin.get(f"{ASSETS}/{asset}/original")
    assert original.content == RECORDING[1:]
    assert original.headers["etag"] != tag
    assert [each["id"] for each in (await admin.get(f"/api/v1/collections/{shelf}/items")).json()["items"]] == [asset]

    newest, first = (await admin.get(f"{ASSETS}/{asset}/versions")).json()["items"]
    assert (newest["number"], newest["current"], newest["replaced_by"]) == (2, True, None)
    assert (first["number"], first["current"], first["file_name"]) == (1, False, "talk.mp4")
    assert first["replaced_by"]["name"] == first["brought_by"]["name"] == "Ada"
    assert [each["sha256"] for each in first["provenance"]] == [first["sha256"]]

    stale = await _replaced(studio, admin, asset, RECORDING[2:], source_version=1)
    assert (stale.status_code, "source 2" in stale.json()["detail"]) == (409, True)
    same = await _replaced(studio, admin, asset, RECORDING[1:])
    assert same.status_code == 409
    back = await admin.post(f"{ASSETS}/{asset}/versions/1/restore", json={"source_version": 2})
    assert (back.status_code, back.json()["source_version"], back.json()["file_name"]) == (202, 3, "talk.mp4")
    assert (await admin.get(f"{ASSETS}/{asset}/original")).content == RECORDING
    assert [each["number"] for each in (await admin.get(f"{ASSETS}/{asset}/versions")).json()["items"]] == [3, 2, 1]
    assert (await admin.post(f"{ASSETS}/{asset}/versions/9/restore", json={})).status_code == 404


@on_sqlite
async def test_files_of_an_earlier_source_are_shown_as_stale_until_there_are_others(studio: Studio) -> None:
    _, admin = await studio.person()
    asset = await studio.asset(admin)
    async with studio.database.writing() as session:
        row = await session.get_one(Asset, UUID(asset))
        file = {"sha256": row.sha256, "size_bytes": row.size_bytes, "media_type": "video/mp4"}
        session.add(AssetFile(asset_id=row.id, name="play.mp4", made_of=row.sha256, **file))
    assert (await admin.get(f"{ASSETS}/{asset}")).json()["stale"] is False
    await _replaced(studio, admin, asset, RECORDING[1:])
    assert (await admin.get(f"{ASSETS}/{asset}")).json()["stale"] is True
    assert (await admin.get(f"{ASSETS}/{asset}/files/play.mp4")).status_code == 200


async def test_of_many_replacements_at_once_each_is_whole_and_in_order(studio: Studio) -> None:
    """Two that name the same source: one wins. Those that name none: all, one after the other, and none is lost."""
    _, admin = await studio.person()
    asset = await studio.asset(admin)
    named = await asyncio.gather(
        *(_replaced(studio, admin, asset, RECORDING[number:], source_version=1) for number in (1, 2, 3))
    )
    assert sorted(each.status_code for each in named) == [202, 409, 409]
    free = await asyncio.gather(*(_replaced(studio, admin, asset, RECORDING[number:]) for number in range(4, 9)))
    assert {each.status_code for each in free} == {202}
    async with studio.database.reading() as session:
        row = await session.get_one(Asset, UUID(asset))
        versions = (await session.scalars(select(AssetVersion).order_by(AssetVersion.number))).all()
        open_runs = await session.scalar(select(func.count()).where(Run.state == RunState.QUEUED))
        newest = (await session.scalars(select(Run).order_by(Run.id.desc()).limit(1))).one()
    assert row.source_version == 7
    assert [each.number for each in versions] == [1, 2, 3, 4, 5, 6]
    sizes = {each.sha256: each.size_bytes for each in versions} | {row.sha256: row.size_bytes}
    assert len(sizes) == 7
    for sha256, size_bytes in sizes.items():
        assert studio.storage.size(sha256) == size_bytes
    assert open_runs == 1  # every earlier one was cancelled by the next
    assert newest.params["source"]["sha256"] == row.sha256


@on_sqlite
async def test_earlier_sources_are_told_to_who_may_change_the_recording_alone(studio: Studio) -> None:
    _, admin = await studio.person()
    _, other = await studio.person(Role.EDITOR)
    asset = await studio.asset(admin)
    await _replaced(studio, admin, asset, RECORDING[1:])
    async with studio.database.writing() as session:
        (await session.get_one(Asset, UUID(asset))).visibility = Visibility.INSTANCE
    assert (await other.get(f"{ASSETS}/{asset}")).status_code == 200
    assert (await other.get(f"{ASSETS}/{asset}/versions")).status_code == 403
    assert (await other.post(f"{ASSETS}/{asset}/versions/1/restore", json={})).status_code == 403
    assert (await _replaced(studio, other, asset, RECORDING[2:])).status_code == 403


@on_sqlite
async def test_another_part_brings_a_source_with_what_it_knows_of_it(studio: Studio, tmp_path: Path) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    _, admin = await studio.person()
    asset = await studio.asset(admin)
    path = tmp_path / "fetched"
    path.write_bytes(RECORDING[3:])
    file: StoredFile = await keep_file(studio.database, studio.storage, path)
    origin = Origin(SourceKind.LINK, "fetcher 1.2", "https://example.org/v/1", asset_id=UUID(asset))
    viewer = Viewer(owner_id, "Eve", Role.EDITOR, "token")
    async with studio.database.writing() as session:
        row = await session.get_one(Asset, UUID(asset))
        row.owner_id = owner_id
        await session.flush()
        changed, run = await replace_source(
            session, studio.catalogue, viewer, row.id, file, "../../etc/passwd\n", origin=origin
        )
    assert (changed.source_kind, changed.source_url) == (SourceKind.LINK, "https://example.org/v/1")
    assert changed.file_name == "../../etc/passwd"
    [link] = changed.provenance
    assert (link["tool"], link["where"], link["sha256"]) == ("fetcher 1.2", origin.url, file.sha256)
    assert (link["asset_id"], run.subject_id) == (asset, UUID(asset))
    assert changed.state is AssetState.PROCESSING
    async with studio.working():
        await finished(owner, str(run.id))
