"""Whether the instance works, as it tells."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from tests.api.studio import Studio, data_settings, make_studio

from cutroom.api.health import PATIENCE_S
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.core.schema import upgrade
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage

pytestmark = pytest.mark.anyio


async def test_an_instance_that_works_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cutroom.db'}")
    await upgrade(database)
    studio = _studio(database, tmp_path)
    async with studio.clients:
        client = await studio.client()
        for path in ("/health", "/health/ready", "/health/live"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["status"]) == (200, "ok"), answer.text
    await database.close()


async def test_that_nobody_works_is_told_and_keeps_nobody_out(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cutroom.db'}")
    await upgrade(database)
    studio = _studio(database, tmp_path)
    async with studio.clients:
        client = await studio.client()
        answer = await client.get("/health")
        assert (answer.status_code, answer.json()["parts"]["workers"]) == (200, "absent")
        async with studio.working(), asyncio.timeout(20):
            while (await client.get("/health")).json()["parts"]["workers"] != "ok":
                await asyncio.sleep(0.1)
    await database.close()


async def test_a_database_without_its_tables_is_not_ready_and_yet_alive(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cutroom.db'}")
    studio = _studio(database, tmp_path)
    async with studio.clients:
        client = await studio.client()
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()["parts"]["schema"]) == (503, "failing")
        assert (await client.get("/health/live")).status_code == 200
    await database.close()


async def test_a_storage_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cutroom.db'}")
    await upgrade(database)
    (tmp_path / "media").write_text("a file where the folder should be")
    studio = _studio(database, tmp_path)
    async with studio.clients:
        answer = await (await studio.client()).get("/health")
        assert answer.status_code == 503
        assert answer.json()["parts"] == {"database": "ok", "schema": "ok", "storage": "failing", "workers": "absent"}
    await database.close()


async def test_parts_that_hang_or_fail_delay_nobody_and_pile_nothing_up(tmp_path: Path) -> None:
    asked = 0
    let_go = asyncio.Event()

    async def hang() -> None:
        nonlocal asked
        asked += 1
        await let_go.wait()

    async def refuse() -> None:
        raise InvalidInput("no")

    database = Database(f"sqlite:///{tmp_path / 'cutroom.db'}")
    await upgrade(database)
    studio = _studio(database, tmp_path, hang=hang, refuse=refuse)
    async with studio.clients:
        client = await studio.client()
        began = time.monotonic()
        answers = await asyncio.gather(*(client.get("/health") for _ in range(20)))
        assert time.monotonic() - began < 15 * PATIENCE_S  # side by side, not one after the other
        for answer in answers:
            assert answer.status_code == 503
            assert answer.json()["parts"]["hang"] == "waiting"
            assert answer.json()["parts"]["refuse"] == "failing"
        while answers[0].json()["parts"]["database"] != "ok":  # twenty at once are late on a busy machine
            assert time.monotonic() - began < 60
            answers = [await client.get("/health")]
        assert answers[0].json()["parts"]["hang"] == "waiting"
        assert asked == 1
        let_go.set()
    await database.close()


async def test_a_database_that_is_away_is_told_in_time(tmp_path: Path) -> None:
    away = Database("postgresql://somebody@192.0.2.1/nowhere")  # an address that nobody has: no answer, no refusal
    studio = _studio(away, tmp_path)
    async with studio.clients, asyncio.timeout(10):
        answer = await (await studio.client()).get("/health")
        assert answer.status_code == 503
        assert answer.json()["parts"]["database"] in {"waiting", "failing"}
    await away.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_metrics_are_for_this_machine_or_an_administrator(studio: Studio) -> None:
    _, admin = await studio.person()
    _, run = await studio.person(), await studio.asset(admin)
    await admin.post("/api/v1/runs", json={"recipe": "double", "asset_id": run})
    local = await (await studio.client()).get("/metrics")
    assert local.status_code == 200
    assert 'cutroom_runs{state="queued"} 1.0' in local.text
    assert 'cutroom_steps{queue="cpu",state="ready"} 1.0' in local.text
    assert 'cutroom_requests_total{method="POST",route="/api/v1/runs",status="201"} 1.0' in local.text
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    assert (await (await studio.client()).get("/metrics", headers=forwarded)).status_code == 401
    assert (await admin.get("/metrics", headers=forwarded)).status_code == 200


def _studio(database: Database, folder: Path, **checks: object) -> Studio:
    settings = data_settings(folder)
    storage: Storage = load("storage", "local")(settings, "local")
    return make_studio(database, storage, settings, checks=checks)  # type: ignore[arg-type] # coroutine functions
