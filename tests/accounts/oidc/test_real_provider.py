"""Signing in at an identity provider that somebody else wrote, on this machine (Canaille).

It needs `requirements/identity-provider.txt` in an environment whose Python is named by CUTROOM_TEST_OIDC_PYTHON.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest
from pydantic import SecretStr
from tests.accounts.factors.people import audit, page, sign_in, signed_up
from tests.accounts.oidc.provider import CALLBACK
from tests.accounts.oidc.walking import back, begun, identities
from tests.api.studio import Studio, data_settings, make_studio

from cutroom.accounts.oidc.provider import Provider
from cutroom.core.database import Database
from cutroom.providers.registry import load

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

SECRET = "of-a-client-of-tests"  # noqa: S105 - of nobody
PASSWORD = "a password at the provider"  # noqa: S105
SERVE = """
import datetime, sys
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend

port, folder, callback, secret, password = int(sys.argv[1]), *sys.argv[2:]
app = create_app({
    "SECRET_KEY": "of tests alone, and of some length",
    "SERVER_NAME": f"127.0.0.1:{port}",
    "PREFERRED_URL_SCHEME": "http",
    "CANAILLE": {"DATABASE": "sql"},
    "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{folder}/canaille.sqlite"},
    "CANAILLE_OIDC": {},
})
with app.app_context():
    ada = models.User(user_name="ada", formatted_name="Ada Lovelace", family_name="Lovelace",
                      emails=["ada@school.example"], password=password)
    client = models.Client(client_id="cutroom", client_secret=secret, client_name="Cutroom", redirect_uris=[callback],
                           grant_types=["authorization_code"], response_types=["code"],
                           scope=["openid", "profile", "email"], token_endpoint_auth_method="client_secret_basic",
                           client_id_issued_at=datetime.datetime.now(datetime.timezone.utc))
    Backend.instance.save(ada)
    Backend.instance.save(client)
    client.audience = [client]
    Backend.instance.save(client)
# One request at a time: what it keeps in memory is not made for more, and a code is lost now and then.
app.run("127.0.0.1", port, threaded=False)
"""


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a provider, which ends with the tests."""
    python = os.environ.get("CUTROOM_TEST_OIDC_PYTHON")
    if python is None:
        pytest.skip("no identity provider: set CUTROOM_TEST_OIDC_PYTHON, as make test-faults does")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [python, "-c", SERVE, str(port), str(tmp_path_factory.mktemp("idp")), CALLBACK, SECRET, PASSWORD]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, server)
            yield address
        finally:
            server.kill()


@pytest.fixture
async def studio(database: Database, tmp_path: Path, issuer: str) -> AsyncIterator[Studio]:
    """An instance that knows the provider."""
    settings = data_settings(tmp_path).model_copy(
        update={"oidc_issuer": issuer, "oidc_client_id": "cutroom", "oidc_client_secret": SecretStr(SECRET)}
    )
    made = make_studio(database, load("storage", "local")(settings, "local"), settings)
    async with made.clients:
        yield made


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the identity provider ended at once"
        try:
            httpx2.get(f"{address}/.well-known/openid-configuration", timeout=5.0).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the identity provider did not start within a minute")


def person(address: str, consents: str = "accept") -> str:
    """Do what a person does at the provider; give the query that the browser is sent back with."""
    fields = {"login": "ada", "password": PASSWORD}
    with httpx2.Client(timeout=30.0) as browser:
        answer = browser.get(address)
        for _ in range(10):
            if answer.is_redirect:
                there = urljoin(str(answer.url), answer.headers["location"])
                if there.startswith(CALLBACK):
                    return urlsplit(there).query
                answer = browser.get(there)
                continue
            form = next(each for each in re.findall(r"<form.*?</form>", answer.text, re.DOTALL) if "csrf_token" in each)
            sent = {"answer": consents} if 'value="accept"' in form else {}
            for tag in re.findall(r"<input[^>]*>", form):
                name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
                if name:
                    sent[name[1]] = fields.get(name[1], value[1] if value else "")
            answer = browser.post(str(answer.url), data=sent)
    raise AssertionError(f"the provider did not send the browser back: {answer.url}")


async def test_who_denies_is_not_signed_in(studio: Studio) -> None:
    """First of all: this provider remembers consent."""
    browser = await page(studio)
    query = person(await begun(browser), consents="deny")
    answer = await back(browser, query)
    assert (answer.status_code, "access_denied" in answer.text) == (403, True), answer.text


async def test_a_person_links_their_account_and_signs_in_with_it_from_then_on(studio: Studio, issuer: str) -> None:
    await signed_up(studio)
    ada = await page(studio)
    await sign_in(ada)
    url = (await ada.post("/api/v1/identities", json={"next": "/settings"})).json()["url"]
    linked = await back(ada, person(url))
    assert (linked.status_code, linked.headers.get("location")) == (303, "/settings"), linked.text
    (identity,) = await identities(studio)
    assert (identity.issuer, identity.subject) == (issuer, "ada")
    browser = await page(studio)
    query = person(await begun(browser))
    cookie = browser.cookies["cutroom-oidc"]
    assert (await back(browser, query)).status_code == 303
    assert (await browser.get("/api/v1/session")).json()["name"] == "Ada"
    thief = await page(studio)
    thief.cookies.set("cutroom-oidc", cookie)
    assert (await back(thief, query)).status_code == 400
    assert [details["means"] for action, _, details in await audit(studio) if action == "session.opened"] == [
        "password",
        "identity provider",
    ]


async def test_strangers_stay_out_unless_they_may_sign_up(studio: Studio) -> None:
    browser = await page(studio)
    assert (await back(browser, person(await begun(browser)))).status_code == 403
    provider: Provider = studio.app.state.identity_provider
    provider.sign_up = True
    assert (await back(browser, person(await begun(browser)))).status_code == 303
    me = (await browser.get("/api/v1/me")).json()
    assert (me["name"], me["role"]) == ("Ada Lovelace", "viewer")
    assert me["email"] is None  # this provider does not say that it has verified addresses


async def test_the_provider_refuses_the_code_of_another_browser(studio: Studio) -> None:
    """PKCE: the code is put under a sign-in whose verifier is another one, and state and cookie fit that one."""
    browser, other = await page(studio), await page(studio)
    query = person(await begun(browser))
    own = person(await begun(other))
    code, mine = (re.search(r"code=([^&]+)", each) for each in (query, own))
    assert code is not None
    assert mine is not None
    assert (await back(other, own.replace(mine[1], code[1]))).status_code == 400


async def test_a_wrong_client_secret_is_the_operators_to_mend(studio: Studio) -> None:
    settings = studio.settings.model_copy(update={"oidc_client_secret": SecretStr("wrong")})
    studio.app.state.identity_provider = Provider.of(settings)
    browser = await page(studio)
    assert (await back(browser, person(await begun(browser)))).status_code == 502
