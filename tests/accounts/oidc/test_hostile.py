"""Providers, pages and browsers that lie: none of them gets anybody in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from joserfc.jwk import RSAKey
from sqlalchemy import select
from tests.accounts.factors.people import page
from tests.accounts.oidc import provider as lying
from tests.accounts.oidc.provider import ADA, CLIENT, FakeProvider
from tests.accounts.oidc.walking import back, begun, identities, invited, through
from tests.api.studio import Studio

from cutroom.accounts.factors.models import Challenge
from cutroom.accounts.oidc.provider import Provider
from cutroom.core.clock import now

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

LIES: list[dict[str, Any]] = [
    {"iss": "https://evil.test"},
    {"iss": None},
    {"aud": "another client"},
    {"aud": ["another client"]},
    {"aud": [CLIENT, "another client"]},
    {"aud": [CLIENT, "another client"], "azp": "another client"},
    {"aud": None},
    {"nonce": "of another sign-in"},
    {"nonce": None},
    {"exp": 1},
    {"exp": None},
    {"exp": "never"},
    {"iat": 4102444800},
    {"iat": None},
    {"nbf": 4102444800},
    {"sub": None},
    {"sub": ""},
    {"sub": "x" * 256},
    {"sub": {"a": 1}},
    {"at_hash": "of another token"},
]


async def test_a_token_that_is_not_for_this_sign_in_proves_nothing(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    client = await page(studio)
    for lie in LIES:
        provider.lies = lie
        answer = await through(client, provider)
        assert answer.status_code == 502, (lie, answer.text)
        assert not client.cookies, lie
    assert await identities(studio) == []
    provider.lies = {}
    assert (await through(client, provider)).status_code == 303


async def test_a_token_that_the_provider_has_not_signed_proves_nothing(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    client = await page(studio)
    for forge in (
        lying.unsigned,
        lying.signed_with_public_key,
        lying.signed_with_another_key,
        lying.signed_with_its_own_key,
        lying.changed,
        lying.no_token,
    ):
        provider.forge = forge
        answer = await through(client, provider)
        assert answer.status_code == 502, (forge, answer.text)
        assert not client.cookies, forge
    provider.forge = lying.truly_signed
    assert (await through(client, provider)).status_code == 303


async def test_an_address_that_the_provider_has_not_verified_finds_nothing(
    studio: Studio, provider: FakeProvider
) -> None:
    await invited(studio)
    for person in (
        {**ADA, "email_verified": False},
        {**ADA, "email_verified": "true"},
        {key: value for key, value in ADA.items() if key != "email_verified"},
        {**ADA, "email": ["ada@school.example"]},
        {**ADA, "email": "ada@school.example\x00"},
    ):
        provider.person = person
        assert (await through(await page(studio), provider)).status_code == 403, person
    assert await identities(studio) == []


async def test_a_way_back_is_for_the_browser_that_began_it_and_once(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    ada, eve = await page(studio), await page(studio)
    query = provider.authorize(await begun(ada))
    assert (await back(await page(studio), query)).status_code == 400  # has begun nothing
    await begun(eve)
    assert (await back(eve, query)).status_code == 400  # has begun another
    evil = provider.authorize(await begun(eve))
    assert (await back(ada, evil)).status_code == 400  # somebody else's answer is put under Ada
    assert not ada.cookies
    query = provider.authorize(await begun(ada))
    cookie = ada.cookies["cutroom-oidc"]
    assert (await back(ada, query)).status_code == 303
    ada.cookies.set("cutroom-oidc", cookie)
    assert (await back(ada, query)).status_code == 400
    query = provider.authorize(await begun(ada))
    with time_machine.travel(now() + timedelta(minutes=10, seconds=1)):
        assert (await back(ada, query)).status_code == 400
    async with studio.database.reading() as session:
        assert cookie not in (await session.execute(select(Challenge.token_hash))).scalars().all()


async def test_a_code_that_was_used_or_never_given_is_refused(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    client = await page(studio)
    query = provider.authorize(await begun(client))
    provider.codes.clear()
    assert (await back(client, query)).status_code == 400
    query = provider.authorize(await begun(client))
    code = parse_qs(query)["code"][0]
    provider.codes[code] = {**provider.codes[code], "code_challenge": "of another browser"}
    assert (await back(client, query)).status_code == 400
    assert await identities(studio) == []


async def test_an_answer_of_another_provider_is_refused(studio: Studio, provider: FakeProvider) -> None:
    """RFC 9207: the code goes to no token endpoint."""
    await invited(studio)
    client = await page(studio)
    for issuer in ("https://evil.test", "", "http://127.0.0.1:1"):
        query = provider.authorize(await begun(client), iss=issuer)
        assert (await back(client, query)).status_code == 400
    assert "token" not in provider.requests


async def test_an_answer_without_issuer_is_taken_only_of_who_never_gives_one(
    studio: Studio, provider: FakeProvider
) -> None:
    await invited(studio)
    client = await page(studio)
    query = provider.authorize(await begun(client))
    assert (await back(client, query.replace("&iss=", "&was="))).status_code == 400
    provider.answers_issuer = False
    studio.app.state.identity_provider = Provider.of(studio.settings)
    assert (await through(client, provider)).status_code == 303


async def test_a_refusal_of_the_providers_is_told_without_its_words(studio: Studio, provider: FakeProvider) -> None:
    client = await page(studio)
    for error, shown in (("access_denied", "(access_denied)"), ("<script>", "")):
        state = parse_qs(urlsplit(await begun(client)).query)["state"][0]
        query = {"error": error, "error_description": "<b>no</b>", "state": state, "iss": provider.issuer}
        answer = await client.get("/oidc/callback", params=query)
        assert answer.status_code == 403
        assert shown in answer.text
        assert "<b>no</b>" not in answer.text
        assert "<script>" not in answer.text
    state = parse_qs(urlsplit(await begun(client)).query)["state"][0]
    answer = await client.get("/oidc/callback", params={"error": "access_denied", "state": state})
    assert answer.status_code == 403  # some do not name themselves in a refusal
    state = parse_qs(urlsplit(await begun(client)).query)["state"][0]
    query = {"error": "access_denied", "state": state, "iss": "https://evil.test"}
    assert (await client.get("/oidc/callback", params=query)).status_code == 400


async def test_a_description_that_leads_elsewhere_is_refused(studio: Studio, provider: FakeProvider) -> None:
    client = await page(studio)
    for said in (
        {"issuer": "https://evil.test"},
        {"issuer": "http://127.0.0.1"},
        {"token_endpoint": "http://169.254.169.254/token"},
        {"jwks_uri": "http://keys.evil.test/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"userinfo_endpoint": "http://10.0.0.1/"},
    ):
        provider.said = said
        studio.app.state.identity_provider = Provider.of(studio.settings)
        answer = await client.get("/oidc/start")
        assert answer.status_code == 502, said
        assert "169.254" not in answer.text


async def test_a_description_does_not_lead_into_the_network(studio: Studio, provider: FakeProvider) -> None:
    """Https alone does not make an address one that we may be sent to: only the issuer's own host was chosen."""
    provider.said = {"jwks_uri": "https://127.0.0.1:9/keys"}
    assert (await (await page(studio)).get("/oidc/start")).status_code == 502
    provider.said = {"token_endpoint": "https://10.0.0.1/token"}
    studio.app.state.identity_provider = Provider.of(studio.settings)
    client = await page(studio)
    assert (await through(client, provider)).status_code == 502


