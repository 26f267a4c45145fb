"""Uploads to signed addresses, on this disk and in an object store that looks at every signature."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from sqlalchemy import update
from tests.api.studio import Studio, data_settings, make_studio
from tests.ingest.uploads.bringing import FILM, Bringer, bringer, engine_of, used_bytes
from tests.providers.storage.s3_on_loopback import ACCESS, REGION, SECRET, Fault, StrictStore, strict_store
from tests.services.servers import ObjectStore

from cutroom.accounts.models import Role, User
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.ingest.uploads import direct
from cutroom.ingest.uploads.finishing import Finisher
from cutroom.providers.storage import direct as bucket_direct
from cutroom.providers.storage.bucket import Bucket
from cutroom.providers.storage.s3 import S3Storage
from cutroom.providers.storage.signing import Key

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

#: A store takes no piece but the last that is shorter than this.
LEAST = 5 << 20
LARGE = FILM.ljust(LEAST, b"\5") + bytes(range(256)) * 1000
SENT = {"Content-Type": direct.MEDIA_TYPE}


async def _promise(one: Bringer, content: bytes, **more: object) -> dict[str, Any]:
    body = {"file_name": "../talk.mp4", "size_bytes": len(content), **more}
    answer = await one.client.post("/api/v1/uploads/direct", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _slice(piece: dict[str, Any], content: bytes) -> bytes:
    return content[piece["start"] : piece["start"] + piece["size_bytes"]]


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test have several pieces."""
    monkeypatch.setattr(direct, "_PIECE_BYTES", 4000)


@pytest.mark.usefixtures("short_pieces")
async def test_pieces_that_come_to_signed_addresses_in_any_order_become_a_film(studio: Studio) -> None:
    one, nobody = await bringer(studio), await studio.client()
    promised = await _promise(one, FILM, sha256=hashlib.sha256(FILM).hexdigest())
    assert [piece["number"] for piece in promised["pieces"]] == [1, 2, 3]
    address = f"/api/v1/uploads/direct/{promised['id']}"
    early = await one.client.post(f"{address}/complete")
    assert early.status_code == 409
    answers = await asyncio.gather(
        *(nobody.put(piece["url"], content=_slice(piece, FILM), headers=SENT) for piece in promised["pieces"][::-1])
    )
    assert {answer.status_code for answer in answers} == {204}
    for _ in range(2):
        assert (await one.client.post(f"{address}/complete")).json()["state"] == "received"
    assert await one.finish() == 1
    (asset,) = await one.assets()
    assert (await one.client.get(asset["original_url"])).content == FILM
    assert asset["file_name"] == "talk.mp4"
    assert await used_bytes(studio.database) == len(FILM)
    assert list((studio.settings.data_dir / "uploads").glob("*")) == []


@pytest.mark.usefixtures("short_pieces")
async def test_an_address_is_for_one_piece_as_it_was_signed_and_for_once(studio: Studio) -> None:
    one, nobody = await bringer(studio), await studio.client()
    promised = await _promise(one, FILM)
    other = await _promise(one, FILM)
    first, second = promised["pieces"][:2]
    place = urlsplit(first["url"])
    query = {key: value[0] for key, value in parse_qs(place.query).items()}
    signature = query["signature"]

    def changed(path: str = place.path, **parts: object) -> str:
        return f"http://studio.test{path}?{urlencode({**query, **parts})}"

    content = _slice(first, FILM)
    flipped = ("0" if signature[0] != "0" else "1") + signature[1:]
    tries: list[tuple[str, bytes, dict[str, str]]] = [
        (changed(signature=flipped), content, SENT),
        (changed(signature=""), content, SENT),
        (changed(expires=int(query["expires"]) + 1), content, SENT),
        (changed(place.path.replace("pieces/1", "pieces/2")), content, SENT),
        (changed(place.path.replace("pieces/1", "pieces/9")), content, SENT),
        (changed(place.path.replace(promised["id"], other["id"])), content, SENT),
        (changed(place.path.replace(promised["id"], str(uuid.uuid4()))), content, SENT),
        (first["url"], content + b"x", SENT),
        (first["url"], content[:-1], SENT),
        (first["url"], content, {"Content-Type": "text/html"}),
        (second["url"].replace("pieces/2", "pieces/1"), content, SENT),
    ]
    for url, body, headers in tries:
        assert (await nobody.put(url, content=body, headers=headers)).status_code == 403, url
    for method in ("GET", "POST", "DELETE", "PATCH"):
        assert (await nobody.request(method, first["url"])).status_code in {404, 405}
    assert (await nobody.put(first["url"], content=content, headers=SENT)).status_code == 204
    assert (await nobody.put(first["url"], content=b"?" * len(content), headers=SENT)).status_code == 403
    # Whoever was signed for must still be there.
    async with studio.database.writing() as session:
        await session.execute(update(User).values(disabled_at=now()))
    assert (await nobody.put(second["url"], content=_slice(second, FILM), headers=SENT)).status_code == 403


