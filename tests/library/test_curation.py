"""What people say of recordings, and how they sort them, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select, update
from tests.api.studio import LOCAL_KEY, Studio

from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.models import Group, Member, Role
from cutroom.library.licences import LICENCES, find_licence
from cutroom.library.models import Asset, Collection, CollectionItem, Visibility

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ASSETS, TAGS, CATEGORIES, COLLECTIONS = (f"/api/v1/{name}" for name in ("assets", "tags", "categories", "collections"))


async def _asset(studio: Studio, owner_id: UUID, **columns: object) -> str:
    """Add a recording of somebody's."""
    asset_id = await studio.asset(await studio.client({"Authorization": f"Bearer {LOCAL_KEY}"}))
    async with studio.database.writing() as session:
        await session.execute(update(Asset).where(Asset.id == UUID(asset_id)).values(owner_id=owner_id, **columns))
    return asset_id


async def _made(client: httpx2.AsyncClient, address: str, **body: object) -> str:
    answer = await client.post(address, json=body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


@on_sqlite
async def test_what_is_said_of_a_recording_is_kept_as_it_was_written(studio: Studio) -> None:
    owner_id, client = await studio.person(Role.EDITOR)
    _, admin = await studio.person()
    asset = await _asset(studio, owner_id)
    category = await _made(admin, CATEGORIES, name="Lectures")
    said = {
        "title": "Wärme – 4",
        "description": "Line one\n\n<b>not bold</b>",
        "category_id": category,
        "tags": ["Physics", "second  Year", "ＰＨＹＳＩＣＳ"],
        "licence": "cc by 4.0",
        "licence_note": "As told on the first slide.",
        "attribution": "Ada Lovelace",
        "source_url": "https://example.org/lecture?x=1",
    }
    found = (await client.patch(f"{ASSETS}/{asset}", json=said)).json()
    assert found["category"] == {"id": category, "name": "Lectures"}
    assert found["tags"] == ["Physics", "second Year"]
    assert found["licence"]["key"] == "CC-BY-4.0"
    assert found["licence"]["attribution"] is True
    for name in ("title", "description", "licence_note", "attribution", "source_url"):
        assert found[name] == said[name]
    again = (await client.patch(f"{ASSETS}/{asset}", json={"licence": None, "category_id": None, "tags": []})).json()
    assert (again["licence"], again["category"], again["tags"]) == (None, None, [])
    assert again["description"] == said["description"]
    assert again["brought_by"]["name"] == (await admin.get("/api/v1/session")).json()["name"]
    assert (again["source_kind"], again["source_version"], again["stale"]) == ("disk", 1, False)


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": None},
        {"tags": None},
        {"licence": "MIT-ish"},
        {"licence": ""},
        {"source_url": "javascript:alert(1)"},
        {"source_url": "https://example.org/\nx"},
        {"description": "x" * 10_001},
        {"description": "a\0b"},
        {"tags": ["x"] * 51},
        {"tags": ["a\nb"]},
        {"tags": [" "]},
        {"tags": ["x" * 51]},
        {"tags": ["ﷺ" * 10]},  # folding makes 180 letters of it
        {"owner_id": str(uuid4())},
        {"state": "ready"},
        {"sha256": "0" * 64},
        {"brought_by_id": None},
        {"provenance": []},
        {"source_version": 7},
        {"deleted_at": None},
        {"visibility": "instance"},
    ],
)
async def test_nothing_else_can_be_said(studio: Studio, body: dict[str, Any]) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    before = (await client.get(f"{ASSETS}/{asset}")).json()
    assert (await client.patch(f"{ASSETS}/{asset}", json=body)).status_code == 422
    assert (await client.get(f"{ASSETS}/{asset}")).json() == before


def test_a_licence_is_known_by_its_key_however_it_is_written() -> None:
    assert find_licence("CC by-NC-nd 3.0").key == "CC-BY-NC-ND-3.0"
    assert find_licence("CC BY-SA").key == "CC-BY-SA-4.0"
    for each in LICENCES.values():
        assert find_licence(each.key.lower()) is each
        assert each.url is None or each.url.startswith("https://")
    assert not LICENCES["CC-BY-NC-4.0"].sell
    assert not LICENCES["CC-BY-ND-4.0"].change
    assert LICENCES["CC-BY-SA-4.0"].share_alike


