from __future__ import annotations

import asyncio

import pytest

from cutroom.core.database import Database
from cutroom.jobs.effects import Armed, arm, settle

pytestmark = pytest.mark.anyio


async def _arm(database: Database, key: str = "publish:1") -> Armed:
    return await database.write(lambda session: arm(session, key))


async def test_only_one_of_many_arms_an_effect(database: Database) -> None:
    others = [Database(database.url) for _ in range(5)]
    armed = await asyncio.gather(*(_arm(other) for other in others))
    for other in others:
        await other.close()
    assert sorted(each.first for each in armed) == [False] * 4 + [True]


async def test_an_effect_that_is_armed_but_not_settled_has_no_reference(database: Database) -> None:
    assert await _arm(database) == Armed(first=True, reference=None)
    assert await _arm(database) == Armed(first=False, reference=None)


async def test_the_first_reference_of_an_effect_stays(database: Database) -> None:
    await _arm(database)
    for name in ("first", "second"):
        async with database.writing() as session:
            await settle(session, "publish:1", {"id": name})
    assert await _arm(database) == Armed(first=False, reference={"id": "first"})
