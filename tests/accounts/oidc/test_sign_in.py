"""Signing in at an identity provider, with one on loopback that checks what it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from tests.accounts.factors.people import PASSWORD, audit, page, sign_in, signed_up, with_totp
from tests.accounts.oidc.provider import ADA, FakeProvider
from tests.accounts.oidc.walking import back, begun, identities, invited, through, with_address
from tests.api.studio import Studio, make_studio

from cutroom.accounts.models import Invitation, Role, Session, User
from cutroom.accounts.oidc.provider import Provider
from cutroom.core.clock import now

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


async def test_who_was_invited_comes_in_with_what_the_invitation_gives(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    client = await page(studio)
    address = await begun(client)
    cookie = dict(client.cookies)
    assert set(cookie) == {"cutroom-oidc"}
    assert cookie["cutroom-oidc"] not in address
    answer = await back(client, provider.authorize(address))
    assert (answer.status_code, answer.headers["location"]) == (303, "/library?view=grid")
    assert set(client.cookies) == {"cutroom"}
    me = (await client.get("/api/v1/me")).json()
    assert (me["name"], me["role"], me["email"]) == ("Ada Lovelace", "editor", "ada@school.example")
    assert not me["has_password"]
    (identity,) = await identities(studio)
    assert (identity.issuer, identity.subject) == (provider.issuer, ADA["sub"])
    provider.person = {**ADA, "email": "ada@elsewhere.example", "name": "Ada King"}  # she is known by her number
    again = await page(studio)
    assert (await through(again, provider)).status_code == 303
    assert (await again.get("/api/v1/me")).json()["id"] == me["id"]
    assert [details["means"] for action, _, details in await audit(studio) if action == "session.opened"] == [
        "identity provider",
        "identity provider",
    ]
    async with studio.database.reading() as session:
        assert (await session.execute(select(Invitation.used_by))).scalar_one() is not None


async def test_whom_nobody_knows_stays_out(studio: Studio, provider: FakeProvider) -> None:
    client = await page(studio)
    answer = await through(client, provider)
    assert answer.status_code == 403
    assert "There is no account here for ada@school.example" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not client.cookies
    assert [action for action, _, _ in await audit(studio)] == ["session.refused"]
    assert await identities(studio) == []


async def test_with_sign_up_strangers_come_in_to_watch(studio: Studio, provider: FakeProvider) -> None:
    studio.app.state.identity_provider.sign_up = True
    await signed_up(studio, "Ada Lovelace")  # somebody else of that name
    provider.person = {**ADA, "email_verified": False}
    client = await page(studio)
    assert (await through(client, provider)).status_code == 303
    me = (await client.get("/api/v1/me")).json()
    assert (me["name"], me["role"], me["email"]) == ("Ada Lovelace 2", "viewer", None)
    provider.person = {"sub": "2", "name": "a\x00b", "email": "bob@school.example", "email_verified": True}
    client = await page(studio)
    assert (await through(client, provider)).status_code == 303
    assert (await client.get("/api/v1/me")).json()["name"] == "bob"
    provider.person = {"sub": "3", "email": "<script>@x", "email_verified": True}
    client = await page(studio)
    assert (await through(client, provider)).status_code == 303
    assert (await client.get("/api/v1/me")).json()["name"] == "Somebody"


async def test_a_proved_address_finds_its_account_and_one_that_was_claimed_does_not(
    studio: Studio, provider: FakeProvider
) -> None:
    """Who gives themselves Ada's address must not have her walk into their account."""
    await with_address(studio, proved=False)
    client = await page(studio)
    refused = await through(client, provider)
    assert refused.status_code == 403
    assert "sign in to it as you did before" in refused.text
    async with studio.database.writing() as session:
        await session.execute(update(User).values(email_proved=True))
    assert (await through(client, provider)).status_code == 303
    assert (await client.get("/api/v1/session")).json()["name"] == "Ada"


async def test_an_address_is_proved_by_others_alone(studio: Studio) -> None:
    user_id = await signed_up(studio)
    _, admin = await studio.person(Role.ADMIN)
    client = await page(studio)
    await sign_in(client)

    async def proved() -> bool:
        async with studio.database.reading() as session:
            return (await session.get_one(User, user_id)).email_proved

    assert (await admin.patch(f"/api/v1/users/{user_id}", json={"email": "ada@school.example"})).status_code == 200
    assert await proved()
    change = {"email": "eve@school.example", "password": PASSWORD}
    assert (await client.patch("/api/v1/me", json=change)).status_code == 200
    assert not await proved()


