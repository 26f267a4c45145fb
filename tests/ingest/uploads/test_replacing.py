"""Uploads that become the source of a recording that there is."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.api.studio import Studio
from tests.ingest.uploads.bringing import FILM, Bringer, bringer, told, used_bytes

from cutroom.accounts.config.models import Config
from cutroom.accounts.models import Role, Scope, User
from cutroom.accounts.tokens import make_token
from cutroom.core.clock import now
from cutroom.ingest.uploads import direct
from cutroom.ingest.uploads.models import Upload, UploadState
from cutroom.library.models import Asset

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ASSETS = "/api/v1/assets"
#: What the recording has at first.
OLD = FILM + bytes(1000)


async def _asset(one: Bringer) -> dict[str, Any]:
    state = await one.bring(OLD, filename="talk.mp4")
    assert state["state"] == "finished", state
    return await _read(one, state["asset_id"])


async def _read(one: Bringer, asset_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await one.client.get(f"{ASSETS}/{asset_id}")).json()
    return found


async def _refused(one: Bringer, content: bytes = FILM, **metadata: str) -> httpx2.Response:
    return await one.create(len(content), b"", **{"Upload-Metadata": told(**metadata)})


async def test_an_upload_becomes_the_source_of_a_recording_that_keeps_its_address(studio: Studio) -> None:
    one = await bringer(studio)
    asset = await _asset(one)
    state = await one.bring(FILM, filename="mended.mp4", replaces=asset["id"], source_version="1", start="share,double")
    assert (state["state"], state["asset_id"], state["replaces_id"]) == ("finished", asset["id"], asset["id"])
    found = await _read(one, asset["id"])
    assert (found["title"], found["file_name"], found["source_version"]) == ("talk", "mended.mp4", 2)
    assert (found["source_kind"], found["state"]) == ("upload", "processing")
    assert (await one.client.get(found["original_url"])).content == FILM
    assert [each["id"] for each in await one.assets()] == [asset["id"]]
    newest, first = (await one.client.get(f"{ASSETS}/{asset['id']}/versions")).json()["items"]
    assert (newest["brought_by"], first["sha256"]) == (first["replaced_by"], hashlib.sha256(OLD).hexdigest())
    runs = (await one.client.get("/api/v1/runs")).json()["items"]
    at_work = sorted(run["recipe"] for run in runs if run["state"] != "canceled")
    assert at_work == ["double", "share"]  # each once
    assert await used_bytes(studio.database) == len(OLD) + len(FILM)


async def test_pieces_at_signed_addresses_replace_a_source_as_well(studio: Studio) -> None:
    one = await bringer(studio)
    asset = await _asset(one)
    body = {"file_name": "m.mp4", "size_bytes": len(FILM), "replaces": asset["id"], "source_version": 1}
    promised = (await one.client.post("/api/v1/uploads/direct", json=body)).json()
    (piece,) = promised["pieces"]
    sent = await one.client.put(piece["url"], content=FILM, headers={"Content-Type": direct.MEDIA_TYPE})
    assert sent.status_code == 204
    await one.client.post(f"/api/v1/uploads/direct/{promised['id']}/complete")
    assert await one.finish() == 1
    assert (await _read(one, asset["id"]))["source_version"] == 2
    titled = await one.client.post("/api/v1/uploads/direct", json={**body, "source_version": 2, "title": "New"})
    assert (titled.status_code, "keeps its title" in titled.json()["detail"]) == (422, True)


async def test_parts_that_are_joined_replace_a_source_and_none_of_them_does(studio: Studio) -> None:
    one = await bringer(studio)
    asset = await _asset(one)
    replaces = {"Upload-Metadata": told(replaces=asset["id"])}
    parts = [
        await one.begin(len(content), content, **{"Upload-Concat": "partial"}, **replaces)
        for content in (FILM[:3000], FILM[3000:])
    ]
    sent = {"Tus-Resumable": "1.0.0", "Upload-Concat": f"final;{' '.join(parts)}", **replaces}
    assert (await one.client.post("/api/v1/uploads", headers=sent)).status_code == 201
    assert await one.finish() == 1
    found = await _read(one, asset["id"])
    assert (found["source_version"], found["size_bytes"]) == (2, len(FILM))


async def test_what_could_not_be_replaced_is_refused_before_a_byte_flows(studio: Studio) -> None:
    one, other = await bringer(studio), await bringer(studio)
    asset = await _asset(one)
    shown = await _asset(one)
    await one.client.put(f"{ASSETS}/{shown['id']}/audience", json={"visibility": "instance"})
    same = hashlib.sha256(OLD).hexdigest()
    answers = [
        (404, await _refused(other, replaces=asset["id"])),
        (404, await _refused(one, replaces=str(uuid4()))),
        (403, await _refused(other, replaces=shown["id"])),
        (409, await _refused(one, replaces=asset["id"], source_version="2")),
        (409, await _refused(one, replaces=asset["id"], sha256=same)),
        (400, await _refused(one, replaces="../../etc")),
        (400, await _refused(one, replaces=asset["id"], source_version="x")),
        (422, await _refused(one, replaces=asset["id"], title="New")),
    ]
    assert [answer.status_code for _, answer in answers] == [status for status, _ in answers]
    async with studio.database.writing() as session:
        session.add(Config(id=1, version=1, values={"weekly_quota_bytes": 2 * len(OLD) + len(FILM) - 1}))
    full = await _refused(one, replaces=asset["id"])
    assert (full.status_code, full.json()["type"]) == (413, "urn:cutroom:problem:quota-exceeded")
    assert list((studio.settings.data_dir / "uploads").glob("*")) == []


async def test_a_token_that_may_only_upload_replaces_nothing(studio: Studio) -> None:
    user_id, client = await studio.person(Role.EDITOR)
    asset = await _asset(Bringer(studio, client))

    async def with_token(*scopes: Scope) -> Bringer:
        async with studio.database.writing() as session:
            _, secret = await make_token(session, user_id, "x", scopes=scopes)
        return Bringer(studio, await studio.client({"Authorization": f"Bearer {secret}"}))

    refused = await _refused(await with_token(Scope.UPLOAD), replaces=asset["id"])
    assert (refused.status_code, "'write'" in refused.json()["detail"]) == (403, True)
    assert (await _refused(await with_token(Scope.WRITE), replaces=asset["id"])).status_code == 201


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("deleted", "There is no asset"),
        ("replaced", "has source 2 by now"),
        ("watching", "You may watch"),
        ("disabled", "was disabled"),
        ("none", "has this very source already"),
    ],
)
async def test_rights_count_when_the_bytes_are_here(studio: Studio, change: str, reason: str) -> None:
    user_id, client = await studio.person(Role.EDITOR)
    one = Bringer(studio, client)
    asset = await _asset(one)
    await one.client.put(f"{ASSETS}/{asset['id']}/audience", json={"visibility": "instance"})
    address = await one.begin(len(OLD), OLD[:-1], **{"Upload-Metadata": told(replaces=asset["id"], source_version="1")})
    if change == "deleted":
        await one.client.delete(f"{ASSETS}/{asset['id']}")
    if change == "replaced":
        assert (await one.bring(FILM, replaces=asset["id"]))["state"] == "finished"
    assert (await one.add(address, len(OLD) - 1, OLD[-1:])).status_code == 204
    async with studio.database.writing() as session:
        user = await session.get_one(User, user_id)
        user.role = Role.VIEWER if change == "watching" else user.role
        user.disabled_at = now() if change == "disabled" else None
    used = await used_bytes(studio.database)
    assert await one.finish() == 1
    async with studio.database.reading() as session:
        upload = await session.get_one(Upload, UUID(address.rpartition("/")[2]))
        kept = await session.get_one(Asset, UUID(asset["id"]))
    assert (upload.state, reason in str(upload.reason)) == (UploadState.FAILED, True), upload.reason
    assert kept.source_version == (2 if change == "replaced" else 1)
    assert await used_bytes(studio.database) == used - len(OLD)
    assert list((studio.settings.data_dir / "uploads").glob("*")) == []
