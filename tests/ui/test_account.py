"""One's own account: name and password, factors that guard it, sessions, tokens, language and theme."""

from __future__ import annotations

import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pyotp
import pytest
from playwright.sync_api import Page, expect
from tests.faults.instance import PASSWORD, Client
from tests.ui.conftest import Opener, Studio, Tab, start

Picture = Callable[[Page, str], None]
ADDRESSES = ("", "/security", "/tokens", "/appearance", "/quota", "/history")


def person(studio: Studio, tabs: Opener, name: str, path: str, **more: Any) -> Tab:  # noqa: ANN401 - Playwright's own
    """Let somebody join, and open a page of their account."""
    studio.people(name)
    made = tabs(studio.url, **more)
    made.sign_in(name, path)
    return made


def test_a_name_and_a_password_are_changed_and_the_new_ones_sign_in(studio: Studio, tabs: Opener) -> None:
    tab = person(studio, tabs, "Katherine", "/account")
    page = tab.page
    page.get_by_role("textbox", name="Name", exact=True).fill("Katherine J")
    page.get_by_label("Mail address").fill("katherine@school.example")
    page.get_by_label("Your password, because the address changes").fill(PASSWORD)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Account of Katherine J")).to_be_visible()
    page.get_by_label("The password until now").fill("not the password at all")
    page.get_by_label("The new password").fill("quite another long password")
    tab.expected.update({"403", "422"})
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("The password until now").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    other = tabs(studio.url).open("/signin")
    other.get_by_label("Your name").fill("Katherine J")
    other.get_by_label("Your password").fill("quite another long password")
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url(f"{studio.url}/library")


def test_an_authenticator_is_set_up_and_a_code_of_it_or_a_recovery_code_signs_in(
    studio: Studio, tabs: Opener, picture: Picture
) -> None:
    tab = person(studio, tabs, "Radia", "/account/security")
    page = tab.page
    page.get_by_role("button", name="Set up an authenticator").click()
    dialog = page.get_by_role("dialog", name="Set up an authenticator")
    expect(dialog.get_by_role("img", name="The secret for an authenticator")).to_be_visible()
    secret = dialog.get_by_role("region", name="Secret for the authenticator").inner_text()
    tab.check()
    tab.expected.add("422")
    dialog.get_by_label("The code that it shows now").fill("000000")
    dialog.get_by_role("button", name="Use it from now on").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    totp = pyotp.TOTP(secret)
    dialog.get_by_label("The code that it shows now").fill(totp.now())
    dialog.get_by_role("button", name="Use it from now on").click()
    codes = page.get_by_role("region", name="Recovery codes").inner_text().split("\n")
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.path().read_text().split() == codes
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 codes are left.")).to_be_visible()
    expect(page.get_by_role("button", name="Do without")).to_be_visible()
    picture(page, "account")

    other = tabs(studio.url).open("/signin")
    for proof in (codes[0], totp.at(int(time.time()) + 30)):
        other.get_by_label("Your name").fill("Radia")
        other.get_by_label("Your password").fill(PASSWORD)
        other.get_by_role("button", name="Sign in", exact=True).click()
        other.get_by_label("Code").fill(proof)
        other.get_by_role("button", name="Sign in", exact=True).click()
        other.wait_for_url(f"{studio.url}/library")
        other.get_by_role("button", name="Account of Radia").click()
        other.get_by_role("menuitem", name="Sign out").click()
        other.wait_for_url(f"{studio.url}/signin")


