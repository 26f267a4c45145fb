"""One-time passwords and recovery codes, as a browser uses them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import pyotp
import pytest
import time_machine
from sqlalchemy import select, update
from tests.accounts.factors.people import (
    PASSWORD,
    WRONG,
    audit,
    challenged,
    code_of,
    page,
    second,
    sign_in,
    signed_up,
    with_totp,
)
from tests.api.studio import Studio

from cutroom.accounts.factors.challenges import TRIES
from cutroom.accounts.factors.models import Challenge, RecoveryCode
from cutroom.accounts.factors.totp import STEP_S, _step_of
from cutroom.accounts.models import Role, Session, User
from cutroom.accounts.secrets import hash_secret
from cutroom.accounts.vault.models import Secret
from cutroom.core.clock import now

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def ada(studio: Studio) -> tuple[httpx2.AsyncClient, str, list[str]]:
    """Sign up, sign in and set up one-time passwords; give the browser, the seed and the recovery codes."""
    await signed_up(studio)
    client = await page(studio)
    assert (await sign_in(client)).status_code == 201
    return client, *await with_totp(client)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, for SHA-1, the last six of eight digits."""
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        with time_machine.travel(datetime.fromtimestamp(moment, UTC), tick=False):
            assert _step_of(seed, code) == moment // STEP_S


async def test_a_password_alone_signs_nobody_in_once_there_are_one_time_passwords(studio: Studio) -> None:
    _, seed, codes = await ada(studio)
    assert len(codes) == len(set(codes)) == 10
    browser = await page(studio)
    asked = await challenged(browser)
    assert asked["means"] == ["code", "recovery_code"]
    assert (await browser.get("/api/v1/session")).status_code == 401
    answer = await second(browser, asked["challenge"], code=code_of(seed))
    assert answer.status_code == 201, answer.text
    assert (await browser.get("/api/v1/session")).json()["name"] == "Ada"
    again = await second(await page(studio), asked["challenge"], code=code_of(seed, 1))
    assert (again.status_code, again.json()["type"]) == (401, "urn:cutroom:problem:challenge-over")
    assert [entry for entry in await audit(studio) if entry[0] == "session.opened"][-1][2]["means"] == (
        "password and one-time password"
    )


@ON_SQLITE
async def test_the_seed_is_shown_once_and_kept_sealed(studio: Studio) -> None:
    client, seed, codes = await ada(studio)
    async with studio.database.reading() as session:
        sealed = (await session.execute(select(Secret.sealed).where(Secret.name.startswith("totp/")))).scalar_one()
        kept = (await session.execute(select(RecoveryCode.code_hash))).scalars().all()
    assert seed not in sealed
    assert set(kept) == {hash_secret(code.replace("-", "")) for code in codes}
    assert seed not in (await client.get("/api/v1/factors")).text
    refused = await client.post("/api/v1/factors/totp")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cutroom:problem:conflict")
    for path in (studio.settings.data_dir).rglob("*"):
        if path.is_file():
            assert seed.encode() not in path.read_bytes(), path


@ON_SQLITE
async def test_the_address_is_what_programs_for_codes_read(studio: Studio) -> None:
    await signed_up(studio, "Åda L.")
    client = await page(studio)
    await sign_in(client, "Åda L.")
    begun = (await client.post("/api/v1/factors/totp")).json()
    parts = urlsplit(begun["url"])
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/Cutroom (studio.test):Åda L.")
    assert parse_qs(parts.query)["secret"] == [begun["secret"]]
    assert pyotp.parse_uri(begun["url"]).at(59) == pyotp.TOTP(begun["secret"]).at(59)  # type: ignore[attr-defined]


@ON_SQLITE
async def test_one_time_passwords_do_not_count_before_their_first_code(studio: Studio) -> None:
    await signed_up(studio)
    client = await page(studio)
    await sign_in(client)
    first = (await client.post("/api/v1/factors/totp")).json()["secret"]
    assert (await sign_in(await page(studio))).status_code == 201
    seed = (await client.post("/api/v1/factors/totp")).json()["secret"]  # the picture was lost: another one
    for wrong in (code_of(first), code_of(seed, 5)):
        answer = await client.post("/api/v1/factors/totp/confirmation", json={"code": wrong})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:cutroom:problem:proof-wrong")
    assert (await sign_in(await page(studio))).status_code == 201
    answer = await client.post("/api/v1/factors/totp/confirmation", json={"code": code_of(seed)})
    assert answer.status_code == 200
    again = await client.post("/api/v1/factors/totp/confirmation", json={"code": code_of(seed, 1)})
    assert again.status_code == 409
    assert (await sign_in(await page(studio))).status_code == 401


