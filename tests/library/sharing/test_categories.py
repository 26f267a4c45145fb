"""Shared categories: what a guest sees of what was filed there, and the podcast feed of it."""

from __future__ import annotations

from uuid import UUID, uuid4

import feedparser
import pytest
from sqlalchemy import update
from tests.api.studio import Studio
from tests.library.sharing.sharer import PLAYED, SHARED, SHARES, opened, secret_of, sharer

from cutroom.accounts.models import Role, User
from cutroom.core.clock import now
from cutroom.library.models import Asset, Category, Visibility

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _category(studio: Studio, name: str = "Physics") -> UUID:
    made = Category(name=name.lower(), display_name=name, position=0)
    async with studio.database.writing() as session:
        session.add(made)
    return made.id


async def test_a_feed_of_a_category_has_the_newest_first_and_what_is_filed_later(studio: Studio) -> None:
    teacher = await sharer(studio)
    physics = await _category(studio)
    old = await teacher.asset("Old", category_id=physics)
    await teacher.asset("Elsewhere")
    share = await teacher.share(str(physics), "categories")
    assert (share["category_id"], share["asset_id"], share["collection_id"]) == (str(physics), None, None)
    await teacher.asset("New", category_id=physics)
    program, url = await studio.client(), share["made"][0]["feed_url"]
    answer = await program.get(url)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.itunes_type, feed.feed.itunes_block) == ("Physics", "episodic", 1)
    assert [entry.title for entry in feed.entries] == ["New", "Old"]
    assert "itunes_episode" not in feed.entries[0]
    assert (await program.get(feed.entries[0].enclosures[0].href)).content == PLAYED
    assert (await program.get(url, headers={"If-None-Match": answer.headers["etag"]})).status_code == 304
    async with studio.database.writing() as session:
        await session.execute(update(Asset).where(Asset.id == UUID(old)).values(category_id=None))
    assert [entry.title for entry in feedparser.parse((await program.get(url)).content).entries] == ["New"]
    assert (await program.get(feed.entries[1].enclosures[0].href)).status_code == 404
    listed = (await teacher.client.get(SHARES, params={"category_id": str(physics)})).json()["items"]
    assert [each["id"] for each in listed] == [share["id"]]
    assert (await teacher.client.delete(f"{SHARES}/{share['id']}")).status_code == 204
    assert (await program.get(url)).status_code == 404


async def test_nobody_publishes_by_a_category_what_others_keep_to_themselves(studio: Studio) -> None:
    teacher, other, head = await sharer(studio), await sharer(studio), await sharer(studio, Role.ADMIN)
    physics = await _category(studio)
    await teacher.asset("Own", category_id=physics)
    private = await other.asset("Private", category_id=physics)
    await other.asset("Open", category_id=physics, visibility=Visibility.INSTANCE)
    anybody = await studio.client()
    by_teacher = await opened(anybody, secret_of(await teacher.share(str(physics), "categories")))
    assert [item["title"] for item in by_teacher["items"]] == ["Own"]
    by_head = await opened(anybody, secret_of(await head.share(str(physics), "categories")))
    assert [item["title"] for item in by_head["items"]] == ["Open"]
    for key in (by_teacher["key"], by_head["key"]):
        assert (await anybody.get(f"{SHARED}/{key}/assets/{private}/files/play.mp4")).status_code == 404


@on_sqlite
async def test_a_page_lists_a_category_and_leads_to_each_of_its_recordings(studio: Studio) -> None:
    teacher = await sharer(studio)
    physics = await _category(studio, "Physics <b>")
    asset = await teacher.asset("Heat", category_id=physics)
    share = await teacher.share(str(physics), "categories", message="For you.")
    anybody = await studio.client()
    page = await anybody.get(share["made"][0]["url"])
    assert "Physics &lt;b&gt;" in page.text
    assert "Podcast feed" in page.text
    assert f"/{asset}" in page.text
    assert (await anybody.get(f"{share['made'][0]['url']}/{asset}")).status_code == 200


@on_sqlite
@pytest.mark.parametrize("closed", ["disabled", "watching", "deleted"])
async def test_a_category_shows_nothing_once_its_sharer_may_not_share(studio: Studio, closed: str) -> None:
    teacher, head = await sharer(studio), await sharer(studio, Role.ADMIN)
    physics = await _category(studio)
    await teacher.asset(category_id=physics)
    share = await teacher.share(str(physics), "categories")
    anybody = await studio.client()
    key = (await opened(anybody, secret_of(share)))["key"]
    if closed == "deleted":
        assert (await head.client.delete(f"/api/v1/categories/{physics}")).status_code == 204
    else:
        values = {"disabled_at": now()} if closed == "disabled" else {"role": Role.VIEWER}
        async with studio.database.writing() as session:
            await session.execute(update(User).where(User.id == teacher.user_id).values(**values))
    assert (await anybody.get(f"{SHARED}/{key}")).status_code == 404
    assert (await anybody.get(share["made"][0]["feed_url"])).status_code == 404


@on_sqlite
async def test_what_is_no_category_is_not_shared_and_a_password_has_no_feed(studio: Studio) -> None:
    teacher = await sharer(studio)
    missing = await teacher.client.post(f"/api/v1/categories/{uuid4()}/shares", json={})
    assert (missing.status_code, "no category" in missing.json()["detail"]) == (404, True)
    behind = await teacher.share(str(await _category(studio)), "categories", password="long enough")  # noqa: S106 - of nobody
    assert behind["made"][0]["feed_url"] is None