async def test_an_account_with_a_second_factor_is_linked_from_inside_alone(
    studio: Studio, provider: FakeProvider
) -> None:
    await with_address(studio, proved=True)
    client = await page(studio)
    await sign_in(client)
    await with_totp(client)
    assert (await through(await page(studio), provider)).status_code == 403
    answer = await client.post("/api/v1/identities", json={"next": "/settings"})
    assert answer.status_code == 200, answer.text
    arrived = await back(client, provider.authorize(answer.json()["url"]))
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/settings")
    (listed,) = (await client.get("/api/v1/identities")).json()["items"]
    assert listed["email"] == "ada@school.example"
    assert (await through(await page(studio), provider)).status_code == 303
    assert "identity.linked" in [action for action, _, _ in await audit(studio)]


async def test_linking_is_for_whoever_began_it(studio: Studio, provider: FakeProvider) -> None:
    """Another page cannot begin it, another person's session cannot end it, an old session must prove itself first."""
    await signed_up(studio)
    await signed_up(studio, "Bob")
    ada = await page(studio)
    await sign_in(ada)
    foreign = {"Origin": "https://evil.test"}
    assert (await ada.post("/api/v1/identities", json={}, headers=foreign)).status_code == 403
    url = (await ada.post("/api/v1/identities", json={})).json()["url"]
    await sign_in(ada, "Bob")  # the same browser, meanwhile
    refused = await back(ada, provider.authorize(url))
    assert (refused.status_code, await identities(studio)) == (400, [])
    async with studio.database.writing() as session:
        await session.execute(update(Session).values(proved_at=now() - timedelta(minutes=11)))
    assert (await ada.post("/api/v1/identities", json={})).json()["type"] == "urn:cutroom:problem:proof-needed"


async def test_an_account_of_the_providers_belongs_to_one_person_here(studio: Studio, provider: FakeProvider) -> None:
    await signed_up(studio)
    await signed_up(studio, "Bob")
    for name, expected in (("Ada", 303), ("Bob", 409), ("Ada", 303)):
        client = await page(studio)
        await sign_in(client, name)
        url = (await client.post("/api/v1/identities", json={})).json()["url"]
        assert (await back(client, provider.authorize(url))).status_code == expected
    assert len(await identities(studio)) == 1


async def test_the_last_way_in_is_not_removed(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    client = await page(studio)
    await through(client, provider)
    (listed,) = (await client.get("/api/v1/identities")).json()["items"]
    path = f"/api/v1/identities/{listed['id']}"
    assert (await client.delete(path)).status_code == 409
    async with studio.database.writing() as session:
        await session.execute(update(User).values(password_hash="x"))  # noqa: S106 - nobody's
    assert (await client.delete(path)).status_code == 204
    assert (await through(await page(studio), provider)).status_code == 403  # who removed it links it again from inside


async def test_a_disabled_account_stays_out(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    assert (await through(await page(studio), provider)).status_code == 303
    async with studio.database.writing() as session:
        await session.execute(update(User).values(disabled_at=now()))
    client = await page(studio)
    refused = await through(client, provider)
    assert (refused.status_code, bool(client.cookies)) == (403, False)


async def test_the_address_may_stand_in_the_userinfo(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    provider.person = {"sub": ADA["sub"]}
    provider.userinfo = {**ADA, "sub": "another"}
    assert (await through(await page(studio), provider)).status_code == 502
    provider.userinfo = ADA
    assert (await through(await page(studio), provider)).status_code == 303


async def test_clients_prove_themselves_as_the_provider_wants_it(studio: Studio, provider: FakeProvider) -> None:
    await invited(studio)
    provider.said = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert (await through(await page(studio), provider)).status_code == 303
    provider.said, provider.secret = {}, None
    settings = studio.settings.model_copy(update={"oidc_client_secret": None})
    studio.app.state.identity_provider = Provider.of(settings)
    assert (await through(await page(studio), provider)).status_code == 303


async def test_over_tls_its_cookie_is_for_this_host_alone(studio: Studio) -> None:
    instance = studio.app.state.instance
    made = make_studio(instance.database, instance.storage, instance.settings, url="https://studio.test")
    async with made.clients:
        client = await page(made, "https://studio.test")
        cookie = (await client.get("/oidc/start")).headers["set-cookie"]
    assert cookie.startswith("__Host-cutroom-oidc=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"))


async def test_the_server_tells_how_people_sign_in(studio: Studio) -> None:
    client = await studio.client()
    assert (await client.get("/api/v1/sign-in")).json() == {
        "password": True,
        "passkeys": False,
        "identity_provider": {"name": "Single sign-on", "url": "/oidc/start"},
    }
    studio.app.state.identity_provider = None
    assert (await client.get("/api/v1/sign-in")).json()["identity_provider"] is None
    for path in ("start", "callback"):
        answer = await client.get(f"/oidc/{path}")
        assert (answer.status_code, "no identity provider" in answer.text) == (409, True)
