"""Bringing recordings in from links, over HTTP, with real workers and a real site."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select
from tests.api.studio import Studio, finished
from tests.ingest.site_on_loopback import Site, write_feed

from cutroom.accounts.models import Role, User
from cutroom.accounts.quotas.models import QuotaWeek
from cutroom.ingest.imports.imports import settle_imports
from cutroom.library.models import Asset

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

IMPORTS, ASSETS = "/api/v1/imports", "/api/v1/assets"


async def _ended(client: httpx2.AsyncClient, import_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{IMPORTS}/{import_id}")).json()
    await finished(client, found["run_id"])
    again: dict[str, Any] = (await client.get(f"{IMPORTS}/{import_id}")).json()
    return again


async def _used(studio: Studio, user_id: UUID) -> int:
    async with studio.database.reading() as session:
        return sum(await session.scalars(select(QuotaWeek.used_bytes).where(QuotaWeek.user_id == user_id)))


async def test_a_link_becomes_a_recording_of_who_gave_it(studio: Studio, site: Site) -> None:
    user_id, client = await studio.person(Role.EDITOR)
    new = {"url": site.url("clip.mp4"), "basis": "own", "title": "My talk", "start": []}
    made = await client.post(IMPORTS, json=new)
    assert made.status_code == 201, made.text
    async with studio.working():
        ended = await _ended(client, made.json()["id"])
    assert (ended["state"], ended["reason"]) == ("succeeded", None)
    asset = (await client.get(f"{ASSETS}/{ended['asset_id']}")).json()
    size = (site.folder / "clip.mp4").stat().st_size
    assert (asset["title"], asset["size_bytes"], asset["owner_id"]) == ("My talk", size, str(user_id))
    assert (asset["source_kind"], asset["source_url"]) == ("link", site.url("clip.mp4"))
    (version,) = (await client.get(f"{ASSETS}/{asset['id']}/versions")).json()["items"]
    (link,) = version["provenance"]
    assert (link["what"], link["where"], link["sha256"]) == ("link", site.url("clip.mp4"), version["sha256"])
    assert link["tool"].startswith("yt-dlp 20")
    assert await _used(studio, user_id) == size


@pytest.mark.slow
async def test_a_list_becomes_an_import_for_each_entry(studio: Studio, site: Site) -> None:
    write_feed(site, ["two", "one"])
    _, client = await studio.person(Role.EDITOR)
    made = (await client.post(IMPORTS, json={"url": site.url("feed.xml"), "basis": "licence", "start": []})).json()
    async with studio.working():
        ended = await _ended(client, made["id"])
        assert (ended["state"], ended["asset_id"]) == ("succeeded", None)
        entries = (await client.get(IMPORTS, params={"parent_id": made["id"]})).json()["items"]
        assert {each["source"] for each in entries} == {site.url("one.mp4"), site.url("two.mp4")}
        assert {(await _ended(client, each["id"]))["state"] for each in entries} == {"succeeded"}


async def test_an_import_that_fails_says_why_and_gives_back_what_it_reserved(studio: Studio, site: Site) -> None:
    user_id, client = await studio.person(Role.EDITOR)
    made = (await client.post(IMPORTS, json={"url": site.url("nothing.mp4"), "basis": "own"})).json()
    async with studio.working():
        ended = await _ended(client, made["id"])
    assert ended["state"] == "failed"
    assert ended["reason"].startswith("The site refused the link (HTTP 404)")
    assert await settle_imports(studio.database) == 1
    assert await settle_imports(studio.database) == 0
    assert await _used(studio, user_id) == 0


@pytest.mark.slow
async def test_more_than_is_left_of_the_quota_does_not_come(studio: Studio, site: Site) -> None:
    user_id, client = await studio.person(Role.EDITOR)
    async with studio.database.writing() as session:
        (await session.get_one(User, user_id)).quota_bytes = 100_000
    made = (await client.post(IMPORTS, json={"url": site.url("clip.mp4"), "basis": "own"})).json()
    async with studio.working():
        ended = await _ended(client, made["id"])
    assert ended["state"] == "failed"
    assert "that are allowed" in ended["reason"]
    async with studio.database.reading() as session:
        assert (await session.scalars(select(Asset))).all() == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"url": "file:///etc/passwd"}, 422),
        ({"url": "--exec=touch X"}, 422),
        ({"url": "http://user:secret@example.org/x.mp4"}, 422),
        ({"start": [{"recipe": "nothing"}]}, 404),
        ({"start": [{"recipe": "import"}]}, 404),
        ({"start": [{"recipe": "highlights", "params": {"count": 0}}]}, 422),
        ({"basis": "because"}, 422),
    ],
)
async def test_what_could_not_be_brought_in_is_refused_at_once(
    studio: Studio, site: Site, change: dict[str, Any], status: int
) -> None:
    _, client = await studio.person(Role.EDITOR)
    refused = await client.post(IMPORTS, json={"url": site.url("clip.mp4"), "basis": "own"} | change)
    assert refused.status_code == status, refused.text


async def test_forgetting_an_import_ends_it_and_keeps_what_it_brought(studio: Studio, site: Site) -> None:
    _, client = await studio.person(Role.EDITOR)
    made = (await client.post(IMPORTS, json={"url": site.url("clip.mp4"), "basis": "own", "start": []})).json()
    assert (await client.delete(f"{IMPORTS}/{made['id']}")).status_code == 204
    run = (await client.get(f"/api/v1/runs/{made['run_id']}")).json()
    assert run["state"] == "canceled"
    async with studio.working():
        await asyncio.sleep(0.3)
    assert (await client.get(ASSETS)).json()["items"] == []
