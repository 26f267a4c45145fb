"""What the interface costs over the plain framework answering the same query from the same rows.

Both are called in this process without a socket, one request after the other, so that only their own work is counted.
Ours adds who asks, correlation ids, logs, metrics, headers and problem details. Lists are read at 100 and at 100,000
rows: a page must cost the same.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx2
from fastapi import Depends, FastAPI
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.app import make_web, open_engine
from cutroom.core.clock import now
from cutroom.core.ids import new_id
from cutroom.core.pagination import Page
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings
from cutroom.jobs.execution import Engine
from cutroom.jobs.models import Blob, Run, RunState
from cutroom.jobs.runs import describe_run
from cutroom.jobs.schemas import RunStatus
from cutroom.library import assets
from cutroom.library.models import Asset
from cutroom.library.schemas import AssetView, view_asset

_SMALL, _LARGE = 100, 100_000
_REQUESTS = 300
_ROUNDS = 5
_KEY = "benchmark"
_ANYBODY = Viewer(None, "", Role.ADMIN, "here")


def measure() -> dict[str, Any]:
    """Count requests a second of processor time; ours over the framework's, and large over small."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, Any]:
    results: dict[str, Any] = {}
    rates: dict[int, float] = {}
    for rows in (_SMALL, _LARGE):
        engine = open_engine(Settings(data_dir=folder / str(rows)))
        await upgrade(engine.database)
        run = await _fill(engine, rows)
        ours = _caller(make_web(engine, url="http://test", local_key=_KEY))
        plain = _caller(_plain(engine))
        lists = await _compare("/api/v1/assets?limit=50", ours, plain)
        rates[rows] = lists[0]
        results[f"list_{rows}_per_s"] = round(lists[0])
        results[f"list_{rows}_over_framework"] = round(lists[0] / lists[1], 2)
        if rows == _SMALL:
            polls = await _compare(f"/api/v1/runs/{run}", ours, plain)
            results["poll_per_s"] = round(polls[0])
            results["poll_over_framework"] = round(polls[0] / polls[1], 2)
        await engine.database.close()
    results["list_large_over_small"] = round(rates[_LARGE] / rates[_SMALL], 2)
    return results


async def _fill(engine: Engine, rows: int) -> UUID:
    """Put assets and one run into the database; give the run."""
    run = Run(recipe="highlights", params={}, state=RunState.QUEUED)
    async with engine.database.writing() as session:
        session.add(Blob(sha256="0" * 64, size_bytes=1))
        session.add(run)
        await session.flush()
        await session.execute(
            insert(Asset),
            [
                {
                    "id": new_id(),
                    "title": f"Lecture {number}",
                    "file_name": "lecture.mp4",
                    "sha256": "0" * 64,
                    "size_bytes": number,
                    "created_at": now(),
                }
                for number in range(rows)
            ],
        )
    return run.id


Call = Callable[[str], Awaitable[None]]


def _caller(app: FastAPI) -> Call:
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://test", headers={"Authorization": f"Bearer {_KEY}"}
    )

    async def call(path: str) -> None:
        (await client.get(path)).raise_for_status()

    return call


def _plain(engine: Engine) -> FastAPI:
    """Answer the same from the same rows with nothing around it."""
    app = FastAPI()

    async def session() -> Any:  # noqa: ANN401 - a generator, as the framework wants it
        async with engine.database.reading() as opened:
            yield opened

    Reading = Annotated[AsyncSession, Depends(session)]  # noqa: N806 - a type

    async def read_run(run_id: UUID, session: Reading) -> RunStatus:
        return await describe_run(session, run_id)

    async def list_assets(session: Reading, limit: int) -> Page[AssetView]:
        found, following = await assets.list_assets(session, _ANYBODY, after=None, limit=limit)
        files = await assets.files_of(session, found)
        return Page(items=[view_asset(asset, files[asset.id]) for asset in found], next=following)

    for function in (read_run, list_assets):
        function.__annotations__["session"] = Reading  # a local type cannot be found by its name
    app.get("/api/v1/runs/{run_id}")(read_run)
    app.get("/api/v1/assets")(list_assets)
    return app


async def _compare(path: str, ours: Call, plain: Call) -> tuple[float, float]:
    """Ask both in turn, several rounds; give the best rate of each."""
    best = [0.0, 0.0]
    for _ in range(_ROUNDS):
        for number, call in enumerate((ours, plain)):
            begin = time.process_time()
            for _ in range(_REQUESTS):
                await call(path)
            best[number] = max(best[number], _REQUESTS / (time.process_time() - begin))
    return best[0], best[1]
