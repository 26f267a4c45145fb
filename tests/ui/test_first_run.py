"""From the server's link to a library; signing in and out; what a page says when there is nobody or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.faults.instance import PASSWORD
from tests.ui.conftest import Opener, Studio, Tab

Picture = Callable[[Page, str], None]


def test_the_link_makes_the_administrator_and_an_empty_library_says_what_to_do(
    empty_studio: Studio, tabs: Opener, picture: Picture
) -> None:
    tab = tabs(empty_studio.url)
    page = tab.open(empty_studio.link.removeprefix(empty_studio.url))
    expect(page.get_by_role("heading", name="Welcome to Cutroom")).to_be_visible()
    tab.check()
    picture(page, "welcome")
    tab.expected.add("422")
    page.get_by_label("Your name").fill("Ada Lovelace")
    password = page.get_by_label("A password")
    assert password.get_attribute("type") == "password"
    password.fill("ada lovelace")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    password.fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url(f"{empty_studio.url}/library")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    tab.check()


def test_who_is_not_signed_in_is_asked_and_comes_back_to_where_they_were(studio: Studio, tabs: Opener) -> None:
    tab = tabs(studio.url)
    page = tab.open("/library?q=light")
    page.wait_for_url("**/signin?next=**")
    tab.check()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your password").fill("not the password at all")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{studio.url}/library?q=light")
    page.get_by_role("button", name="Account of Ada").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.wait_for_url(f"{studio.url}/signin")
    page.go_back()
    page.wait_for_url("**/signin**")


@pytest.mark.parametrize("next_path", ["//evil.example/", "/\\evil.example", "https://evil.example/"])
def test_signing_in_leads_to_no_other_site(studio: Studio, tabs: Opener, next_path: str) -> None:
    tab = tabs(studio.url)
    page = tab.open(f"/signin?next={next_path}")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{studio.url}/library")


def test_who_is_invited_joins_and_an_old_link_says_so(studio: Studio, tabs: Opener) -> None:
    link = studio.client.ask("POST", "/invitations", {"role": "viewer"})["link"].removeprefix(studio.url)
    tab = tabs(studio.url, width=360, dark=True)
    page = tab.open(link)
    expect(page.get_by_text("You join as Viewer")).to_be_visible()
    tab.check()
    page.get_by_label("Your name").fill("Emmy")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url(f"{studio.url}/library")
    other = tabs(studio.url)
    expect(other.open(link).get_by_role("heading", name="This link does not work")).to_be_visible()


def test_an_address_that_is_none_says_so(tab: Tab) -> None:
    page = tab.open("/library/none/at/all")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_the_studio_speaks_german_to_whoever_does(studio: Studio, tabs: Opener) -> None:
    tab = tabs(studio.url)
    tab.page.add_init_script("Object.defineProperty(navigator, 'language', {value: 'de-CH'})")
    expect(tab.open("/signin").get_by_role("heading", name="Anmelden")).to_be_visible()
    assert tab.page.locator("html").get_attribute("lang") == "de"
