"""Subscriptions: what is new is brought in once, and a rule starts on it."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.api.studio import Studio, finished
from tests.ingest.site_on_loopback import Site, write_feed

from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.ingest.subscriptions.looking import look_at_due
from cutroom.ingest.subscriptions.models import SeenItem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SUBSCRIPTIONS, IMPORTS = "/api/v1/subscriptions", "/api/v1/imports"


async def _look(studio: Studio, client: httpx2.AsyncClient, subscription_id: str) -> dict[str, Any]:
    """Look at a subscription now, and wait for what comes of it."""
    assert (await client.post(f"{SUBSCRIPTIONS}/{subscription_id}/look")).status_code == 202
    assert await look_at_due(studio.database, studio.catalogue, studio.settings) == 1
    found: dict[str, Any] = (await client.get(f"{SUBSCRIPTIONS}/{subscription_id}")).json()
    if found["run_id"]:
        await finished(client, found["run_id"])
    await look_at_due(studio.database, studio.catalogue, studio.settings)
    again: dict[str, Any] = (await client.get(f"{SUBSCRIPTIONS}/{subscription_id}")).json()
    return again


async def _brought(client: httpx2.AsyncClient) -> list[str]:
    items = (await client.get(IMPORTS)).json()["items"]
    return sorted(each["source"].rpartition("/")[2] for each in items)


async def test_what_is_new_in_a_feed_is_brought_in_once(studio: Studio, site: Site) -> None:
    write_feed(site, ["second", "first"])
    _, client = await studio.person(Role.EDITOR)
    new = {"url": site.url("feed.xml"), "basis": "own", "backfill": 1, "start": []}
    made = (await client.post(SUBSCRIPTIONS, json=new)).json()
    async with studio.working():
        looked = await _look(studio, client, made["id"])
        assert (looked["title"], looked["problem"]) == ("Lectures", None)
        assert await _brought(client) == ["second.mp4"]
        write_feed(site, ["third", "second", "first"])
        await _look(studio, client, made["id"])
        await _look(studio, client, made["id"])
    assert await _brought(client) == ["second.mp4", "third.mp4"]


@pytest.mark.slow
async def test_a_feed_that_cannot_be_read_says_why_until_it_can(studio: Studio, site: Site) -> None:
    _, client = await studio.person(Role.EDITOR)
    made = (await client.post(SUBSCRIPTIONS, json={"url": site.url("gone.xml"), "basis": "own"})).json()
    async with studio.working():
        looked = await _look(studio, client, made["id"])
        assert looked["problem"].startswith("The site refused the link (HTTP 404)")
        write_feed(site, ["one"])
        (site.folder / "gone.xml").write_bytes((site.folder / "feed.xml").read_bytes())
        assert (await _look(studio, client, made["id"]))["problem"] is None


async def test_a_time_to_look_is_one_processs_however_many_look(studio: Studio, site: Site, database_url: str) -> None:
    _, client = await studio.person(Role.EDITOR)
    await client.post(SUBSCRIPTIONS, json={"url": site.url("feed.xml"), "basis": "own"})
    others = [Database(database_url) for _ in range(4)]
    try:
        await asyncio.gather(*(look_at_due(each, studio.catalogue, studio.settings) for each in others))
    finally:
        for each in others:
            await each.close()
    assert len((await client.get("/api/v1/runs")).json()["items"]) == 1


async def test_a_recording_that_is_put_into_a_watched_folder_is_brought_in_when_it_is_whole(
    studio: Studio, site: Site
) -> None:
    folder = studio.settings.data_dir / "brought" / "watched"
    folder.mkdir(parents=True)
    shutil.copy(site.folder / "clip.mp4", folder / "before.mp4")
    _, client = await studio.person()
    made = (await client.post("/api/v1/watches", json={"path": str(folder), "basis": "own", "start": []})).json()
    async with studio.working():
        await _look(studio, client, made["id"])
        (folder / "growing.mp4").write_bytes(b"the beginning")
        (folder / ".hidden.mp4").write_bytes(b"x")
        (folder / "notes.txt").write_bytes(b"x")
        (folder / "link.mp4").symlink_to("/etc/passwd")
        await _look(studio, client, made["id"])
        shutil.copy(site.folder / "clip.mp4", folder / "growing.mp4")
        await _look(studio, client, made["id"])
        assert await _brought(client) == []
        async with studio.database.writing() as session:
            await session.execute(update(SeenItem).values(seen_at=now() - timedelta(minutes=1)))
        await _look(studio, client, made["id"])
        await _look(studio, client, made["id"])
        items = (await client.get(IMPORTS)).json()["items"]
        assert [Path(each["source"]).name for each in items] == ["growing.mp4"]
        await finished(client, items[0]["run_id"])
    assets = (await client.get("/api/v1/assets")).json()["items"]
    assert [each["title"] for each in assets] == ["growing"]


async def test_a_folder_outside_those_that_may_be_taken_from_cannot_be_watched(studio: Studio) -> None:
    _, client = await studio.person()
    refused = await client.post("/api/v1/watches", json={"path": "/etc", "basis": "own"})
    assert refused.status_code == 404
    _, editor = await studio.person(Role.EDITOR)
    assert (await editor.post("/api/v1/watches", json={"path": "/etc", "basis": "own"})).status_code == 403


async def test_a_subscription_that_is_off_is_not_looked_at(studio: Studio, site: Site) -> None:
    _, client = await studio.person(Role.EDITOR)
    made = (await client.post(SUBSCRIPTIONS, json={"url": site.url("feed.xml"), "basis": "own"})).json()
    changed = await client.patch(f"{SUBSCRIPTIONS}/{made['id']}", json={"enabled": False})
    assert changed.json()["enabled"] is False
    assert await look_at_due(studio.database, studio.catalogue, studio.settings) == 0
    assert (await client.patch(f"{SUBSCRIPTIONS}/{made['id']}", json={"enabled": True})).status_code == 200
    assert await look_at_due(studio.database, studio.catalogue, studio.settings) == 1
    assert (await client.delete(f"{SUBSCRIPTIONS}/{made['id']}")).status_code == 204
    assert (await client.get(SUBSCRIPTIONS)).json()["items"] == []