async def test_the_provider_is_described_once_and_left_alone_when_it_fails(
    studio: Studio, provider: FakeProvider
) -> None:
    await invited(studio)
    for _ in range(3):
        assert (await through(await page(studio), provider)).status_code == 303
    assert provider.requests.count("description") == provider.requests.count("keys") == 1
    with time_machine.travel(now() + timedelta(minutes=61)) as traveller:
        provider.said = {"issuer": "https://evil.test"}
        for _ in range(3):
            assert (await (await page(studio)).get("/oidc/start")).status_code == 502
        assert provider.requests.count("description") == 2
        provider.said = {}
        traveller.shift(timedelta(seconds=6))
        await begun(await page(studio))
        assert provider.requests.count("description") == 3


async def test_a_new_key_of_the_providers_is_found_and_made_up_ones_do_not_make_us_ask(
    studio: Studio, provider: FakeProvider
) -> None:
    await invited(studio)
    assert (await through(await page(studio), provider)).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    assert (await through(await page(studio), provider)).status_code == 303
    assert provider.requests.count("keys") == 2
    provider.forge = lying.signed_with_another_key
    for _ in range(3):
        assert (await through(await page(studio), provider)).status_code == 502
    assert provider.requests.count("keys") == 2


async def test_secrets_are_in_no_log_and_no_row(
    studio: Studio, provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    await invited(studio)
    provider.lies = {"nonce": "of another sign-in"}
    client = await page(studio)
    address = await begun(client)
    cookie = client.cookies["cutroom-oidc"]
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    await back(client, provider.authorize(address))
    assert "identity provider failed" in caplog.text
    for path in studio.settings.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in (cookie, nonce, lying.SECRET)), path
    assert not any(secret in caplog.text for secret in (cookie, nonce, lying.SECRET))
