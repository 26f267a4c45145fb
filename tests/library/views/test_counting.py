"""Views and watch time are exact, however many tell at once."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from itertools import accumulate
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.studio import Studio
from tests.library.search.library import add

from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.library.housekeeping import drop_rows
from cutroom.library.models import Asset, Visibility
from cutroom.library.views.counting import _edges, add_watched, count_view
from cutroom.library.views.models import Viewing
from cutroom.library.views.queries import count_of, retention_of
from cutroom.media.span import Span

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _watchable(database: Database, duration_s: float = 100.0) -> UUID:
    asset_id = await add(database, "Talk", visibility=Visibility.INSTANCE)
    async with database.writing() as session:
        await session.execute(update(Asset).values(duration_s=duration_s))
    return asset_id


async def _count(database: Database, asset_id: UUID, key: str) -> bool:
    async def count(session: AsyncSession) -> bool:
        return await count_view(session, await session.get_one(Asset, asset_id), key)

    return await database.write(count)


@pytest.mark.parametrize("viewers", [40, pytest.param(500, marks=pytest.mark.slow)])
async def test_of_any_number_of_requests_at_once_each_viewer_is_counted_once(database: Database, viewers: int) -> None:
    asset_id = await _watchable(database)
    keys = [uuid.uuid4().hex for _ in range(viewers)] * 2
    counted = await asyncio.gather(*(_count(database, asset_id, key) for key in keys))
    assert sum(counted) == viewers
    async with database.reading() as session:
        counts = await count_of(session, asset_id)
    assert (counts.views, counts.viewers) == (viewers, viewers)


async def test_a_viewer_is_counted_again_when_the_window_is_over(database: Database) -> None:
    asset_id = await _watchable(database)
    assert [await _count(database, asset_id, "a") for _ in range(3)] == [True, False, False]
    async with database.writing() as session:
        await session.execute(update(Viewing).values(counted_at=now() - timedelta(minutes=30)))
    assert [await _count(database, asset_id, "a") for _ in range(2)] == [True, False]
    async with database.reading() as session:
        counts = await count_of(session, asset_id)
    assert (counts.views, counts.viewers) == (2, 1)


async def test_every_second_is_counted_as_often_as_it_was_played_by_many_at_once(database: Database) -> None:
    asset_id = await _watchable(database)
    played = [[Span(viewer, viewer + 10.0), Span(50.0, 60.0), Span(95.0, 500.0)] for viewer in range(20)]

    async def tell(viewer: int) -> None:
        async def add_all(session: AsyncSession) -> float:
            return await add_watched(session, await session.get_one(Asset, asset_id), str(viewer), played[viewer])

        assert await database.write(add_all) == 25

    await asyncio.gather(*(tell(viewer) for viewer in range(20)))
    async with database.reading() as session:
        found = await retention_of(session, await session.get_one(Asset, asset_id), bucket_s=1, days=1)
    expected = [sum(any(span.contains(second) for span in spans) for spans in played) for second in range(100)]
    assert found.played == expected
    assert found.counts.viewers == 0  # who was not counted as a view yet


@given(
    st.lists(st.tuples(st.floats(0, 200), st.floats(0, 60)), max_size=20),
    st.integers(1, 150),
    st.integers(0, 400),
)
def test_what_is_counted_lies_within_the_recording_and_is_no_more_than_can_have_been_played(
    stretches: list[tuple[float, float]], duration_s: int, allowed: int
) -> None:
    changes, counted = _edges([Span(start, start + length) for start, length in stretches], duration_s, allowed)
    assert list(changes) == sorted(changes)
    assert sum(changes.values()) == 0
    assert counted <= allowed
    assert all(0 <= second <= duration_s for second in changes)
    seconds = list(accumulate(changes.get(second, 0) for second in range(duration_s + 1)))
    assert all(each >= 0 for each in seconds)
    assert sum(seconds) == counted


def test_a_stretch_told_in_parts_is_as_long_as_at_once() -> None:
    parts = [Span(0.0, 10.4), Span(10.4, 20.6), Span(20.6, 30.0)]
    assert _edges(parts, 100.0, 100) == _edges([Span(0.0, 30.0)], 100.0, 100)


@on_sqlite
async def test_nobody_plays_more_than_the_time_that_has_passed_allows(studio: Studio) -> None:
    _, client = await studio.person(Role.VIEWER)
    asset_id = await _watchable(studio.database, 10_000.0)
    for _ in range(3):
        answer = await client.post(
            f"/api/v1/assets/{asset_id}/watched", json={"played": [{"start_s": 0, "end_s": 9000}]}
        )
        assert answer.status_code == 200
    async with studio.database.reading() as session:
        watched_s = await session.scalar(select(Viewing.watched_s))
    assert watched_s is not None
    assert 240 <= watched_s < 400  # a minute at four times the speed, and then a little for slack


@on_sqlite
async def test_a_viewer_goes_on_where_they_left_off_until_the_end(studio: Studio) -> None:
    _, client = await studio.person(Role.VIEWER)
    _, other = await studio.person(Role.VIEWER)
    asset_id = await _watchable(studio.database)
    address = f"/api/v1/assets/{asset_id}"
    assert (await client.get(f"{address}/position")).json() == {
        "position_s": 0.0,
        "finished": False,
        "watched_at": None,
    }
    await client.post(f"{address}/watched", json={"played": [{"start_s": 0, "end_s": 40.5}]})
    assert (await client.get(f"{address}/position")).json()["position_s"] == 40.5
    [item] = (await client.get("/api/v1/watching")).json()["items"]
    assert (item["asset"]["id"], item["position_s"]) == (str(asset_id), 40.5)
    assert (await other.get("/api/v1/watching")).json()["items"] == []
    await client.post(f"{address}/watched", json={"played": [], "position_s": 99.0})
    assert (await client.get(f"{address}/position")).json()["position_s"] == 0.0
    assert (await client.get("/api/v1/watching")).json()["items"] == []
    assert (await client.delete("/api/v1/watching")).status_code == 204
    async with studio.database.reading() as session:
        assert await session.scalar(select(Viewing)) is None


@on_sqlite
async def test_what_one_may_not_see_any_more_is_not_gone_on_with(studio: Studio) -> None:
    _, client = await studio.person(Role.VIEWER)
    asset_id = await _watchable(studio.database)
    await client.post(f"/api/v1/assets/{asset_id}/watched", json={"played": [{"start_s": 0, "end_s": 40}]})
    async with studio.database.writing() as session:
        await session.execute(update(Asset).values(visibility=Visibility.PRIVATE))
    assert (await client.get("/api/v1/watching")).json()["items"] == []
    assert (await client.post(f"/api/v1/assets/{asset_id}/views")).status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    "played", [[{"start_s": -1, "end_s": 2}], [{"start_s": 3, "end_s": 2}], [{"start_s": 0, "end_s": 1}] * 101, "x"]
)
async def test_a_report_that_cannot_be_is_refused(studio: Studio, played: object) -> None:
    _, client = await studio.person(Role.VIEWER)
    asset_id = await _watchable(studio.database)
    answer = await client.post(f"/api/v1/assets/{asset_id}/watched", json={"played": played})
    assert answer.status_code == 422
    async with studio.database.writing() as session:
        await session.execute(update(Asset).values(duration_s=0.0))
    answer = await client.post(f"/api/v1/assets/{asset_id}/watched", json={"played": []})
    assert answer.status_code == 409


@on_sqlite
async def test_a_viewer_who_never_came_back_is_forgotten_and_stays_counted(database: Database) -> None:
    asset_id = await _watchable(database)
    await _count(database, asset_id, "a")
    async with database.writing() as session:
        await session.execute(update(Viewing).values(watched_at=now() - timedelta(days=401)))
    await drop_rows(database)
    async with database.reading() as session:
        counts = await count_of(session, asset_id)
    assert (counts.views, counts.viewers) == (1, 0)
