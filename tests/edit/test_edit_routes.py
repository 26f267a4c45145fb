"""Edits are saved, versioned and taken back; nobody saves over what somebody else saved."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import func, select, update
from tests.api.matrix import DOCUMENT, World, edit, make_world
from tests.api.studio import Studio

from cutroom.accounts.audit.models import AuditEntry
from cutroom.core.clock import now
from cutroom.edit.models import Edit, EditVersion
from cutroom.jobs.blobs import naming_columns
from cutroom.library.housekeeping import drop_rows

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EDITS = "/api/v1/edits"


@pytest.fixture
async def world(studio: Studio) -> World:
    return await make_world(studio)


@pytest.fixture
async def address(world: World) -> str:
    """Of an edit that has two versions."""
    return f"{EDITS}/{(await edit(world))['edit_id']}"


async def save(
    client: httpx2.AsyncClient, address: str, version: int, *, name: str | None = None, **changes: object
) -> dict[str, Any]:
    answer = await client.put(address, json={"version": version, "document": DOCUMENT | changes, "name": name})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def numbers(client: httpx2.AsyncClient, address: str) -> list[int]:
    return [each["number"] for each in (await client.get(f"{address}/versions")).json()["items"]]


async def long_ago(studio: Studio) -> None:
    """Let all saves be of before."""
    async with studio.database.writing() as session:
        await session.execute(update(EditVersion).values(created_at=now() - timedelta(minutes=2)))


@on_sqlite
async def test_quick_saves_of_one_person_are_one_version_and_the_number_counts_on(
    studio: Studio, world: World, address: str
) -> None:
    client = world.clients["owner"]
    for version in (2, 3, 4):
        await save(client, address, version, title=f"title {version}")
    assert await numbers(client, address) == [5, 2, 1]
    assert (await client.get(f"{address}/versions/5")).json()["document"]["title"] == "title 4"
    assert (await client.get(f"{address}/versions/4")).status_code == 404
    await long_ago(studio)
    await save(client, address, 5, title="later")
    await save(world.clients["admin"], address, 6, title="of another person")
    assert await numbers(client, address) == [7, 6, 5, 2, 1]


@on_sqlite
async def test_a_version_with_a_name_stays_and_the_first_one_too(studio: Studio, world: World, address: str) -> None:
    client = world.clients["owner"]
    await save(client, address, 2, title="good", name="Before the cut")
    await save(client, address, 3, title="other")
    await save(client, address, 4, title="another")
    versions = (await client.get(f"{address}/versions")).json()["items"]
    assert [(each["number"], each["name"]) for each in versions] == [
        (5, None),
        (3, "Before the cut"),
        (2, None),
        (1, None),
    ]


@on_sqlite
async def test_what_is_saved_unchanged_is_no_new_version(world: World, address: str) -> None:
    assert (await save(world.clients["owner"], address, 2))["version"] == 2


@on_sqlite
async def test_a_save_on_top_of_an_older_version_is_refused_and_names_the_newest(world: World, address: str) -> None:
    await save(world.clients["admin"], address, 2, title="first")
    late = await world.clients["owner"].put(address, json={"version": 2, "document": DOCUMENT | {"title": "second"}})
    assert late.status_code == 409
    problem = late.json()
    assert (problem["type"], problem["version"]) == ("urn:cutroom:problem:edit-conflict", 3)
    assert (await world.clients["owner"].get(address)).json()["document"]["title"] == "first"


async def test_of_many_who_save_at_once_one_does(world: World, address: str) -> None:
    clients = [world.clients["owner"], world.clients["admin"]] * 6
    bodies = [{"version": 2, "document": DOCUMENT | {"title": f"by {n}"}} for n in range(len(clients))]
    saves = (client.put(address, json=body) for client, body in zip(clients, bodies, strict=True))
    answers = await asyncio.gather(*saves)
    done = [answer for answer in answers if answer.status_code == 200]
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (len(clients) - 1)
    assert (await world.clients["owner"].get(address)).json()["document"] == done[0].json()["document"]


@on_sqlite
async def test_a_restored_version_is_a_new_one_and_none_is_lost(studio: Studio, world: World, address: str) -> None:
    client = world.clients["owner"]
    await save(client, address, 2, keep=[{"start": 0, "stop": 10}])
    restored = await client.post(f"{address}/versions/1/restore", json={"version": 3})
    assert (restored.json()["version"], restored.json()["document"]["keep"]) == (4, DOCUMENT["keep"])
    assert await numbers(client, address) == [4, 3, 2, 1]
    assert (await client.post(f"{address}/versions/9/restore", json={"version": 4})).status_code == 404
    assert (await client.post(f"{address}/versions/1/restore", json={"version": 3})).status_code == 409


@on_sqlite
async def test_a_document_that_does_not_fit_the_recording_is_refused_and_nothing_is_saved(
    world: World, address: str
) -> None:
    client = world.clients["owner"]
    for wrong, why in (
        ({"keep": [{"start": 0, "stop": 101}]}, "has 100"),
        ({"words": [{"number": 7, "text": "x"}]}, "no word 7"),
        ({"keep": []}, "at least 1"),
        ({"title": "\x00"}, "body.document.title"),
    ):
        answer = await client.put(address, json={"version": 2, "document": DOCUMENT | wrong})
        assert (answer.status_code, why in answer.json()["detail"]) == (422, True), answer.text
    assert await numbers(client, address) == [2, 1]


@on_sqlite
async def test_what_an_editor_draws_has_the_words_by_their_frames(world: World, address: str) -> None:
    source = (await world.clients["owner"].get(f"{address}/source")).json()
    [word] = source["words"]
    assert (word["number"], word["text"], word["start"], word["stop"]) == (0, "hello", 12, 25)
    assert (source["rate"], source["frames"], source["start"], source["stop"]) == ("25/1", 100, 0, 100)
    part = (await world.clients["owner"].get(f"{address}/source", params={"start": 30, "stop": 60})).json()
    assert (part["start"], part["stop"], part["words"]) == (30, 60, [])


@on_sqlite
async def test_subtitles_and_projects_are_there_without_a_rendering(world: World, address: str) -> None:
    for form, holds in (
        ("srt", "hello"),
        ("vtt", "WEBVTT"),
        ("otio", "Timeline.1"),
        ("fcpxml", "<fcpxml"),
        ("edl", "TITLE:"),
        ("premiere", "<xmeml"),
    ):
        answer = await world.clients["owner"].get(f"{address}/files/{form}")
        assert (answer.status_code, holds in answer.text) == (200, True), answer.text
        assert answer.headers["content-disposition"].startswith("attachment")
        assert str(world.studio.settings.data_dir) not in answer.text


@on_sqlite
async def test_a_deleted_edit_is_gone_for_everybody_and_its_rows_after_a_month(
    studio: Studio, world: World, address: str
) -> None:
    client = world.clients["owner"]
    assert (await client.delete(address)).status_code == 204
    assert (await client.get(address)).status_code == 404
    assert (await client.get(EDITS)).json()["items"] == []
    async with studio.database.writing() as session:
        written = await session.scalar(select(AuditEntry.action).where(AuditEntry.subject_kind == "edit"))
        assert written == "edit.deleted"
        await session.execute(update(Edit).values(deleted_at=now() - timedelta(days=31)))
    await drop_rows(studio.database)
    async with studio.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(EditVersion)) == 0


def test_what_an_edit_is_made_of_is_named_by_its_row() -> None:
    assert {"edit.source_sha256", "edit.material_sha256"} <= {str(column) for column in naming_columns()}


@on_sqlite
async def test_edits_are_listed_by_recording_newest_first(world: World, address: str) -> None:
    second = await edit(world)
    client = world.clients["owner"]
    listed = (await client.get(EDITS)).json()["items"]
    assert [each["id"] for each in listed] == [second["edit_id"], address.rpartition("/")[2]]
    only = (await client.get(EDITS, params={"asset_id": second["asset_id"]})).json()["items"]
    assert [UUID(each["id"]) for each in only] == [UUID(second["edit_id"])]
