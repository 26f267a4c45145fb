"""How many requests a client may send, over all processes together."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path

import httpx2
import pytest
import time_machine
from sqlalchemy import func, select
from tests.api.studio import LOCAL_KEY, URL, Studio, data_settings, make_studio

from cutroom.accounts import limits
from cutroom.accounts.limits import Allowance, Limiter
from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.errors import CutroomError
from cutroom.core.settings import Settings
from cutroom.jobs.models import Budget
from cutroom.library.housekeeping import drop_rows
from cutroom.providers.registry import load

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SESSION = "/api/v1/session"
#: So few that a test reaches them, over four applications as over one.
FEW = {"limit_reads": 40, "limit_writes": 20, "limit_heavy": 2}


def _application(database: Database, folder: Path, **changes: object) -> Studio:
    settings = data_settings(folder).model_copy(update={**FEW, **changes})
    return make_studio(database, load("storage", "local")(settings, "local"), settings)


@pytest.fixture
async def four(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Studio]]:
    """Four applications over one database, each with connections of its own."""
    monkeypatch.setattr(limits, "_PATIENCE_S", 60.0)  # however busy this machine is
    databases = [database, *(Database(database.url) for _ in range(3))]
    made = [_application(each, tmp_path) for each in databases]
    yield made
    for studio in made:
        await studio.clients.aclose()
    for each in databases[1:]:
        await each.close()


@pytest.fixture
async def one(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    """One application."""
    monkeypatch.setattr(limits, "_PATIENCE_S", 60.0)
    made = _application(database, tmp_path)
    async with made.clients:
        yield made


async def _from(studio: Studio, peer: str, headers: dict[str, str] | None = None) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(studio.app, client=(peer, 4711))
    client = httpx2.AsyncClient(transport=transport, base_url=URL, headers=headers)
    return await studio.clients.enter_async_context(client)


async def _ask(client: httpx2.AsyncClient, count: int, method: str = "GET", path: str = SESSION) -> list[int]:
    return [
        answer.status_code for answer in await asyncio.gather(*(client.request(method, path) for _ in range(count)))
    ]


async def test_an_account_gets_what_is_allowed_over_four_applications_and_not_one_more(four: list[Studio]) -> None:
    _, token = await four[0].account()
    headers = {"Authorization": f"Bearer {token}"}
    with time_machine.travel(now(), tick=False):  # nothing comes back meanwhile
        clients = [await _from(studio, f"203.0.113.{number}", headers) for number, studio in enumerate(four)]
        answers = [*chain.from_iterable(await asyncio.gather(*(_ask(client, 30) for client in clients)))]
    assert (answers.count(200), answers.count(429)) == (40, 80)


@on_sqlite
async def test_a_refusal_says_when_to_come_again_and_then_lets_in(one: Studio) -> None:
    _, token = await one.account()
    client = await _from(one, "203.0.113.7", {"Authorization": f"Bearer {token}"})
    with time_machine.travel(now(), tick=False):
        assert (await _ask(client, 40)).count(200) == 40
        refused = await client.get(SESSION)
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:cutroom:problem:too-many-requests"
    found = re.fullmatch(r"These are more than 40 requests a minute: try again in (\d+) s\.", refused.json()["detail"])
    assert found is not None
    assert refused.headers["retry-after"] == found[1]
    await asyncio.sleep(int(found[1]) + 0.1)
    assert (await client.get(SESSION)).status_code == 200


@on_sqlite
async def test_accounts_are_counted_apart_though_they_share_an_address(one: Studio) -> None:
    clients = []
    for _ in range(2):
        _, token = await one.account()
        clients.append(await _from(one, "203.0.113.7", {"Authorization": f"Bearer {token}"}))
    assert 429 in await _ask(clients[0], 50)
    assert await _ask(clients[1], 1) == [200]
    nobody = await _from(one, "203.0.113.7")
    assert await _ask(nobody, 1) == [401]


@on_sqlite
async def test_tokens_of_one_account_share_its_allowance(one: Studio) -> None:
    from cutroom.accounts.tokens import make_token

    user_id, first = await one.account()
    async with one.database.writing() as session:
        _, second = await make_token(session, user_id, "another")
    answers = []
    for token in (first, second):
        client = await _from(one, "203.0.113.7", {"Authorization": f"Bearer {token}"})
        answers += await _ask(client, 30)
    assert answers.count(200) <= 42


@on_sqlite
async def test_no_header_that_a_client_invents_gives_it_another_allowance(four: list[Studio]) -> None:
    """Neither what it says of its address, nor a token that nobody has, nor a cookie."""
    answers = []
    with time_machine.travel(now(), tick=False):
        for number in range(60):
            headers = {
                "X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7",
                "X-Real-IP": f"198.51.100.{number}",
                "Forwarded": f"for=198.51.100.{number}",
                "Authorization": f"Bearer cutroom_{uuid.uuid4().hex}",
                "Cookie": f"cutroom={uuid.uuid4().hex}",
            }
            client = await _from(four[number % 4], "127.0.0.1", headers)
            answers += await _ask(client, 1)
        other = await _from(four[0], "127.0.0.1", {"X-Forwarded-For": "203.0.113.8"})
        assert await _ask(other, 1) == [401]
    assert (answers.count(401), answers.count(429)) == (40, 20)


@on_sqlite
async def test_changes_and_heavy_work_have_allowances_of_their_own(one: Studio) -> None:
    _, token = await one.account(Role.ADMIN)
    client = await _from(one, "203.0.113.7", {"Authorization": f"Bearer {token}"})
    with time_machine.travel(now(), tick=False):
        heavy = await _ask(client, 3, "GET", "/api/v1/audit/verification")
        changes = await _ask(client, 22, "DELETE", f"/api/v1/tokens/{uuid.uuid4()}")
        assert await _ask(client, 1) == [200]
    assert sorted(heavy) == [200, 200, 429]
    assert changes.count(429) == 2


@on_sqlite
async def test_whoever_runs_the_program_is_not_counted_and_loopback_only_when_that_is_set(
    database: Database, tmp_path: Path
) -> None:
    counted = _application(database, tmp_path)
    spared = _application(database, tmp_path, spare_loopback=True)
    async with counted.clients, spared.clients:
        local = await _from(counted, "127.0.0.1", {"Authorization": f"Bearer {LOCAL_KEY}"})
        assert set(await _ask(local, 60)) == {200}
        assert 429 in await _ask(await _from(counted, "127.0.0.1"), 60)
        assert set(await _ask(await _from(spared, "127.0.0.1"), 60)) == {401}
        proxied = await _from(spared, "127.0.0.1", {"X-Forwarded-For": "203.0.113.7"})
        assert 429 in await _ask(proxied, 60)


@on_sqlite
async def test_nothing_is_limited_where_the_setting_is_0(database: Database, tmp_path: Path) -> None:
    studio = _application(database, tmp_path, limit_reads=0)
    async with studio.clients:
        assert set(await _ask(await _from(studio, "203.0.113.7"), 100)) == {401}
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Budget)) == 0


@on_sqlite
async def test_many_requests_are_one_row_that_is_written_seldom_and_goes_when_it_says_nothing(
    database: Database, tmp_path: Path
) -> None:
    limiter = Limiter(database, Settings())
    commits: list[int] = []
    write = database.write

    async def counting(*args: object, **options: object) -> object:
        commits.append(1)
        return await write(*args, **options)  # type: ignore[arg-type] # passed on as it came

    database.write = counting  # type: ignore[method-assign,assignment]
    for _ in range(600):
        await limiter.count(limiter.reads, "user 1")
    assert len(commits) == 600 // limiter.reads.block == 4
    database.write = write  # type: ignore[method-assign]
    with time_machine.travel(now().timestamp() + 90_000):
        await drop_rows(database)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Budget)) == 0


@on_sqlite
async def test_a_database_that_does_not_answer_closes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter, allowance = Limiter(database, Settings()), Allowance("requests", 20)
    monkeypatch.setattr(limits, "_PATIENCE_S", 0.05)
    other = Database(database.url)
    async with other.writing() as session:  # somebody holds the lock
        await session.execute(select(1))
        await limiter.count(allowance, "user 1")
    await other.close()
    async with asyncio.timeout(60):
        while limiter._purses["requests user 1"].asking:
            await asyncio.sleep(0.05)

    async def away(*_: object, **__: object) -> object:
        raise CutroomError

    monkeypatch.setattr(database, "write", away)
    for _ in range(50):
        await limiter.count(allowance, "user 2")