@on_sqlite
async def test_categories_keep_the_order_that_they_are_given(studio: Studio) -> None:
    admin_id, admin = await studio.person()
    ids = [await _made(admin, CATEGORIES, name=name) for name in ("One", "Two", "Three")]
    assert (await admin.post(CATEGORIES, json={"name": " two "})).status_code == 409
    asset = await _asset(studio, admin_id)
    await admin.patch(f"{ASSETS}/{asset}", json={"category_id": ids[1]})
    moved = await admin.patch(f"{CATEGORIES}/{ids[2]}", json={"position": 0, "name": "Zero"})
    assert [(each["name"], each["position"]) for each in moved.json()["items"]] == [("Zero", 0), ("One", 1), ("Two", 2)]
    assert (await admin.patch(f"{CATEGORIES}/{ids[2]}", json={"name": "TWO"})).status_code == 409
    assert (await admin.delete(f"{CATEGORIES}/{ids[1]}")).status_code == 204
    _, viewer = await studio.person(Role.VIEWER)
    left = (await viewer.get(CATEGORIES)).json()["items"]
    assert [(each["name"], each["position"]) for each in left] == [("Zero", 0), ("One", 1)]
    assert (await admin.get(f"{ASSETS}/{asset}")).json()["category"] is None
    gone = await admin.patch(f"{ASSETS}/{asset}", json={"category_id": ids[1]})
    assert gone.status_code == 404