async def test_an_address_that_is_too_old_is_refused(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await bringer(studio)
    (piece,) = (await _promise(one, FILM))["pieces"]
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment + 21 * 3600)
    assert (await one.client.put(piece["url"], content=FILM, headers=SENT)).status_code == 403


async def test_a_piece_that_broke_off_is_sent_again_to_the_same_address(studio: Studio) -> None:
    one = await bringer(studio)
    promised = await _promise(one, FILM)
    (piece,) = promised["pieces"]

    async def broken() -> AsyncIterator[bytes]:
        yield FILM[:500]

    headers = {**SENT, "Content-Length": str(len(FILM))}
    assert (await one.client.put(piece["url"], content=broken(), headers=headers)).status_code == 409
    assert (await one.client.put(piece["url"], content=FILM, headers=SENT)).status_code == 204


async def test_what_begins_as_no_film_ends_the_upload(studio: Studio) -> None:
    one = await bringer(studio)
    page = b"<!doctype html>".ljust(9000)
    promised = await _promise(one, page)
    answer = await one.client.put(promised["pieces"][0]["url"], content=page, headers=SENT)
    assert answer.status_code == 415
    state = (await one.client.get(f"/api/v1/uploads/{promised['id']}/state")).json()
    assert state["state"] == "failed"
    assert await used_bytes(studio.database) == 0


async def test_one_that_is_given_up_leaves_nothing(studio: Studio) -> None:
    one, other = await bringer(studio), await bringer(studio, Role.ADMIN)
    promised = await _promise(one, FILM)
    address = f"/api/v1/uploads/direct/{promised['id']}"
    await one.client.put(promised["pieces"][0]["url"], content=FILM, headers=SENT)
    assert (await other.client.delete(address)).status_code == 404
    assert (await one.client.delete(address)).status_code == 204
    assert (await one.client.put(promised["pieces"][0]["url"], content=FILM, headers=SENT)).status_code == 403
    assert await used_bytes(studio.database) == 0
    assert list((studio.settings.data_dir / "uploads").glob("*")) == []


# In an object store.


@pytest.fixture
def store(object_store: ObjectStore) -> Iterator[tuple[StrictStore, S3Storage]]:
    """A bucket behind a store that looks at every signature and can be told to fail."""
    bucket = f"test-{uuid.uuid4().hex}"
    object_store.make_bucket(bucket)
    with strict_store(object_store.url) as strict:
        place = Bucket(strict.url, bucket, "a folder", REGION, Key(ACCESS, SECRET), strict.url)
        yield strict, S3Storage(place, silence_s=10.0, retries=2)


@pytest.fixture
async def remote(
    database: Database, store: tuple[StrictStore, S3Storage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Studio]:
    """An instance whose media lies in it."""
    monkeypatch.setattr(direct, "_PIECE_BYTES", LEAST)
    made = make_studio(database, store[1], data_settings(tmp_path))
    async with made.clients:
        yield made


async def _send(promised: dict[str, Any], content: bytes) -> None:
    async with httpx2.AsyncClient() as browser:
        for piece in promised["pieces"]:
            for _ in range(3):  # as a browser does when a piece fails
                answer = await browser.put(piece["url"], content=_slice(piece, content))
                if answer.status_code == 200:
                    break
            assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "fault",
    [
        None,
        Fault("status", "PUT", "partNumber", 500),
        Fault("status", "PUT", "partNumber", 503, code="SlowDown"),
        Fault("status", "POST", "uploadId", 503, code="SlowDown"),
        Fault("status", "POST", "uploadId", 200, times=1),
        Fault("lose_answer", "POST", "uploadId", times=2),
        Fault("status", "GET", "part-number-marker", 500),
        Fault("reset", "GET", "-", 100_000),
    ],
    ids=lambda fault: f"{fault.what} {fault.method} {fault.value}" if fault else "nothing",
)
async def test_a_film_goes_to_the_store_whatever_fails_once(
    remote: Studio, store: tuple[StrictStore, S3Storage], fault: Fault | None
) -> None:
    strict, storage = store
    one = await bringer(remote)
    promised = await _promise(one, LARGE)
    assert all(urlsplit(piece["url"]).netloc == urlsplit(strict.url).netloc for piece in promised["pieces"])
    strict.faults = [fault] if fault else []
    await _send(promised, LARGE)
    address = f"/api/v1/uploads/direct/{promised['id']}/complete"
    answer = await one.client.post(address)
    if answer.status_code == 503:
        answer = await one.client.post(address)
    assert answer.status_code == 200, answer.text
    for _ in range(3):
        if await Finisher(engine_of(remote)).finish_all():
            break
    (asset,) = await one.assets()
    assert (await one.client.get(asset["original_url"])).content == LARGE
    assert await used_bytes(remote.database) == len(LARGE)
    kept = storage.direct()
    assert kept is not None
    assert kept.size(promised["id"]) is None
    assert [each.sha256 for each in storage.list()] == [hashlib.sha256(LARGE).hexdigest()]


