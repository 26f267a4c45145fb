"""Administrators and those they look after."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Mapper
from tests.api.studio import Studio

import cutroom.tables  # noqa: F401 - every model is known
from cutroom.accounts.models import ApiToken, Invitation, Role, Session, User
from cutroom.accounts.users import change_role, disable_user, read_user
from cutroom.accounts.vault.models import Secret
from cutroom.core.clock import now
from cutroom.core.database import Base, Database
from cutroom.core.errors import Conflict
from cutroom.library.models import Asset

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

USERS = "/api/v1/users"


@on_sqlite
async def test_an_administrator_finds_people_by_name_address_role_and_state(studio: Studio) -> None:
    _, admin = await studio.person(name="Grace")
    ada, _ = await studio.person(Role.EDITOR, "Ada Lovelace")
    await studio.person(Role.VIEWER, "Eve")
    assert (await admin.patch(f"{USERS}/{ada}", json={"email": "Countess@Lovelace.example"})).status_code == 200

    async def found(**params: str) -> list[str]:
        return [each["name"] for each in (await admin.get(USERS, params=params)).json()["items"]]

    assert await found() == ["Ada Lovelace", "Eve", "Grace"]
    assert await found(q="LOVE") == ["Ada Lovelace"]
    assert await found(q="countess@") == ["Ada Lovelace"]
    assert await found(q="%") == []
    assert await found(role="viewer") == ["Eve"]
    assert (await admin.post(f"{USERS}/{ada}/disable")).json()["active"] is False
    assert await found(state="disabled") == ["Ada Lovelace"]
    assert await found(state="active") == ["Eve", "Grace"]


@on_sqlite
async def test_a_role_holds_from_the_next_request_on(studio: Studio) -> None:
    _, admin = await studio.person()
    user_id, eve = await studio.browser(Role.ADMIN)
    assert (await eve.get(USERS)).status_code == 200
    assert (await admin.patch(f"{USERS}/{user_id}", json={"role": "viewer"})).json()["role"] == "viewer"
    assert (await eve.get(USERS)).status_code == 403


@on_sqlite
async def test_who_is_disabled_is_out_at_once_with_all_they_could_come_back_by(studio: Studio) -> None:
    _, admin = await studio.person()
    user_id, browser = await studio.browser(Role.ADMIN)
    made = (await browser.post("/api/v1/tokens", json={"name": "nightly", "scopes": ["read", "admin"]})).json()
    program = await studio.client({"Authorization": f"Bearer {made['secret']}"})
    invitation = (await browser.post("/api/v1/invitations", json={"role": "admin"})).json()
    assert (await admin.post(f"{USERS}/{user_id}/disable")).status_code == 200
    for client in (browser, program):
        assert (await client.get("/api/v1/session")).status_code == 401
    body = {"token": invitation["link"].partition("token=")[2], "name": "Back", "password": "analytical engine"}
    assert (await browser.post("/api/v1/join", json=body)).status_code == 404
    assert (await admin.post(f"{USERS}/{user_id}/enable")).json()["active"] is True
    for client in (browser, program):
        assert (await client.get("/api/v1/session")).status_code == 401


@on_sqlite
@pytest.mark.parametrize(
    "forged",
    [
        {"password_hash": "x"},
        {"is_admin": True},
        {"id": "x"},
        {"disabled_at": None},
        {"created_at": None},
        {"active": 1},
    ],
)
async def test_nothing_is_changed_that_is_not_offered(studio: Studio, forged: dict[str, object]) -> None:
    user_id, admin = await studio.person()
    before = (await admin.get(f"{USERS}/{user_id}")).json()
    assert (await admin.patch(f"{USERS}/{user_id}", json={"quota_bytes": 1, **forged})).status_code == 422
    assert (await admin.get(f"{USERS}/{user_id}")).json() == before


@on_sqlite
async def test_two_people_have_neither_one_name_nor_one_address(studio: Studio) -> None:
    _, admin = await studio.person(name="Grace")
    ada, _ = await studio.person(Role.EDITOR, "Ada")
    eve, _ = await studio.person(Role.EDITOR, "Eve")
    assert (await admin.patch(f"{USERS}/{ada}", json={"email": "ada@school.example"})).status_code == 200
    assert (await admin.patch(f"{USERS}/{eve}", json={"email": "ADA@school.example"})).status_code == 409
    assert (await admin.patch(f"{USERS}/{eve}", json={"name": "  aDA "})).status_code == 409
    assert (await admin.get(f"{USERS}/{eve}")).json()["name"] == "Eve"


@on_sqlite
@pytest.mark.parametrize(
    "email", ["ada", "ada@", "a b@c", "ada@x\r\nBcc: eve@x", "<ada@x>", "ada@-x", "ä@x", "a@b,c@d"]
)
async def test_what_is_no_address_is_refused(studio: Studio, email: str) -> None:
    user_id, admin = await studio.person()
    assert (await admin.patch(f"{USERS}/{user_id}", json={"email": email})).status_code == 422


@on_sqlite
async def test_the_last_administrator_stays_one(studio: Studio) -> None:
    user_id, admin = await studio.person(name="Grace")
    gone, _ = await studio.person()
    assert (await admin.post(f"{USERS}/{gone}/disable")).status_code == 200
    for answer in (
        await admin.patch(f"{USERS}/{user_id}", json={"role": "editor", "name": "Hopper"}),
        await admin.post(f"{USERS}/{user_id}/disable"),
    ):
        assert answer.status_code == 409
        assert answer.json()["detail"].startswith("Grace is the only administrator")
    assert (await admin.get(f"{USERS}/{user_id}")).json()["name"] == "Grace"


async def test_administrators_who_all_stop_at_once_leave_one(database: Database) -> None:
    async with database.writing() as session:
        people = [User(name=f"admin {n}", display_name=f"Admin {n}", role=Role.ADMIN) for n in range(8)]
        session.add_all(people)
    ids = [each.id for each in people]

    async def stop(number: int) -> bool:
        async def change(session: object) -> None:
            user = await read_user(session, ids[number])  # type: ignore[arg-type] # as write gives it
            if number % 2:
                await disable_user(session, user)  # type: ignore[arg-type]
            else:
                await change_role(session, user, Role.VIEWER)  # type: ignore[arg-type]

        try:
            await database.write(change)
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(*(stop(number) for number in range(8)))) == [False] + [True] * 7
    async with database.reading() as session:
        left = select(func.count()).where(User.role == Role.ADMIN, User.disabled_at.is_(None))
        assert await session.scalar(left) == 1


async def test_a_forgotten_person_is_gone_and_what_they_made_is_handed_on(studio: Studio) -> None:
    _, admin = await studio.person(name="Grace")
    ada, hers = await studio.person(Role.ADMIN, "Ada Lovelace")
    heir, _ = await studio.person(Role.EDITOR, "Eve")
    asset = await studio.asset(hers)
    async with studio.database.writing() as session:
        session.add(Secret(name=f"totp/{ada}", key_id="x", sealed="x"))
        session.add(
            Invitation(token_hash=str(ada), role=Role.VIEWER, made_by=ada, expires_at=now() + timedelta(days=1))
        )
        session.add(Session(token_hash=str(ada), user_id=ada, expires_at=now() + timedelta(days=1)))
    forget = {"heir_id": str(heir)}
    assert (await admin.post(f"{USERS}/{ada}/forget", json=forget)).status_code == 409  # can still sign in
    assert (await admin.post(f"{USERS}/{ada}/disable")).status_code == 200
    assert (await admin.post(f"{USERS}/{ada}/forget", json={"heir_id": str(ada)})).status_code == 409
    assert (await admin.post(f"{USERS}/{ada}/forget", json=forget)).status_code == 204
    assert (await admin.get(f"{USERS}/{ada}")).status_code == 404
    async with studio.database.reading() as session:
        assert list(await session.scalars(select(Asset.owner_id))) == [heir]
        assert (await admin.get(f"/api/v1/assets/{asset}")).status_code == 200
        for entity in (Secret, Session):
            assert await session.scalar(select(func.count()).select_from(entity)) == 0
        assert await session.scalar(select(func.count()).where(ApiToken.user_id == ada)) == 0
        assert await session.scalar(select(Invitation.made_by)) is None


def test_whatever_refers_to_a_person_lets_them_be_forgotten() -> None:
    mappers: list[Mapper[Base]] = list(Base.registry.mappers)
    for mapper in mappers:
        for key in mapper.local_table.foreign_keys:
            if key.column.table.name == "user":
                assert key.ondelete in {"CASCADE", "SET NULL"}, (mapper.class_, key.parent.name)
                if key.ondelete == "SET NULL":
                    assert key.parent.nullable


@on_sqlite
async def test_an_administrator_signs_somebody_out_everywhere(studio: Studio) -> None:
    _, admin = await studio.person()
    user_id, eve = await studio.browser(Role.EDITOR)
    assert (await admin.delete(f"{USERS}/{user_id}/sessions")).status_code == 204
    assert (await eve.get("/api/v1/session")).status_code == 401


@on_sqlite
async def test_everybody_finds_people_and_groups_to_share_with_and_learns_no_more_of_them(studio: Studio) -> None:
    _, admin = await studio.person(name="Grace")
    gone, _ = await studio.person(Role.EDITOR, "Gone")
    await admin.post(f"{USERS}/{gone}/disable")
    await admin.post("/api/v1/groups", json={"name": "Physics", "description": "secret plans"})
    eve_id, eve = await studio.person(Role.VIEWER, "Eve")
    people = (await eve.get("/api/v1/directory/people")).json()["items"]
    assert [each["name"] for each in people] == ["Eve", "Grace"]
    assert people[0] == {"id": str(eve_id), "name": "Eve"}
    assert [each["name"] for each in (await eve.get("/api/v1/directory/people?q=GRA")).json()["items"]] == ["Grace"]
    (group,) = (await eve.get("/api/v1/directory/groups")).json()["items"]
    assert set(group) == {"id", "name"}
    assert (await eve.get("/api/v1/groups")).json()["items"] == []
