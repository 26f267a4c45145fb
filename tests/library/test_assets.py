"""Recordings as rows."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects import sqlite

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Group, Member, Role
from cutroom.accounts.users import new_user
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.ids import new_id
from cutroom.jobs.models import Blob
from cutroom.library.assets import AssetOrder, Wanted, list_assets, list_query
from cutroom.library.models import (
    Asset,
    AssetGroup,
    AssetState,
    AssetTag,
    Category,
    Collection,
    CollectionItem,
    Tag,
    Visibility,
)

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ADMIN = Viewer(uuid.uuid4(), "Ada", Role.ADMIN, "session")
EDITOR = Viewer(uuid.uuid4(), "Eve", Role.EDITOR, "session")


SOME_ID = uuid.UUID("0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11")


@pytest.mark.parametrize("viewer", [ADMIN, EDITOR])
@pytest.mark.parametrize("order", [AssetOrder.NEWEST, AssetOrder.TITLE, AssetOrder.LONGEST, AssetOrder.SMALLEST])
async def test_a_page_is_read_along_an_index_and_nothing_is_sorted(
    database: Database, viewer: Viewer, order: AssetOrder
) -> None:
    wanted = [
        Wanted(),
        Wanted(state=AssetState.READY),
        Wanted(category_id=SOME_ID),
        Wanted(tag="Physics"),
        Wanted(collection_id=SOME_ID),
        Wanted(owner_id=EDITOR.user_id),
        Wanted(visibility=Visibility.INSTANCE),
        Wanted(licence="CC-BY-4.0"),
        Wanted(words="lecture"),
        Wanted(state=AssetState.READY, tag="physics", words="lecture", licence="CC-BY-4.0"),
    ]
    async with database.writing() as session:
        session.add(Blob(sha256="0" * 64, size_bytes=1))
        tag = Tag(name="physics", display_name="Physics")
        session.add_all(
            [tag, Collection(id=SOME_ID, title="x"), Category(id=SOME_ID, name="x", display_name="x", position=0)]
        )
        await session.flush()
        row = {"title": "x", "file_name": "x", "sha256": "0" * 64, "size_bytes": 1, "state": "new", "created_at": now()}
        rows = [row | {"id": new_id(), "category_id": SOME_ID if number % 9 else None} for number in range(500)]
        await session.execute(insert(Asset), rows)
        await session.execute(insert(AssetTag), [{"asset_id": each["id"], "tag_id": tag.id} for each in rows[::7]])
        held = {"collection_id": SOME_ID, "added_at": now()}
        items = [held | {"asset_id": each["id"], "position": number} for number, each in enumerate(rows[::5])]
        await session.execute(insert(CollectionItem), items)
        await session.execute(text("ANALYZE"))
    for each in wanted:
        query, keys = list_query(viewer, order=order, wanted=each)
        descending = order.startswith("-")
        asked = query.order_by(*(key.desc() if descending else key.asc() for key in keys)).limit(51)
        compiled = str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        async with database.reading() as session:
            plan = [row.detail for row in await session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
        # All that are of one kind may be fewer than a page's, and are then put in order; never all that there are.
        few = each.category_id is not None or each.owner_id is not None or each.state is not None
        assert not any(line.startswith("SCAN ") for line in plan), (each, plan)
        assert few or not any("TEMP B-TREE" in line for line in plan), (each, plan)


async def test_a_narrowed_list_holds_what_was_asked_for_and_nothing_else(database: Database) -> None:
    async with database.writing() as session:
        session.add(Blob(sha256="0" * 64, size_bytes=1))
        await session.flush()
        one, other = [
            Asset(title=title, file_name="x", sha256="0" * 64, size_bytes=1, duration_s=length, owner_id=None)
            for title, length in (("one", 9.0), ("other", 3.0))
        ]
        tag = Tag(name="physics", display_name="Physics")
        shelf = Collection(title="mine", owner_id=None)
        category = Category(name="c", display_name="C", position=0)
        session.add_all([one, other, tag, shelf, category])
        await session.flush()
        session.add_all([AssetTag(asset_id=one.id, tag_id=tag.id)])
        session.add(CollectionItem(collection_id=shelf.id, asset_id=one.id, position=1))
        one.category_id, one.licence, one.visibility = category.id, "CC0-1.0", Visibility.INSTANCE
    for wanted in (
        Wanted(tag="ＰＨＹＳＩＣＳ"),
        Wanted(collection_id=shelf.id),
        Wanted(category_id=category.id),
        Wanted(licence="CC0-1.0"),
        Wanted(visibility=Visibility.INSTANCE),
    ):
        async with database.reading() as session:
            found, _ = await list_assets(session, ADMIN, wanted=wanted, after=None, limit=9)
        assert [each.title for each in found] == ["one"], wanted
    async with database.reading() as session:
        hidden, _ = await list_assets(session, EDITOR, wanted=Wanted(collection_id=shelf.id), after=None, limit=9)
        by_length, _ = await list_assets(session, ADMIN, order=AssetOrder.SHORTEST, after=None, limit=9)
    assert hidden == []  # 'one' is everybody's, but the collection is not, and does not tell what is in it
    assert [each.title for each in by_length] == ["other", "one"]


#: How a viewer may come to see a recording.
SEEN = (
    {"own": True, "visibility": "private"},
    {"own": False, "visibility": "instance"},
    {"own": False, "visibility": "group"},
)


async def test_a_page_costs_a_viewer_who_sees_little_the_same_however_much_is_hidden(database: Database) -> None:
    """Counted in steps of SQLite's machine, which no load changes."""
    group_id, costs = uuid.uuid4(), []
    async with database.writing() as session:
        session.add_all([Blob(sha256="0" * 64, size_bytes=1), Group(id=group_id, name="g", display_name="G")])
        user = new_user("Eve", None, Role.EDITOR)
        session.add(user)
        await session.flush()
        session.add(Member(group_id=group_id, user_id=user.id))
    viewer = Viewer(user.id, "Eve", Role.EDITOR, "session")
    row = {"title": "x", "file_name": "x", "sha256": "0" * 64, "size_bytes": 1, "created_at": now()}

    async def fill(count: int) -> None:
        """Add a few that the viewer sees in each of the three ways, and many that they do not."""
        async with database.writing() as session:
            seen = [row | {"id": new_id(), **how} for how in SEEN for _ in range(2)]
            for each in seen:
                each["owner_id"] = user.id if each.pop("own") else None
            hidden = [row | {"id": new_id(), "visibility": how} for how in ("private", "group") for _ in range(count)]
            await session.execute(insert(Asset), seen)
            await session.execute(insert(Asset), hidden)
            given = [{"asset_id": each["id"], "group_id": group_id} for each in seen if each["visibility"] == "group"]
            await session.execute(insert(AssetGroup), given)
            await session.execute(text("ANALYZE"))

    for count in (300, 3000):
        await fill(count)
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        async with database.reading() as session:
            raw = await (await session.connection()).get_raw_connection()
            driver = raw.driver_connection
            assert driver is not None
            await driver.set_progress_handler(step, 10)
            found, _ = await list_assets(session, viewer, after=None, limit=50)
            await driver.set_progress_handler(None, 10)
        costs.append(steps / len(found))
    assert costs[1] < 1.5 * costs[0], costs
