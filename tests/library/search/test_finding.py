"""What is found, in which order, and by whom; the same on either database."""

from __future__ import annotations

import contextlib
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text
from tests.api.studio import Studio
from tests.library.search.library import STEP_S, add

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.library.models import Asset, Visibility
from cutroom.library.search.finding import Filters, find
from cutroom.library.search.index import INDEX
from cutroom.library.search.models import Passage, SearchEntry
from cutroom.library.search.query import read_question
from cutroom.library.search.writing import index_asset, index_chapters, index_speech
from cutroom.media.span import Span

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _ask(client: httpx2.AsyncClient, q: str, **params: str | int) -> dict[str, Any]:
    answer = await client.get("/api/v1/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _titles(client: httpx2.AsyncClient, q: str, **params: str | int) -> list[str]:
    return [item["asset"]["title"] for item in (await _ask(client, q, **params))["items"]]


async def test_titles_come_first_then_what_is_said_then_words_that_never_stand_together_the_newest_first_in_each(
    studio: Studio,
) -> None:
    _, client = await studio.person()
    far = " ".join(["filler"] * 120)
    await add(studio.database, "A", "The heat engine was built by hand.")
    await add(studio.database, "B", f"First the heat. {far}. Then an engine.")
    await add(studio.database, "The heat engine", "Nothing of that kind.")
    await add(studio.database, "C", "An engine wants heat.")
    await add(studio.database, "Heat", "An engine.")
    await add(studio.database, "Cold", "No motor.")
    assert await _titles(client, "heat engine ") == ["The heat engine", "C", "A", "Heat", "B"]
    assert await _titles(client, '"heat engine"') == ["The heat engine", "A"]
    assert await _titles(client, "heat engine -hand ") == ["The heat engine", "C", "Heat", "B"]
    assert await _titles(client, 'heat -"heat engine"') == ["Heat", "C", "B"]
    assert await _titles(client, "heat eng", kind="speech") == ["C", "A"]
    assert await _titles(client, "ENGÍNE ", kind="title") == ["The heat engine"]


async def test_a_hit_jumps_to_the_second_at_which_the_words_are_said(studio: Studio) -> None:
    _, client = await studio.person()
    words = ["word"] * 99 + ["a", "Carnot-cycle,", "then"] + ["word"] * 50
    await add(studio.database, "Talk", " ".join(words))
    [item] = (await _ask(client, '"carnot cycle"'))["items"]
    [hit] = item["hits"]
    assert hit["start_s"] == pytest.approx(100 * STEP_S)
    assert [hit["text"][start:stop] for start, stop in hit["marks"]] == ["Carnot-cycle"]
    assert item["count"] == 1
    within = (await client.get(f"/api/v1/assets/{item['asset']['id']}/search", params={"q": "carnot"})).json()
    assert [each["start_s"] for each in within["items"]] == [hit["start_s"]]


@pytest.mark.parametrize(
    ("said", "q"), [("今天 我们 讲 热力学 第二 定律", "力学第二"), ("วันนี้ เรา เรียน อุณหพลศาสตร์", "พลศาสตร์")]
)
async def test_what_is_written_without_spaces_is_found_by_any_part_of_it(studio: Studio, said: str, q: str) -> None:
    _, client = await studio.person()
    await add(studio.database, "Talk", said, language="zh" if said.startswith("今") else "th")
    [item] = (await _ask(client, q))["items"]
    [hit] = item["hits"]
    assert hit["start_s"] == pytest.approx(3 * STEP_S)
    [(start, stop)] = hit["marks"]
    assert hit["text"][start:stop] == q
    assert "\u200b" not in hit["text"]


async def test_pages_follow_each_other_without_a_gap_or_a_repeat(studio: Studio) -> None:
    _, client = await studio.person()
    far = " ".join(["filler"] * 120)
    kinds = [
        ("heat engine {}", "-"),
        ("{}", "heat engine"),
        ("{}", f"heat. {far}. engine"),
        ("heat engine {}", "heat engine"),
    ]
    for number in range(24):
        title, said = kinds[number % 4]
        await add(studio.database, title.format(number), said)
    whole = await _ask(client, "heat engine ", limit=50)
    assert whole["total"] == 24
    assert whole["next"] is None
    pages, after = [], None
    while True:
        page = await _ask(client, "heat engine ", limit=5, **({"after": after} if after else {}))
        pages += page["items"]
        if (after := page["next"]) is None:
            break
    assert pages == whole["items"]
    assert len(pages) == 24


async def test_who_may_not_see_a_recording_learns_nothing_of_it(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    _, other = await studio.person(Role.EDITOR)
    _, admin = await studio.person()
    hidden = await add(studio.database, "Secret", "the codeword is xyzzy", owner_id=owner_id)
    shown = await add(studio.database, "Open", "xyzzy again", owner_id=owner_id, visibility=Visibility.INSTANCE)
    assert await _titles(owner, "xyzzy") == ["Open", "Secret"] == await _titles(admin, "xyzzy")
    found = await _ask(other, "xyzzy")
    assert [item["asset"]["id"] for item in found["items"]] == [str(shown)]
    assert found["total"] == 1
    assert (await other.get(f"/api/v1/assets/{hidden}/search", params={"q": "xyzzy"})).status_code == 404
    assert (await owner.delete(f"/api/v1/assets/{hidden}")).status_code == 204
    assert await _titles(owner, "xyzzy") == ["Open"] == await _titles(admin, "xyzzy")


async def test_what_changes_is_found_by_what_it_is_now(studio: Studio) -> None:
    _, client = await studio.person()
    asset_id = await add(studio.database, "Old name", "old words")
    await client.patch(f"/api/v1/assets/{asset_id}", json={"title": "New name"})
    async with studio.database.writing() as session:
        asset = await session.get_one(Asset, asset_id)
        asset.description = "Some thermodynamics"
        await index_asset(session, asset_id)
        await index_speech(session, asset_id, None)
        await index_chapters(session, asset_id, [(Span(3.0, 9.0), "Entropy at last")])
    assert await _titles(client, "old ") == []
    assert await _titles(client, "new ") == ["New name"]
    assert await _titles(client, "thermodynamics entropy ") == ["New name"]
    [item] = (await _ask(client, "entropy "))["items"]
    assert item["hits"] == [
        {"kind": "chapter", "start_s": 3.0, "end_s": 9.0, "text": "Entropy at last", "marks": [[0, 7]]}
    ]


async def test_what_is_purged_leaves_nothing_in_the_index(database: Database) -> None:
    kept, gone = await add(database, "Kept", "some words"), await add(database, "Gone", "some words")
    async with database.writing() as session:
        await session.execute(delete(Asset).where(Asset.id == gone))
    async with database.reading() as session:
        entries = (await session.scalars(select(SearchEntry))).all()
        assert [entry.asset_id for entry in entries] == [kept]
        assert {row.number for row in await session.scalars(select(Passage))} == {entries[0].number}
        assert len((await session.execute(select(INDEX.c.rowid))).all()) == 3


async def test_filters_narrow_what_is_found(studio: Studio) -> None:
    owner_id, client = await studio.person()
    await add(studio.database, "Mine", "entropy", owner_id=owner_id)
    await add(studio.database, "Deutsch", "entropy", language="de")
    assert await _titles(client, "entropy", owner=str(owner_id)) == ["Mine"]
    assert await _titles(client, "entropy", language="de") == ["Deutsch"]
    assert await _titles(client, "entropy", tag="physics") == []


#: Signs of FTS5, of tsquery, of SQL, and what breaks naive programs.
NAUGHTY = [
    "'", '"', '""', "';", "NEAR(a b)", "a NEAR/2 b", "terms:a", "{terms}:a", "^a", "a*", "*", "a AND", "NOT a", "(a",
    "a)", "a & b | !c", "a <-> b", "a:*", "\\", "\\'", "' OR 1=1 --", "%", "_", "-", "--", '-"', "\x01", "\u202e",
    "\ufeff", "\u2028", "ﷺ", "Z\u0334\u034e\u030e\u0345a\u030c\u0335", "\U0001f469\u200d\U0001f467", "\U0010ffff",
    "a" * 200, "' " * 100, '"a" ' * 40, "0x1p-3", "NaN", "null",
]  # fmt: skip


@on_sqlite
async def test_whatever_is_asked_is_words_and_no_command(studio: Studio) -> None:
    _, client = await studio.person()
    asset_id = await add(studio.database, "null OR a", f"a b c {' '.join(NAUGHTY)}")
    for q in NAUGHTY:
        for path in ("/api/v1/search", f"/api/v1/assets/{asset_id}/search"):
            answer = await client.get(path, params={"q": q})
            assert answer.status_code in {200, 422}, (q, answer.text)


@on_sqlite
async def test_a_cursor_that_is_not_ours_is_refused_in_a_sentence(studio: Studio) -> None:
    _, client = await studio.person()
    asset_id = await add(studio.database, "a", "b")
    for after in ("x", "5.x", f"9.{asset_id}", f"5.{asset_id}0", "\x00", "\u0661"):
        for path in ("/api/v1/search", f"/api/v1/assets/{asset_id}/search"):
            answer = await client.get(path, params={"q": "a", "after": after})
            assert answer.status_code == 422, (after, answer.text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(q=st.text(st.sampled_from("ab'\"-*:&|!()<>^{}\\ é熱%_~+,.;\u200b"), min_size=1, max_size=30))
async def test_no_question_is_an_error_of_a_database(database: Database, q: str) -> None:
    viewer = Viewer(None, "", Role.ADMIN, "here")
    with contextlib.suppress(InvalidInput):
        question = read_question(q)
        async with database.reading() as session:
            await find(session, viewer, question, Filters(), after=None, limit=20)


@on_sqlite
async def test_a_page_is_read_along_the_index_of_words(database: Database) -> None:
    async with database.reading() as session:
        plan = [
            row.detail
            for row in await session.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT rowid FROM passage_index WHERE terms MATCH 'a' AND rowid >= 1 "
                    "AND rowid <= 9 ORDER BY rowid DESC LIMIT 400"
                )
            )
        ]
    assert not any("TEMP B-TREE" in line for line in plan), plan