@pytest.fixture
def named(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Studio]:
    """An instance whose address has a name: browsers keep passkeys for no other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    for made in start(tmp_path_factory.mktemp("named"), port, CUTROOM_URL=url):
        browser = Client(url)
        browser.headers = {"Origin": url, "X-Cutroom": "1"}
        token = made.link.partition("token=")[2]
        browser.ask("POST", "/setup", {"token": token, "name": "Barbara", "password": PASSWORD})
        yield Studio(made.process, url, made.link, browser)


def test_a_passkey_is_added_named_and_signs_in_without_a_password(named: Studio, tabs: Opener) -> None:
    url = named.url
    tab = tabs(url)
    page = tab.page
    chrome = page.context.new_cdp_session(page)
    chrome.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    tab.sign_in("Barbara", "/account/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_role("list", name="Passkeys")).to_contain_text("Laptop")
    page.get_by_role("button", name="Rename Laptop").click()
    page.get_by_role("dialog").get_by_label("Name").fill("School laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("list", name="Passkeys")).to_contain_text("School laptop")
    page.get_by_role("button", name="Account of Barbara").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{url}/library")
    page.goto(f"{url}/account/security")
    page.get_by_role("button", name="Remove School laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()


def test_who_signed_in_long_ago_is_asked_once_and_what_they_did_goes_on(studio: Studio, tabs: Opener) -> None:
    tab = person(studio, tabs, "Hedy", "/account/security")
    page = tab.page
    tab.expected.update({"403", "422"})
    refusal = {
        "type": "urn:cutroom:problem:proof-needed",
        "title": "Forbidden",
        "status": 403,
        "detail": "Show first that it is you.",
        "instance": "urn:uuid:0",
        "errors": [],
    }
    # As the server says it ten minutes later, once.
    page.route(
        "**/api/v1/factors/totp",
        lambda route: route.fulfill(status=403, json=refusal, content_type="application/problem+json"),
        times=1,
    )
    page.get_by_role("button", name="Set up an authenticator").click()
    proof = page.get_by_role("dialog", name="Show that it is you")
    proof.get_by_label("Your password").fill("not the password at all")
    proof.get_by_role("button", name="Go on").click()
    expect(proof.get_by_role("alert")).to_contain_text("This is not your password")
    tab.check()
    proof.get_by_label("Your password").fill(PASSWORD)
    proof.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("dialog", name="Set up an authenticator")).to_be_visible()


def test_a_session_elsewhere_is_ended_from_here(studio: Studio, tabs: Opener) -> None:
    here = person(studio, tabs, "Sophie", "/account/security")
    elsewhere = tabs(studio.url)
    elsewhere.sign_in("Sophie")
    here.page.reload()
    sessions = here.page.get_by_role("list", name="Sessions").get_by_role("listitem")
    ended = sessions.filter(has_not_text="This browser").filter(has=here.page.get_by_role("button"))
    expect(sessions.nth(1)).to_be_visible()
    here.page.get_by_role("button", name="End all others").click()
    here.page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
    expect(ended).to_have_count(0)
    elsewhere.page.reload()
    elsewhere.page.wait_for_url("**/signin**")


def test_a_token_is_shown_once_works_and_is_revoked(studio: Studio, tabs: Opener) -> None:
    tab = person(studio, tabs, "Annie", "/account/tokens")
    page = tab.page
    expect(page.get_by_role("heading", name="No program has a token")).to_be_visible()
    page.get_by_role("button", name="New token").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Backup script")
    expect(page.get_by_role("checkbox", name="Administer")).to_have_count(0)
    page.get_by_role("button", name="Make the token").click()
    secret = page.get_by_role("region", name="Token").inner_text()
    tab.check()
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    asked = {"Authorization": f"Bearer {secret}"}
    assert httpx2.get(f"{studio.url}/api/v1/session", headers=asked).json()["name"] == "Annie"
    page.reload()
    expect(page.get_by_role("list", name="Tokens")).to_contain_text("last used")
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke Backup script").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_role("heading", name="No program has a token")).to_be_visible()
    assert httpx2.get(f"{studio.url}/api/v1/session", headers=asked).status_code == 401


def test_language_and_theme_are_kept_in_this_browser(studio: Studio, tabs: Opener) -> None:
    tab = person(studio, tabs, "Marie", "/account/appearance")
    page = tab.page
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Darstellung")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Darstellung")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_what_is_known_of_a_person_comes_as_a_file(studio: Studio, tabs: Opener) -> None:
    page = person(studio, tabs, "Lise", "/account").page
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    with zipfile.ZipFile(download.value.path()) as given:
        assert any(b"Lise" in given.read(name) for name in given.namelist())


@pytest.fixture(params=[(1280, False), (360, True)], ids=["wide and light", "narrow and dark"])
def look(request: pytest.FixtureRequest, studio: Studio, tabs: Opener) -> Tab:
    """A tab of Ada's at one width and in one theme."""
    width, dark = request.param
    made = tabs(studio.url, width=width, dark=dark)
    made.sign_in()
    return made


def test_every_page_of_the_account_is_accessible_and_none_scrolls_sideways(look: Tab) -> None:
    for path in ADDRESSES:
        page = look.open(f"/account{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        look.check()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
