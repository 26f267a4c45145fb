"""What counting costs one server: a thousand people who open one recording at the same moment, and then once more.

The server is a process of its own (``cutroom api``), on SQLite and on PostgreSQL where that is installed; every request
of a thousand has a connection and an account of its own. Of two thousand requests exactly a thousand must be counted,
or there is no figure at all. ``CUTROOM_BENCH_VIEWERS`` asks for another number.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2
from tests.services.servers import Postgres

from benchmarks._instance import serving
from cutroom.accounts.models import Role
from cutroom.accounts.tokens import make_token
from cutroom.accounts.users import new_user
from cutroom.app import opened
from cutroom.core.settings import Settings
from cutroom.jobs.models import Blob
from cutroom.library.models import Asset, AssetState, Visibility

_VIEWERS = int(os.environ.get("CUTROOM_BENCH_VIEWERS", "1000"))
_TIMES = 2


def measure() -> dict[str, Any]:
    """Measure both databases; PostgreSQL where it is installed."""
    results = _measure("sqlite", None)
    if Postgres.find():
        server = Postgres.made()
        server.start()
        try:
            results |= _measure("postgresql", server.url)
        finally:
            server.end()
    return results


def _measure(name: str, database_url: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), database_url) as server:
        settings = Settings(data_dir=Path(folder), database_url=database_url)
        asset_id, secrets = asyncio.run(_fill(settings))
        rounds, views = asyncio.run(_watch(server.url, asset_id, secrets, server.headers))
    if views != _VIEWERS:
        raise RuntimeError(f"{views} views were counted of {_VIEWERS} viewers on {name}")
    return {
        f"{name}_counted_of_viewers": f"{views} of {_VIEWERS}",
        f"{name}_requests_per_s": round(sum(map(len, rounds)) / sum(map(max, rounds))),
        f"{name}_p90_s": round(statistics.quantiles([waited for each in rounds for waited in each], n=10)[-1], 1),
    }


async def _fill(settings: Settings) -> tuple[str, list[str]]:
    """Make the people, with a token each, and the recording that all of them see."""
    async with opened(settings) as engine, engine.database.writing() as session:
        people = [new_user(f"Person {number}", None, Role.VIEWER) for number in range(_VIEWERS)]
        session.add_all([Blob(sha256="0" * 64, size_bytes=1), *people])
        await session.flush()
        secrets = [(await make_token(session, person.id, "benchmark"))[1] for person in people]
        asset = Asset(title="x", file_name="x", sha256="0" * 64, size_bytes=1, state=AssetState.READY, duration_s=60.0)
        asset.visibility = Visibility.INSTANCE
        session.add(asset)
        await session.flush()
        return str(asset.id), secrets


async def _watch(url: str, asset_id: str, secrets: list[str], admin: dict[str, str]) -> tuple[list[list[float]], int]:
    """Let all view at once, again and again; give what each waited, by round, and what was counted."""
    limits = httpx2.Limits(max_connections=_VIEWERS)
    path = f"/api/v1/assets/{asset_id}/views"
    async with httpx2.AsyncClient(base_url=url, limits=limits, timeout=600) as client:

        async def view(secret: str, begin: float) -> float:
            (await client.post(path, headers={"Authorization": f"Bearer {secret}"})).raise_for_status()
            return time.perf_counter() - begin

        rounds = []
        for _ in range(_TIMES):
            begin = time.perf_counter()
            rounds.append(list(await asyncio.gather(*(view(secret, begin) for secret in secrets))))
        return rounds, int((await client.get(path, headers=admin)).json()["views"])
