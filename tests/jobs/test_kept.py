from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, JsonValue
from sqlalchemy import select, update
from tests.jobs.engine import CATALOGUE, Counted, claim, do, do_all, drawings, enter, fail, start, states, tell

from cutroom.core.database import Database
from cutroom.core.ids import new_id
from cutroom.jobs.claims import Claimed
from cutroom.jobs.errors import StepOutdated, ValueLost
from cutroom.jobs.kept import (
    canonical,
    damaged_files,
    digest_of,
    files_in,
    find_result,
    keep_result,
    own_key,
    resolve_arguments,
    result_key,
    spoil_result,
)
from cutroom.jobs.models import Blob, Result, ResultBlob, Step
from cutroom.jobs.recipes import Recipe, catalogue_of
from cutroom.jobs.runs import cancel_run, retry_run
from cutroom.jobs.stages import Stage, Work, stage
from cutroom.providers.storage import Storage, StoredFile

pytestmark = pytest.mark.anyio

ONE, TWO = (StoredFile(digit * 64, 7, ".mp4") for digit in "12")


@dataclass(frozen=True, slots=True)
class Found:
    level: float
    rate: Fraction
    name: str
    files: tuple[StoredFile, ...] = ()


@stage(version=1)
def find(work: Work, source: StoredFile) -> Found:
    return Found(-math.inf, Fraction(30000, 1001), "a\0b", (source,))


FOUND = Found(-math.inf, Fraction(30000, 1001), "a\0b 映像 \ud800", (ONE, TWO))


async def _keep(database: Database, key: str, value: object, known: Stage[Any, Any] = find) -> None:
    async with database.writing() as session:
        await keep_result(session, known, key, value)


async def test_a_value_comes_back_equal_with_the_files_that_it_names(database: Database) -> None:
    key = result_key(find, {"source": "x"})
    await _keep(database, key, FOUND)
    async with database.reading() as session:
        kept = await find_result(session, find, key)
        links = (await session.scalars(select(ResultBlob.sha256).where(ResultBlob.result_key == key))).all()
        blobs = (await session.scalars(select(Blob.size_bytes))).all()
    assert kept is not None
    assert kept.value == FOUND
    assert kept.files == (ONE, TWO)
    assert sorted(links) == [ONE.sha256, TWO.sha256]
    assert blobs == [7, 7]


@pytest.mark.parametrize("damage", [{"value": '{"level":1}'}, {"digest": "0" * 64}])
async def test_a_damaged_value_is_absent_until_it_is_kept_again(database: Database, damage: dict[str, str]) -> None:
    key = result_key(find, {})
    await _keep(database, key, FOUND)
    async with database.writing() as session:
        await session.execute(update(Result).values(damage))
    async with database.reading() as session:
        assert await find_result(session, find, key) is None
    await _keep(database, key, FOUND)
    async with database.reading() as session:
        assert await find_result(session, find, key) is not None


async def test_a_value_of_another_type_is_absent(database: Database) -> None:
    await _keep(database, "k", "a text", CATALOGUE.stages["listen"])
    async with database.reading() as session:
        assert await find_result(session, find, "k") is None


async def test_the_first_whole_value_stays_and_a_spoiled_one_is_replaced(database: Database) -> None:
    other = Found(1.0, Fraction(25), "other", (TWO,))
    for value, expected in ((FOUND, FOUND), (other, FOUND)):
        await _keep(database, "k", value)
        async with database.reading() as session:
            kept = await find_result(session, find, "k")
        assert kept is not None
        assert kept.value == expected
    async with database.writing() as session:
        await spoil_result(session, "k")
    await _keep(database, "k", other)
    async with database.reading() as session:
        kept = await find_result(session, find, "k")
        assert (await session.scalars(select(ResultBlob.sha256))).all() == [TWO.sha256]
    assert kept is not None
    assert kept.value == other


def test_a_key_depends_on_the_stage_its_version_and_every_argument() -> None:
    newer = stage(version=2)(find.function)
    keys = {
        result_key(find, {"a": "1", "b": "2"}),
        result_key(find, {"a": "2", "b": "1"}),
        result_key(newer, {"a": "1", "b": "2"}),
        result_key(CATALOGUE.stages["look"], {"a": "1", "b": "2"}),
    }
    assert len(keys) == 4
    assert result_key(find, {"b": "2", "a": "1"}) in keys


@settings(max_examples=30)
@given(
    content=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner)
    )
)
def test_the_same_json_is_written_the_same_way(content: JsonValue) -> None:
    turned = dict(reversed(content.items())) if isinstance(content, dict) else content
    assert canonical(content) == canonical(turned)
    assert canonical(content).isascii()


class Drawn(BaseModel):
    """What a model may hold."""

    file: StoredFile
    more: dict[str, tuple[StoredFile, ...]] = {}


def test_files_are_found_wherever_a_value_holds_them() -> None:
    value = {
        "a": [Drawn(file=ONE, more={"x": (TWO,)})],
        "b": Found(0.0, Fraction(1), "x", (ONE,)),
        "c": "text",
        "d": None,
    }
    assert list(files_in(value)) == [ONE, TWO, ONE]


