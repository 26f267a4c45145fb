from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cutroom.core.database import Database
from cutroom.jobs.budgets import take

pytestmark = pytest.mark.anyio

START = datetime(2026, 6, 1, tzinfo=UTC)


async def _take(
    database: Database, *, key: str = "speech", units: float = 1.0, per_s: float = 10.0, burst: float = 10.0
) -> float:
    return await database.write(lambda session: take(session, key, units=units, per_s=per_s, burst=burst))


async def test_a_burst_is_let_through_and_then_the_rate(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        waits = [await _take(database) for _ in range(11)]
        assert waits == [0.0] * 10 + [pytest.approx(0.1, abs=1e-5)]
        clock.shift(timedelta(seconds=waits[-1]))
        assert [await _take(database) > 0 for _ in range(2)] == [False, True]
        assert await _take(database, key="other") == 0.0
        clock.shift(timedelta(hours=1))
        assert [await _take(database) > 0 for _ in range(11)] == [False] * 10 + [True]


async def test_what_a_refused_call_would_have_cost_is_not_counted(database: Database) -> None:
    with time_machine.travel(START, tick=False):
        assert await _take(database, units=10) == 0.0
        assert [await _take(database, units=5) for _ in range(5)] == pytest.approx([0.5] * 5, abs=1e-5)


async def test_a_call_that_costs_more_than_a_burst_goes_when_nothing_went_lately(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert await _take(database, units=30) == 0.0
        assert await _take(database, units=30) == pytest.approx(3.0, abs=1e-5)
        clock.shift(timedelta(seconds=3))
        assert await _take(database, units=30) == 0.0


async def test_callers_side_by_side_get_exactly_what_is_allowed(database: Database) -> None:
    others = [Database(database.url) for _ in range(4)]

    async def ask(other: Database) -> int:
        return sum([await _take(other) == 0.0 for _ in range(15)])

    with time_machine.travel(START, tick=False) as clock:
        for allowed in (10, 5, 10):
            got = await asyncio.gather(*(ask(other) for other in others))
            assert sum(got) == allowed
            clock.shift(timedelta(seconds=0.5 if allowed == 10 else 2.0))
    for other in others:
        await other.close()
