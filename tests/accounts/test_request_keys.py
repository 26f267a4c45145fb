"""The same request sent again."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select
from tests.api.studio import Studio

from cutroom.jobs.models import Run

pytestmark = pytest.mark.anyio

RUNS = "/api/v1/runs"


async def _runs(studio: Studio) -> int:
    async with studio.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(Run))).scalar_one()


async def test_ten_at_once_with_one_key_start_one_run_and_get_one_answer(studio: Studio) -> None:
    _, client = await studio.person()
    body = {"recipe": "double", "asset_id": await studio.asset(client)}
    answers = await asyncio.gather(
        *(client.post(RUNS, json=body, headers={"Idempotency-Key": "double-click"}) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await _runs(studio) == 1


async def test_a_key_with_another_request_is_refused(studio: Studio) -> None:
    _, client = await studio.person()
    body = {"recipe": "double", "asset_id": await studio.asset(client)}
    key = {"Idempotency-Key": "one"}
    assert (await client.post(RUNS, json=body, headers=key)).status_code == 201
    other = await client.post(RUNS, json=body | {"priority": 1}, headers=key)
    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["detail"]
    assert await _runs(studio) == 1


async def test_a_request_that_failed_may_be_sent_again_with_its_key(studio: Studio) -> None:
    _, client = await studio.person()
    body = {"recipe": "double", "asset_id": "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"}
    key = {"Idempotency-Key": "one"}
    assert (await client.post(RUNS, json=body, headers=key)).status_code == 404
    assert (await client.post(RUNS, json=body, headers=key)).status_code == 404
    assert await _runs(studio) == 0


async def test_two_people_may_use_the_same_key(studio: Studio) -> None:
    answers = []
    for _ in range(2):
        _, client = await studio.person()
        body = {"recipe": "double", "asset_id": await studio.asset(client)}
        answers.append(await client.post(RUNS, json=body, headers={"Idempotency-Key": "one"}))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await _runs(studio) == 2


async def test_without_a_key_every_request_counts(studio: Studio) -> None:
    _, client = await studio.person()
    body = {"recipe": "double", "asset_id": await studio.asset(client)}
    for _ in range(2):
        assert (await client.post(RUNS, json=body)).status_code == 201
    assert await _runs(studio) == 2


async def test_an_import_sent_again_gets_its_answer_though_the_file_has_gone(studio: Studio) -> None:
    _, client = await studio.person()
    path = studio.settings.data_dir / "brought" / "talk.mp4"
    path.parent.mkdir()
    path.write_bytes(bytes(range(256)))
    key = {"Idempotency-Key": "one"}
    first = await client.post("/api/v1/assets", json={"path": str(path)}, headers=key)
    path.unlink()
    second = await client.post("/api/v1/assets", json={"path": str(path)}, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
