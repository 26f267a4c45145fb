"""Uploads through the interface: what is promised, kept, refused, and what becomes of it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from tests.api.studio import Studio, finished
from tests.ingest.uploads.bringing import FILM, OCTETS, TUS, Bringer, bringer, engine_of, only, told, used_bytes

from cutroom.accounts.config.models import Config
from cutroom.accounts.models import Role, Scope
from cutroom.accounts.tokens import make_token
from cutroom.core.clock import now
from cutroom.ingest.uploads.finishing import Finisher, finish_upload, sweep
from cutroom.ingest.uploads.models import Upload
from cutroom.ingest.uploads.uploads import folder_of
from cutroom.library.models import Asset

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = b"<!doctype html><script>alert(1)</script>" + b" " * 8000


async def _set(studio: Studio, **values: object) -> None:
    async with studio.database.writing() as session:
        session.add(Config(id=1, version=1, values=values))


def _left(studio: Studio) -> list[str]:
    return sorted(path.name for path in folder_of(studio.settings).glob("*"))


async def test_a_film_that_is_brought_in_pieces_becomes_one_asset(studio: Studio) -> None:
    one = await bringer(studio)
    metadata = told(filename="../../etc/my_talk.mp4", start="double")
    address = await one.begin(len(FILM), FILM[:1000], **{"Upload-Metadata": metadata})
    assert await one.offset(address) == 1000
    assert (await one.add(address, 1000, FILM[1000:])).headers["upload-offset"] == str(len(FILM))
    assert only(await one.state(address), "state", "asset_id") == {"state": "received", "asset_id": None}
    async with studio.working():
        assert await one.finish() == 1
        assert await one.finish() == 0
        (asset,) = await one.assets()
        (run,) = (await one.client.get("/api/v1/runs")).json()["items"]
        assert (await finished(one.client, run["id"]))["state"] == "succeeded"
    assert only(asset, "title", "file_name", "size_bytes") == {
        "title": "my talk",
        "file_name": "my_talk.mp4",
        "size_bytes": len(FILM),
    }
    assert (asset["source_kind"], asset["source_url"]) == ("upload", None)
    assert (await one.client.get(asset["original_url"])).content == FILM
    state = await one.state(address)
    assert only(state, "state", "asset_id", "received_bytes") == {
        "state": "finished",
        "asset_id": asset["id"],
        "received_bytes": len(FILM),
    }
    assert await one.offset(address) == len(FILM)
    assert _left(studio) == []
    assert await used_bytes(studio.database) == len(FILM)


async def test_finishing_one_upload_ten_times_at_once_gives_one_asset(studio: Studio) -> None:
    one = await bringer(studio)
    address = await one.begin(len(FILM), FILM)
    upload_id = (await one.state(address))["id"]
    finishers = [Finisher(engine_of(studio)).finish_all() for _ in range(10)]
    await asyncio.gather(*finishers)
    assert len(await one.assets()) == 1
    assert (await one.state(address))["id"] == upload_id


@on_sqlite
async def test_an_upload_whose_last_byte_came_as_the_power_went_is_finished(studio: Studio) -> None:
    one = await bringer(studio)
    address = await one.begin(len(FILM), FILM[:-1])
    with (folder_of(studio.settings) / address.rpartition("/")[2]).open("ab") as file:
        file.write(FILM[-1:])  # and no row says so
    assert await one.finish() == 1
    assert (await one.assets())[0]["size_bytes"] == len(FILM)


@on_sqlite
async def test_what_is_no_film_ends_as_failed_and_gives_its_quota_back(studio: Studio) -> None:
    one = await bringer(studio)
    for content, word in ((PAGE, "a web page"), (os.urandom(9000), "not a film"), (b"", "empty"), (b"abc", "a text")):
        state = await one.bring(content, filename="talk.mp4")
        assert state["state"] == "failed"
        assert word in state["reason"]
    assert await used_bytes(studio.database) == 0
    assert _left(studio) == []
    assert await one.assets() == []


@on_sqlite
async def test_what_is_surely_no_film_is_refused_long_before_it_is_whole(studio: Studio) -> None:
    one = await bringer(studio)
    address = await one.begin(50_000_000)
    answer = await one.add(address, 0, PAGE)
    assert answer.status_code == 415
    assert "a web page" in answer.json()["detail"]
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert (await one.client.head(address, headers=TUS)).status_code == 410
    assert (await one.add(address, len(PAGE), b"x")).status_code == 410
    assert (await one.state(address))["state"] == "failed"
    assert await used_bytes(studio.database) == 0
    assert _left(studio) == []


@on_sqlite
async def test_size_format_quota_and_recipe_are_refused_before_a_byte_flows(studio: Studio) -> None:
    await _set(studio, max_file_bytes=5000, weekly_quota_bytes=6000, accepted_formats=["mp4"])
    one = await bringer(studio)
    assert (await one.client.request("OPTIONS", "/api/v1/uploads")).headers["tus-max-size"] == "5000"
    refused = {
        413: await one.create(5001),
        415: await one.create(10, b"", **{"Upload-Metadata": told(filename="talk.avi")}),
        404: await one.create(10, b"", **{"Upload-Metadata": told(start="cook")}),
        400: await one.create(10, b"", **{"Upload-Metadata": told(sha256="x")}),
    }
    assert {status: answer.status_code for status, answer in refused.items()} == {each: each for each in refused}
    await one.begin(4000)
    answer = await one.create(4000)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:cutroom:problem:quota-exceeded"
    assert len(_left(studio)) == 1
    watcher = await bringer(studio, Role.VIEWER)
    assert (await watcher.create(10)).status_code == 403


@on_sqlite
async def test_a_disk_that_would_be_too_full_is_told_before_a_byte_flows(studio: Studio) -> None:
    studio.settings.free_space = 0.9999
    one = await bringer(studio)
    answer = await one.create(1_000_000)
    assert answer.status_code == 507
    assert "MB free" in answer.json()["detail"]
    assert _left(studio) == []
    assert await used_bytes(studio.database) == 0


async def test_of_twenty_uploads_at_once_as_many_are_promised_as_the_quota_has_room_for(studio: Studio) -> None:
    """Four gigabytes a week, one for each."""
    one = await bringer(studio)
    answers = await asyncio.gather(*(one.create(1 << 30) for _ in range(20)))
    promised = [answer for answer in answers if answer.status_code == 201]
    assert len(promised) == 4
    assert {answer.status_code for answer in answers} == {201, 413}
    assert await used_bytes(studio.database) == 4 << 30
    ended = await asyncio.gather(*(one.client.delete(answer.headers["location"], headers=TUS) for answer in promised))
    assert {answer.status_code for answer in ended} == {204}
    assert await used_bytes(studio.database) == 0
    assert _left(studio) == []


async def test_an_upload_of_unknown_length_gets_no_further_than_the_quota(studio: Studio) -> None:
    await _set(studio, weekly_quota_bytes=3_000_000)
    one = await bringer(studio)
    address = await one.begin(None)
    assert await used_bytes(studio.database) == 0

    async def ten_megabytes() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield FILM[:24].ljust(1_000_000, b"\1")

    answer = await one.add(address, 0, ten_megabytes())
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:cutroom:problem:quota-exceeded"
    size = await one.offset(address)
    assert 0 <= size <= 3_000_000
    assert await used_bytes(studio.database) <= 3_000_000
    # Told how long it is, it holds exactly that; the length is set once.
    assert (await one.add(address, size, b"", **{"Upload-Length": str(size + 10)})).status_code == 204
    assert (await one.add(address, size, b"", **{"Upload-Length": str(size + 20)})).status_code == 409
    assert (await one.add(address, size, b"0123456789")).status_code == 204
    assert await one.finish() == 1
    assert await used_bytes(studio.database) == size + 10


@on_sqlite
async def test_what_was_promised_to_be_other_bytes_becomes_no_asset(studio: Studio) -> None:
    one = await bringer(studio)
    state = await one.bring(FILM, sha256=hashlib.sha256(b"another").hexdigest())
    assert state["state"] == "failed"
    assert "SHA-256" in state["reason"]
    right = await one.bring(FILM, sha256=hashlib.sha256(FILM).hexdigest())
    assert right["state"] == "finished"
    assert await used_bytes(studio.database) == len(FILM)


@on_sqlite
@pytest.mark.parametrize("kind", ["sha1", "sha256", "md5"])
async def test_a_piece_that_was_damaged_on_the_way_is_not_kept(studio: Studio, kind: str) -> None:
    one = await bringer(studio)
    address = await one.begin(len(FILM), FILM[:10])

    def checksum(content: bytes) -> dict[str, str]:
        return {"Upload-Checksum": f"{kind} {base64.b64encode(hashlib.new(kind, content).digest()).decode()}"}

    answer = await one.add(address, 10, FILM[10:50] + b"?", **checksum(FILM[10:51]))
    assert answer.status_code == 460
    assert answer.json()["title"] == "Checksum Mismatch"
    assert await one.offset(address) == 10
    assert (await one.add(address, 10, FILM[10:], **checksum(FILM[10:]))).status_code == 204
    assert await one.finish() == 1
    (asset,) = await one.assets()
    assert (await one.client.get(asset["original_url"])).content == FILM


@pytest.mark.parametrize("died_after", [0, 1, 5000, 9000])
@on_sqlite
async def test_parts_become_one_film_also_when_the_joining_was_cut_short(studio: Studio, died_after: int) -> None:
    one = await bringer(studio)
    pieces = [FILM[:4000], FILM[4000:7000], FILM[7000:]]
    addresses = [await one.begin(len(each), each, **{"Upload-Concat": "partial"}) for each in pieces]
    assert await one.finish() == 0
    files = [folder_of(studio.settings) / each.rpartition("/")[2] for each in addresses]
    concat = {"Upload-Concat": f"final;{' '.join(addresses)}", "Upload-Metadata": told(filename="whole.mp4")}
    answer = await one.client.post("/api/v1/uploads", headers={**TUS, **concat})
    assert answer.status_code == 201
    whole = answer.headers["location"]
    if died_after:  # put back what a process that died then would have left
        joined = folder_of(studio.settings) / whole.rpartition("/")[2]
        joined.write_bytes(FILM[:died_after].ljust(max(4000, died_after)))
        joined.write_bytes(FILM[: max(4000, died_after)])
        async with studio.database.writing() as session:
            await session.execute(update(Upload).values(state="receiving"))
            row = await session.get_one(Upload, UUID(joined.name))
            for position, (file, piece) in enumerate(zip(files, pieces, strict=True)):
                if position:
                    file.write_bytes(piece)
                session.add(
                    Upload(
                        id=UUID(file.name),
                        owner_id=row.owner_id,
                        kind="part",
                        state="received",
                        length=len(piece),
                        file_name="x",
                        start=[],
                        joined_id=row.id,
                        position=position,
                        expires_at=row.expires_at,
                    )
                )
    assert await one.finish() == 1
    (asset,) = await one.assets()
    assert (await one.client.get(asset["original_url"])).content == FILM
    assert asset["file_name"] == "whole.mp4"
    assert await used_bytes(studio.database) == len(FILM)
    assert _left(studio) == []
    assert (await one.add(whole, len(FILM), b"x")).status_code == 403


@on_sqlite
async def test_only_own_whole_parts_are_joined_and_each_once(studio: Studio) -> None:
    one, other = await bringer(studio), await bringer(studio)
    mine = await one.begin(3, b"abc", **{"Upload-Concat": "partial"})
    half = await one.begin(3, b"a", **{"Upload-Concat": "partial"})
    theirs = await other.begin(3, b"abc", **{"Upload-Concat": "partial"})
    plain = await one.begin(3, b"abc")
    for wrong in (f"{mine} {half}", f"{mine} {theirs}", f"{mine} {plain}", f"{mine} {mine}", "/x", "../../etc/passwd"):
        answer = await one.client.post("/api/v1/uploads", headers={**TUS, "Upload-Concat": f"final;{wrong}"})
        assert answer.status_code == 400, wrong
    sent = {**TUS, "Upload-Concat": f"final;{mine}"}
    answers = await asyncio.gather(*(one.client.post("/api/v1/uploads", headers=sent) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]


@on_sqlite
async def test_an_upload_is_its_owners_alone(studio: Studio) -> None:
    one, admin = await bringer(studio), await bringer(studio, Role.ADMIN)
    address = await one.begin(10, b"abc")
    assert (await admin.client.head(address, headers=TUS)).status_code == 404
    assert (await admin.add(address, 3, b"x")).status_code == 404
    assert (await admin.client.delete(address, headers=TUS)).status_code == 404
    assert (await admin.client.get(f"{address}/state")).status_code == 404
    assert (await admin.client.get("/api/v1/uploads")).json()["items"] == []
    assert [each["id"] for each in (await one.client.get("/api/v1/uploads")).json()["items"]] == [
        address.rpartition("/")[2]
    ]


@on_sqlite
async def test_a_token_for_uploads_brings_a_film_and_sees_nothing_else(studio: Studio) -> None:
    user_id, _ = await studio.account(Role.EDITOR)
    async with studio.database.writing() as session:
        _, secret = await make_token(session, user_id, "camera", scopes=[Scope.UPLOAD])
    one = Bringer(studio, await studio.client({"Authorization": f"Bearer {secret}"}))
    assert (await one.bring(FILM))["state"] == "finished"
    assert (await one.client.get("/api/v1/assets")).status_code == 403


@on_sqlite
async def test_an_upload_that_nobody_goes_on_with_is_given_up_and_then_forgotten(studio: Studio) -> None:
    one = await bringer(studio)
    address = await one.begin(100, b"abc")
    await sweep(engine_of(studio))
    assert await one.offset(address) == 3
    await _age(studio, timedelta(hours=1))
    await sweep(engine_of(studio))
    assert (await one.client.head(address, headers=TUS)).status_code == 410
    assert "too long" in (await one.state(address))["reason"]
    assert await used_bytes(studio.database) == 0
    assert _left(studio) == []
    await _age(studio, timedelta(hours=1))
    await sweep(engine_of(studio))
    assert (await one.client.head(address, headers=TUS)).status_code == 404


async def _age(studio: Studio, by: timedelta) -> None:
    async with studio.database.writing() as session:
        await session.execute(update(Upload).values(expires_at=now() - by))


@on_sqlite
async def test_whoever_brings_the_same_file_again_is_told_of_what_they_may_see(studio: Studio) -> None:
    one, other = await bringer(studio), await bringer(studio)
    first = await one.bring(FILM, title="The first")
    assert first["same_files"] == []
    assert (await other.bring(FILM))["same_files"] == []
    again = await one.bring(FILM)
    assert again["same_files"] == [{"id": first["asset_id"], "title": "The first"}]


@on_sqlite
async def test_another_method_is_meant_only_where_tus_says_so(studio: Studio) -> None:
    one = await bringer(studio)
    address = await one.begin(3)
    sent = {**TUS, **OCTETS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert (await one.client.post(address, headers=sent, content=b"abc")).status_code == 204
    assert (await one.client.post(address, headers={**sent, "X-HTTP-Method-Override": "PUT"})).status_code == 400
    state = await one.bring(FILM)
    asset = f"/api/v1/assets/{state['asset_id']}"
    assert (await one.client.post(asset, headers={"X-HTTP-Method-Override": "DELETE"})).status_code == 405
    assert (await one.client.get(asset)).status_code == 200


@on_sqlite
async def test_a_page_of_another_site_cannot_bring_anything(studio: Studio) -> None:
    _, client = await studio.browser(Role.EDITOR)
    answer = await client.post(
        "/api/v1/uploads", headers={**TUS, "Upload-Length": "3", "Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


@on_sqlite
async def test_the_bytes_of_one_that_is_given_up_while_it_is_finished_are_gone(studio: Studio) -> None:
    one = await bringer(studio)
    address = await one.begin(len(FILM), FILM)
    upload_id = UUID(address.rpartition("/")[2])
    ended, deleted = await asyncio.gather(
        finish_upload(engine_of(studio), upload_id), one.client.delete(address, headers=TUS), return_exceptions=True
    )
    assert not isinstance(deleted, BaseException)
    assert deleted.status_code == 204
    assert (await one.client.head(address, headers=TUS)).status_code == 404
    assert _left(studio) == []
    async with studio.database.reading() as session:
        assets = await session.scalar(select(func.count()).select_from(Asset))
    assert await used_bytes(studio.database) == (len(FILM) if assets else 0), ended
