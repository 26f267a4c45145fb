"""Every address of the studio by day, by night and at 360 pixels: readable for all, and no wider than its window."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.ui.conftest import PROJECT, Studio, Tab

#: Addresses with the parts that name things of the instance; a route that is not here fails a test.
ADDRESSES = [
    "/library",
    "/library?q=bee",
    "/library?state=ready",
    "/library/organise",
    "/collections",
    "/collections/{collection}",
    "/trash",
    "/subscriptions",
    "/imports",
    "/runs",
    "/runs/{run}",
    "/review/{run}",
    "/edit/{edit}",
    "/watch/{asset}",
    "/account",
    "/account/security",
    "/account/tokens",
    "/account/appearance",
    "/account/brands",
    "/account/quota",
    "/account/history",
    "/admin/people",
    "/admin/groups",
    "/admin/invitations",
    "/admin/settings",
    "/admin/providers",
    "/admin/engine",
    "/admin/webhooks",
    "/admin/webhooks/{webhook}",
    "/admin/audit",
    "/admin/health",
    "/library/nowhere",
    "/signin",
    "/setup",
    "/join?token=x",
    "/reset",
]


@pytest.fixture(scope="module")
def named(studio: Studio, spoken: str) -> dict[str, str]:
    """One thing of each kind, by the word that addresses have for it."""
    ask = studio.client.ask
    (run,) = ask("GET", f"/runs?asset_id={spoken}&recipe=highlights")["items"]
    (candidate, *_) = ask("GET", f"/runs/{run['id']}/candidates")["items"]
    collection = ask("POST", "/collections", {"title": "Bees", "description": ""})["id"]
    ask("PUT", f"/collections/{collection}/items/{spoken}", {"before": None})
    return {
        "asset": spoken,
        "run": run["id"],
        "edit": ask("POST", "/edits", {"candidate_id": candidate["id"]})["id"],
        "collection": collection,
        "webhook": ask("POST", "/webhooks", {"url": "https://1.1.1.1/hook", "description": ""})["id"],
    }


@pytest.fixture(scope="module")
def seen(studio: Studio, chromium: Browser) -> Iterator[Tab]:
    """One tab that is signed in, and looks at all of them."""
    context = chromium.new_context(reduced_motion="reduce", locale="en-GB")
    tab = Tab.of(context.new_page(), studio.url)
    tab.sign_in()
    yield tab
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_readable_by_day_by_night_and_on_a_narrow_screen(
    seen: Tab, named: dict[str, str], address: str
) -> None:
    page = seen.page
    seen.wrong.clear()
    seen.expected = {"401", "404", "422"}
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    seen.open(address.format(**named))
    _settled(page)
    seen.check()
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    _settled(page)
    seen.check()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"it is {wide} pixels wider than its window"
    assert seen.wrong == []


def test_every_route_is_looked_at() -> None:
    known = {_shape(address.partition("?")[0]) for address in ADDRESSES}
    # Two lead on to another, and "/*" is what nothing else is.
    assert _routes() - known == {"/", "/admin", "/*"}


def _settled(page: Page) -> None:
    expect(page.locator("h1, h2").first).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def _shape(address: str) -> str:
    return re.sub(r"\{\w+\}", ":id", address)


def _routes() -> set[str]:
    """Read the addresses that the studio's own files of routes name."""
    found: set[str] = set()
    for path in sorted((PROJECT / "ui" / "src").glob("*/routes.tsx")):
        parent = ""
        for name in re.findall(r'path: "([^"]+)"', path.read_text()):
            parent = name if name.startswith("/") else parent
            found.add(name if name.startswith("/") else "/*" if name == "*" else f"{parent}/{name}")
    return found
