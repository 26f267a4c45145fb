"""Who may do what: every operation of the interface, tried by everybody, against the table."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, update
from tests.api.matrix import DONE, PUBLIC, ROWS, Row, asset, clip, edit, make_world, run
from tests.api.studio import Studio

from cutroom.accounts.models import Member
from cutroom.accounts.sessions import open_session
from cutroom.library.models import AssetGroup

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

#: Refusals for who asks; anything else is about what was asked.
REFUSALS = {401, 403, 404}


def _operations(studio: Studio) -> dict[str, tuple[str, str]]:
    return {
        operation["operationId"]: (method.upper(), path)
        for path, operations in studio.app.openapi()["paths"].items()
        for method, operation in operations.items()
    }


async def _answer(client: httpx2.AsyncClient, method: str, path: str, row: Row, of: dict[str, str]) -> httpx2.Response:
    named = {**of, **row.params}
    address = re.sub(r"\{(\w+)\}", lambda found: named[found[1]], path)
    body = row.body(of) if callable(row.body) else row.body
    sent: dict[str, Any] = dict(row.send)
    if body is not None:
        sent["json"] = body
    return await client.request(method, address, **sent)


async def test_every_operation_has_a_row_and_every_row_an_operation(studio: Studio) -> None:
    assert set(ROWS) == set(_operations(studio))


@pytest.mark.slow
async def test_everybody_gets_what_the_table_says_and_nothing_else(studio: Studio) -> None:
    world = await make_world(studio)
    wrong = []
    for name, (method, path) in _operations(studio).items():
        row = ROWS[name]
        of = await row.subject(world)
        for actor, expected in row.rule._asdict().items():
            if expected == DONE and method not in {"GET", "HEAD"}:
                of = await row.subject(world)  # the one before may have ended it
            answer = await _answer(world.clients[actor], method, path, row, of)
            if row.signs_out and expected == DONE:
                async with studio.database.writing() as session:
                    secret = await open_session(session, world.people[actor])
                await world.sign_in(actor, secret)
            got = answer.status_code
            public = row.rule == PUBLIC
            fits = (got < 500 if public else got not in REFUSALS and got < 500) if expected == DONE else got == expected
            if not fits:
                wrong.append(f"{name} by {actor}: {got}, expected {expected}: {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


async def test_no_list_tells_a_stranger_of_what_is_somebody_elses(studio: Studio) -> None:
    world = await make_world(studio)
    things = [identifier for make in (asset, run, clip, edit) for identifier in (await make(world)).values()]
    for name, (method, path) in _operations(studio).items():
        if method != "GET" or "{" in path or name == "read_run_events":
            continue
        answer = await world.clients["stranger"].get(path, params=ROWS[name].send.get("params"))
        told = [each for each in (*things, "owner's recording", "owner's edit") if each.encode() in answer.content]
        assert told == [], (name, told)
        if name in {"list_assets", "list_all_runs"}:
            assert answer.json() == {"items": [], "next": None}, name


async def test_who_leaves_a_group_finds_nothing_of_it_any_more(studio: Studio) -> None:
    world = await make_world(studio)
    address = f"/api/v1/assets/{(await asset(world))['asset_id']}"
    assert (await world.clients["reader"].get(address)).status_code == 200
    async with studio.database.writing() as session:
        await session.execute(delete(Member))
    assert (await world.clients["reader"].get(address)).status_code == 404
    assert (await world.clients["owner"].get(address)).status_code == 200


async def test_what_a_group_may_edit_its_editors_change_and_its_readers_do_not(studio: Studio) -> None:
    world = await make_world(studio)
    address = f"/api/v1/assets/{(await asset(world))['asset_id']}"
    async with studio.database.writing() as session:
        session.add(Member(group_id=world.group_id, user_id=world.ids["stranger"]))
    change = {"title": "Better"}
    assert (await world.clients["stranger"].patch(address, json=change)).status_code == 403
    async with studio.database.writing() as session:
        await session.execute(update(AssetGroup).values(may_edit=True))
    assert (await world.clients["stranger"].patch(address, json=change)).status_code == 200
    assert (await world.clients["reader"].patch(address, json=change)).status_code == 403