async def test_many_who_use_a_new_tag_at_once_make_one_of_it(studio: Studio) -> None:
    owner_id, client = await studio.person(Role.EDITOR)
    assets = [await _asset(studio, owner_id) for _ in range(8)]
    answers = await asyncio.gather(
        *(
            client.patch(f"{ASSETS}/{asset}", json={"tags": ["new", "NEW", f"own {number}", "Other"]})
            for number, asset in enumerate(assets)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    counts = {each["name"].casefold(): each["assets"] for each in (await client.get(TAGS)).json()["items"]}
    assert counts == {"new": 8, "other": 8} | {f"own {number}": 1 for number in range(8)}


@on_sqlite
async def test_tags_tell_nothing_of_what_one_may_not_see(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    other_id, other = await studio.person(Role.EDITOR)
    secret, shown = await _asset(studio, owner_id), await _asset(studio, owner_id, visibility=Visibility.INSTANCE)
    await owner.patch(f"{ASSETS}/{secret}", json={"tags": ["dismissals", "physics"]})
    await owner.patch(f"{ASSETS}/{shown}", json={"tags": ["physics"]})
    assert [(each["name"], each["assets"]) for each in (await owner.get(TAGS)).json()["items"]] == [
        ("dismissals", 1),
        ("physics", 2),
    ]
    assert [(each["name"], each["assets"]) for each in (await other.get(TAGS)).json()["items"]] == [("physics", 1)]
    assert (await other.get(TAGS, params={"q": "dis"})).json()["items"] == []
    own = await _asset(studio, other_id)
    await other.patch(f"{ASSETS}/{own}", json={"tags": ["physics"]})
    await other.delete(f"{ASSETS}/{own}")
    assert (await other.get(TAGS)).json()["items"][0]["assets"] == 1


@on_sqlite
async def test_tags_are_renamed_merged_and_deleted_everywhere(studio: Studio) -> None:
    admin_id, admin = await studio.person()
    first, second = await _asset(studio, admin_id), await _asset(studio, admin_id)
    await admin.patch(f"{ASSETS}/{first}", json={"tags": ["fysics", "physics", "old"]})
    await admin.patch(f"{ASSETS}/{second}", json={"tags": ["fysics"]})
    ids = {each["name"]: each["id"] for each in (await admin.get(TAGS)).json()["items"]}
    assert (await admin.patch(f"{TAGS}/{ids['fysics']}", json={"name": "Physics"})).status_code == 409
    itself = await admin.post(f"{TAGS}/{ids['fysics']}/merge", json={"into": ids["fysics"]})
    assert itself.status_code == 422
    merged = await admin.post(f"{TAGS}/{ids['fysics']}/merge", json={"into": ids["physics"]})
    assert merged.status_code == 204
    assert (await admin.patch(f"{TAGS}/{ids['physics']}", json={"name": "Physik"})).status_code == 204
    assert (await admin.delete(f"{TAGS}/{ids['old']}")).status_code == 204
    for asset in (first, second):
        assert (await admin.get(f"{ASSETS}/{asset}")).json()["tags"] == ["Physik"]
    assert [each["name"] for each in (await admin.get(TAGS)).json()["items"]] == ["Physik"]
    async with studio.database.reading() as session:
        told = (await session.scalars(select(AuditEntry.action).order_by(AuditEntry.number))).all()
    assert [each for each in told if each.startswith("tag.")] == ["tag.merged", "tag.renamed", "tag.deleted"]


@on_sqlite
async def test_a_collection_shows_everybody_what_they_may_see_anyway(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    reader_id, reader = await studio.person(Role.EDITOR)
    shown, hidden = await _asset(studio, owner_id, visibility=Visibility.INSTANCE), await _asset(studio, owner_id)
    shelf = await _made(owner, COLLECTIONS, title="Course", description="All of it")
    at = f"{COLLECTIONS}/{shelf}"
    for asset in (shown, hidden):
        assert (await owner.put(f"{at}/items/{asset}", json={})).status_code == 204
    assert (await reader.get(at)).status_code == 404
    group_id = uuid4()
    async with studio.database.writing() as session:
        session.add(Group(id=group_id, name="g", display_name="G"))
        await session.flush()
        session.add_all([Member(group_id=group_id, user_id=each) for each in (owner_id, reader_id)])
    audience = {"visibility": "group", "groups": [{"group_id": str(group_id)}]}
    told = (await owner.put(f"{at}/audience", json=audience)).json()
    assert (told["assets"], told["groups"][0]["name"]) == (2, "G")
    found = (await reader.get(at)).json()
    assert (found["assets"], found["may_change"], found["groups"]) == (1, False, [])
    assert [each["id"] for each in (await reader.get(f"{at}/items")).json()["items"]] == [shown]
    assert [each["id"] for each in (await reader.get(ASSETS, params={"collection": shelf})).json()["items"]] == [shown]
    assert (await reader.put(f"{at}/items/{shown}", json={})).status_code == 403
    audience["groups"][0]["may_edit"] = True  # type: ignore[index] # a list of dictionaries
    await owner.put(f"{at}/audience", json=audience)
    # Who may change the collection puts in what they see, and learns nothing of what they do not.
    assert (await reader.put(f"{at}/items/{hidden}", json={})).status_code == 404
    assert (await reader.put(f"{at}/items/{shown}", json={"before": hidden})).status_code == 404
    assert (await reader.delete(f"{at}/items/{hidden}")).status_code == 404
    assert (await reader.put(f"{at}/audience", json={"visibility": "instance"})).status_code == 403


@on_sqlite
async def test_a_collection_keeps_its_order_whatever_is_moved_where(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    assets = [await _asset(studio, owner_id) for _ in range(3)]
    shelf = await _made(owner, COLLECTIONS, title="Course")
    at = f"{COLLECTIONS}/{shelf}"
    for asset in assets:
        await owner.put(f"{at}/items/{asset}", json={})
    expected = list(assets)
    for number in range(50):  # more often than a gap can be halved
        moved, before = expected[-1], expected[1]
        await owner.put(f"{at}/items/{moved}", json={"before": before})
        expected.remove(moved)
        expected.insert(expected.index(before), moved)
        if number % 10 == 9:
            found = (await owner.get(f"{at}/items")).json()["items"]
            assert [each["id"] for each in found] == expected
    first = (await owner.get(f"{at}/items", params={"limit": 2})).json()
    rest = (await owner.get(f"{at}/items", params={"limit": 2, "after": first["next"]})).json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == expected
    assert (await owner.put(f"{at}/items/{assets[0]}", json={"before": str(uuid4())})).status_code == 404
    assert (await owner.delete(f"{at}/items/{assets[0]}")).status_code == 204
    assert (await owner.delete(f"{at}/items/{assets[0]}")).status_code == 404


async def test_two_who_sort_a_collection_at_once_do_so_one_after_the_other(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    assets = [await _asset(studio, owner_id) for _ in range(6)]
    shelf = await _made(owner, COLLECTIONS, title="Course")
    at = f"{COLLECTIONS}/{shelf}/items"
    answers = await asyncio.gather(*(owner.put(f"{at}/{asset}", json={}) for asset in (*assets, *assets)))
    assert {answer.status_code for answer in answers} == {204}
    answers = await asyncio.gather(*(owner.put(f"{at}/{asset}", json={"before": assets[0]}) for asset in assets[1:]))
    assert {answer.status_code for answer in answers} == {204}
    async with studio.database.reading() as session:
        places = (await session.scalars(select(CollectionItem.position))).all()
    assert len(places) == len(set(places)) == 6
    assert (await owner.get(at)).json()["items"][-1]["id"] == assets[0]


@on_sqlite
async def test_a_deleted_collection_is_had_back_with_what_was_in_it(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    _, other = await studio.person(Role.EDITOR)
    shelf = await _made(owner, COLLECTIONS, title="Course")
    asset = await _asset(studio, owner_id)
    await owner.put(f"{COLLECTIONS}/{shelf}/items/{asset}", json={})
    assert (await owner.post(f"{COLLECTIONS}/{shelf}/restore")).status_code == 404
    assert (await owner.delete(f"{COLLECTIONS}/{shelf}")).status_code == 204
    assert (await owner.get(f"{COLLECTIONS}/{shelf}")).status_code == 404
    assert (await owner.get(ASSETS, params={"collection": shelf})).json()["items"] == []
    assert (await other.post(f"{COLLECTIONS}/{shelf}/restore")).status_code == 404
    assert (await owner.post(f"{COLLECTIONS}/{shelf}/restore")).json()["assets"] == 1


@on_sqlite
async def test_many_recordings_are_changed_alike_and_each_is_refused_alone(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    other_id, _ = await studio.person(Role.EDITOR)
    _, admin = await studio.person()
    own = [await _asset(studio, owner_id) for _ in range(3)]
    seen, foreign = await _asset(studio, other_id, visibility=Visibility.INSTANCE), await _asset(studio, other_id)
    full = [f"tag {number}" for number in range(50)]
    await owner.patch(f"{ASSETS}/{own[2]}", json={"tags": full})

    async def change(ids: list[str], **change: object) -> list[bool]:
        answer = await owner.post(f"{ASSETS}/bulk", json={"ids": ids, "change": change})
        assert answer.status_code == 200, answer.text
        assert [each["id"] for each in answer.json()["items"]] == ids
        assert all(each["done"] == (each["problem"] is None) for each in answer.json()["items"])
        return [each["done"] for each in answer.json()["items"]]

    everything = [own[2], foreign, own[0], seen, own[1]]
    assert await change(everything, do="tag", tags=["Physics"]) == [False, False, True, False, True]
    assert len((await owner.get(f"{ASSETS}/{own[2]}")).json()["tags"]) == 50
    assert (await owner.get(f"{ASSETS}/{own[0]}")).json()["tags"] == ["Physics"]
    assert await change(own, do="untag", tags=["PHYSICS"]) == [True, True, True]
    assert (await owner.get(f"{ASSETS}/{own[0]}")).json()["tags"] == []
    category = await _made(admin, CATEGORIES, name="Lectures")
    assert await change([own[0], seen], do="categorise", category_id=category) == [True, False]
    shelf = await _made(owner, COLLECTIONS, title="Course")
    assert await change([own[1], seen, foreign, own[0]], do="collect", collection_id=shelf) == [True, True, False, True]
    held = (await owner.get(f"{COLLECTIONS}/{shelf}/items")).json()["items"]
    assert [each["id"] for each in held] == [own[1], seen, own[0]]
    assert await change([own[0], foreign, seen], do="delete") == [True, False, False]
    assert await change([own[0], own[1], foreign], do="restore") == [True, False, False]
    nowhere = {"ids": own, "change": {"do": "categorise", "category_id": str(uuid4())}}
    assert (await owner.post(f"{ASSETS}/bulk", json=nowhere)).status_code == 404
    for wrong in ({"do": "purge"}, {"do": "tag", "tags": []}, {"do": "delete", "owner_id": None}):
        assert (await owner.post(f"{ASSETS}/bulk", json={"ids": own, "change": wrong})).status_code == 422
    too_many = {"ids": [str(uuid4()) for _ in range(201)], "change": {"do": "delete"}}
    assert (await owner.post(f"{ASSETS}/bulk", json=too_many)).status_code == 422


@on_sqlite
async def test_a_collection_takes_nothing_that_is_not_offered(studio: Studio) -> None:
    _, owner = await studio.person(Role.EDITOR)
    shelf = await _made(owner, COLLECTIONS, title="Course")
    for wrong in (
        {},
        {"owner_id": None},
        {"visibility": "instance"},
        {"title": None},
        {"title": "x", "deleted_at": None},
    ):
        assert (await owner.patch(f"{COLLECTIONS}/{shelf}", json=wrong)).status_code == 422, wrong
    async with studio.database.reading() as session:
        row = await session.get_one(Collection, UUID(shelf))
    assert (row.title, row.visibility) == ("Course", Visibility.PRIVATE)
