"""Who may do what."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import update
from tests.api.studio import LOCAL_KEY, URL, Studio, data_settings, make_studio

from cutroom.accounts.models import ApiToken, Role, Session, User
from cutroom.accounts.passwords import hash_password
from cutroom.accounts.sessions import open_session
from cutroom.accounts.users import new_user
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.providers.registry import load

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SESSION = "/api/v1/session"


async def _ada(studio: Studio) -> None:
    kept = await hash_password("analytical engine")
    async with studio.database.writing() as session:
        session.add(new_user("Ada", kept, Role.ADMIN))


async def test_a_name_and_its_password_sign_in(studio: Studio) -> None:
    await _ada(studio)
    client = await studio.client({"Origin": URL})
    signed_in = await client.post(SESSION, json={"name": "  aDA ", "password": "analytical engine"})
    assert signed_in.status_code == 201
    cookie = signed_in.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get(SESSION)).json()["name"] == "Ada"


@pytest.mark.parametrize(("name", "password"), [("Ada", "difference engine"), ("Eve", "analytical engine")])
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(studio: Studio, name: str, password: str) -> None:
    await _ada(studio)
    client = await studio.client()
    refused = await client.post(SESSION, json={"name": name, "password": password})
    assert refused.status_code == 401
    assert refused.json()["detail"] == "This name and password do not go together: check both."
    assert "set-cookie" not in refused.headers


async def test_signing_out_ends_the_session_wherever_its_cookie_is(studio: Studio) -> None:
    _, client = await studio.browser()
    stolen = await studio.client({"Origin": URL})
    stolen.cookies.set("cutroom", client.cookies["cutroom"])
    assert (await stolen.get(SESSION)).status_code == 200
    assert (await client.delete(SESSION)).status_code == 204
    assert (await stolen.get(SESSION)).status_code == 401


async def test_a_session_that_has_expired_signs_nobody_in(studio: Studio) -> None:
    _, client = await studio.browser()
    async with studio.database.writing() as session:
        await session.execute(update(Session).values(expires_at=now() - timedelta(seconds=1)))
    assert (await client.get(SESSION)).status_code == 401


async def test_a_session_that_is_not_used_for_a_week_ends_and_one_that_is_used_lasts_a_month(studio: Studio) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        _, used = await studio.browser()
        _, left = await studio.browser()
        for _ in range(4):
            clock.shift(timedelta(days=6, hours=23))
            assert (await used.get(SESSION)).status_code == 200
        assert (await left.get(SESSION)).status_code == 401
        clock.shift(timedelta(days=2, hours=5))
        assert (await used.get(SESSION)).status_code == 401


async def test_a_session_that_was_left_is_not_listed_and_use_does_not_wake_it(studio: Studio) -> None:
    studio.settings.session_idle_hours = 1
    with time_machine.travel(now(), tick=False) as clock:
        user_id, first = await studio.browser()
        clock.shift(timedelta(minutes=61))
        for _ in range(2):
            assert (await first.get(SESSION)).status_code == 401
        async with studio.database.writing() as session:
            user = await session.get_one(User, user_id)
            secret = await open_session(session, user)
        second = await studio.client({"Cookie": f"cutroom={secret}"})
        assert len((await second.get("/api/v1/sessions")).json()["items"]) == 1


async def test_a_disabled_account_is_out_at_once(studio: Studio) -> None:
    _, browser = await studio.browser()
    _, program = await studio.person()
    async with studio.database.writing() as session:
        await session.execute(update(User).values(disabled_at=now()))
    assert (await browser.get(SESSION)).status_code == 401
    assert (await program.get(SESSION)).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": URL}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 403),
        ({"Origin": URL, "X-Cutroom": ""}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://studio.test.evil.test"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": URL}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": URL}, 403),
        ({"X-HTTP-Method-Override": "GET"}, 403),
    ],
)
async def test_a_cookie_changes_something_only_from_a_page_of_ours(
    studio: Studio, headers: dict[str, str], status: int
) -> None:
    _, browser = await studio.browser()
    asset = await studio.asset(await studio.client({"Authorization": f"Bearer {LOCAL_KEY}"}))
    del browser.headers["Origin"]
    answer = await browser.patch(f"/api/v1/assets/{asset}", json={"title": "Another"}, headers=headers)
    assert answer.status_code == status
    found = (await browser.get(f"/api/v1/assets/{asset}")).json()["title"]
    assert found == ("Another" if status == 200 else "talk")


async def test_a_token_needs_no_origin_and_ends_when_it_is_revoked(studio: Studio) -> None:
    _, browser = await studio.browser()
    made = (await browser.post("/api/v1/tokens", json={"name": "nightly"})).json()
    program = await studio.client({"Authorization": f"Bearer {made['secret']}"})
    assert (await program.get(SESSION)).status_code == 200
    listed = (await browser.get("/api/v1/tokens")).json()["items"]
    assert [each["name"] for each in listed] == ["nightly"]
    assert made["secret"] not in str(listed)
    assert (await browser.delete(f"/api/v1/tokens/{made['id']}")).status_code == 204
    assert (await program.get(SESSION)).status_code == 401
    assert (await browser.delete(f"/api/v1/tokens/{made['id']}")).status_code == 404


async def test_a_token_makes_no_tokens(studio: Studio) -> None:
    _, program = await studio.person()
    assert (await program.post("/api/v1/tokens", json={"name": "another"})).status_code == 403


async def test_a_token_that_has_expired_signs_nobody_in(studio: Studio) -> None:
    _, program = await studio.person()
    async with studio.database.writing() as session:
        await session.execute(update(ApiToken).values(expires_at=now() - timedelta(seconds=1)))
    assert (await program.get(SESSION)).status_code == 401


async def test_nobody_revokes_another_persons_token(studio: Studio) -> None:
    _, ada = await studio.browser()
    _, eve = await studio.browser()
    made = (await ada.post("/api/v1/tokens", json={"name": "nightly"})).json()
    assert (await eve.delete(f"/api/v1/tokens/{made['id']}")).status_code == 404
    assert len((await ada.get("/api/v1/tokens")).json()["items"]) == 1


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer wrong", "Bearer cutroom_ä", "Basic YTpi", "Token x"])
async def test_what_is_no_token_signs_nobody_in(studio: Studio, sent: str) -> None:
    await _ada(studio)
    client = await studio.client({"Authorization": sent.encode("utf-8")})  # type: ignore[dict-item] # raw bytes on purpose
    refused = await client.get(SESSION)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_over_https_the_cookie_is_tied_to_this_host(database: Database, tmp_path: Path) -> None:
    settings = data_settings(tmp_path)
    studio = make_studio(database, load("storage", "local")(settings, "local"), settings, url="https://studio.test")
    await _ada(studio)
    async with studio.clients:
        client = await studio.client({"Origin": "https://studio.test"})
        answer = await client.post(SESSION, json={"name": "Ada", "password": "analytical engine"})
        cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-cutroom=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"]


async def test_whoever_runs_the_program_is_an_administrator_before_there_is_one(studio: Studio) -> None:
    client = await studio.client({"Authorization": f"Bearer {LOCAL_KEY}"})
    assert (await client.get(SESSION)).json() == {"id": None, "name": "", "role": "admin"}
    user_id, _ = await studio.person(name="Ada")
    assert (await client.get(SESSION)).json()["id"] == str(user_id)


async def test_a_password_may_be_tried_ten_times_at_once(studio: Studio) -> None:
    client = await studio.client()
    wrong = {"name": "Ada", "password": "difference engine"}
    answers = await asyncio.gather(*(client.post(SESSION, json=wrong) for _ in range(14)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 3 <= len(refused) <= 4  # one more may have become free meanwhile
    assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)
    assert {answer.status_code for answer in answers} == {401, 429}


async def test_people_behind_a_proxy_are_counted_apart_and_cannot_choose_their_address(studio: Studio) -> None:
    client = await studio.client()

    async def attempts(sent: str) -> list[int]:
        answers = [
            await client.post(SESSION, json={"name": "Ada", "password": "wrong"}, headers={"X-Forwarded-For": sent})
            for _ in range(11)
        ]
        return [answer.status_code for answer in answers]

    assert 429 in await attempts("203.0.113.7")
    assert (await attempts("203.0.113.8"))[:5] == [401] * 5
    # What the client itself put before the proxy's own word changes nothing.
    assert 429 in (await attempts("198.51.100.1, 203.0.113.7"))[:4]


async def test_only_administrators_see_the_engine(studio: Studio) -> None:
    _, editor = await studio.person(Role.EDITOR)
    for path in ("/api/v1/workers", "/api/v1/queues", "/api/v1/schedules"):
        assert (await editor.get(path)).status_code == 403
    assert (await editor.post("/api/v1/assets", json={"path": "/etc/passwd"})).status_code == 403


async def test_many_requests_that_note_the_use_of_one_token_do_not_wait_for_each_other(studio: Studio) -> None:
    """Each has a connection to read with and wants another to write that down: there are fewer than twice as many."""
    _, client = await studio.person()
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(client.get("/api/v1/session") for _ in range(60)))
    assert {answer.status_code for answer in answers} == {200}
