"""What signing in costs one server: 200 people at once, over sockets, and the memory that it takes.

The server is a process of its own (``cutroom api``) on SQLite. Passwords are hashed with 19 MiB each and two at a time,
so however many sign in at once, memory stays where it was: that is what is measured. Each person comes from an address
of their own, as behind a proxy, because attempts are counted by address. The last figures compare a name that somebody
has with one that nobody has, one request after the other in turn: a ratio that is not 1 would tell names apart.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import psutil

from cutroom.accounts.models import Role
from cutroom.accounts.passwords import hash_password
from cutroom.accounts.users import new_user
from cutroom.app import opened
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings

_PEOPLE = 200
_READS = 2000
_SAMPLES = 150
_PASSWORD = "analytical engine"  # noqa: S105 - of nobody
_SESSION, _FORGOTTEN = "/api/v1/session", "/api/v1/password/forgotten"


def measure() -> dict[str, Any]:
    """Measure throughput, the slowest tenth and resident memory; and known over unknown names."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_fill(Settings(data_dir=Path(folder))))
        environment = os.environ | {"CUTROOM_DATA_DIR": folder}
        command = [sys.executable, "-m", "cutroom", "api", "--port", "0"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
            assert server.stdout is not None  # noqa: S101 - it was asked for
            try:
                url = server.stdout.readline().decode().split()[-1]
                return asyncio.run(_measure(url, psutil.Process(server.pid)))
            finally:
                server.terminate()


async def _fill(settings: Settings) -> None:
    kept = await hash_password(_PASSWORD)
    async with opened(settings) as engine:
        await upgrade(engine.database)
        async with engine.database.writing() as session:
            session.add_all(new_user(f"Person {number}", kept, Role.EDITOR) for number in range(_PEOPLE))


async def _measure(url: str, server: psutil.Process) -> dict[str, Any]:
    limits = httpx2.Limits(max_connections=_PEOPLE)
    async with httpx2.AsyncClient(base_url=url, limits=limits, timeout=120) as client:

        async def sign_in(number: int) -> str:
            client.cookies.clear()
            answer = await client.post(
                _SESSION, json={"name": f"Person {number}", "password": _PASSWORD}, headers=_from(number)
            )
            answer.raise_for_status()
            return answer.cookies["cutroom"]

        await sign_in(0)
        before = server.memory_info().rss
        logins, cookies = await _at_once(sign_in, range(_PEOPLE), server)
        client.cookies.clear()

        async def read(number: int) -> None:
            sent = {"Cookie": f"cutroom={cookies[number % _PEOPLE]}"}
            (await client.get(_SESSION, headers=sent)).raise_for_status()

        reads, _ = await _at_once(read, range(_READS), server)
        return {
            "logins_per_s": logins["per_s"],
            "logins_p90_s": logins["p90_s"],
            "reads_per_s": reads["per_s"],
            "reads_p90_s": reads["p90_s"],
            "rss_before_mb": round(before / 1e6),
            "rss_logins_peak_mb": logins["peak_mb"],
            "rss_reads_peak_mb": reads["peak_mb"],
            "login_known_over_unknown": await _compare(
                lambda name, number: client.post(
                    _SESSION, json={"name": name, "password": "difference engine"}, headers=_from(number)
                )
            ),
            "forgotten_known_over_unknown": await _compare(
                lambda name, number: client.post(_FORGOTTEN, json={"name": name}, headers=_from(number))
            ),
        }


async def _at_once(
    act: Callable[[int], Awaitable[Any]], numbers: range, server: psutil.Process
) -> tuple[dict[str, float], list[Any]]:
    """Do it for each number, 200 at a time; give the rate, the slowest tenth and the most memory, and what came."""
    took: list[float] = []
    places = asyncio.Semaphore(_PEOPLE)
    peak, over = 0, asyncio.Event()

    async def one(number: int) -> Any:  # noqa: ANN401 - whatever it gives
        async with places:
            begin = time.perf_counter()
            found = await act(number)
            took.append(time.perf_counter() - begin)
            return found

    async def watch() -> None:
        nonlocal peak
        while not over.is_set():
            peak = max(peak, server.memory_info().rss)
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    begin = time.perf_counter()
    found = await asyncio.gather(*map(one, numbers))
    rate = len(numbers) / (time.perf_counter() - begin)
    over.set()
    await watching
    slow = statistics.quantiles(took, n=10)[-1]
    return {"per_s": round(rate, 1), "p90_s": round(slow, 2), "peak_mb": round(peak / 1e6)}, found


async def _compare(ask: Callable[[str, int], Awaitable[httpx2.Response]]) -> float:
    """Ask about names that somebody has and names that nobody has, in turn; give the ratio of the mean times."""
    times: dict[str, list[float]] = {"Person": [], "Nobody": []}
    for number in range(_SAMPLES):
        for kind, taken in times.items():
            begin = time.perf_counter()
            answer = await ask(f"{kind} {number}", 1000 + number)
            taken.append(time.perf_counter() - begin)
            if answer.status_code == 429:
                raise RuntimeError("an attempt was refused for being one too many")
    known, unknown = (statistics.fmean(sorted(each)[: int(_SAMPLES * 0.9)]) for each in times.values())
    return round(known / unknown, 3)


def _from(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250 + 1}"}