async def test_files_that_storage_does_not_hold_whole_are_told(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"content")
    sha256 = hashlib.sha256(b"content").hexdigest()
    storage.put(path, sha256)
    whole, cut, gone = StoredFile(sha256, 7), StoredFile(sha256, 8), StoredFile("0" * 64, 1)
    assert damaged_files(storage, [whole, cut, gone]) == [cut, gone]


async def _held(database: Database, *, until: str) -> Claimed:
    worker = await enter(database)
    await start(database, drawings, Counted(name="cat", count=2))
    held = await do_all(database, worker, until=until)
    assert held is not None
    return held


async def test_arguments_are_values_of_steps_items_and_constants_by_their_types(database: Database) -> None:
    held = await _held(database, until="each_draw[1]")
    async with database.reading() as session:
        given = await resolve_arguments(session, CATALOGUE, held)
    assert given.values["style"] == "bold"
    assert (given.values["item"].name, given.values["item"].number) == ("CAT3", 1)
    assert given.digests["style"] == digest_of('"bold"')


async def test_an_argument_that_a_newer_stage_does_not_have_is_left_out(database: Database) -> None:
    @stage(version=2)
    def look(work: Work, far: int = 1) -> float:
        return 1.0

    held = await _held(database, until="look")
    async with database.reading() as session:
        given = await resolve_arguments(session, catalogue_of([], [look]), held)
    assert given.values == {}


async def test_a_step_that_this_version_does_not_understand_says_so(database: Database) -> None:
    @stage(version=2)
    def look(work: Work, name: int) -> float:
        return 1.0

    held = await _held(database, until="look")
    async with database.reading() as session:
        with pytest.raises(StepOutdated, match="look"):
            await resolve_arguments(session, catalogue_of([], []), held)
        with pytest.raises(StepOutdated, match="name"):
            await resolve_arguments(session, catalogue_of([], [look]), held)


async def test_a_lost_value_is_made_again_before_the_step_that_wants_it(database: Database) -> None:
    held = await _held(database, until="each_frame[0]")
    async with database.writing() as session:
        lost = select(Step.result_key).where(Step.key == "each_draw[0]").scalar_subquery()
        await session.execute(update(Result).where(Result.key == lost).values(digest=""))
    with pytest.raises(ValueLost) as caught:
        await do(database, held)
    assert caught.value.steps == {"each_draw[0]"}
    assert await fail(database, held, caught.value)
    after = await states(database, held.run_id)
    assert (after["each_draw[0]"], after["each_draw"], after["each_frame[0]"]) == ("ready", "pending", "pending")
    assert after["each_frame[1]"] == "ready"
    await do_all(database, await enter(database))
    assert (await tell(database, held.run_id)).state == "succeeded"


async def test_a_run_whose_item_waits_for_a_lost_value_can_be_cancelled_and_retried(database: Database) -> None:
    held = await _held(database, until="each_draw[1]")
    assert await fail(database, held, ValueLost(steps=["choose"]))
    assert (await states(database, held.run_id))["each_draw[1]"] == "pending"
    async with database.writing() as session:
        await cancel_run(session, held.run_id)
    async with database.writing() as session:
        await retry_run(session, CATALOGUE, held.run_id)
    after = await states(database, held.run_id)
    assert (after["choose"], after["each_draw"], after["each_draw[1]"]) == ("ready", "pending", "skipped")
    await do_all(database, await enter(database))
    assert set((await states(database, held.run_id)).values()) == {"succeeded"}


async def test_a_lost_file_sends_every_step_upstream_back_that_handed_it_on(database: Database) -> None:
    @stage(version=1)
    def make(work: Work) -> StoredFile:
        return ONE

    @stage(version=1)
    def wrap(work: Work, file: StoredFile) -> Found:
        return Found(0.0, Fraction(1), "x", (file,))

    @stage(version=1)
    def use(work: Work, found: Found) -> int:
        return 1

    chain: Recipe[Counted] = Recipe("chain", "Chain", Counted, lambda _: use(wrap(make())))
    catalogue = catalogue_of([chain], [make, wrap, use])
    worker = await enter(database)
    run = await start(database, chain)
    for _ in range(2):
        held = await claim(database, worker)
        assert held is not None
        assert await do(database, held, catalogue=catalogue)
    for left in (2, 1, 0):
        held = await claim(database, worker)
        assert held is not None
        assert held.key == "use"
        assert await fail(database, held, ValueLost(files=[ONE.sha256]))
        if not left:
            break
        assert await states(database, run) == {"make": "ready", "wrap": "pending", "use": "pending"}
        for _ in range(2):
            held = await claim(database, worker)
            assert held is not None
            assert await do(database, held, catalogue=catalogue)
    told = await tell(database, run)
    assert told.state == "failed"
    assert told.error is not None
    assert told.error.kind == "ValueLost"


async def test_a_lost_file_that_no_step_made_fails_the_run(database: Database) -> None:
    held = await _held(database, until="look")
    assert await fail(database, held, ValueLost(files=[ONE.sha256]))
    told = await tell(database, held.run_id)
    assert told.error is not None
    assert "backup" in told.error.hint


def test_what_writes_rows_is_kept_under_a_name_of_its_own() -> None:
    first, second = new_id(), new_id()
    assert own_key(first) == own_key(first) != own_key(second)
