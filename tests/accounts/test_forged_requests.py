"""What another site's page can have a browser send changes nothing."""

from __future__ import annotations

import httpx2
import pytest
from tests.api.studio import PAGE, URL, Studio

from cutroom.accounts.models import Role

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

GROUPS = "/api/v1/groups"
JSON = b'{"name": "Forged"}'
ELSEWHERE: list[dict[str, str]] = [
    {},
    {"Origin": "null"},
    {"Origin": "http://evil.test"},
    {"Origin": "http://evil.test", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://other.studio.test", "Sec-Fetch-Site": "same-site"},
    {"Origin": "http://evil.test", "X-Forwarded-Host": "evil.test"},
]


async def _forger(studio: Studio) -> tuple[httpx2.AsyncClient, httpx2.AsyncClient]:
    """Give an administrator's browser, and a client that sends its cookie and says nothing of itself."""
    _, browser = await studio.browser(Role.ADMIN)
    forger = await studio.client()
    forger.cookies.set("cutroom", browser.cookies["cutroom"])
    return browser, forger


async def _groups(browser: httpx2.AsyncClient) -> list[str]:
    return [each["name"] for each in (await browser.get(GROUPS)).json()["items"]]


async def test_from_elsewhere_nothing_is_changed_whatever_is_sent(studio: Studio) -> None:
    browser, forger = await _forger(studio)
    for origin in ELSEWHERE:
        for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
            for header in ({}, {"X-Cutroom": "1"}):
                answer = await forger.post(GROUPS, content=JSON, headers=origin | header | {"Content-Type": media_type})
                assert answer.status_code == 403, (origin, media_type, header)
    assert await _groups(browser) == []


async def test_from_our_own_origin_the_header_is_needed_too(studio: Studio) -> None:
    browser, forger = await _forger(studio)
    own = {"Origin": URL, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    assert (await forger.post(GROUPS, content=JSON, headers=own)).status_code == 403
    assert await _groups(browser) == []
    assert (await forger.post(GROUPS, content=JSON, headers=own | {"X-Cutroom": "1"})).status_code == 201
    assert await _groups(browser) == ["Forged"]


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_a_method_is_what_was_sent_and_nothing_that_overrides_it(studio: Studio, name: str) -> None:
    browser, forger = await _forger(studio)
    sent = PAGE | {name: "POST", "Content-Type": "application/json"}
    answer = await forger.request("GET", f"{GROUPS}?_method=POST", content=JSON, headers=sent)
    assert answer.status_code == 200
    elsewhere = {"Origin": "http://evil.test", "X-Cutroom": "1", name: "GET"}
    assert (await forger.post(GROUPS, content=JSON, headers=elsewhere)).status_code == 403
    assert await _groups(browser) == []


async def test_nobody_is_signed_in_or_asked_for_by_another_sites_page(studio: Studio) -> None:
    forger = await studio.client({"Origin": "http://evil.test"})
    who, secret = {"name": "Eve"}, {"token": "x"}
    password = {"password": "difference engine"}
    for path, body in {
        "/api/v1/session": who | password,
        "/api/v1/join": who | secret | password,
        "/api/v1/password/forgotten": who,
        "/api/v1/password": secret | password,
    }.items():
        answer = await forger.post(path, json=body)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), path


async def test_no_other_origin_is_granted_anything(studio: Studio) -> None:
    client = await studio.client({"Origin": "http://evil.test"})
    asked = await client.options(
        GROUPS, headers={"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-cutroom"}
    )
    assert not [name for name in asked.headers if name.startswith("access-control-")]
