"""Invitations: one account each."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import func, select, update
from tests.accounts.people import secret_in
from tests.api.studio import PAGE, Studio

from cutroom.accounts.errors import LinkUsed
from cutroom.accounts.invitations import accept_invitation
from cutroom.accounts.models import Invitation, Role, User
from cutroom.accounts.secrets import hash_secret
from cutroom.core.clock import now
from cutroom.core.database import Database

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

INVITATIONS = "/api/v1/invitations"


async def _people(database: Database) -> int:
    async with database.reading() as session:
        return (await session.execute(select(func.count()).select_from(User))).scalar_one()


async def _join(client: httpx2.AsyncClient, secret: str, **more: str) -> httpx2.Response:
    body = {"token": secret, "name": "Eve", "password": "difference engine", **more}
    return await client.post("/api/v1/join", json=body)


@on_sqlite
async def test_who_is_invited_joins_with_the_role_and_the_group_that_were_chosen(studio: Studio) -> None:
    _, admin = await studio.person(name="Grace")
    group = (await admin.post("/api/v1/groups", json={"name": "Physics"})).json()["id"]
    new = {"role": "viewer", "email": "Eve@School.example", "group_id": group, "expires_in_days": 1}
    made = await admin.post(INVITATIONS, json=new)
    assert made.status_code == 201
    assert made.json()["link"].startswith("http://studio.test/join?token=")
    secret = secret_in(made.json()["link"])
    browser = await studio.client(PAGE)
    told = (await browser.post("/api/v1/join/invitation", json={"token": secret})).json()
    assert (told["role"], told["email"], told["group"], told["invited_by"]) == (
        "viewer",
        "eve@school.example",
        "Physics",
        "Grace",
    )
    joined = await _join(browser, secret)
    assert (joined.status_code, joined.json()["role"]) == (201, "viewer")
    me = (await browser.get("/api/v1/me")).json()
    assert (me["name"], me["email"], [each["name"] for each in me["groups"]]) == (
        "Eve",
        "eve@school.example",
        ["Physics"],
    )
    (listed,) = (await admin.get(INVITATIONS)).json()["items"]
    assert (listed["used_by"], secret in str(listed)) == (me["id"], False)
    assert (await admin.get(INVITATIONS, params={"open": True})).json()["items"] == []


async def test_of_fifty_who_accept_at_once_one_has_an_account(studio: Studio) -> None:
    _, admin = await studio.person()
    secret = secret_in((await admin.post(INVITATIONS, json={"role": "editor"})).json()["link"])

    async def attempt(number: int) -> bool:
        try:
            await studio.database.write(lambda session: accept_invitation(session, secret, f"person {number}", "hash"))
        except LinkUsed:
            return False
        return True

    assert sum(await asyncio.gather(*(attempt(number) for number in range(50)))) == 1
    assert await _people(studio.database) == 2


@on_sqlite
async def test_ten_browsers_with_one_link_make_one_account_over_http(studio: Studio) -> None:
    _, admin = await studio.person()
    secret = secret_in((await admin.post(INVITATIONS, json={})).json()["link"])
    browsers = [await studio.client(PAGE) for _ in range(10)]
    answers = await asyncio.gather(*(_join(each, secret, name=f"Eve {n}") for n, each in enumerate(browsers)))
    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 9
    assert sum("set-cookie" in answer.headers for answer in answers) == 1
    assert await _people(studio.database) == 2


@on_sqlite
async def test_nobody_chooses_a_role_or_anything_else_that_is_not_theirs(studio: Studio) -> None:
    _, admin = await studio.person()
    secret = secret_in((await admin.post(INVITATIONS, json={"role": "viewer"})).json()["link"])
    browser = await studio.client(PAGE)
    for forged in ({"role": "admin"}, {"email": "a@b"}, {"group_id": "x"}, {"quota_bytes": "9"}):
        assert (await _join(browser, secret, **forged)).status_code == 422
    assert (await _join(browser, secret)).json()["role"] == "viewer"


@on_sqlite
async def test_a_link_that_was_withdrawn_used_guessed_or_is_too_old_gets_one_answer(studio: Studio) -> None:
    _, admin = await studio.person()
    made = [(await admin.post(INVITATIONS, json={})).json() for _ in range(3)]
    secrets = [secret_in(each["link"]) for each in made]
    assert (await admin.delete(f"{INVITATIONS}/{made[0]['id']}")).status_code == 204
    assert (await admin.delete(f"{INVITATIONS}/{made[0]['id']}")).status_code == 404
    async with studio.database.writing() as session:
        old = update(Invitation).where(Invitation.token_hash == hash_secret(secrets[1]))
        await session.execute(old.values(expires_at=now() - timedelta(seconds=1)))
    browser = await studio.client(PAGE)
    assert (await _join(browser, secrets[2])).status_code == 201
    answers = [await _join(browser, secret, name="Mallory") for secret in (*secrets, "guessed")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert await _people(studio.database) == 2


@on_sqlite
async def test_guesses_are_counted_and_links_that_work_are_not(studio: Studio) -> None:
    _, admin = await studio.person()
    secret = secret_in((await admin.post(INVITATIONS, json={})).json()["link"])
    browser = await studio.client(PAGE)
    for _ in range(12):
        assert (await browser.post("/api/v1/join/invitation", json={"token": secret})).status_code == 200
    guesses = [await browser.post("/api/v1/join/invitation", json={"token": f"guess {n}"}) for n in range(12)]
    assert [answer.status_code for answer in guesses][:10] == [404] * 10
    assert guesses[-1].status_code == 429
    assert guesses[-1].headers["retry-after"]


@on_sqlite
async def test_a_name_that_is_taken_or_a_weak_password_leaves_the_link_open(studio: Studio) -> None:
    _, admin = await studio.person(name="Grace")
    secret = secret_in((await admin.post(INVITATIONS, json={})).json()["link"])
    browser = await studio.client(PAGE)
    assert (await _join(browser, secret, name="GRACE")).status_code == 409
    assert (await _join(browser, secret, password="short")).status_code == 422  # noqa: S106 - refused
    assert (await _join(browser, secret)).status_code == 201


@on_sqlite
async def test_who_stops_administering_leaves_no_open_invitation(studio: Studio) -> None:
    _, admin = await studio.person()
    user_id, eve = await studio.person()
    secret = secret_in((await eve.post(INVITATIONS, json={"role": "admin"})).json()["link"])
    assert (await admin.patch(f"/api/v1/users/{user_id}", json={"role": "editor"})).status_code == 200
    assert (await _join(await studio.client(PAGE), secret)).status_code == 404


@on_sqlite
async def test_another_sites_page_joins_nobody(studio: Studio) -> None:
    _, admin = await studio.person()
    secret = secret_in((await admin.post(INVITATIONS, json={})).json()["link"])
    assert (await _join(await studio.client({"Sec-Fetch-Site": "cross-site"}), secret)).status_code == 403
    assert (await _join(await studio.client({"Origin": "http://evil.test"}), secret)).status_code == 403
    assert await _people(studio.database) == 1


@on_sqlite
@pytest.mark.parametrize("new", [{"expires_in_days": 91}, {"expires_in_days": 0}, {"role": "owner"}, {"email": "x"}])
async def test_an_invitation_that_may_not_be_is_refused(studio: Studio, new: dict[str, object]) -> None:
    _, admin = await studio.person()
    assert (await admin.post(INVITATIONS, json=new)).status_code == 422


@on_sqlite
async def test_nobody_is_invited_who_is_here_or_into_a_group_that_is_not(studio: Studio) -> None:
    user_id, admin = await studio.person(Role.ADMIN)
    await admin.patch(f"/api/v1/users/{user_id}", json={"email": "grace@school.example"})
    assert (await admin.post(INVITATIONS, json={"email": "Grace@school.example"})).status_code == 409
    assert (await admin.post(INVITATIONS, json={"group_id": str(user_id)})).status_code == 404
