"""What users may bring a week, exact to the byte."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.studio import Studio

from cutroom.accounts.config.settings import InstanceSettings
from cutroom.accounts.models import Role, User
from cutroom.accounts.quotas.errors import QuotaExceeded
from cutroom.accounts.quotas.models import QuotaEntry, QuotaWeek
from cutroom.accounts.quotas.reservations import read_used, release, reserve, settle
from cutroom.accounts.quotas.weeks import week_ends_at, week_of
from cutroom.accounts.users import new_user
from cutroom.core.database import Database

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GB = 1_000_000_000
FOUR_GB = InstanceSettings(weekly_quota_bytes=4 * GB)


async def _user(database: Database, quota_bytes: int | None = None) -> UUID:
    async with database.writing() as session:
        user = new_user(f"Ada {uuid.uuid4().hex[:8]}", None, Role.ADMIN)
        user.quota_bytes = quota_bytes
        session.add(user)
        await session.flush()
        return user.id


async def _reserve(
    database: Database, user_id: UUID | None, size_bytes: int, config: InstanceSettings = FOUR_GB
) -> UUID:
    subject_id = uuid.uuid4()
    await database.write(lambda session: reserve(session, config, user_id, subject_id, size_bytes))
    return subject_id


async def _settle(database: Database, subject_id: UUID, size_bytes: int) -> None:
    await database.write(lambda session: settle(session, subject_id, size_bytes))


async def _release(database: Database, subject_id: UUID) -> None:
    await database.write(lambda session: release(session, subject_id))


async def _used(database: Database, user_id: UUID, config: InstanceSettings = FOUR_GB) -> int:
    async with database.reading() as session:
        await _check_sums(session)
        return (await read_used(session, config, user_id)).used_bytes


async def _check_sums(session: AsyncSession) -> None:
    """The ledger sums to what is used, for everybody and every week."""
    ledger = select(QuotaEntry.user_id, QuotaEntry.week, func.sum(QuotaEntry.size_bytes))
    summed = {tuple(row) for row in await session.execute(ledger.group_by(QuotaEntry.user_id, QuotaEntry.week))}
    weeks = await session.execute(select(QuotaWeek.user_id, QuotaWeek.week, QuotaWeek.used_bytes))
    assert summed == {tuple(row) for row in weeks}


async def test_of_twenty_at_once_as_many_get_in_as_there_is_room_for(database: Database) -> None:
    user_id = await _user(database)
    others = [Database(database.url) for _ in range(4)]
    outcomes = await asyncio.gather(
        *(_reserve(others[number % 4], user_id, GB) for number in range(20)), return_exceptions=True
    )
    for other in others:
        await other.close()
    refused = [each for each in outcomes if isinstance(each, QuotaExceeded)]
    assert (sum(isinstance(each, UUID) for each in outcomes), len(refused)) == (4, 16)
    assert await _used(database, user_id) == 4 * GB


async def test_settling_and_releasing_at_once_from_everywhere_counts_once(database: Database) -> None:
    user_id = await _user(database)
    settled, released = await _reserve(database, user_id, GB), await _reserve(database, user_id, GB)
    others = [Database(database.url) for _ in range(4)]
    await asyncio.gather(*(_settle(other, settled, 600) for other in others for _ in range(2)))
    await asyncio.gather(*(_release(other, released) for other in others for _ in range(2)))
    for other in others:
        await other.close()
    assert await _used(database, user_id) == 600
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(QuotaEntry)) == 4


@on_sqlite
async def test_the_last_byte_fits_and_one_more_does_not(database: Database) -> None:
    user_id = await _user(database)
    subject_id = await _reserve(database, user_id, 4 * GB - 1)
    await _reserve(database, user_id, 1)
    with pytest.raises(QuotaExceeded, match=r"This needs 1 byte, and 0 bytes of your 3\.72 GiB a week are left"):
        await _reserve(database, user_id, 1)
    await _release(database, subject_id)
    assert await _used(database, user_id) == 1


@on_sqlite
async def test_more_than_was_reserved_is_taken_only_where_there_is_room(database: Database) -> None:
    user_id = await _user(database, quota_bytes=100)
    subject_id = await _reserve(database, user_id, 60)
    await _settle(database, subject_id, 70)
    other = await _reserve(database, user_id, 30)
    with pytest.raises(QuotaExceeded):
        await _settle(database, other, 31)
    assert await _used(database, user_id) == 100


@on_sqlite
async def test_a_users_own_quota_goes_before_the_instances_and_nothing_may_be_brought_with_none(
    database: Database,
) -> None:
    more, none = await _user(database, quota_bytes=5 * GB), await _user(database, quota_bytes=0)
    await _reserve(database, more, 5 * GB)
    await _reserve(database, none, 0)
    with pytest.raises(QuotaExceeded):
        await _reserve(database, none, 1)


@on_sqlite
async def test_what_is_nobodys_is_not_counted(database: Database) -> None:
    subject_id = await _reserve(database, None, 100 * GB)
    await _settle(database, subject_id, 200 * GB)
    await _release(database, subject_id)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(QuotaEntry)) == 0


@on_sqlite
async def test_a_limit_that_was_lowered_lets_what_is_under_way_end(database: Database) -> None:
    user_id = await _user(database)
    subject_id = await _reserve(database, user_id, 3 * GB)
    async with database.writing() as session:
        await session.execute(update(User).values(quota_bytes=GB))
    await _settle(database, subject_id, 2 * GB)
    assert await _used(database, user_id) == 2 * GB
    with pytest.raises(QuotaExceeded, match="and 0 bytes of your"):
        await _reserve(database, user_id, 1)


# Weeks


@on_sqlite
async def test_an_upload_that_is_open_across_the_edge_counts_in_the_week_it_began(database: Database) -> None:
    berlin = InstanceSettings(weekly_quota_bytes=4 * GB, quota_zone="Europe/Berlin")
    user_id = await _user(database)
    edge = datetime(2027, 3, 7, 0, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    with time_machine.travel(edge - timedelta(seconds=1), tick=False) as clock:
        subject_id = await _reserve(database, user_id, 4 * GB, berlin)
        other = await _reserve(database, user_id, 0, berlin)
        with pytest.raises(QuotaExceeded, match=r"after Sunday 2027-03-07 00:00 \(Europe/Berlin\)"):
            await _reserve(database, user_id, 1, berlin)
        clock.move_to(edge)
        assert await _used(database, user_id, berlin) == 0
        await _reserve(database, user_id, 4 * GB, berlin)
        await _settle(database, subject_id, 3 * GB)
        await _settle(database, other, GB)
        assert await _used(database, user_id, berlin) == 4 * GB
        await _release(database, subject_id)
        assert await _used(database, user_id, berlin) == 4 * GB
        clock.move_to(edge - timedelta(seconds=1))  # the clock was wrong and is set back
        assert await _used(database, user_id, berlin) == GB


@on_sqlite
async def test_another_zone_within_the_week_gives_nobody_a_second_quota(database: Database) -> None:
    user_id = await _user(database)
    with time_machine.travel(datetime(2027, 3, 10, 12, tzinfo=UTC), tick=False):
        for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
            config = InstanceSettings(weekly_quota_bytes=4 * GB, quota_zone=zone)
            if zone == "UTC":
                await _reserve(database, user_id, 4 * GB, config)
            assert await _used(database, user_id, config) == 4 * GB


@pytest.mark.parametrize(
    ("zone", "week", "begins", "ends"),
    [
        ("UTC", "2027-02-28", "2027-02-28T00:00Z", "2027-03-07T00:00Z"),
        ("UTC", "2028-02-27", "2028-02-27T00:00Z", "2028-03-05T00:00Z"),  # a leap day within
        ("Europe/Berlin", "2027-03-28", "2027-03-27T23:00Z", "2027-04-03T22:00Z"),  # 02:00 of this Sunday is left out
        ("Europe/Berlin", "2027-10-31", "2027-10-30T22:00Z", "2027-11-06T23:00Z"),  # and comes twice of this one
        ("America/Santiago", "2027-09-05", "2027-09-05T04:00Z", "2027-09-12T03:00Z"),  # this Sunday begins at 01:00
        ("America/Havana", "2027-11-07", "2027-11-07T04:00Z", "2027-11-14T05:00Z"),  # 00:00 of this one comes twice
        ("Asia/Kathmandu", "2027-03-07", "2027-03-06T18:15Z", "2027-03-13T18:15Z"),
    ],
)
def test_a_week_begins_on_sunday_at_midnight_of_its_zone(zone: str, week: str, begins: str, ends: str) -> None:
    where = ZoneInfo(zone)
    first, after = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    tick = timedelta(microseconds=1)
    assert [week_of(moment, where) == week for moment in (first - tick, first, after - tick, after)] == [
        False,
        True,
        True,
        False,
    ]
    assert week_ends_at(week, where) == after


@examples(deadline=None)
@given(
    st.integers(0, 17 * 366 * 86_400).map(
        lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.sampled_from(
        [
            "UTC",
            "Europe/Berlin",
            "America/Santiago",
            "America/Havana",
            "Africa/Cairo",
            "Asia/Beirut",
            "Australia/Lord_Howe",
        ]
    ),
)
def test_every_moment_is_in_one_week_of_about_seven_days(moment: datetime, zone: str) -> None:
    where = ZoneInfo(zone)
    week, ends_at = week_of(moment, where), week_ends_at(week_of(moment, where), where)
    assert moment < ends_at
    assert ends_at - moment <= timedelta(days=7, hours=1)
    assert week_of(ends_at, where) > week
    assert week_of(ends_at - timedelta(microseconds=1), where) == week


# Histories


class _Histories(RuleBasedStateMachine):
    """Random histories of one user, against a model of a few lines."""

    database: Database
    loop: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.user_id = self.loop.run(_user(self.database, quota_bytes=100))
        self.counted: dict[UUID, int] = {}

    @rule(size_bytes=st.integers(0, 60))
    def reserves(self, size_bytes: int) -> None:
        fits = sum(self.counted.values()) + size_bytes <= 100
        try:
            self.counted[self.loop.run(_reserve(self.database, self.user_id, size_bytes))] = size_bytes
            assert fits
        except QuotaExceeded:
            assert not fits

    @precondition(lambda self: self.counted)
    @rule(data=st.data(), size_bytes=st.integers(0, 120))
    def settles(self, data: st.DataObject, size_bytes: int) -> None:
        subject_id = data.draw(st.sampled_from(sorted(self.counted)))
        more = size_bytes - self.counted[subject_id]
        fits = more <= 0 or sum(self.counted.values()) + more <= 100
        try:
            self.loop.run(_settle(self.database, subject_id, size_bytes))
            self.counted[subject_id] = size_bytes
            assert fits
        except QuotaExceeded:
            assert not fits

    @precondition(lambda self: self.counted)
    @rule(data=st.data())
    def releases(self, data: st.DataObject) -> None:
        subject_id = data.draw(st.sampled_from(sorted(self.counted)))
        self.loop.run(_release(self.database, subject_id))
        self.counted[subject_id] = 0

    @invariant()
    def what_is_used_is_what_is_counted_and_what_the_ledger_sums_to(self) -> None:
        used = self.loop.run(_used(self.database, self.user_id))
        assert used == sum(self.counted.values()) <= 100


@on_sqlite
def test_after_any_history_the_ledger_sums_to_what_is_used(database_url: str) -> None:
    with asyncio.Runner() as loop:
        _Histories.database, _Histories.loop = Database(database_url), loop
        run_state_machine_as_test(_Histories, settings=examples(max_examples=8, stateful_step_count=12, deadline=None))
        loop.run(_Histories.database.close())


# Over HTTP


@on_sqlite
async def test_people_see_what_they_used_and_administrators_what_others_did(studio: Studio) -> None:
    owner, client = await studio.person(Role.EDITOR)
    _, admin = await studio.person()
    subject_id = await _reserve(studio.database, owner, GB)
    await _settle(studio.database, subject_id, 400)
    own = (await client.get("/api/v1/quota")).json()
    assert (own["limit_bytes"], own["used_bytes"]) == (4 << 30, 400)
    assert datetime.fromisoformat(own["resets_at"]) > datetime.now(UTC)
    assert (await admin.get(f"/api/v1/users/{owner}/quota")).json() == own
    assert (await admin.get("/api/v1/quota")).json()["used_bytes"] == 0
    first = (await client.get("/api/v1/quota/entries", params={"limit": 1})).json()
    rest = (await client.get("/api/v1/quota/entries", params={"after": first["next"]})).json()
    entries = first["items"] + rest["items"]
    assert [(each["change"], each["size_bytes"]) for each in entries] == [("settle", 400 - GB), ("reserve", GB)]
    assert {each["subject_id"] for each in entries} == {str(subject_id)}
    assert (await admin.get("/api/v1/quota/entries")).json() == {"items": [], "next": None}
    assert (await admin.get(f"/api/v1/users/{uuid.uuid4()}/quota")).status_code == 404
