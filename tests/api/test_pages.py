"""The pages that need no program in the browser."""

from __future__ import annotations

import re

import httpx2
import pyotp
import pytest
from tests.accounts.people import PASSWORD, secret_in, signed_in, with_password
from tests.api.studio import URL, Studio

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

NEW = "difference engine"


def _fields(page: httpx2.Response) -> dict[str, str]:
    """Give the form's fields with what stands in them."""
    names = re.findall(r'<input [^>]*name="(\w+)"(?: value="([^"]*)")?', page.text)
    return dict(names)


async def test_no_page_runs_or_loads_anything(studio: Studio) -> None:
    client = await studio.client()
    for path in ("/", "/setup", "/signin", "/reset", "/reset?token=x", "/join?token=x"):
        page = await client.get(path)
        assert "<script" not in page.text
        assert re.fullmatch(
            r"default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'; "
            r"base-uri 'none'",
            page.headers["content-security-policy"],
        )
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"  # the link's secret goes to nobody


async def test_who_is_invited_joins_in_the_browser(studio: Studio) -> None:
    _, admin = await studio.person()
    link = (await admin.post("/api/v1/invitations", json={"role": "viewer"})).json()["link"]
    browser = await studio.client({"Origin": URL})
    page = await browser.get(link)
    assert (page.status_code, _fields(page)) == (200, {"token": secret_in(link), "name": "", "password": ""})
    wrong = await browser.post("/join", data=_fields(page) | {"name": 'Eve "<b>', "password": "short"})
    assert (wrong.status_code, _fields(wrong)["name"]) == (422, "Eve &quot;&lt;b&gt;")
    done = await browser.post("/join", data=_fields(page) | {"name": "Eve", "password": NEW, "role": "admin"})
    assert done.status_code == 422  # nobody chooses a role
    done = await browser.post("/join", data=_fields(page) | {"name": "Eve", "password": NEW})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert (await browser.get("/api/v1/session")).json()["role"] == "viewer"
    assert (await browser.get(link)).status_code == 404


async def test_a_password_that_was_forgotten_is_set_anew_in_the_browser(studio: Studio) -> None:
    user_id = await with_password(studio)
    _, admin = await studio.browser()
    link = (await admin.post(f"/api/v1/users/{user_id}/reset-link")).json()["link"]
    browser = await studio.client({"Origin": URL})
    asked = await browser.post("/reset", data={"name": "Ada"})
    unknown = await browser.post("/reset", data={"name": "Nobody"})
    assert (asked.status_code, asked.text) == (200, unknown.text)
    page = await browser.get(link)
    assert (await browser.post("/reset/password", data=_fields(page) | {"password": "short"})).status_code == 422
    done = await browser.post("/reset/password", data=_fields(page) | {"password": NEW})
    assert (done.status_code, set(_fields(done))) == (200, {"name", "password"})
    assert "set-cookie" not in done.headers
    assert (await browser.post("/reset/password", data=_fields(page) | {"password": NEW})).status_code == 400
    assert (await browser.post("/signin", data={"name": "ada", "password": PASSWORD})).status_code == 401
    assert (await browser.post("/signin", data={"name": "ada", "password": NEW})).status_code == 303
    assert (await browser.get("/api/v1/session")).json()["name"] == "Ada"


async def test_who_has_a_second_factor_is_asked_for_it(studio: Studio) -> None:
    await with_password(studio)
    ada = await signed_in(studio)
    begun = (await ada.post("/api/v1/factors/totp")).json()
    code = pyotp.TOTP(begun["secret"])
    confirmed = await ada.post("/api/v1/factors/totp/confirmation", json={"code": code.now()})
    recovery = confirmed.json()["recovery_codes"][0]
    browser = await studio.client({"Origin": URL})
    page = await browser.post("/signin", data={"name": "Ada", "password": PASSWORD})
    assert (page.status_code, set(_fields(page)), "set-cookie" in page.headers) == (200, {"challenge", "code"}, False)
    wrong = await browser.post("/signin/code", data=_fields(page) | {"code": "wrong"})
    assert (wrong.status_code, _fields(wrong)["challenge"]) == (401, _fields(page)["challenge"])
    done = await browser.post("/signin/code", data=_fields(page) | {"code": recovery})
    assert done.status_code == 303
    assert (await browser.get("/api/v1/session")).json()["name"] == "Ada"


@pytest.mark.parametrize("path", ["/signin", "/signin/code", "/join", "/reset", "/reset/password"])
async def test_another_sites_form_and_what_is_no_form_do_nothing(studio: Studio, path: str) -> None:
    elsewhere = await studio.client({"Sec-Fetch-Site": "cross-site"})
    assert (await elsewhere.post(path, data={"name": "Eve", "password": NEW})).status_code == 403
    browser = await studio.client({"Origin": URL})
    for body in (b"", b"\xff", b"&a=1" * 10_000, b"token=%00&name=%0a&password=%ff", b"token[]=1"):
        answer = await browser.post(path, content=body)
        assert (answer.status_code, "<form" in answer.text) == (422, True)
