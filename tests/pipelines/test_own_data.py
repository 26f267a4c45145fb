"""All that is one's own: whole, and nobody else's."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select
from tests.api.studio import Studio, data_settings, make_studio

import cutroom.tables  # noqa: F401 - all models are known
from cutroom.accounts.models import ApiToken, Role, User
from cutroom.accounts.tokens import make_token
from cutroom.analysis.models import TranscriptRow
from cutroom.core.database import Base, Database
from cutroom.pipelines.own_data import LEFT_OUT, OF_PERSON, OF_THING, SECRET, VIEWING, tables
from cutroom.providers.registry import load

#: Columns that name a person, or a thing that somebody owns.
NAMING = {"owner_id", "user_id", "actor_id", "author_id", "made_by", "used_by", "viewer_key", "asset_id", "share_id"}


@pytest.fixture
async def studio(database: Database, tmp_path: Path) -> AsyncIterator[Studio]:
    settings = data_settings(tmp_path)
    made = make_studio(database, load("storage", "local")(settings, "local"), settings)
    async with made.clients:
        yield made


async def _export(client: httpx2.AsyncClient) -> tuple[dict[str, Any], str]:
    answer = await client.get("/api/v1/me/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".json")}
    return {name.removesuffix(".json"): json.loads(text) for name, text in files.items()}, "".join(files.values())


def test_every_table_that_names_somebody_is_written_or_left_out_for_a_reason() -> None:
    naming = {table.name for table in Base.metadata.sorted_tables if NAMING & set(table.columns.keys())}
    assert naming - set(tables()) - set(LEFT_OUT) == set()
    assert set(tables()) & set(LEFT_OUT) == set()
    assert set(LEFT_OUT) <= set(Base.metadata.tables)


def test_no_column_that_opens_something_is_written() -> None:
    for name in tables():
        written = set(Base.metadata.tables[name].columns.keys()) - SECRET
        assert not [each for each in written if each.endswith("_hash") or "secret" in each or "key" in each], name
    assert len({*OF_PERSON, *OF_THING, VIEWING}) == len(tables())


async def _live(studio: Studio, client: httpx2.AsyncClient, word: str) -> str:
    """Leave something of most kinds behind."""
    asset = await studio.asset(client, f"{word}.mp4")
    await client.patch(f"/api/v1/assets/{asset}", json={"tags": [f"tag of {word}"], "description": f"About {word}."})
    shelf = (await client.post("/api/v1/collections", json={"title": f"Shelf of {word}"})).json()["id"]
    await client.put(f"/api/v1/collections/{shelf}/items/{asset}", json={})
    guests = [{"name": f"guest of {word}"}]
    shared = await client.post(
        f"/api/v1/assets/{asset}/shares", json={"title": f"Share of {word}", "recipients": guests}
    )
    assert shared.status_code in {200, 201}, shared.text
    async with studio.database.writing() as session:
        content = {"words": [{"text": word}]}
        session.add(TranscriptRow(asset_id=UUID(asset), language="en", source="x", content=content))
    return asset


@pytest.mark.anyio
async def test_what_is_given_is_all_of_ones_own_and_nothing_of_another(studio: Studio) -> None:
    people = {}
    for word in ("mulberry", "tamarind"):
        user_id, client = await studio.browser(Role.ADMIN)
        async with studio.database.writing() as session:
            await make_token(session, user_id, f"token of {word}")
        people[word] = (user_id, client, await _live(studio, client, word))
    user_id, client, asset = people["mulberry"]
    made = await client.post("/api/v1/runs", json={"recipe": "double", "asset_id": asset})
    assert made.status_code in {201, 202}, made.text
    # Whoever may see everything is still given only what is theirs.
    given, text = await _export(client)
    assert set(given) == set(tables())
    assert [each["id"] for each in given["user"]] == [str(user_id)]
    assert [each["id"] for each in given["asset"]] == [asset]
    assert [each["content"]["words"][0]["text"] for each in given["transcript"]] == ["mulberry"]
    assert [each["display_name"] for each in given["tag"]] == ["tag of mulberry"]
    assert [each["name"] for each in given["api_token"]] == ["token of mulberry"]
    assert [each["name"] for each in given["share_link"]] == ["guest of mulberry"]
    assert [each["recipe"] for each in given["run"]] == ["double"]
    assert [each["asset_id"] for each in given["collection_item"]] == [asset]
    assert "tamarind" not in text
    assert str(people["tamarind"][0]) not in text
    async with studio.database.reading() as session:
        hashes = list(await session.scalars(select(ApiToken.token_hash)))
    assert not [each for each in hashes if each in text]
    assert any(each["action"] == "account.exported" for each in (await _export(client))[0]["audit_entry"])


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_program_with_a_token_is_refused(studio: Studio) -> None:
    _, client = await studio.person(Role.ADMIN)
    assert (await client.get("/api/v1/me/export")).status_code == 403


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_password_is_in_no_file(studio: Studio) -> None:
    user_id, client = await studio.browser(Role.VIEWER)
    async with studio.database.writing() as session:
        (await session.get_one(User, user_id)).password_hash = "hash-of-a-password"  # noqa: S105 - a marker
    given, text = await _export(client)
    assert "hash-of-a-password" not in text
    assert client.cookies["cutroom"] not in text
    assert len(given["session"]) == 1
