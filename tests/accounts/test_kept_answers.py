"""Answers that are kept: never another viewer's, never older than a change of one's own."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import redis
import time_machine
from pydantic import BaseModel, SecretStr
from sqlalchemy import select, update
from starlette.requests import Request
from tests.api.studio import RECORDING, Studio, data_settings, make_studio

from cutroom.accounts.access import Viewer
from cutroom.accounts.kept_answers import answer
from cutroom.accounts.models import Member, Role, Scope, User
from cutroom.accounts.tokens import make_token
from cutroom.core.answers import ALONE_S, UNSEEN, Kind
from cutroom.core.database import Base, Database
from cutroom.jobs.blobs import keep_file
from cutroom.library.models import Asset, AssetState, Visibility
from cutroom.providers.registry import load

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASSETS = "/api/v1/assets"


async def recording(studio: Studio, owner_id: uuid.UUID, title: str) -> uuid.UUID:
    """Add a recording of a person's."""
    path = studio.settings.data_dir / f"{uuid.uuid4().hex}.bin"
    path.write_bytes(RECORDING)
    file = await keep_file(studio.database, studio.storage, path)
    async with studio.database.writing() as session:
        made = Asset(
            owner_id=owner_id, title=title, file_name="a", sha256=file.sha256, size_bytes=1, state=AssetState.READY
        )
        session.add(made)
        await session.flush()
        return made.id


def outcomes(studio: Studio, kind: str = "assets") -> tuple[int, int]:
    """Count hits and misses, as the metrics do."""
    registry = studio.app.state.metrics.registry
    hits, misses = (
        registry.get_sample_value("cutroom_cache_requests_total", {"kind": kind, "outcome": each})
        for each in ("hit", "miss")
    )
    return int(hits or 0), int(misses or 0)


@on_sqlite
async def test_what_is_asked_again_is_not_made_again(studio: Studio) -> None:
    _, client = await studio.person(Role.EDITOR)
    first = await client.get(ASSETS)
    again = await client.get(ASSETS)
    assert first.json() == again.json() == {"items": [], "next": None}
    assert again.headers["content-type"] == "application/json"
    assert again.headers["cache-control"] == "no-store"
    assert outcomes(studio) == (1, 1)
    await client.get(ASSETS, params={"sort": "title"})
    assert outcomes(studio) == (1, 2)


async def test_nobody_gets_another_ones_answer(studio: Studio) -> None:
    people = [await studio.person(role) for role in (Role.EDITOR, Role.EDITOR, Role.ADMIN, Role.VIEWER)]
    for user_id, _ in people:
        await recording(studio, user_id, str(user_id))

    async def titles(number: int) -> set[str]:
        return {each["title"] for each in (await people[number][1].get(ASSETS)).json()["items"]}

    own = [{str(user_id)} for user_id, _ in people]
    expected = [own[0], own[1], set.union(*own), own[3]]
    for _ in range(3):
        assert list(await asyncio.gather(*map(titles, range(4)))) == expected
    hits, misses = outcomes(studio)
    assert hits > 0
    assert misses >= 4
    nobody = await studio.client()
    assert (await nobody.get(ASSETS)).status_code == 401


@on_sqlite
async def test_a_token_gets_what_its_own_scopes_allow(studio: Studio) -> None:
    ada, _ = await studio.person(Role.ADMIN)
    other, _ = await studio.person(Role.EDITOR)
    await recording(studio, other, "of another")
    found = []
    for scopes in ([Scope.READ, Scope.ADMIN], [Scope.READ]):
        async with studio.database.writing() as session:
            _, secret = await make_token(session, ada, "x", scopes=scopes)
        client = await studio.client({"Authorization": f"Bearer {secret}"})
        found.append(len((await client.get(ASSETS)).json()["items"]))
    assert found == [1, 0]


async def test_a_change_is_seen_at_once_by_who_made_it_and_by_others(studio: Studio) -> None:
    _, ada = await studio.person(Role.ADMIN)
    _, bob = await studio.person(Role.ADMIN)
    asset = await studio.asset(ada)
    for title in ("one", "two", "three"):
        await ada.patch(f"{ASSETS}/{asset}", json={"title": title})
        for client in (ada, bob, ada):
            assert [each["title"] for each in (await client.get(ASSETS)).json()["items"]] == [title]
    await ada.delete(f"{ASSETS}/{asset}")
    for client in (ada, bob):
        assert (await client.get(ASSETS)).json()["items"] == []