async def test_a_code_is_taken_once_however_many_send_it_at_the_same_moment(studio: Studio) -> None:
    _, seed, _ = await ada(studio)
    browsers = [await page(studio) for _ in range(4)]
    challenges = [(await challenged(browser))["challenge"] for browser in browsers]
    code = code_of(seed)
    answers = await asyncio.gather(
        *(second(browser, challenge, code=code) for browser, challenge in zip(browsers, challenges, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]
    assert sum(bool(browser.cookies) for browser in browsers) == 1


@ON_SQLITE
async def test_clocks_may_be_one_step_apart_and_no_code_comes_after_a_newer_one(studio: Studio) -> None:
    with time_machine.travel(now(), tick=False) as traveller:
        _, seed, _ = await ada(studio)

        async def tried(off: int) -> int:
            traveller.shift(timedelta(minutes=10))
            browser = await page(studio)
            challenge = (await challenged(browser))["challenge"]
            return (await second(browser, challenge, code=code_of(seed, off))).status_code

        assert [await tried(off) for off in (-2, -1, 0, 1, 2)] == [401, 201, 201, 201, 401]
        browser = await page(studio)
        traveller.shift(timedelta(minutes=10))
        challenge = (await challenged(browser))["challenge"]
        assert (await second(browser, challenge, code=code_of(seed, 1))).status_code == 201
        challenge = (await challenged(await page(studio)))["challenge"]
        assert (await second(browser, challenge, code=code_of(seed, 0))).status_code == 401


@ON_SQLITE
async def test_a_challenge_is_over_after_five_answers_and_after_five_minutes(studio: Studio) -> None:
    with time_machine.travel(now(), tick=False) as traveller:
        _, seed, codes = await ada(studio)
        browser = await page(studio)
        challenge = (await challenged(browser))["challenge"]
        for _ in range(TRIES):
            assert (await second(browser, challenge, code=code_of(seed, 9))).status_code == 401
        over = await second(browser, challenge, recovery_code=codes[0])
        assert over.json()["type"] == "urn:cutroom:problem:challenge-over"
        traveller.shift(timedelta(minutes=10))
        challenge = (await challenged(browser))["challenge"]
        traveller.shift(timedelta(minutes=5, seconds=1))
        late = await second(browser, challenge, code=code_of(seed))
        assert late.json()["type"] == "urn:cutroom:problem:challenge-over"
        await challenged(browser)
    async with studio.database.reading() as session:
        assert len((await session.execute(select(Challenge))).all()) == 1  # what is over is swept away


@ON_SQLITE
async def test_who_knows_the_password_cannot_try_all_codes(studio: Studio) -> None:
    """Ten of the account, whatever the challenge and the address; a recovery code still gets its owner in."""
    _, seed, codes = await ada(studio)
    statuses = []
    for attempt in range(12):
        thief = await page(studio)
        thief.headers["X-Forwarded-For"] = f"198.51.100.{attempt}"
        challenge = (await challenged(thief))["challenge"]
        statuses.append((await second(thief, challenge, code=code_of(seed, 9))).status_code)
    assert statuses == [401] * 10 + [429] * 2
    browser = await page(studio)
    browser.headers["X-Forwarded-For"] = "203.0.113.7"
    challenge = (await challenged(browser))["challenge"]
    assert (await second(browser, challenge, code=code_of(seed))).status_code == 429
    assert (await second(browser, challenge, recovery_code=codes[0])).status_code == 201
    refusals = [entry for entry in await audit(studio) if entry[0] == "session.refused"]
    assert len(refusals) == 10
    assert {entry[2]["means"] for entry in refusals} == {"one-time password"}


async def test_a_recovery_code_works_once_however_it_is_written(studio: Studio) -> None:
    client, _, codes = await ada(studio)
    browsers = [await page(studio) for _ in range(4)]
    challenges = [(await challenged(browser))["challenge"] for browser in browsers]
    written = (codes[0], codes[0].lower(), codes[0].replace("-", " "), codes[0].replace("-", ""))
    answers = await asyncio.gather(
        *(
            second(browser, challenge, recovery_code=code)
            for browser, challenge, code in zip(browsers, challenges, written, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]
    assert (await client.get("/api/v1/factors")).json()["recovery_codes_left"] == 9


@ON_SQLITE
async def test_new_recovery_codes_replace_the_old_ones_and_belong_to_one_account(studio: Studio) -> None:
    client, _, old = await ada(studio)
    new = (await client.post("/api/v1/factors/recovery-codes")).json()["recovery_codes"]
    assert set(new).isdisjoint(old)
    await signed_up(studio, "Bob")
    bob = await page(studio)
    await sign_in(bob, "Bob")
    assert (await bob.post("/api/v1/factors/recovery-codes")).status_code == 409
    _, bobs = await with_totp(bob)
    browser = await page(studio)
    challenge = (await challenged(browser))["challenge"]
    for code in (old[0], bobs[0]):
        assert (await second(browser, challenge, recovery_code=code)).status_code == 401
    assert (await second(browser, challenge, recovery_code=new[0])).status_code == 201


@ON_SQLITE
async def test_factors_change_only_for_who_proved_lately_that_it_is_them(studio: Studio) -> None:
    client, seed, _ = await ada(studio)
    assert not (await client.get("/api/v1/factors")).json()["proof_needed"]
    async with studio.database.writing() as session:
        await session.execute(update(Session).values(proved_at=now() - timedelta(minutes=11)))
    assert (await client.get("/api/v1/factors")).json()["proof_needed"]
    for method, path in (
        ("DELETE", "totp"),
        ("POST", "totp"),
        ("POST", "recovery-codes"),
        ("POST", "passkeys/options"),
    ):
        refused = await client.request(method, f"/api/v1/factors/{path}")
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:cutroom:problem:proof-needed"), path
    for wrong in ({"password": WRONG}, {"code": code_of(seed, 9)}):
        assert (await client.post("/api/v1/session/proof", json=wrong)).status_code == 422
    assert (await client.delete("/api/v1/factors/totp")).status_code == 403
    for right in ({"code": code_of(seed)}, {"password": PASSWORD}):
        async with studio.database.writing() as session:
            await session.execute(update(Session).values(proved_at=now() - timedelta(minutes=11)))
        assert (await client.post("/api/v1/session/proof", json=right)).status_code == 204
        assert not (await client.get("/api/v1/factors")).json()["proof_needed"]
    assert (await client.delete("/api/v1/factors/totp")).status_code == 204
    assert (await sign_in(await page(studio))).status_code == 201
    assert (await client.get("/api/v1/factors")).json() == {
        "one_time_passwords": False,
        "passkeys": [],
        "recovery_codes_left": 0,
        "proof_needed": False,
    }
    async with studio.database.reading() as session:
        assert (await session.execute(select(Secret))).first() is None


@ON_SQLITE
async def test_a_token_cannot_change_what_guards_the_account(studio: Studio) -> None:
    _, client = await studio.person(Role.ADMIN)
    for method, path in (("POST", "totp"), ("DELETE", "totp"), ("POST", "recovery-codes")):
        assert (await client.request(method, f"/api/v1/factors/{path}")).status_code == 403


async def test_an_administrator_helps_who_has_lost_everything_and_ends_their_sessions(studio: Studio) -> None:
    client, _, _ = await ada(studio)
    user_id = (await client.get("/api/v1/session")).json()["id"]
    _, admin = await studio.browser(Role.ADMIN)
    assert (await client.delete(f"/api/v1/users/{user_id}/factors")).status_code == 403
    assert (await admin.delete(f"/api/v1/users/{user_id}/factors")).status_code == 204
    assert (await client.get("/api/v1/session")).status_code == 401
    assert (await sign_in(await page(studio))).status_code == 201
    actions = [(action, subject) for action, subject, _ in await audit(studio)]
    assert ("factors.reset", user_id) in actions
    assert ("factor.added", user_id) in actions
    assert (await admin.delete("/api/v1/users/0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11/factors")).status_code == 404


@ON_SQLITE
async def test_a_disabled_account_does_not_come_in_with_its_second_factor(studio: Studio) -> None:
    _, seed, _ = await ada(studio)
    browser = await page(studio)
    challenge = (await challenged(browser))["challenge"]
    async with studio.database.writing() as session:
        await session.execute(update(User).values(disabled_at=now()))
    assert (await second(browser, challenge, code=code_of(seed))).status_code == 401
    assert not browser.cookies


@ON_SQLITE
async def test_one_answer_at_a_time_is_given(studio: Studio) -> None:
    browser = await page(studio)
    for given in ({}, {"code": "000000", "recovery_code": "x"}, {"code": "12345"}, {"code": "١٢٣٤٥٦"}):
        assert (await second(browser, "x", **given)).status_code == 422, given
