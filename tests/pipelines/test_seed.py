"""The seed: a small school's library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from tests.api.studio import Studio, data_settings, make_studio

from cutroom.accounts.models import User
from cutroom.accounts.quotas.models import QuotaEntry, QuotaWeek
from cutroom.app import CATALOGUE
from cutroom.core.database import Database
from cutroom.core.progress import SilentReporter
from cutroom.jobs.execution import Engine
from cutroom.library.models import Asset
from cutroom.pipelines.seeding.drawing import file_name
from cutroom.pipelines.seeding.seed import seed
from cutroom.pipelines.seeding.shelf import CATEGORIES, COLLECTION, PEOPLE, TALKS, Fate
from cutroom.providers.registry import load

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def studio(database: Database, tmp_path: Path) -> Studio:
    settings = data_settings(tmp_path).model_copy(
        update={"embedding": "hashed", "face_detection": "none", "ocr": "none", "offline": True}
    )
    return make_studio(database, load("storage", "local")(settings, "local"), settings, catalogue=CATALOGUE)


def _engine(studio: Studio) -> Engine:
    return Engine(studio.database, studio.catalogue, studio.storage, studio.settings)


async def _items(client: httpx2.AsyncClient, address: str, **query: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/{address}", params={"limit": "50", **query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_the_school_has_what_is_to_be_seen() -> None:
    assert (len(PEOPLE), len(CATEGORIES), len(TALKS)) == (3, 6, 20)
    assert [each.used for each in PEOPLE] == [0.0, 0.5, 1.0]
    assert {talk.fate for talk in TALKS} == set(Fate)
    assert {talk.category for talk in TALKS} == set(CATEGORIES)
    assert len({file_name(talk) for talk in TALKS}) == len(TALKS)
    assert set(COLLECTION[2]) <= {talk.title for talk in TALKS}
    assert [talk.days_ago for talk in TALKS] == sorted((talk.days_ago for talk in TALKS), reverse=True)


@pytest.mark.anyio
@on_sqlite
async def test_what_is_added_is_in_the_state_that_it_tells_of_and_added_once(studio: Studio) -> None:
    wanted = {Fate.BROKEN: "failed", Fate.CANCELED: "failed", Fate.WAITING: "processing", Fate.NEW: "new"}
    heard = next(talk for talk in TALKS if talk.fate is Fate.HEARD)
    talks = [heard, *(next(talk for talk in TALKS if talk.fate is fate) for fate in wanted)]
    async with studio.clients:
        assert await seed(_engine(studio), SilentReporter(), talks) == 5
        assert await seed(_engine(studio), SilentReporter(), talks) == 0
        _, client = await studio.person()
        states = {each["title"]: each["state"] for each in await _items(client, "assets")}
        assert states == {heard.title: "ready"} | {talk.title: wanted[talk.fate] for talk in talks if talk is not heard}
        (hit,) = await _items(client, "search", q="slept through a storm")
        assert hit["asset"]["title"] == heard.title
        assert {each["name"] for each in await _items(client, "categories")} == set(CATEGORIES)
    async with studio.database.reading() as session:
        assert await session.scalar(select(func.count()).where(User.password_hash.is_not(None))) == 0
        limit = 4 * 2**30
        assert sorted(await session.scalars(select(QuotaWeek.used_bytes))) == [limit // 2, limit]
        assert sorted(await session.scalars(select(QuotaEntry.size_bytes))) == [limit // 2, limit]


@pytest.mark.slow
@pytest.mark.anyio
@on_sqlite
async def test_the_whole_school_can_be_watched_searched_and_cut(studio: Studio) -> None:
    async with studio.clients:
        assert await seed(_engine(studio), SilentReporter()) == 20
        _, client = await studio.person()
        assets = await _items(client, "assets")
        states = [each["state"] for each in assets]
        assert {state: states.count(state) for state in states} == {
            "ready": 14, "processing": 2, "failed": 2, "new": 1,
        }  # fmt: skip
        for each in assets:
            if each["state"] == "ready" and each["width"]:
                assert {"play.mp4", "poster.jpg"} <= {file["name"] for file in each["files"]}
        assert len(await _items(client, "trash")) == 1
        (run,) = await _items(client, "runs", recipe="highlights")
        assert run["state"] == "succeeded"
        assert await _items(client, f"runs/{run['id']}/clips")
        assert len(await _items(client, f"runs/{run['id']}/candidates")) > 1
        (shelf,) = await _items(client, "collections")
        assert len(await _items(client, f"collections/{shelf['id']}/items")) == len(COLLECTION[2])
        assert len(await _items(client, "search", q="angle")) == 1
    async with studio.database.reading() as session:
        assert await session.scalar(select(func.count()).where(Asset.owner_id.is_(None))) == 0
