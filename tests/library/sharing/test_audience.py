"""Who finds a recording here is its owner's to say."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.api.studio import Studio

from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.models import Group, Member, Role, User
from cutroom.core.clock import now
from cutroom.library.models import Asset

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ASSETS = "/api/v1/assets"


async def _owned(studio: Studio, owner_id: UUID) -> str:
    _, admin = await studio.person()
    asset_id = await studio.asset(admin)
    async with studio.database.writing() as session:
        (await session.get_one(Asset, UUID(asset_id))).owner_id = owner_id
    return asset_id


async def _group(studio: Studio, *members: UUID) -> str:
    async with studio.database.writing() as session:
        name = uuid.uuid4().hex
        group = Group(name=name, display_name=name.upper())
        session.add(group)
        await session.flush()
        session.add_all(Member(group_id=group.id, user_id=each) for each in members)
    return str(group.id)


async def _actions(studio: Studio) -> list[tuple[str, dict[str, Any]]]:
    async with studio.database.reading() as session:
        rows = await session.scalars(select(AuditEntry).order_by(AuditEntry.number))
        return [(each.action, each.details) for each in rows]


async def test_a_recording_is_private_then_a_groups_then_everybodys(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    member_id, member = await studio.person(Role.EDITOR)
    _, stranger = await studio.person(Role.VIEWER)
    asset, group = await _owned(studio, owner_id), await _group(studio, owner_id, member_id)

    async def seen() -> tuple[int, int]:
        return tuple([(await each.get(f"{ASSETS}/{asset}")).status_code for each in (member, stranger)])  # type: ignore[return-value]

    assert await seen() == (404, 404)
    given = {"visibility": "group", "groups": [{"group_id": group}]}
    told = (await owner.put(f"{ASSETS}/{asset}/audience", json=given)).json()
    assert (told["visibility"], told["may_change"]) == ("group", True)
    assert [(each["group_id"], each["may_edit"]) for each in told["groups"]] == [(group, False)]
    assert await seen() == (200, 404)
    theirs = (await member.get(f"{ASSETS}/{asset}")).json()
    assert (theirs["may_change"], theirs["groups"]) == (False, [])
    given["groups"] = [{"group_id": group, "may_edit": True}]
    await owner.put(f"{ASSETS}/{asset}/audience", json=given)
    (listed,) = (await member.get(ASSETS)).json()["items"]
    assert (listed["may_change"], [each["group_id"] for each in listed["groups"]]) == (True, [group])
    await owner.put(f"{ASSETS}/{asset}/audience", json={"visibility": "instance"})
    assert await seen() == (200, 200)
    await owner.put(f"{ASSETS}/{asset}/audience", json={"visibility": "link"})
    assert await seen() == (404, 404)
    assert [action for action, _ in await _actions(studio)] == ["asset.audience"] * 4
    assert (await _actions(studio))[1][1] == {"visibility": "group", "groups": {group: True}}


async def test_an_editor_gives_only_to_own_groups_and_keeps_what_was_given(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    _, admin = await studio.person()
    asset, own, foreign = await _owned(studio, owner_id), await _group(studio, owner_id), await _group(studio)
    to_own, to_foreign = {"group_id": own}, {"group_id": foreign}
    refused = await owner.put(
        f"{ASSETS}/{asset}/audience", json={"visibility": "group", "groups": [to_own, to_foreign]}
    )
    missing = {"visibility": "group", "groups": [{"group_id": str(uuid.uuid4())}]}
    assert refused.status_code == (await owner.put(f"{ASSETS}/{asset}/audience", json=missing)).status_code == 404
    assert (await owner.get(f"{ASSETS}/{asset}")).json()["visibility"] == "private"
    by_admin = await admin.put(f"{ASSETS}/{asset}/audience", json={"visibility": "group", "groups": [to_foreign]})
    assert by_admin.status_code == 200
    both = await owner.put(f"{ASSETS}/{asset}/audience", json={"visibility": "group", "groups": [to_own, to_foreign]})
    assert len(both.json()["groups"]) == 2


async def test_who_may_edit_through_a_group_does_not_say_who_sees_it(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    member_id, member = await studio.person(Role.EDITOR)
    asset, group = await _owned(studio, owner_id), await _group(studio, owner_id, member_id)
    given = {"visibility": "group", "groups": [{"group_id": group, "may_edit": True}]}
    await owner.put(f"{ASSETS}/{asset}/audience", json=given)
    assert (await member.patch(f"{ASSETS}/{asset}", json={"title": "Theirs"})).status_code == 200
    assert (await member.put(f"{ASSETS}/{asset}/audience", json={"visibility": "instance"})).status_code == 403
    assert (await member.put(f"{ASSETS}/{asset}/owner", json={"user_id": str(member_id)})).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"visibility": "group"},
        {"visibility": "private", "groups": [{"group_id": str(uuid.uuid4())}]},
        {"visibility": "public"},
        {"visibility": "instance", "owner_id": None},
        {"visibility": "group", "groups": [{"group_id": str(uuid.uuid4()), "is_admin": True}]},
    ],
)
async def test_an_audience_that_makes_no_sense_is_refused(studio: Studio, body: dict[str, Any]) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    asset = await _owned(studio, owner_id)
    assert (await owner.put(f"{ASSETS}/{asset}/audience", json=body)).status_code == 422


async def test_a_recording_is_given_away_to_somebody_who_may_own_one(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    heir_id, heir = await studio.person(Role.EDITOR)
    watcher_id, _ = await studio.person(Role.VIEWER)
    gone_id, _ = await studio.person(Role.EDITOR)
    async with studio.database.writing() as session:
        (await session.get_one(User, gone_id)).disabled_at = now()
    asset = await _owned(studio, owner_id)
    for nobody in (watcher_id, gone_id, uuid.uuid4()):
        answer = await owner.put(f"{ASSETS}/{asset}/owner", json={"user_id": str(nobody)})
        assert answer.status_code == 404
    assert (await heir.put(f"{ASSETS}/{asset}/owner", json={"user_id": str(heir_id)})).status_code == 404
    assert (await owner.put(f"{ASSETS}/{asset}/owner", json={"user_id": str(heir_id)})).status_code == 204
    assert (await owner.get(f"{ASSETS}/{asset}")).status_code == 404
    assert (await heir.get(f"{ASSETS}/{asset}")).json()["may_change"] is True
    assert await _actions(studio) == [("asset.owner", {"owner": str(heir_id), "before": str(owner_id)})]
