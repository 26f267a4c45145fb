"""Shared collections: their pages of recordings, and their podcast feeds."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import fromstring

import feedparser
import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from tests.api.studio import URL, Studio
from tests.library.sharing.sharer import PLAYED, SHARED, SHARES, opened, secret_of, sharer

from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.library.models import Asset, AssetFile, Collection, CollectionItem
from cutroom.library.sharing.feed import Episode, Feed, write_feed

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PODCAST = "{https://podcastindex.org/namespace/1.0}"


async def test_a_guest_of_a_collection_gets_what_is_in_it_in_its_order(studio: Studio) -> None:
    teacher = await sharer(studio)
    ids = [await teacher.asset(title) for title in ("C", "A", "B")]
    apart = await teacher.asset("Apart")
    share = await teacher.share(await teacher.collection(*ids), "collections")
    anybody = await studio.client()
    told = await opened(anybody, secret_of(share))
    assert (told["title"], told["description"]) == ("Winter term", "All lectures.")
    assert [item["id"] for item in told["items"]] == ids
    first = (await anybody.get(f"{SHARED}/{told['key']}", params={"limit": 2})).json()
    rest = (await anybody.get(f"{SHARED}/{told['key']}", params={"limit": 2, "after": first["next"]})).json()
    assert [item["title"] for item in first["items"] + rest["items"]] == ["C", "A", "B"]
    assert rest["next"] is None
    assert (await anybody.get(told["items"][1]["files"][0]["url"])).content == PLAYED
    assert (await anybody.get(f"{SHARED}/{told['key']}/assets/{apart}/files/play.mp4")).status_code == 404
    async with studio.database.writing() as session:
        await session.execute(delete(CollectionItem).where(CollectionItem.asset_id == UUID(ids[1])))
        (await session.get_one(Asset, UUID(ids[0]))).deleted_at = now()
    assert [item["title"] for item in (await anybody.get(f"{SHARED}/{told['key']}")).json()["items"]] == ["B"]
    assert (await anybody.get(told["items"][1]["files"][0]["url"])).status_code == 404


async def test_what_is_not_the_sharers_to_give_is_not_in_it(studio: Studio) -> None:
    """Whoever may fill a collection cannot thereby publish what is somebody else's."""
    teacher, other, head = await sharer(studio), await sharer(studio), await sharer(studio, Role.ADMIN)
    own, foreign = await teacher.asset("Own"), await other.asset("Foreign")
    await other.client.put(f"/api/v1/assets/{foreign}/audience", json={"visibility": "instance"})
    collection = await teacher.collection(own, foreign)
    anybody = await studio.client()
    told = await opened(anybody, secret_of(await teacher.share(collection, "collections")))
    assert [item["title"] for item in told["items"]] == ["Own"]
    assert (await anybody.get(f"{SHARED}/{told['key']}/assets/{foreign}/files/play.mp4")).status_code == 404
    by_head = await opened(anybody, secret_of(await head.share(collection, "collections")))
    assert [item["title"] for item in by_head["items"]] == ["Own", "Foreign"]
    assert (await other.client.post(f"/api/v1/collections/{collection}/shares", json={})).status_code == 404


@pytest.mark.parametrize("closed", ["deleted", "another's"])
async def test_a_collection_that_is_gone_shows_nothing(studio: Studio, closed: str) -> None:
    teacher, other = await sharer(studio), await sharer(studio)
    collection = await teacher.collection(await teacher.asset())
    share = await teacher.share(collection, "collections")
    anybody = await studio.client()
    key = (await opened(anybody, secret_of(share)))["key"]
    values = {"deleted_at": now()} if closed == "deleted" else {"owner_id": other.user_id}
    async with studio.database.writing() as session:
        await session.execute(update(Collection).values(**values))
    assert (await anybody.get(f"{SHARED}/{key}")).status_code == 404
    assert (await anybody.get(share["made"][0]["feed_url"])).status_code == 404


async def test_an_empty_collection_shows_that_it_is_empty(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.collection(), "collections")
    anybody = await studio.client()
    assert (await opened(anybody, secret_of(share)))["items"] == []
    assert "nothing in it yet" in (await anybody.get(share["made"][0]["url"])).text
    assert _parsed((await anybody.get(share["made"][0]["feed_url"])).content).entries == []


def _parsed(content: bytes) -> Any:  # noqa: ANN401 - the parser's own type
    found = feedparser.parse(content)
    assert not found.bozo, found.bozo_exception
    return found


