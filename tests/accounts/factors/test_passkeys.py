"""Passkeys, with a device in software that makes real keys and signatures."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pyotp
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from tests.accounts.factors.authenticator import Device, Key, b64, plain
from tests.accounts.factors.people import PASSWORD, SECURE, audit, challenged, page, second, sign_in, signed_up
from tests.api.studio import Studio

from cutroom.accounts.factors.errors import FactorRefused, NoPasskeys, PasskeyRefused
from cutroom.accounts.factors.models import Challenge
from cutroom.accounts.factors.passkeys import add_passkey, challenge_of, check_assertion, site_of
from cutroom.accounts.models import Mail, User
from cutroom.accounts.oidc.models import Identity
from cutroom.accounts.secrets import hash_secret
from cutroom.core.clock import now

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = {"name": "My phone"}


async def begun(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/api/v1/factors/passkeys/options")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def keep(client: httpx2.AsyncClient, credential: dict[str, Any], name: str = "My phone") -> httpx2.Response:
    return await client.post("/api/v1/factors/passkeys", json={"name": name, "credential": credential})


async def asked(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/api/v1/session/passkey/options")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def answered(client: httpx2.AsyncClient, credential: dict[str, Any]) -> httpx2.Response:
    return await client.post("/api/v1/session/passkey", json={"credential": credential})


async def ada(studio: Studio, device: Device) -> httpx2.AsyncClient:
    """Sign up, sign in and add a passkey."""
    await signed_up(studio)
    client = await page(studio, SECURE)
    assert (await sign_in(client)).status_code == 201
    added = await keep(client, device.create(await begun(client)))
    assert added.status_code == 201, added.text
    return client


async def test_a_passkey_alone_signs_in(secure: Studio) -> None:
    device = Device(SECURE)
    await ada(secure, device)
    browser = await page(secure, SECURE)
    options = await asked(browser)
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert (options["rpId"], len(plain(options["challenge"]))) == ("studio.test", 32)
    answer = await answered(browser, device.get(options))
    assert (answer.status_code, answer.json()["name"]) == (201, "Ada"), answer.text
    assert (await browser.get("/api/v1/session")).json()["name"] == "Ada"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-cutroom=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert [details["means"] for action, _, details in await audit(secure) if action == "session.opened"] == [
        "password",
        "passkey",
    ]


async def test_a_passkey_is_a_second_factor_after_the_password(secure: Studio) -> None:
    device = Device(SECURE, verifies=False)  # the password was right, so to be there is enough
    await ada(secure, device)
    browser = await page(secure, SECURE)
    problem = await challenged(browser)
    assert problem["means"] == ["passkey", "recovery_code"]
    options = problem["passkey"]
    assert options["challenge"] == problem["challenge"]
    assert [each["id"] for each in options["allowCredentials"]] == [b64(key.id) for key in device.keys]
    answer = await second(browser, problem["challenge"], passkey=device.get(options))
    assert answer.status_code == 201, answer.text
    stranger = Device(SECURE, keys=[Key("studio.test", device.keys[0].user_handle)])
    problem = await challenged(await page(secure, SECURE))
    refused = await second(browser, problem["challenge"], passkey=stranger.get({"challenge": problem["challenge"]}))
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:cutroom:problem:factor-refused")


@ON_SQLITE
async def test_nobody_takes_away_their_own_last_way_in(secure: Studio) -> None:
    device = Device(SECURE)
    client = await ada(secure, device)
    other = (await keep(client, Device(SECURE).create(await begun(client)))).json()["passkey"]["id"]
    (first,) = [each["id"] for each in (await client.get("/api/v1/factors")).json()["passkeys"] if each["id"] != other]
    async with secure.database.writing() as session:  # as of somebody who came through an identity provider
        await session.execute(update(User).values(password_hash=None))
        user_id = (await session.scalars(select(User.id))).one()
        session.add(Identity(user_id=user_id, issuer="https://gone.example", subject="1"))
    answers = await asyncio.gather(*(client.delete(f"/api/v1/factors/passkeys/{each}") for each in (first, other)))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert "no way in" in "".join(answer.text for answer in answers)
    (left,) = (await client.get("/api/v1/factors")).json()["passkeys"]
    secure.settings.oidc_issuer = "https://gone.example"  # it is there again
    assert (await client.delete(f"/api/v1/factors/passkeys/{left['id']}")).status_code == 204


@ON_SQLITE
async def test_a_person_is_told_by_mail_of_every_change_of_what_signs_them_in(secure: Studio) -> None:
    user_id = await signed_up(secure)
    async with secure.database.writing() as session:
        await session.execute(update(User).values(email="ada@school.example"))
    client = await page(secure, SECURE)
    await sign_in(client)
    device = Device(SECURE)
    passkey = (await keep(client, device.create(await begun(client)))).json()["passkey"]["id"]
    seed = (await client.post("/api/v1/factors/totp")).json()["secret"]
    code = pyotp.TOTP(seed).now()
    assert (await client.post("/api/v1/factors/totp/confirmation", json={"code": code})).status_code == 200
    assert (await client.post("/api/v1/factors/recovery-codes")).status_code == 201
    assert (await client.delete("/api/v1/factors/totp")).status_code == 204
    assert (await client.delete("/api/v1/factors/totp")).status_code == 204  # nothing more changes
    assert (await client.delete(f"/api/v1/factors/passkeys/{passkey}")).status_code == 204
    change = {"old": PASSWORD, "new": "quite another password"}
    assert (await client.put("/api/v1/me/password", json=change)).status_code == 204
    change = {"email": "ada@home.example", "password": "quite another password"}
    assert (await client.patch("/api/v1/me", json=change)).status_code == 200
    _, admin = await secure.person()
    assert (await admin.delete(f"/api/v1/users/{user_id}/factors")).status_code == 204
    async with secure.database.reading() as session:
        mails = (await session.scalars(select(Mail).order_by(Mail.created_at, Mail.id))).all()
    assert [mail.about["sentence"] for mail in mails] == [
        "A passkey was added to your account.",
        "One-time passwords were set up for your account.",
        "New recovery codes were made for your account.",
        "One-time passwords were removed from your account.",
        "A passkey was removed from your account.",
        "The password of your account was changed.",
        "The mail address of your account was changed.",
        "An administrator removed all second factors of your account.",
    ]
    assert [mail.about["to"] for mail in mails] == ["ada@school.example"] * 7 + ["ada@home.example"]


@ON_SQLITE
async def test_the_first_passkey_brings_recovery_codes_and_the_last_takes_them_away(secure: Studio) -> None:
    await signed_up(secure)
    client = await page(secure, SECURE)
    await sign_in(client)
    device = Device(SECURE)
    options = await begun(client)
    assert options["rp"] == {"name": "Cutroom", "id": "studio.test"}
    assert options["authenticatorSelection"] == {"residentKey": "preferred", "userVerification": "preferred"} | {
        key: options["authenticatorSelection"][key]
        for key in options["authenticatorSelection"].keys() - {"residentKey", "userVerification"}
    }
    assert options["attestation"] == "none"
    first = (await keep(client, device.create(options))).json()
    assert len(first["recovery_codes"]) == 10
    options = await begun(client)
    assert [each["id"] for each in options["excludeCredentials"]] == [b64(device.keys[0].id)]
    other = Device(SECURE)
    also = (await keep(client, other.create(options), "My laptop")).json()
    assert also["recovery_codes"] is None
    listed = (await client.get("/api/v1/factors")).json()
    assert [each["name"] for each in listed["passkeys"]] == ["My phone", "My laptop"]
    path = f"/api/v1/factors/passkeys/{first['passkey']['id']}"
    assert (await client.patch(path, json={"name": "Old phone"})).json()["name"] == "Old phone"
    assert (await client.delete(path)).status_code == 204
    assert (await client.get("/api/v1/factors")).json()["recovery_codes_left"] == 10
    assert (await answered(await page(secure, SECURE), device.get(await asked(client)))).status_code == 401
    assert (await client.delete(f"/api/v1/factors/passkeys/{also['passkey']['id']}")).status_code == 204
    assert (await client.get("/api/v1/factors")).json()["recovery_codes_left"] == 0
    assert (await sign_in(await page(secure, SECURE))).status_code == 201


@ON_SQLITE
@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.test"},
        {"origin": "https://studio.test:8443"},
        {"origin": "http://studio.test"},
        {"rp_id": "evil.test"},
        {"cross_origin": True},
    ],
)
async def test_what_was_made_or_signed_for_another_site_is_refused(secure: Studio, lie: dict[str, Any]) -> None:
    device = Device(SECURE)
    client = await ada(secure, device)
    browser = await page(secure, SECURE)
    elsewhere = Device(**{"origin": SECURE, **lie}, keys=device.keys)
    refused = await answered(browser, elsewhere.get(await asked(browser)))
    assert refused.status_code in {401, 422}, refused.text
    fresh = Device(**{"origin": SECURE, **lie})
    made = await keep(client, fresh.create(await begun(client)))
    assert (made.status_code, made.json()["type"]) == (422, "urn:cutroom:problem:passkey-refused")
    assert not browser.cookies
    assert len((await client.get("/api/v1/factors")).json()["passkeys"]) == 1


@ON_SQLITE
async def test_the_host_header_changes_nothing(secure: Studio) -> None:
    device = Device(SECURE)
    await ada(secure, device)
    browser = await page(secure, SECURE)
    evil = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    options = (await browser.post("/api/v1/session/passkey/options", headers=evil)).json()
    assert options["rpId"] == "studio.test"
    sent = {"credential": Device("https://evil.test", keys=device.keys).get(options)}
    assert (await browser.post("/api/v1/session/passkey", json=sent, headers=evil)).status_code == 401


@ON_SQLITE
async def test_alone_it_wants_a_device_that_knows_its_person(secure: Studio) -> None:
    device = Device(SECURE)
    await ada(secure, device)
    device.verifies = False
    browser = await page(secure, SECURE)
    refused = await answered(browser, device.get(await asked(browser)))
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:cutroom:problem:factor-refused")


async def test_an_answer_works_once_at_whatever_moment_it_comes_again(secure: Studio) -> None:
    device = Device(SECURE, counts=False)  # a counter would stop it as well
    await ada(secure, device)
    browsers = [await page(secure, SECURE) for _ in range(4)]
    credential = device.get(await asked(browsers[0]))
    answers = await asyncio.gather(*(answered(browser, credential) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]
    assert (await answered(browsers[0], credential)).json()["type"] == "urn:cutroom:problem:challenge-over"


async def test_a_copy_of_a_key_that_counts_is_noticed(secure: Studio) -> None:
    device = Device(SECURE)
    await ada(secure, device)
    key = device.keys[0]
    copy = Device(SECURE, keys=[Key(key.rp_id, key.user_handle, key.private, key.id, key.count)])
    browser = await page(secure, SECURE)
    for _ in range(2):
        assert (await answered(browser, device.get(await asked(browser)))).status_code == 201
    assert (await answered(browser, copy.get(await asked(browser)))).status_code == 401
    assert [entry[0] for entry in await audit(secure)][-1] == "session.refused"
    options = [await asked(browser), await asked(browser)]
    device.counts = False  # twice the same count, at the same moment
    device.keys[0].count += 1
    answers = await asyncio.gather(*(answered(browser, device.get(each)) for each in options))
    assert sorted(answer.status_code for answer in answers) == [201, 401]


@ON_SQLITE
async def test_a_challenge_is_for_one_purpose_and_one_person_and_five_minutes(secure: Studio) -> None:
    device = Device(SECURE)
    client = await ada(secure, device)
    browser = await page(secure, SECURE)
    over = "urn:cutroom:problem:challenge-over"
    registration = await begun(client)
    assert (await answered(browser, device.get({"challenge": registration["challenge"]}))).json()["type"] == over
    problem = await challenged(browser)
    assert (await answered(browser, device.get({"challenge": problem["challenge"]}))).json()["type"] == over
    options = await asked(browser)
    made = Device(SECURE).create({**registration, "challenge": options["challenge"], "excludeCredentials": []})
    assert (await keep(client, made)).json()["type"] == over
    assert (await second(browser, options["challenge"], passkey=device.get(options))).json()["type"] == over
    refused = await second(browser, problem["challenge"], passkey=device.get(options))
    assert refused.json()["type"] == "urn:cutroom:problem:factor-refused"
    await signed_up(secure, "Bob")
    bob = await page(secure, SECURE)
    await sign_in(bob, "Bob")
    stolen = Device(SECURE).create({**registration, "excludeCredentials": []})
    assert (await keep(bob, stolen)).json()["type"] == "urn:cutroom:problem:passkey-refused"
    assert (await keep(client, stolen)).json()["type"] == over
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert (await answered(browser, device.get(options))).json()["type"] == over
    async with secure.database.reading() as session:
        kept = set((await session.execute(select(Challenge.token_hash))).scalars())
    assert hash_secret(problem["challenge"]) in kept
    assert problem["challenge"] not in kept


@ON_SQLITE
async def test_somebody_elses_key_is_no_second_factor(secure: Studio) -> None:
    device, bobs = Device(SECURE), Device(SECURE)
    await ada(secure, device)
    await signed_up(secure, "Bob")
    bob = await page(secure, SECURE)
    await sign_in(bob, "Bob")
    await keep(bob, bobs.create(await begun(bob)))
    problem = await challenged(await page(secure, SECURE))
    sent = bobs.get({"challenge": problem["challenge"]})
    assert (await second(bob, problem["challenge"], passkey=sent)).status_code == 401
    sent["id"] = sent["rawId"] = b64(device.keys[0].id)  # Ada's name on Bob's signature
    assert (await second(bob, problem["challenge"], passkey=sent)).status_code == 401
    both = Device(
        SECURE, keys=[Key("studio.test", bobs.keys[0].user_handle, device.keys[0].private, device.keys[0].id)]
    )
    browser = await page(secure, SECURE)
    assert (await answered(browser, both.get(await asked(browser)))).status_code == 401  # Ada's key, Bob's name


@ON_SQLITE
async def test_a_key_that_is_here_is_not_kept_twice(secure: Studio) -> None:
    device = Device(SECURE)
    client = await ada(secure, device)
    await signed_up(secure, "Bob")
    bob = await page(secure, SECURE)
    await sign_in(bob, "Bob")
    refused = await keep(bob, Device(SECURE).create(await begun(bob), key=device.keys[0]))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:cutroom:problem:conflict")
    assert len((await client.get("/api/v1/factors")).json()["passkeys"]) == 1


@ON_SQLITE
async def test_a_disabled_account_does_not_come_in_with_its_passkey(secure: Studio) -> None:
    device = Device(SECURE)
    await ada(secure, device)
    async with secure.database.writing() as session:
        await session.execute(update(User).values(disabled_at=now()))
    browser = await page(secure, SECURE)
    assert (await answered(browser, device.get(await asked(browser)))).status_code == 401


@ON_SQLITE
async def test_where_browsers_keep_no_passkeys_the_server_says_why(studio: Studio) -> None:
    await signed_up(studio)
    client = await page(studio)
    await sign_in(client)
    for path in ("/api/v1/session/passkey/options", "/api/v1/factors/passkeys/options"):
        refused = await client.post(path)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:cutroom:problem:no-passkeys")
        assert "CUTROOM_URL" in refused.json()["detail"]


def test_passkeys_are_for_a_name_over_tls_or_for_this_machine() -> None:
    assert site_of("https://video.school.example/") == ("video.school.example", "https://video.school.example")
    assert site_of("https://video.school.example:8443") == (
        "video.school.example",
        "https://video.school.example:8443",
    )
    assert site_of("http://localhost:8400") == ("localhost", "http://localhost:8400")
    for url in ("http://127.0.0.1:8400", "https://[::1]", "https://192.0.2.1", "http://video.school.example"):
        with pytest.raises(NoPasskeys):
            site_of(url)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CHALLENGE = b64(bytes(32))
GOOD = {
    "create": Device(SECURE).create(
        {
            "excludeCredentials": [],
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "rp": {"id": "studio.test"},
            "user": {"id": b64(bytes(16))},
            "challenge": CHALLENGE,
        }
    ),
    "get": Device(SECURE, keys=[Key("studio.test", bytes(16))]).get({"challenge": CHALLENGE}),
}


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Give what a browser sends with one member of it replaced by anything, or by other bytes."""
    sent = {**GOOD[kind], "response": dict(GOOD[kind]["response"])}
    place = draw(st.sampled_from([sent, sent["response"]]))
    name = draw(st.sampled_from(sorted(place)))
    content = draw(ANYTHING | st.binary(max_size=200).map(b64))
    if isinstance(place[name], str) and draw(st.booleans()):  # a few bytes turned over
        whole = bytearray(plain(place[name]))
        if whole:
            whole[draw(st.integers(0, len(whole) - 1))] ^= draw(st.integers(1, 255))
        content = b64(bytes(whole))
    place[name] = content
    return sent


@ON_SQLITE
async def test_whatever_a_browser_sends_is_refused_in_our_words(secure: Studio) -> None:
    client = await ada(secure, Device(SECURE))
    user_id = (await client.get("/api/v1/session")).json()["id"]
    loop = asyncio.get_running_loop()

    async def tried(kind: str, sent: dict[str, Any]) -> None:
        async with AsyncSession(secure.database.engine) as session:  # never committed
            try:
                if challenge_of(sent) == CHALLENGE and kind == "get":
                    await check_assertion(session, SECURE, sent, CHALLENGE, user_id=None, alone=True)
                elif kind == "create":
                    await add_passkey(session, SECURE, UUID(user_id), "x", sent, CHALLENGE)
            except (PasskeyRefused, FactorRefused):
                pass

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(["create", "get"]).flatmap(lambda kind: st.tuples(st.just(kind), damaged(kind))))
    def hold(case: tuple[str, dict[str, Any]]) -> None:
        asyncio.run_coroutine_threadsafe(tried(*case), loop).result()

    await asyncio.to_thread(hold)
