"""Recipes and runs over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from tests.api.studio import Studio, finished, studio

from cutroom.accounts.models import Role
from cutroom.accounts.sessions import close_session
from cutroom.jobs.events import add_event

__all__ = ["studio"]

pytestmark = pytest.mark.anyio

RUNS = "/api/v1/runs"


async def _start(studio: Studio, client: httpx2.AsyncClient, recipe: str = "double", **params: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    body = {"recipe": recipe, "asset_id": await studio.asset(client), "params": params}
    answer = await client.post(RUNS, json=body)
    assert answer.status_code == 201, answer.text
    run: dict[str, Any] = answer.json()
    return run


async def test_a_run_goes_from_its_start_to_its_result(studio: Studio) -> None:
    user_id, client = await studio.person()
    run = await _start(studio, client, by=3)
    assert (run["state"], run["percent"], run["owner_id"]) == ("queued", 0, str(user_id))
    assert "no worker" in run["message"]
    assert (await client.get(f"{RUNS}/{run['id']}/result")).status_code == 409
    async with studio.working():
        ended = await finished(client, run["id"])
    assert (ended["state"], ended["percent"], ended["error"]) == ("succeeded", 100, None)
    assert ended["params"]["by"] == 3
    assert (await client.get(ended["result"]["output"])).json() == {"value": [0, 3, 6]}
    steps = (await client.get(ended["steps_url"])).json()["items"]
    assert {step["state"] for step in steps} == {"succeeded"}
    events = (await client.get(ended["events_url"])).json()
    assert [event["number"] for event in events["items"]] == list(range(1, ended["last_event"] + 1))
    assert (events["state"], events["more"]) == ("succeeded", False)
    assert (events["items"][0]["kind"], events["items"][-1]["kind"]) == ("run.queued", "run.succeeded")


async def test_events_are_read_in_pages(studio: Studio) -> None:
    _, client = await studio.person()
    run = await _start(studio, client)
    async with studio.working():
        ended = await finished(client, run["id"])
    numbers: list[int] = []
    page: dict[str, Any] = {"last": 0, "more": True}
    while page["more"]:
        page = (await client.get(ended["events_url"], params={"after": page["last"], "limit": 2})).json()
        numbers += [event["number"] for event in page["items"]]
    assert numbers == list(range(1, ended["last_event"] + 1))


async def test_what_the_asset_is_cannot_be_chosen(studio: Studio) -> None:
    _, client = await studio.person()
    recipe, *_ = (await client.get("/api/v1/recipes")).json()["items"]
    assert recipe["name"] == "double"
    assert list(recipe["params"]["properties"]) == ["by"]
    asset = await studio.asset(client)
    for params in ({"source": {"sha256": "0" * 64, "size_bytes": 1}}, {"file_name": "x"}, {"bye": 2}, {"by": 1}):
        refused = await client.post(RUNS, json={"recipe": "double", "asset_id": asset, "params": params})
        assert refused.status_code == 422
        assert next(iter(params)) in refused.json()["detail"]
    missing = await client.post(RUNS, json={"recipe": "publish", "asset_id": asset})
    assert (missing.status_code, "double" in missing.json()["detail"]) == (404, True)


async def test_a_failure_says_what_happened_and_can_be_tried_again(studio: Studio) -> None:
    _, client = await studio.person()
    run = await _start(studio, client, "refuse")
    async with studio.working():
        failed = await finished(client, run["id"])
    assert failed["state"] == "failed"
    assert failed["error"]["stage"] == "refuse"
    assert failed["error"]["message"]
    again = await client.post(f"{RUNS}/{run['id']}/retry")
    assert (again.status_code, again.json()["state"], again.json()["error"]) == (200, "queued", None)
    assert (await client.post(f"{RUNS}/{run['id']}/retry")).status_code == 409


async def test_a_run_names_its_recording_to_whoever_finds_it(studio: Studio) -> None:
    _, client = await studio.person()
    run = await _start(studio, client)
    title = (await client.get(f"/api/v1/assets/{run['subject_id']}")).json()["title"]
    assert run["subject"] == title
    assert [each["subject"] for each in (await client.get(RUNS)).json()["items"]] == [title]
    assert (await client.delete(f"/api/v1/assets/{run['subject_id']}")).status_code == 204
    assert (await client.get(f"{RUNS}/{run['id']}")).json()["subject"] is None


async def test_cancelling_is_final_and_may_be_repeated(studio: Studio) -> None:
    _, client = await studio.person()
    run = await _start(studio, client)
    for _ in range(2):
        ended = await client.post(f"{RUNS}/{run['id']}/cancel")
        assert (ended.status_code, ended.json()["state"]) == (200, "canceled")


async def test_runs_are_listed_newest_first_and_filtered(studio: Studio) -> None:
    _, client = await studio.person()
    runs = [await _start(studio, client, recipe) for recipe in ("double", "refuse", "double")]
    await client.post(f"{RUNS}/{runs[0]['id']}/cancel")

    async def ids(**query: str) -> list[str]:
        return [run["id"] for run in (await client.get(RUNS, params=query)).json()["items"]]

    assert await ids() == [run["id"] for run in runs[::-1]]
    assert await ids(recipe="double", state="queued") == [runs[2]["id"]]
    assert await ids(asset_id=runs[1]["subject_id"]) == [runs[1]["id"]]
    first = (await client.get(RUNS, params={"limit": 2})).json()
    rest = (await client.get(RUNS, params={"limit": 2, "after": first["next"]})).json()
    assert [run["id"] for run in first["items"] + rest["items"]] == [run["id"] for run in runs[::-1]]
    assert rest["next"] is None


async def test_a_run_of_somebody_else_is_not_found(studio: Studio) -> None:
    _, admin = await studio.person()
    _, other = await studio.person(Role.EDITOR)
    run = await _start(studio, admin)
    for method, path in [
        ("GET", ""),
        ("GET", "/steps"),
        ("GET", "/events"),
        ("GET", "/result"),
        ("GET", "/candidates"),
        ("GET", "/clips"),
        ("POST", "/cancel"),
        ("POST", "/retry"),
    ]:
        assert (await other.request(method, f"{RUNS}/{run['id']}{path}")).status_code == 404, path
    assert (await other.get(RUNS)).json()["items"] == []
    assert (await admin.get(f"{RUNS}/{run['id']}")).json()["state"] == "queued"


class _Stream:
    """Server-sent events as they come over a real connection."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def __aiter__(self) -> AsyncIterator[dict[str, str]]:
        event: dict[str, str] = {}
        async for line in self._lines:
            if line:
                name, _, value = line.partition(":")
                event[name] = value.removeprefix(" ")
            elif event:
                yield event
                event = {}