@pytest.mark.parametrize(
    "fault",
    [
        None,
        Fault("lose_answer", "POST", "uploadId"),
        Fault("status", "PUT", "partNumber", 403, code="AccessDenied"),
    ],
    ids=lambda fault: f"{fault.what} {fault.method} {fault.value}" if fault else "nothing",
)
async def test_a_film_that_no_request_copies_is_copied_in_parts(
    remote: Studio, store: tuple[StrictStore, S3Storage], fault: Fault | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a small scale: three pieces that grew, and copies of parts that are as long as the shortest there may be."""
    monkeypatch.setattr(direct, "_MOST_PIECES", 2)
    monkeypatch.setattr(bucket_direct, "_COPIED_AT_ONCE", LEAST)
    monkeypatch.setattr(bucket_direct, "_COPY_BYTES", LEAST)
    strict, storage = store
    content = LARGE + LARGE + bytes(range(256))
    one = await bringer(remote)
    promised = await _promise(one, content)
    assert [piece["size_bytes"] for piece in promised["pieces"]] == [len(content) // 2] * 2
    await _send(promised, content)
    assert (await one.client.post(f"/api/v1/uploads/direct/{promised['id']}/complete")).status_code == 200
    strict.faults = [fault] if fault else []
    for _ in range(3):
        if await Finisher(engine_of(remote)).finish_all():
            break
    (asset,) = await one.assets()
    assert (await one.client.get(asset["original_url"])).content == content
    copied = [each for each in strict.asked if "x-amz-copy-source-range" in each.headers]
    assert {each.query["partNumber"][0] for each in copied} == {"1", "2", "3"}
    assert [each.sha256 for each in storage.list()] == [hashlib.sha256(content).hexdigest()]
    assert storage.sweep(now() + timedelta(days=1)) == 0  # nothing unfinished is left in the bucket


async def test_the_store_is_asked_which_pieces_it_has(remote: Studio) -> None:
    one = await bringer(remote)
    promised = await _promise(one, LARGE)
    async with httpx2.AsyncClient() as browser:
        first, second = promised["pieces"]
        await browser.put(first["url"], content=_slice(first, LARGE))
        await browser.put(second["url"], content=_slice(second, LARGE) + b"more than was promised")
    answer = await one.client.post(f"/api/v1/uploads/direct/{promised['id']}/complete")
    assert answer.status_code == 409
    assert await one.finish() == 0


async def test_bytes_in_the_store_are_read_before_they_are_believed(
    remote: Studio, store: tuple[StrictStore, S3Storage]
) -> None:
    one = await bringer(remote)
    page = b"<!doctype html>".ljust(9000)
    for content, more in ((page, {}), (FILM, {"sha256": "0" * 64})):
        promised = await _promise(one, content, **more)
        await _send(promised, content)
        assert (await one.client.post(f"/api/v1/uploads/direct/{promised['id']}/complete")).status_code == 200
        assert await one.finish() == 1
        state = (await one.client.get(f"/api/v1/uploads/{promised['id']}/state")).json()
        assert state["state"] == "failed"
        kept = store[1].direct()
        assert kept is not None
        assert kept.size(promised["id"]) is None
    assert await used_bytes(remote.database) == 0


async def test_one_that_is_given_up_is_forgotten_by_the_store(
    remote: Studio, store: tuple[StrictStore, S3Storage]
) -> None:
    one = await bringer(remote)
    promised = await _promise(one, LARGE)
    assert (await one.client.delete(f"/api/v1/uploads/direct/{promised['id']}")).status_code == 204
    async with httpx2.AsyncClient() as browser:
        answer = await browser.put(promised["pieces"][0]["url"], content=_slice(promised["pieces"][0], LARGE))
    assert answer.is_error  # the service says 404, and the one behind ours another
    assert await used_bytes(remote.database) == 0
