"""The description of the API against what the API does, tried by a machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, CheckFunction
from schemathesis.core.result import Ok
from tests.api.studio import data_settings, make_studio

from cutroom.core.database import Database
from cutroom.core.schema import upgrade
from cutroom.providers.registry import load

pytestmark = [
    pytest.mark.slow,
    # The server is a thread of this process, and waits by chance: that is not the strategies' doing.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]

#: Of each operation; what each may answer is known after few.
TRIES = 20
#: A stream has no end while the run has none.
LEFT_OUT = frozenset({"read_run_events"})
#: What a sentence refuses and a schema cannot: a cursor of another list, a recipe that is not there.
BEYOND_SCHEMAS = frozenset({"positive_data_acceptance"})
#: What oembed.com wants for a format that a site has not; any other fault is not described, and found by that.
SAYS_501 = "read_oembed"


@dataclass(frozen=True, slots=True)
class Served:
    """A server with something in it."""

    address: str
    token: str
    known: dict[str, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real server in a thread of its own: the machine that tries is not asynchronous."""
    started, found = threading.Event(), list[Served]()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def live(folder: Path) -> None:
        database, settings = Database(f"sqlite:///{folder / 'cutroom.db'}"), data_settings(folder)
        await upgrade(database)
        studio = make_studio(database, load("storage", "local")(settings, "local"), settings)
        _, token = await studio.account()
        async with studio.clients, studio.served() as address, studio.working():
            client = await studio.client({"Authorization": f"Bearer {token}"})
            asset_id = await studio.asset(client)
            run = await client.post("/api/v1/runs", json={"recipe": "double", "asset_id": asset_id})
            found.append(Served(address, token, {"asset_id": asset_id, "run_id": run.json()["id"]}))
            started.set()
            await stop.wait()
        await database.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(tmp_path_factory.mktemp("served")),))
    thread.start()
    assert started.wait(30)
    yield found[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def test_no_request_finds_a_fault_or_an_answer_that_is_not_described(served: Served) -> None:
    schema = schemathesis.openapi.from_url(f"{served.address}/openapi.json")
    headers = {"Authorization": f"Bearer {served.token}"}
    names = [name for name in CHECKS.get_all_names() if name not in BEYOND_SCHEMAS]
    checks = cast(list[CheckFunction], CHECKS.get_by_names(names))
    faults = cast(list[CheckFunction], CHECKS.get_by_names(["not_a_server_error"]))
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    tried = 0
    for operation in operations:
        if operation.definition.raw["operationId"] in LEFT_OUT:
            continue

        @given(case=operation.as_strategy(), known=st.booleans())
        @settings(max_examples=TRIES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def attempt(case: schemathesis.Case[Any], *, known: bool) -> None:
            nonlocal tried
            tried += 1
            if known and case.method != "DELETE":
                case.path_parameters.update({k: v for k, v in served.known.items() if k in case.path_parameters})
            told = case.operation.definition.raw["operationId"] == SAYS_501
            excluded = faults if told else None
            case.call_and_validate(headers=headers, checks=checks, excluded_checks=excluded, timeout=10)

        attempt()
    assert tried > TRIES * len(operations) // 4
    assert httpx2.get(f"{served.address}/health", timeout=5).status_code == 200
