"""Workers, queues and schedules over HTTP."""

from __future__ import annotations

import pytest
from tests.api.studio import Studio

pytestmark = pytest.mark.anyio


async def test_a_queue_is_paused_limited_and_freed(studio: Studio) -> None:
    _, client = await studio.person()
    changed = await client.patch("/api/v1/queues/cpu", json={"paused": True, "limit": 3})
    assert (changed.json()["paused"], changed.json()["limit"]) == (True, 3)
    changed = await client.patch("/api/v1/queues/cpu", json={"limit": None})
    assert (changed.json()["paused"], changed.json()["limit"]) == (True, None)
    changed = await client.patch("/api/v1/queues/cpu", json={"paused": False})
    assert (changed.json()["paused"], changed.json()["limit"]) == (False, None)
    assert (await client.patch("/api/v1/queues/tape", json={})).status_code == 422
    assert {each["queue"] for each in (await client.get("/api/v1/queues")).json()["items"]} == {"cpu", "io", "gpu"}


async def test_workers_are_listed_while_they_work(studio: Studio) -> None:
    _, client = await studio.person()
    async with studio.working():
        while not (found := (await client.get("/api/v1/workers")).json()["items"]):
            pass
    assert found[0]["alive"] is True
    assert set(found[0]["queues"]) == {"cpu", "io", "gpu"}
    assert (await client.get("/api/v1/workers")).json()["items"] == []
    gone = (await client.get("/api/v1/workers", params={"ended": "true"})).json()["items"]
    assert [each["alive"] for each in gone] == [False]


async def test_a_schedule_is_made_changed_and_forgotten(studio: Studio) -> None:
    user_id, client = await studio.person()
    asset = (await client.get(f"/api/v1/assets/{await studio.asset(client)}")).json()
    etag = (await client.head(f"/api/v1/assets/{asset['id']}/original")).headers["etag"].strip('"')
    source = {"sha256": etag, "size_bytes": asset["size_bytes"]}
    body = {
        "name": "Every morning",
        "cron": "0 6 * * *",
        "zone": "Europe/Berlin",
        "recipe": "double",
        "params": {"source": source, "file_name": "talk.mp4"},
    }
    made = (await client.post("/api/v1/schedules", json=body)).json()
    assert made["owner_id"] == str(user_id)
    assert made["next_at"]
    address = f"/api/v1/schedules/{made['id']}"
    changed = (await client.patch(address, json={"cron": "30 7 * * *", "enabled": False})).json()
    assert (changed["cron"], changed["enabled"], changed["zone"]) == ("30 7 * * *", False, "Europe/Berlin")
    assert (await client.get("/api/v1/schedules")).json()["items"] == [changed]
    for wrong in ({"cron": "not a time"}, {"zone": "Mars/Olympus"}, {"recipe": "publish"}, {"params": {"by": 99}}):
        assert (await client.post("/api/v1/schedules", json=body | wrong)).status_code == 422
        assert (await client.patch(address, json=wrong)).status_code == 422
    assert (await client.delete(address)).status_code == 204
    assert (await client.get(address)).status_code == 404
