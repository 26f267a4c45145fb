from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select, update
from tests.jobs.engine import CATALOGUE, do_all, enter

from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.core.ids import new_id
from cutroom.jobs.errors import ScheduleNotFound
from cutroom.jobs.models import Run, Schedule, ScheduleFire
from cutroom.jobs.schedules import (
    create_schedule,
    delete_schedule,
    fire_due,
    list_schedules,
    next_fire,
    read_schedule,
    update_schedule,
)

pytestmark = pytest.mark.anyio

START = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)


def _fires(cron: str, zone: str, after: str, count: int) -> list[str]:
    moment, fires = datetime.fromisoformat(after).replace(tzinfo=UTC), []
    for _ in range(count):
        moment = next_fire(cron, zone, moment)
        fires.append(moment.strftime("%d %H:%M"))
    return fires


# Berlin: clocks go from 01:00 UTC to 03:00 on 29 March, and from 01:00 UTC back to 02:00 on 25 October.
@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("30 2 * * *", "2026-03-28 00:00", ["28 01:30", "29 01:00", "30 00:30"]),
        ("*/30 * * * *", "2026-03-29 00:00", ["29 00:30", "29 01:00", "29 01:30"]),
        ("30 2 * * *", "2026-10-24 00:00", ["24 00:30", "25 00:30", "26 01:30"]),
        ("30 2 * * *", "2026-10-25 00:30", ["26 01:30", "27 01:30"]),
        ("*/30 * * * *", "2026-10-24 23:40", ["25 00:00", "25 00:30", "25 01:00", "25 01:30", "25 02:00"]),
        ("0 0 29 2 *", "2026-03-01 00:00", ["28 23:00"]),
    ],
)
def test_a_schedule_follows_its_zone_over_both_changes_of_the_clock(cron: str, after: str, expected: list[str]) -> None:
    assert _fires(cron, "Europe/Berlin", after, len(expected)) == expected


@pytest.mark.parametrize(
    ("cron", "zone"),
    [
        ("* * * *", "UTC"),
        ("* * * * * *", "UTC"),
        ("61 * * * *", "UTC"),
        ("0 0 31 2 *", "UTC"),
        ("", "UTC"),
        ("@daily", "UTC"),
        ("\0 * * * *", "UTC"),
        ("* * * * *", "Mars/Base"),
        ("* * * * *", ""),
        ("* * * * *", "../etc/passwd"),
        ("* * * * *", "/etc/passwd"),
        ("* * * * *", "U\0TC"),
    ],
)
def test_what_is_no_schedule_is_refused_in_a_sentence(cron: str, zone: str) -> None:
    with pytest.raises(InvalidInput, match=r"write"):
        next_fire(cron, zone, START)


@pytest.fixture
async def clock(database: Database) -> AsyncIterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


async def _every_minute(database: Database, **changes: Any) -> UUID:  # noqa: ANN401 - a schedule's own
    given = {"name": "often", "cron": "* * * * *", "recipe": "one", "params": {"name": "x"}, **changes}
    async with database.writing() as session:
        return (await create_schedule(session, CATALOGUE, **given)).id


async def _fire(database: Database) -> int:
    async with database.writing() as session:
        return len(await fire_due(session, CATALOGUE))


async def test_a_schedule_starts_a_run_when_its_time_has_come_and_not_before(
    database: Database, clock: time_machine.Traveller
) -> None:
    owner = new_id()
    await _every_minute(database, owner_id=owner)
    fired = []
    for _ in range(4):
        fired.append(await _fire(database))
        clock.shift(timedelta(seconds=20))
    assert fired == [0, 0, 1, 0]
    async with database.reading() as session:
        run = (await session.scalars(select(Run))).one()
        fire = (await session.scalars(select(ScheduleFire))).one()
    assert (run.recipe, run.params["name"], run.owner_id) == ("one", "x", owner)
    assert (fire.run_id, fire.fire_at) == (run.id, START.replace(minute=1, second=0))


