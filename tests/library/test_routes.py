"""Recordings over HTTP."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.api.studio import LOCAL_KEY, RECORDING, URL, Studio, make_studio

from cutroom.accounts.models import Role
from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import keep_file
from cutroom.library.errors import RangeNotSatisfiable
from cutroom.library.models import Asset, AssetFile
from cutroom.library.serving import requested_range
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ASSETS = "/api/v1/assets"


async def _owned(studio: Studio, owner_id: UUID) -> str:
    """Add a recording and give it to somebody."""
    asset_id = await studio.asset(await studio.client({"Authorization": f"Bearer {LOCAL_KEY}"}))
    async with studio.database.writing() as session:
        (await session.get_one(Asset, UUID(asset_id))).owner_id = owner_id
    return asset_id


async def test_a_recording_is_added_listed_renamed_and_deleted(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client, "Thermo_dynamics 4.mp4")
    found = (await client.get(f"{ASSETS}/{asset}")).json()
    assert found["title"] == "Thermo dynamics 4"
    assert found["file_name"] == "Thermo_dynamics 4.mp4"
    assert found["size_bytes"] == len(RECORDING)
    renamed = await client.patch(f"{ASSETS}/{asset}", json={"title": "  Lecture 4 "})
    assert renamed.json()["title"] == "Lecture 4"
    assert [each["id"] for each in (await client.get(ASSETS)).json()["items"]] == [asset]
    assert (await client.delete(f"{ASSETS}/{asset}")).status_code == 204
    assert (await client.get(f"{ASSETS}/{asset}")).status_code == 404
    assert (await client.get(f"{ASSETS}/{asset}/original")).status_code == 404
    assert (await client.get(ASSETS)).json()["items"] == []
    assert (await client.delete(f"{ASSETS}/{asset}")).status_code == 404


async def test_deleting_a_recording_ends_what_is_at_work_on_it(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    run = (await client.post("/api/v1/runs", json={"recipe": "double", "asset_id": asset})).json()
    await client.delete(f"{ASSETS}/{asset}")
    assert (await client.get(f"/api/v1/runs/{run['id']}")).json()["state"] == "canceled"


async def test_recipes_start_with_the_recording_or_not_at_all(studio: Studio) -> None:
    _, client = await studio.person()
    path = studio.settings.data_dir / "brought" / "talk.mp4"
    path.parent.mkdir()
    path.write_bytes(RECORDING)
    added = await client.post(ASSETS, json={"path": str(path), "start": ["double", "refuse"]})
    runs = [(await client.get(f"/api/v1/runs/{run}")).json() for run in added.json()["run_ids"]]
    assert [run["recipe"] for run in runs] == ["double", "refuse"]
    assert {run["subject_id"] for run in runs} == {added.json()["id"]}
    wrong = await client.post(ASSETS, json={"path": str(path), "start": ["double", "publish"]})
    assert wrong.status_code == 404
    assert len((await client.get(ASSETS)).json()["items"]) == 1


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "LECTURE"}, ["lecture 2", "Lecture 1"]),
        ({"q": "%"}, ["100% sure"]),
        ({"q": "_"}, []),
        ({"q": "e 1"}, ["Lecture 1"]),
        ({"sort": "created"}, ["Lecture 1", "lecture 2", "100% sure"]),
        ({"sort": "title"}, ["100% sure", "Lecture 1", "lecture 2"]),
        ({"sort": "-title"}, ["lecture 2", "Lecture 1", "100% sure"]),
        ({"state": "ready"}, []),
        ({"state": "new", "limit": "2"}, ["100% sure", "lecture 2"]),
    ],
)
async def test_a_list_is_filtered_and_ordered(studio: Studio, query: dict[str, str], titles: list[str]) -> None:
    _, client = await studio.person()
    for title in ("Lecture 1", "lecture 2", "100% sure"):
        asset = await studio.asset(client)
        await client.patch(f"{ASSETS}/{asset}", json={"title": title})
    found = await client.get(ASSETS, params=query)
    assert [each["title"] for each in found.json()["items"]] == titles


async def test_what_is_somebody_elses_is_not_found(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    _, other = await studio.person(Role.EDITOR)
    asset = await _owned(studio, owner_id)
    assert (await owner.get(f"{ASSETS}/{asset}")).status_code == 200
    requests: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("GET", "/original", None),
        ("GET", "/files/play.mp4", None),
        ("POST", "/link", {"file": "original"}),
        ("GET", "/transcript", None),
        ("GET", "/chapters", None),
    ]
    for method, path, body in requests:
        foreign = await other.request(method, f"{ASSETS}/{asset}{path}", json=body)
        missing = await other.request(method, f"{ASSETS}/0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11{path}", json=body)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["type"] == missing.json()["type"]
    assert (await other.get(ASSETS)).json()["items"] == []
    run = await other.post("/api/v1/runs", json={"recipe": "double", "asset_id": asset})
    assert run.status_code == 404
    assert (await owner.get(f"{ASSETS}/{asset}")).json()["title"] == "talk"


@pytest.mark.parametrize("body", [{"title": "x", "owner_id": None}, {"state": "ready"}, {"title": "x", "sha256": "0"}])
async def test_only_the_title_can_be_changed(studio: Studio, body: dict[str, Any]) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    assert (await client.patch(f"{ASSETS}/{asset}", json=body)).status_code == 422


@pytest.mark.parametrize("title", ["", "   ", "a\0b", "a\nb", "x" * 301, "\x1b[31m"])
async def test_a_title_is_one_line_of_text(studio: Studio, title: str) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    assert (await client.patch(f"{ASSETS}/{asset}", json={"title": title})).status_code == 422


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        (None, 200, slice(None), None),
        ("bytes=0-0", 206, slice(0, 1), "bytes 0-0/16384"),
        ("bytes=100-199", 206, slice(100, 200), "bytes 100-199/16384"),
        ("bytes=16000-", 206, slice(16000, None), "bytes 16000-16383/16384"),
        ("bytes=16000-99999", 206, slice(16000, None), "bytes 16000-16383/16384"),
        ("bytes=-5", 206, slice(-5, None), "bytes 16379-16383/16384"),
        ("bytes=-99999", 206, slice(None), "bytes 0-16383/16384"),
        ("BYTES=0-0", 206, slice(0, 1), "bytes 0-0/16384"),
        ("bytes=16384-", 416, None, "bytes */16384"),
        ("bytes=-0", 416, None, "bytes */16384"),
        ("bytes=5-4", 200, slice(None), None),
        ("bytes=0-0,5-9", 200, slice(None), None),
        ("bytes=" + ",".join(["0-0"] * 6000), 200, slice(None), None),
        ("bytes=-", 200, slice(None), None),
        ("bytes=a-b", 200, slice(None), None),
        ("bytes=٣-٤".encode().decode("latin-1"), 200, slice(None), None),
        ("bytes=" + "9" * 5000 + "-", 200, slice(None), None),
        ("lines=0-1", 200, slice(None), None),
        ("", 200, slice(None), None),
    ],
)
async def test_a_part_is_given_as_asked(
    studio: Studio, asked: str | None, status: int, part: slice | None, told: str | None
) -> None:
    _, client = await studio.person()
    address = f"{ASSETS}/{await studio.asset(client)}/original"
    answer = await client.get(address, headers={} if asked is None else {b"Range": asked.encode("latin-1")})
    assert answer.status_code == status
    assert answer.headers.get("content-range") == told
    if part is not None:
        assert answer.content == RECORDING[part]
        assert int(answer.headers["content-length"]) == len(answer.content)


@given(st.binary(max_size=30) | st.from_regex(rb"\Abytes=[0-9]{0,4}-[0-9]{0,4}\Z"), st.integers(1, 5000))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_range_lies_in_the_file_or_is_refused(database_url: str, sent: bytes, size_bytes: int) -> None:
    try:
        found = requested_range(sent.decode("latin-1"), size_bytes)
    except RangeNotSatisfiable:
        return
    if found is not None:
        start, stop = found
        assert 0 <= start < stop <= size_bytes


async def test_a_range_of_another_version_gives_the_whole(studio: Studio) -> None:
    _, client = await studio.person()
    address = f"{ASSETS}/{await studio.asset(client)}/original"
    tag = (await client.head(address)).headers["etag"]
    fits = await client.get(address, headers={"Range": "bytes=0-0", "If-Range": tag})
    other = await client.get(address, headers={"Range": "bytes=0-0", "If-Range": '"another"'})
    weak = await client.get(address, headers={"Range": "bytes=0-0", "If-Range": f"W/{tag}"})
    assert (fits.status_code, other.status_code, weak.status_code) == (206, 200, 200)
    assert other.content == RECORDING
    known = await client.get(address, headers={"If-None-Match": f'"x", {tag}'})
    assert (known.status_code, known.content) == (304, b"")


async def test_the_head_of_a_file_tells_its_length_and_gives_nothing(studio: Studio) -> None:
    _, client = await studio.person()
    answer = await client.head(f"{ASSETS}/{await studio.asset(client)}/original", headers={"Range": "bytes=0-0"})
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(RECORDING))
    assert answer.content == b""


@pytest.mark.parametrize(
    "name", ['"><script>.mp4', "ünï – 测试.mp4", "a\r\nSet-Cookie: x=1.mp4", "a%2f..%2fetc.mp4", ";x=.html"]
)
async def test_what_was_brought_is_saved_and_never_shown(studio: Studio, name: str) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client, name, b"\0<script>alert(1)</script>" * 400)
    answer = await client.get(f"{ASSETS}/{asset}/original")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert "set-cookie" not in answer.headers


async def _with_file(studio: Studio, asset: str, name: str) -> None:
    path = studio.settings.data_dir / "made"
    path.write_bytes(b"made " * 100)
    file = await keep_file(studio.database, studio.storage, path)
    async with studio.database.writing() as session:
        session.add(
            AssetFile(
                asset_id=UUID(asset),
                name=name,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                media_type="video/mp2t",
            )
        )


async def test_files_that_were_made_are_shown_in_place(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    await _with_file(studio, asset, "hls/720p/3.ts")
    answer = await client.get(f"{ASSETS}/{asset}/files/hls/720p/3.ts")
    assert answer.content == b"made " * 100
    assert answer.headers["content-type"] == "video/mp2t"
    assert answer.headers["content-disposition"].startswith("inline; ")
    saved = await client.get(f"{ASSETS}/{asset}/files/hls/720p/3.ts", params={"download": "true"})
    assert saved.headers["content-disposition"].startswith("attachment; ")
    assert (await client.get(f"{ASSETS}/{asset}/files/../original")).status_code in {200, 404}
    assert (await client.get(f"{ASSETS}/{asset}/files/..%2f..%2fsecret")).status_code == 404


async def test_a_file_that_is_not_whole_is_never_served(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    found = (await client.get(f"{ASSETS}/{asset}/original")).headers["etag"].strip('"')
    stored = studio.storage.local(found)
    assert stored is not None
    stored.chmod(0o600)
    stored.write_bytes(RECORDING[:-1])
    answer = await client.get(f"{ASSETS}/{asset}/original")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(stored.parent) not in answer.text


async def test_a_signed_link_works_for_a_while_for_whoever_has_it(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    made = await client.post(f"{ASSETS}/{asset}/link", json={"file": "original", "expires_s": 60})
    address = made.json()["url"]
    assert address.startswith(f"{URL}/api/v1/files/")
    anybody = await studio.client()
    answer = await anybody.get(address, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (206, RECORDING[:10])
    assert answer.headers["content-disposition"].startswith("attachment; ")
    with time_machine.travel(time.time() + 61):
        assert (await anybody.get(address)).status_code == 404


async def test_a_link_that_was_changed_in_any_place_opens_nothing(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    address = (await client.post(f"{ASSETS}/{asset}/link", json={"file": "original"})).json()["url"]
    anybody = await studio.client()
    begin = address.index("/files/") + len("/files/")
    for at in range(begin, len(address), 7):
        changed = address[:at] + ("A" if address[at] != "A" else "B") + address[at + 1 :]
        assert (await anybody.get(changed)).status_code == 404, at


async def test_a_parameter_of_the_link_must_be_in_bounds(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    for body in ({"file": "original", "expires_s": 0}, {"file": "original", "expires_s": 10**9}, {"file": ""}):
        assert (await client.post(f"{ASSETS}/{asset}/link", json=body)).status_code == 422
    assert (await client.post(f"{ASSETS}/{asset}/link", json={"file": "play.mp4"})).status_code == 404


async def test_an_object_store_gives_ranges_and_links_of_its_own(
    database: Database, s3_settings: Settings, tmp_path: Path
) -> None:
    roots = {"import_roots": str(tmp_path / "data" / "brought"), "free_space": 0.0}
    settings = s3_settings.model_copy(update=roots | {"s3_public_endpoint": s3_settings.s3_endpoint})
    storage: Storage = load("storage", "s3")(settings, settings.storage)
    studio = make_studio(database, storage, settings)
    async with studio.clients:
        _, client = await studio.person()
        asset = await studio.asset(client)
        part = await client.get(f"{ASSETS}/{asset}/original", headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, RECORDING[10:20])
        assert (await client.get(f"{ASSETS}/{asset}/original")).content == RECORDING
        link = (await client.post(f"{ASSETS}/{asset}/link", json={"file": "original"})).json()["url"]
    assert settings.s3_endpoint is not None
    assert link.startswith(settings.s3_endpoint)
    async with httpx2.AsyncClient() as anybody:
        answer = await anybody.get(link)
    assert answer.content == RECORDING
    assert answer.headers["content-disposition"].startswith("attachment; ")
