"""What people do with their own account."""

from __future__ import annotations

import pytest
from tests.accounts.people import PASSWORD, signed_in, with_password
from tests.api.studio import PAGE, Studio, make_studio

from cutroom.accounts.models import Role
from cutroom.core.database import Database

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ME, SESSIONS, PASSWORDS = "/api/v1/me", "/api/v1/sessions", "/api/v1/me/password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "difference engine"


async def test_a_new_password_wants_the_old_one_and_ends_the_other_sessions(studio: Studio) -> None:
    await with_password(studio)
    here, elsewhere = await signed_in(studio), await signed_in(studio)
    assert (await here.put(PASSWORDS, json={"old": "wrong", "new": NEW})).status_code == 403
    assert (await here.put(PASSWORDS, json={"old": PASSWORD, "new": "short"})).status_code == 422
    assert (await elsewhere.get(ME)).status_code == 200
    assert (await here.put(PASSWORDS, json={"old": PASSWORD, "new": NEW})).status_code == 204
    assert (await here.get(ME)).status_code == 200
    assert (await elsewhere.get(ME)).status_code == 401
    await signed_in(studio, password=NEW)


@pytest.mark.parametrize("password", ["lovelace@engine.example", "lovelacelovelace", "Lovelace2026"])
async def test_what_others_know_of_a_person_is_no_password(studio: Studio, password: str) -> None:
    await with_password(studio, email="lovelace@engine.example")
    here = await signed_in(studio)
    refused = await here.put(PASSWORDS, json={"old": PASSWORD, "new": password})
    assert (refused.status_code, "guess" in refused.json()["detail"]) == (422, True)


async def test_a_new_password_ends_tokens_when_asked_to_and_only_then(studio: Studio) -> None:
    await with_password(studio)
    here = await signed_in(studio)
    made = (await here.post("/api/v1/tokens", json={"name": "nightly"})).json()
    program = await studio.client({"Authorization": f"Bearer {made['secret']}"})
    assert (await here.put(PASSWORDS, json={"old": PASSWORD, "new": NEW})).status_code == 204
    assert (await program.get(ME)).status_code == 200
    body = {"old": NEW, "new": PASSWORD, "revoke_tokens": True}
    assert (await here.put(PASSWORDS, json=body)).status_code == 204
    assert (await program.get(ME)).status_code == 401


async def test_old_passwords_are_tried_only_so_often(studio: Studio) -> None:
    await with_password(studio)
    here = await signed_in(studio)
    body = {"old": "wrong", "new": NEW}
    statuses = [(await here.put(PASSWORDS, json=body)).status_code for _ in range(32)]
    assert (statuses[0], statuses[-1]) == (403, 429)


async def test_an_address_changes_with_the_password_alone_and_a_name_without(studio: Studio) -> None:
    await with_password(studio)
    here = await signed_in(studio)
    assert (await here.patch(ME, json={"name": "Ada  Lovelace"})).json()["name"] == "Ada Lovelace"
    assert (await here.patch(ME, json={"email": "ada@school.example"})).status_code == 403
    moved = await here.patch(ME, json={"email": "Ada@school.example", "password": PASSWORD})
    assert moved.json()["email"] == "ada@school.example"
    assert (await here.patch(ME, json={"email": None, "password": PASSWORD})).json()["email"] is None
    await signed_in(studio, "ada lovelace")


@pytest.mark.parametrize("forged", [{"role": "admin"}, {"quota_bytes": 1 << 40}, {"id": "x"}, {"has_password": False}])
async def test_nobody_makes_more_of_themselves_than_they_are(studio: Studio, forged: dict[str, object]) -> None:
    await with_password(studio)
    here = await signed_in(studio)
    before = (await here.get(ME)).json()
    assert (await here.patch(ME, json={"name": "Queen", **forged})).status_code == 422
    assert (await here.get(ME)).json() == before


async def test_a_person_sees_where_they_are_signed_in_and_ends_what_is_not_theirs_to_keep(studio: Studio) -> None:
    await with_password(studio)
    here, lost = await signed_in(studio), await studio.client(PAGE | {"User-Agent": FIREFOX})
    sign_in = {"name": "Ada", "password": PASSWORD}
    assert (await lost.post("/api/v1/session", json=sign_in)).status_code == 201
    other = await signed_in(studio)
    listed = (await here.get(SESSIONS)).json()["items"]
    assert [each["current"] for each in listed] == [False, False, True]
    assert listed[1]["browser"] == "Firefox on Linux"
    assert listed[1]["address"] == "127.0.0.1"
    assert (await here.delete(f"{SESSIONS}/{listed[1]['id']}")).status_code == 204
    assert (await lost.get(ME)).status_code == 401
    assert (await other.get(ME)).status_code == 200
    assert (await here.delete(SESSIONS)).status_code == 204
    assert (await other.get(ME)).status_code == 401
    assert [each["current"] for each in (await here.get(SESSIONS)).json()["items"]] == [True]


async def test_signing_in_again_makes_another_session_and_ends_the_one_before(studio: Studio) -> None:
    await with_password(studio)
    browser = await signed_in(studio)
    before = browser.cookies["cutroom"]
    sign_in = {"name": "Ada", "password": PASSWORD}
    assert (await browser.post("/api/v1/session", json=sign_in)).status_code == 201
    assert browser.cookies["cutroom"] != before
    stolen = await studio.client(PAGE)
    stolen.cookies.set("cutroom", before)
    assert (await stolen.get(ME)).status_code == 401


@pytest.mark.parametrize("how", ["sign out", "password", "disable", "end"])
async def test_a_cookie_that_has_ended_is_refused_at_once_in_every_process(
    studio: Studio, database_url: str, how: str
) -> None:
    user_id = await with_password(studio)
    _, admin = await studio.person()
    here, thief = await signed_in(studio), await signed_in(studio)
    second = Database(database_url)
    other = make_studio(second, studio.storage, studio.settings)
    async with other.clients:
        elsewhere = await other.client(PAGE)
        elsewhere.cookies.set("cutroom", thief.cookies["cutroom"])
        assert (await elsewhere.get(ME)).status_code == 200
        match how:
            case "sign out":
                await thief.delete("/api/v1/session")
            case "password":
                await here.put(PASSWORDS, json={"old": PASSWORD, "new": NEW})
            case "disable":
                await admin.post(f"/api/v1/users/{user_id}/disable")
            case _:
                await here.delete(SESSIONS)
        assert (await elsewhere.get(ME)).status_code == 401
    await second.close()


async def test_nobody_ends_anothers_session(studio: Studio) -> None:
    await with_password(studio)
    ada = await signed_in(studio)
    _, eve = await studio.browser(Role.ADMIN)
    (hers,) = (await ada.get(SESSIONS)).json()["items"]
    assert (await eve.delete(f"{SESSIONS}/{hers['id']}")).status_code == 404
    assert (await ada.get(ME)).status_code == 200