@on_sqlite
async def test_who_leaves_a_group_or_loses_a_role_sees_no_more_of_it(studio: Studio) -> None:
    ada, as_ada = await studio.person(Role.ADMIN)
    other, _ = await studio.person(Role.EDITOR)
    made = await recording(studio, other, "of another")
    assert len((await as_ada.get(ASSETS)).json()["items"]) == 1
    await studio.database.write(
        lambda session: session.execute(update(User).where(User.id == ada).values(role=Role.EDITOR))
    )
    assert (await as_ada.get(ASSETS)).json()["items"] == []
    await studio.database.write(
        lambda session: session.execute(update(Asset).where(Asset.id == made).values(visibility=Visibility.INSTANCE))
    )
    assert len((await as_ada.get(ASSETS)).json()["items"]) == 1


@on_sqlite
async def test_what_another_process_changed_is_seen_when_the_time_is_over(studio: Studio) -> None:
    ada, client = await studio.person(Role.EDITOR)
    made = await recording(studio, ada, "before")
    other = Database(studio.database.url)
    try:
        with time_machine.travel("2026-11-01T12:00:00Z", tick=False) as clock:
            assert (await client.get(ASSETS)).json()["items"][0]["title"] == "before"
            await other.write(
                lambda session: session.execute(update(Asset).where(Asset.id == made).values(title="after"))
            )
            clock.shift(timedelta(seconds=ALONE_S + 0.01))
            assert (await client.get(ASSETS)).json()["items"][0]["title"] == "after"
    finally:
        await other.close()


class Titles(BaseModel):
    titles: list[str]


async def test_what_a_request_saw_before_a_change_is_not_kept_for_after_it(studio: Studio) -> None:
    ada, _ = await studio.person(Role.EDITOR)
    made = await recording(studio, ada, "before")
    request = Request({"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": []})
    viewer, kind = Viewer(ada, "Ada", Role.EDITOR, "session"), Kind("test", 30.0)
    async with studio.database.reading() as session:
        assert (await session.scalars(select(Asset.title))).all() == ["before"]  # one state for the whole request
        await studio.database.write(
            lambda change: change.execute(update(Asset).where(Asset.id == made).values(title="after"))
        )

        async def make() -> Titles:
            return Titles(titles=list((await session.scalars(select(Asset.title))).all()))

        here = studio.app.state.instance
        for _ in range(2):
            assert b"after" in (await answer(request, here, viewer, session, kind, make)).body
    assert outcomes(studio, "test") == (1, 1)


@on_sqlite
async def test_with_redis_all_processes_see_every_change_at_once(
    database: Database, tmp_path: Path, redis_url: str
) -> None:
    settings = data_settings(tmp_path).model_copy(update={"redis_url": SecretStr(redis_url)})
    storage = load("storage", "local")(settings, "local")
    second_database = Database(database.url)
    first, second = make_studio(database, storage, settings), make_studio(second_database, storage, settings)
    async with first.clients, second.clients:
        ada, secret = await first.account(Role.EDITOR)
        made = await recording(first, ada, "zero")
        header = {"Authorization": f"Bearer {secret}"}
        clients = [await first.client(header), await second.client(header)]
        for title in ("one", "two"):
            assert (await clients[0].patch(f"{ASSETS}/{made}", json={"title": title})).status_code == 200
            for client in (*clients, *clients):
                assert (await client.get(ASSETS)).json()["items"][0]["title"] == title
        assert outcomes(first)[0] + outcomes(second)[0] == 6, "one process makes it, and both give it again"
        for studio in (first, second):
            await studio.app.state.instance.answers.close()
    with redis.Redis.from_url(redis_url) as looked_into:
        kept = [looked_into.get(key) for key in looked_into.scan_iter("cutroom:answer:*")]
        assert kept
        assert all(value is None or bytes(value).startswith(b'bytes:{"items":') for value in kept), "JSON, no pickles"
        assert all(looked_into.ttl(key) > 0 for key in looked_into.scan_iter("cutroom:answer:*"))
        assert secret not in str(list(looked_into.scan_iter("*")))
    await second_database.close()


@on_sqlite
async def test_a_redis_that_is_away_costs_nothing_but_time(database: Database, tmp_path: Path) -> None:
    settings = data_settings(tmp_path).model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:1/0")})
    studio = make_studio(database, load("storage", "local")(settings, "local"), settings)
    async with studio.clients:
        _, client = await studio.person(Role.ADMIN)
        asset = await studio.asset(client)
        for title in ("one", "two"):
            assert (await client.patch(f"{ASSETS}/{asset}", json={"title": title})).status_code == 200
            assert (await client.get(ASSETS)).json()["items"][0]["title"] == title
        assert outcomes(studio) == (0, 2)


@on_sqlite
async def test_what_answers_show_is_not_among_what_is_unseen(studio: Studio) -> None:
    assert set(Base.metadata.tables) >= UNSEEN
    shown = {
        "asset",
        "asset_file",
        "asset_group",
        "asset_tag",
        "tag",
        "category",
        "user",
        "group",
        Member.__tablename__,
    }
    assert not shown & UNSEEN