async def test_times_that_were_missed_are_made_up_for_by_one_run(
    database: Database, clock: time_machine.Traveller
) -> None:
    await _every_minute(database)
    clock.shift(timedelta(days=3))
    assert [await _fire(database) for _ in range(3)] == [1, 0, 0]
    clock.shift(timedelta(minutes=1))
    assert await _fire(database) == 1


async def test_a_clock_that_is_set_back_fires_nothing_twice(database: Database, clock: time_machine.Traveller) -> None:
    schedule = await _every_minute(database)
    clock.shift(timedelta(minutes=1))
    assert await _fire(database) == 1
    clock.shift(timedelta(minutes=-1))
    async with database.writing() as session:
        await update_schedule(session, CATALOGUE, schedule, {"name": "reckoned anew"})
    clock.shift(timedelta(minutes=1))
    assert await _fire(database) == 0


async def test_five_schedulers_start_each_time_once(database: Database, clock: time_machine.Traveller) -> None:
    for name in ("a", "b", "c"):
        await _every_minute(database, name=name)
    others = [Database(database.url) for _ in range(5)]
    ticks = 8
    for _ in range(ticks):
        clock.shift(timedelta(minutes=1))
        await asyncio.gather(*(_fire(other) for other in others))
    for other in others:
        await other.close()
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Run)) == 3 * ticks
        fires = (await session.execute(select(ScheduleFire.schedule_id, ScheduleFire.fire_at))).all()
    assert len(set(fires)) == len(fires) == 3 * ticks


async def test_a_schedule_that_cannot_start_says_why_and_keeps_no_other_from_it(
    database: Database, clock: time_machine.Traveller
) -> None:
    broken, _ = await _every_minute(database, name="broken"), await _every_minute(database)
    async with database.writing() as session:
        await session.execute(update(Schedule).where(Schedule.id == broken).values(recipe="gone"))
    clock.shift(timedelta(minutes=1))
    assert await _fire(database) == 1
    async with database.reading() as session:
        said = (await read_schedule(session, broken)).problem
    assert said is not None
    assert "There is no recipe 'gone'" in said
    async with database.writing() as session:
        await update_schedule(session, CATALOGUE, broken, {"recipe": "one"})
    clock.shift(timedelta(minutes=1))
    assert await _fire(database) == 2


@pytest.mark.parametrize(
    "changes", [{"recipe": "none"}, {"params": {"count": "many"}}, {"cron": "never"}, {"zone": "Nowhere"}]
)
async def test_a_schedule_that_could_never_start_is_refused(
    database: Database, clock: time_machine.Traveller, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        await _every_minute(database, **changes)
    schedule = await _every_minute(database)
    with pytest.raises(InvalidInput):
        async with database.writing() as session:
            await update_schedule(session, CATALOGUE, schedule, changes)


async def test_a_schedule_that_is_switched_off_or_forgotten_starts_nothing_more(
    database: Database, clock: time_machine.Traveller
) -> None:
    first, second = await _every_minute(database), await _every_minute(database)
    async with database.writing() as session:
        assert len(await list_schedules(session)) == 2
        await update_schedule(session, CATALOGUE, first, {"enabled": False})
        await delete_schedule(session, second)
        with pytest.raises(ScheduleNotFound):
            await read_schedule(session, second)
    clock.shift(timedelta(minutes=5))
    assert await _fire(database) == 0
    async with database.writing() as session:
        await update_schedule(session, CATALOGUE, first, {"enabled": True})
    clock.shift(timedelta(minutes=1))
    assert await _fire(database) == 1


async def test_runs_that_a_forgotten_schedule_started_stay(database: Database, clock: time_machine.Traveller) -> None:
    schedule = await _every_minute(database)
    clock.shift(timedelta(minutes=1))
    assert await _fire(database) == 1
    async with database.writing() as session:
        await delete_schedule(session, schedule)
    await do_all(database, await enter(database))
    async with database.reading() as session:
        assert (await session.scalars(select(Run.state))).all() == ["succeeded"]