@contextlib.asynccontextmanager
async def _watch(client: httpx2.AsyncClient, address: str, **headers: str) -> AsyncIterator[_Stream]:
    sent = {"Accept": "text/event-stream"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with asyncio.timeout(20), client.stream("GET", address, headers=sent) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _Stream(response)


async def test_a_stream_tells_every_event_once_and_ends_with_the_run(studio: Studio) -> None:
    _, token = await studio.account()
    async with (
        studio.served() as address,
        httpx2.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        run = await _start(studio, client)
        async with _watch(client, run["events_url"]) as stream, studio.working():
            told = [event async for event in stream]
        numbers = [int(event["id"]) for event in told if "id" in event]
        ended = await finished(client, run["id"])
        assert numbers == list(range(1, ended["last_event"] + 1))
        assert told[0] == {"retry": "2000"}
        assert told[-1]["event"] == "run.succeeded"
        progress = [json.loads(event["data"]) for event in told if event.get("event") == "progress"]
        assert progress
        assert {"stage", "percent", "eta_s", "message"} == set(progress[0])
        # What a browser does when the stream has ended: it connects again, and is told to stop.
        last = {"Accept": "text/event-stream", "Last-Event-ID": str(numbers[-1])}
        assert (await client.get(run["events_url"], headers=last)).status_code == 204


async def test_a_stream_goes_on_after_the_last_event_that_was_seen(studio: Studio) -> None:
    _, token = await studio.account()
    async with (
        studio.served() as address,
        httpx2.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        run = await _start(studio, client)
        async with studio.database.writing() as session:
            for _ in range(4):
                await add_event(session, UUID(run["id"]), "note", {"message": "a\nb\r\nid: 99"})
        seen: list[int] = []
        async with _watch(client, run["events_url"], last_event_id="2") as stream:
            async for event in stream:
                if "id" in event:
                    seen.append(int(event["id"]))
                    assert json.loads(event["data"])["data"]["message"] == "a\nb\r\nid: 99"
                if len(seen) == 3:
                    break
        assert seen == [3, 4, 5]


async def test_a_stream_of_another_process_is_told_what_this_one_did(studio: Studio) -> None:
    _, token = await studio.account()
    async with (
        studio.served() as address,
        httpx2.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as watcher,
    ):
        _, actor = await studio.person()
        run = await _start(studio, actor)
        async with _watch(watcher, run["events_url"]) as stream:
            kinds = []
            async for event in stream:
                kinds.append(event.get("event"))
                if "run.queued" in kinds and "run.canceled" not in kinds:
                    await actor.post(f"{RUNS}/{run['id']}/cancel")
        assert kinds[-1] == "run.canceled"


async def test_a_stream_ends_when_its_reader_may_not_see_it_any_more(studio: Studio) -> None:
    _, browser = await studio.browser()
    async with (
        studio.served() as address,
        httpx2.AsyncClient(base_url=address, cookies={"cutroom": browser.cookies["cutroom"]}) as client,
    ):
        run = await _start(studio, browser)
        async with _watch(client, run["events_url"]) as stream:
            async for event in stream:
                if event.get("event") == "run.queued":
                    async with studio.database.writing() as session:
                        await close_session(session, browser.cookies["cutroom"])
        assert (await client.get(run["events_url"])).status_code == 401


async def test_a_reader_who_went_away_leaves_nothing_behind(studio: Studio) -> None:
    _, token = await studio.account()
    async with (
        studio.served() as address,
        httpx2.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        run = await _start(studio, client)
        before = len(asyncio.all_tasks())
        for _ in range(5):
            async with _watch(client, run["events_url"]) as stream:
                async for event in stream:
                    if "id" in event:
                        break
        async with asyncio.timeout(10):
            while len(asyncio.all_tasks()) > before:
                await asyncio.sleep(0.05)


async def test_readers_who_wait_hold_no_connection_to_the_database(studio: Studio) -> None:
    _, token = await studio.account()
    limits = httpx2.Limits(max_connections=100)
    async with (
        studio.served() as address,
        httpx2.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}, limits=limits) as client,
        contextlib.AsyncExitStack() as open_streams,
    ):
        run = await _start(studio, client)
        for _ in range(40):  # more than the pool has connections
            stream = await open_streams.enter_async_context(_watch(client, run["events_url"]))
            await anext(aiter(stream))
        for _ in range(10):
            assert (await client.get(f"{RUNS}/{run['id']}")).status_code == 200