async def test_a_podcast_program_reads_the_feed_and_plays_what_it_names(studio: Studio) -> None:
    teacher = await sharer(studio)
    ids = [await teacher.asset("Heat & <work>", description="Of heat.", attribution="Ada"), await teacher.asset("Two")]
    unplayable = await teacher.asset("Three")
    async with studio.database.writing() as session:
        await session.execute(delete(AssetFile).where(AssetFile.asset_id == UUID(unplayable)))
    share = await teacher.share(await teacher.collection(*ids, unplayable), "collections")
    program = await studio.client()
    answer = await program.get(share["made"][0]["feed_url"])
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    feed = _parsed(answer.content)
    assert (feed.version, feed.feed.title, feed.feed.language) == ("rss20", "Winter term", "en")
    assert [entry.title for entry in feed.entries] == ["Heat & <work>", "Two"]
    entry = feed.entries[0]
    assert entry.id == f"urn:uuid:{ids[0]}"
    assert (entry.guidislink, entry.summary, entry.itunes_duration) == (False, "Of heat.\n\nAda", "90")
    (enclosure,) = entry.enclosures
    assert (enclosure.type, int(enclosure.length)) == ("video/mp4", len(PLAYED))
    head = await program.head(enclosure.href)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(PLAYED)))
    assert (head.headers["accept-ranges"], head.headers["content-type"]) == ("bytes", "video/mp4")
    part = await program.get(enclosure.href, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, PLAYED[:4])
    await _check_extras(program, answer.content)
    assert str(teacher.user_id) not in answer.text


async def _check_extras(program: httpx2.AsyncClient, content: bytes) -> None:
    root = fromstring(content)  # noqa: S314 - our own
    item = root.find("channel/item")
    assert item is not None
    for each in item.findall(f"{PODCAST}transcript"):
        answer = await program.get(each.attrib["url"])
        assert answer.headers["content-type"].startswith(each.attrib["type"])
        assert answer.headers["access-control-allow-origin"] == "*"
    (chapters,) = item.findall(f"{PODCAST}chapters")
    told = (await program.get(chapters.attrib["url"])).json()
    assert told["version"] == "1.2.0"
    assert told["chapters"][1] == {"startTime": 45.0, "title": "Entropy"}
    guid = root.findtext(f"channel/{PODCAST}guid")
    assert guid is not None
    assert UUID(guid).version == 5
    image = root.find("channel/image/url")
    assert image is not None
    assert (await program.get(image.text or "")).headers["content-type"] == "image/jpeg"


async def test_a_feed_that_did_not_change_is_not_sent_again(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(await teacher.collection(asset), "collections")
    program, url = await studio.client(), share["made"][0]["feed_url"]
    first = await program.get(url)
    assert first.content == (await program.get(url)).content
    assert first.headers["last-modified"].endswith("GMT")
    known = {"If-None-Match": first.headers["etag"]}
    again = await program.get(url, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    await teacher.client.patch(f"/api/v1/assets/{asset}", json={"title": "Renamed"})
    changed = await program.get(url, headers=known)
    assert changed.status_code == 200
    assert _parsed(changed.content).entries[0].id == _parsed(first.content).entries[0].id
    head = await program.head(url)
    assert (head.status_code, head.headers["etag"]) == (200, changed.headers["etag"])


async def test_each_listener_has_a_feed_that_ends_with_the_link(studio: Studio) -> None:
    teacher = await sharer(studio)
    collection = await teacher.collection(await teacher.asset())
    share = await teacher.share(collection, "collections", recipients=[{"name": "Ada"}, {"name": "Ben"}])
    program = await studio.client()
    ada, ben = [each["feed_url"] for each in share["made"]]
    entry = _parsed((await program.get(ada)).content)
    other = _parsed((await program.get(ben)).content)
    assert ada != ben
    assert entry.entries[0].id == other.entries[0].id
    await teacher.client.delete(f"{SHARES}/{share['id']}/links/{share['made'][0]['id']}")
    assert (await program.get(ada)).status_code == 404
    assert (await program.get(entry.entries[0].enclosures[0].href)).status_code == 404
    assert (await program.get(ben)).status_code == 200


async def test_there_is_no_feed_behind_a_password_or_of_one_recording(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    behind = await teacher.share(await teacher.collection(asset), "collections", password="heat flows")  # noqa: S106
    single = await teacher.share(asset)
    assert behind["made"][0]["feed_url"] is single["made"][0]["feed_url"] is None
    anybody = await studio.client()
    key = (await opened(anybody, secret_of(single)))["key"]
    assert (await anybody.get(f"{SHARED}/{key}/feed")).status_code == 404


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_title_is_read_back_as_it_was_or_with_signs_for_what_xml_cannot_hold(database_url: str, title: str) -> None:
    moment, number = now(), uuid.uuid4()
    episode = Episode(number, title, title, moment, URL, 1, "audio/mp4", 1.0, None, {}, None, None)
    feed = Feed(title, title, URL, URL, "x", moment, "en", serial=True, episodes=[episode])
    root = fromstring(write_feed(feed))  # noqa: S314 - our own
    expected = "".join(
        char if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff") else "\ufffd" for char in title
    )
    read = root.findtext("channel/item/title") or ""
    assert read == expected.replace("\r\n", "\n").replace("\r", "\n")
