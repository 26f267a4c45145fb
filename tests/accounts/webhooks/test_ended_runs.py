"""Runs that ended are told of, each once."""

from __future__ import annotations

import asyncio
import json

import pytest
from sqlalchemy import select
from tests.accounts.webhooks.house import Post, deliveries, hook
from tests.api.studio import Studio, finished
from tests.core.egress.servers import Site

from cutroom.accounts.models import Role
from cutroom.accounts.webhooks.ended_runs import announce_runs, keep_runs_announced
from cutroom.accounts.webhooks.models import WebhookEvent

pytestmark = pytest.mark.anyio


async def kinds(studio: Studio) -> list[str]:
    """Give what was told, in order."""
    async with studio.database.reading() as session:
        return list((await session.scalars(select(WebhookEvent.kind).order_by(WebhookEvent.id))).all())


async def test_each_end_is_told_once_however_many_look(studio: Studio, receiver: Site, post: Post) -> None:
    _, client = await studio.person(Role.ADMIN)
    await hook(client, receiver, kinds=["run.succeeded", "run.failed", "run.canceled"])
    asset = await studio.asset(client)
    started = {
        name: (await client.post("/api/v1/runs", json={"recipe": name, "asset_id": asset})).json()["id"]
        for name in ("double", "refuse")
    }
    assert await announce_runs(studio.database) == 0
    async with studio.working():
        for run in started.values():
            await finished(client, run)
    await asyncio.gather(*(announce_runs(studio.database) for _ in range(4)))
    assert sorted(await kinds(studio)) == ["run.failed", "run.succeeded"]
    assert await announce_runs(studio.database) == 0
    await post.send()
    told = {read["type"]: read["data"] for read in map(json.loads, receiver.bodies)}
    assert told["run.succeeded"]["run_id"] == started["double"]
    assert told["run.succeeded"]["subject_id"] == asset
    assert told["run.failed"]["error"]["message"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_run_that_is_tried_again_is_told_of_again(studio: Studio, receiver: Site) -> None:
    _, client = await studio.person(Role.ADMIN)
    await hook(client, receiver, kinds=["run.failed", "run.canceled"])
    asset = await studio.asset(client)
    run = (await client.post("/api/v1/runs", json={"recipe": "refuse", "asset_id": asset})).json()["id"]
    stop = asyncio.Event()
    looking = asyncio.create_task(keep_runs_announced(studio.database, stop))

    async def told(count: int) -> None:
        async with asyncio.timeout(60):
            while len(await kinds(studio)) < count:
                await asyncio.sleep(0.02)

    await client.post(f"/api/v1/runs/{run}/cancel")
    await told(1)
    await client.post(f"/api/v1/runs/{run}/retry")
    async with studio.working():
        await told(2)
    stop.set()
    await looking
    assert await kinds(studio) == ["run.canceled", "run.failed"]
    assert len(await deliveries(studio)) == 2
