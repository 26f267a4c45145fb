"""Groups and who is in them."""

from __future__ import annotations

import asyncio

import pytest
from tests.api.studio import Studio

from cutroom.accounts.models import Role

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

GROUPS = "/api/v1/groups"


async def test_a_member_sees_the_group_and_who_else_is_in_it(studio: Studio) -> None:
    _, admin = await studio.person(name="Grace")
    ada_id, ada = await studio.person(Role.EDITOR, "Ada")
    _, eve = await studio.person(Role.EDITOR, "Eve")
    made = await admin.post(GROUPS, json={"name": " Physics  II ", "description": "Second year"})
    assert made.status_code == 201
    address = f"{GROUPS}/{made.json()['id']}"
    assert (await ada.get(address)).status_code == 404
    assert (await admin.put(f"{address}/members/{ada_id}")).status_code == 204
    assert (await admin.put(f"{address}/members/{ada_id}")).status_code == 204
    assert (await ada.get(address)).json() == made.json() | {"members": 1}
    assert [each["name"] for each in (await ada.get(GROUPS)).json()["items"]] == ["Physics II"]
    assert [each["name"] for each in (await ada.get(f"{address}/members")).json()["items"]] == ["Ada"]
    assert (await ada.get("/api/v1/me")).json()["groups"] == [{"id": made.json()["id"], "name": "Physics II"}]
    assert (await eve.get(f"{address}/members")).status_code == 404
    assert (await admin.delete(f"{address}/members/{ada_id}")).status_code == 204
    assert (await admin.delete(f"{address}/members/{ada_id}")).status_code == 404
    assert (await ada.get(address)).status_code == 404


async def test_ten_who_make_one_group_at_once_make_one(studio: Studio) -> None:
    _, admin = await studio.person()
    answers = await asyncio.gather(*(admin.post(GROUPS, json={"name": f"Physics{' ' * n}"}) for n in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert len((await admin.get(GROUPS)).json()["items"]) == 1


async def test_a_group_is_renamed_and_deleted_but_takes_nobody_elses_name(studio: Studio) -> None:
    _, admin = await studio.person()
    one, two = [(await admin.post(GROUPS, json={"name": name})).json()["id"] for name in ("One", "Two")]
    assert (await admin.patch(f"{GROUPS}/{two}", json={"name": "ONE"})).status_code == 409
    changed = (await admin.patch(f"{GROUPS}/{two}", json={"name": "Three", "description": "x"})).json()
    assert (changed["name"], changed["description"]) == ("Three", "x")
    assert (await admin.patch(f"{GROUPS}/{two}", json={"members": 3})).status_code == 422
    assert (await admin.delete(f"{GROUPS}/{one}")).status_code == 204
    assert (await admin.get(f"{GROUPS}/{one}")).status_code == 404
