"""Administration: who joins and who must go, settings with a way back, queues, webhooks, the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.core.egress.servers import PUBLIC, Site, say, site
from tests.faults.instance import PASSWORD, Client
from tests.ui.conftest import Opener, Studio, Tab, start

Picture = Callable[[Page, str], None]
SECTIONS = ("people", "groups", "invitations", "settings", "providers", "engine", "webhooks", "audit", "health")


def dialog(page: Page, button: str) -> None:
    """Press a button of the dialog that is open."""
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).last.click()


def opened(page: Page, name: str) -> None:
    """Wait until a dialog is there and has the focus."""
    expect(page.get_by_role("dialog", name=name).locator(":focus")).to_have_count(1)


def act_on(page: Page, name: str, item: str) -> None:
    """Choose something from a person's menu."""
    page.get_by_role("button", name=f"What to do for {name}").click()
    page.get_by_role("menuitem", name=item).click()


def test_who_is_invited_joins_changes_role_and_is_kept_out(tab: Tab, studio: Studio, tabs: Opener) -> None:
    page = tab.open("/admin/people")
    page.get_by_role("link", name="Invite somebody").click()
    opened(page, "Invite somebody")
    page.get_by_role("dialog").get_by_role("combobox", name="Role").click()
    page.get_by_role("option", name="Viewer").click()
    dialog(page, "Make the link")
    link = page.get_by_role("region", name="Link").inner_text()
    tab.check()
    dialog(page, "Close")
    expect(page.get_by_role("list", name="Invitations")).to_contain_text("Whoever has the link")

    guest = tabs(studio.url)
    other = guest.open(link.removeprefix(studio.url))
    other.get_by_label("Your name").fill("Dorothy")
    other.get_by_label("A password").fill(PASSWORD)
    other.get_by_role("button", name="Make the account").click()
    other.wait_for_url(f"{studio.url}/library")

    page.get_by_role("link", name="People").click()
    page.get_by_label("Search by name or mail address").fill("doro")
    row = page.get_by_role("listitem").filter(has_text="Dorothy")
    expect(page.get_by_role("list", name="People").get_by_role("listitem")).to_have_count(1)
    act_on(page, "Dorothy", "Change name, role and quota")
    opened(page, "Account of Dorothy")
    page.get_by_role("dialog").get_by_role("combobox", name="Role").click()
    page.get_by_role("option", name="Editor").click()
    page.get_by_label("Quota a week").fill("2")
    dialog(page, "Save")
    expect(row).to_contain_text("Editor")
    expect(row).to_contain_text("2.1 GB a week")
    act_on(page, "Dorothy", "Make a link for a new password")
    assert "/reset?token=" in page.get_by_role("region", name="Link").inner_text()
    dialog(page, "Close")
    act_on(page, "Dorothy", "Disable the account")
    dialog(page, "Disable the account")
    expect(row).to_contain_text("Disabled")

    guest.expected.add("403")
    other.reload()
    other.wait_for_url("**/signin**")
    other.get_by_label("Your name").fill("Dorothy")
    other.get_by_label("Your password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("alert")).to_be_visible()

    act_on(page, "Dorothy", "Forget for good")
    dialog(page, "Forget for good")
    expect(page.get_by_role("heading", name="Nobody is found")).to_be_visible()


def test_an_invitation_is_revoked_and_its_link_is_good_for_nothing(tab: Tab, studio: Studio, tabs: Opener) -> None:
    body = {"role": "viewer", "email": "late@school.example"}
    link = studio.client.ask("POST", "/invitations", body)["link"].removeprefix(studio.url)
    page = tab.open("/admin/invitations")
    row = page.get_by_role("listitem").filter(has_text="late@school.example")
    row.get_by_role("button", name="Revoke").click()
    dialog(page, "Revoke")
    expect(row).to_have_count(0)
    page.get_by_label("Show those that are used").check()
    expect(row).to_contain_text("revoked")
    expect(tabs(studio.url).open(link).get_by_role("heading", name="This link does not work")).to_be_visible()


def test_a_group_is_made_and_people_are_let_in_and_go(tab: Tab, studio: Studio) -> None:
    studio.people("Mileva")
    page = tab.open("/admin/groups")
    page.get_by_role("button", name="New group").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Physics 1")
    dialog(page, "Make the group")
    page.get_by_role("button", name="Members of Physics 1").click()
    opened(page, "Physics 1")
    page.get_by_role("combobox", name="Somebody to add").fill("mile")
    page.get_by_role("option", name="Mileva").click()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Remove Mileva").wait_for()
    tab.check()
    expect(page.get_by_role("listitem").filter(has_text="Physics 1")).to_contain_text("1 member")
    page.get_by_role("button", name="Remove Mileva").click()
    expect(page.get_by_text("Nobody is in this group yet.")).to_be_visible()
    page.get_by_role("button", name="Delete the group").click()
    dialog(page, "Delete")
    expect(page.get_by_role("listitem").filter(has_text="Physics 1")).to_have_count(0)


def test_settings_are_changed_and_brought_back_and_the_history_says_who_did(tab: Tab, picture: Picture) -> None:
    page = tab.open("/admin/settings")
    days = page.get_by_label("Days in the trash")
    expect(days).to_have_value("30")
    days.fill("7")
    page.get_by_label("Largest file").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings are saved")).to_be_visible()
    page.reload()
    expect(days).to_have_value("7")
    page.get_by_role("combobox", name="Sites that may embed").fill("ftp://no.example")
    page.keyboard.press("Enter")
    tab.expected.add("422")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Discard changes").click()
    page.get_by_role("button", name="History").click()
    newest = page.get_by_role("list", name="History").get_by_role("listitem").first
    expect(newest).to_contain_text("Ada")
    expect(newest).to_contain_text("Days in the trash")
    expect(newest).to_contain_text("→ 7")
    expect(newest).to_contain_text("→ 5 GiB")
    picture(page, "administration")
    tab.check()
    page.get_by_role("listitem").filter(has_text="As it was in the beginning").get_by_role("button").click()
    expect(newest).to_contain_text("brought back version 0")
    dialog(page, "Close")
    expect(days).to_have_value("30")


def test_what_somebody_else_changed_meanwhile_is_not_written_over(tab: Tab, studio: Studio) -> None:
    page = tab.open("/admin/settings")
    page.get_by_label("Minutes between views").fill("45")
    version = studio.client.ask("GET", "/settings")["version"]
    studio.client.ask("PATCH", "/settings", {"version": version, "changes": {"view_window_minutes": 20}})
    tab.expected.add("409")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert studio.client.ask("GET", "/settings")["values"]["view_window_minutes"] == 20


def test_a_provider_is_tested_and_answers_in_words_and_a_key_is_kept_unseen(tab: Tab) -> None:
    page = tab.open("/admin/providers")
    meaning = page.get_by_role("form", name="Meaning")
    meaning.get_by_role("combobox").fill("hashed")
    meaning.get_by_role("button", name="Test").click()
    expect(meaning.get_by_role("status")).to_contain_text("hashed works")
    speech = page.get_by_role("form", name="Speech recognition")
    speech.get_by_role("combobox").fill("none_such")
    tab.expected.add("422")
    speech.get_by_role("button", name="Save").click()
    expect(speech.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Set the key of Gemini").click()
    page.get_by_role("dialog").locator("input").fill("a-key-nobody-may-see")
    dialog(page, "Save")
    page.get_by_role("button", name="Forget the key of Gemini").wait_for()
    page.reload()
    page.get_by_role("button", name="Forget the key of Gemini").click()
    assert "a-key-nobody-may-see" not in page.content()
    dialog(page, "Forget")
    expect(page.get_by_role("button", name="Forget the key of Gemini")).to_have_count(0)


def test_a_queue_is_paused_limited_and_resumed_and_workers_are_shown(tab: Tab) -> None:
    page = tab.open("/admin/engine")
    expect(page.get_by_role("list", name="Workers").get_by_role("listitem").first).to_contain_text("process")
    queue = page.get_by_role("listitem").filter(has_text="Graphics card")
    page.get_by_role("button", name="Pause the queue gpu").click()
    expect(queue).to_contain_text("Paused")
    page.get_by_role("button", name="Limit the queue gpu").click()
    page.get_by_label("Steps at a time").fill("2")
    dialog(page, "Save")
    expect(queue).to_contain_text("at most 2 at a time")
    page.get_by_role("button", name="Resume the queue gpu").click()
    expect(queue).not_to_contain_text("Paused")
    page.get_by_role("button", name="Limit the queue gpu").click()
    page.get_by_label("Steps at a time").fill("")
    dialog(page, "Save")
    expect(queue).not_to_contain_text("at most")


def test_a_schedule_is_made_paused_and_deleted(tab: Tab) -> None:
    page = tab.open("/admin/engine")
    page.get_by_role("button", name="New schedule").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Every Monday")
    opened(page, "New schedule")
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option").first.click()
    page.get_by_label("When").fill("every Monday")
    tab.expected.add("422")
    dialog(page, "Make the schedule")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    page.get_by_label("When").fill("0 6 * * 1")
    tab.check()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
def receiver() -> Iterator[Site]:
    """A server that takes whatever it is sent, at loopback's second address."""
    with site(say(b"thanks")) as running:
        yield running


@pytest.fixture
def reaching(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Studio]:
    """An instance that may send to loopback's second address."""
    for made in start(tmp_path_factory.mktemp("reaching"), CUTROOM_EGRESS_ALLOW=PUBLIC):
        browser = Client(made.url)
        browser.headers = {"Origin": made.url, "X-Cutroom": "1"}
        token = made.link.partition("token=")[2]
        browser.ask("POST", "/setup", {"token": token, "name": "Ada", "password": PASSWORD})
        yield made


def test_a_webhook_is_made_tested_shown_and_sent_again(reaching: Studio, tabs: Opener, receiver: Site) -> None:
    tab = tabs(reaching.url)
    page = tab.sign_in("Ada", "/admin/webhooks")
    page.get_by_role("button", name="New webhook").click()
    page.get_by_label("Address").fill(receiver.url("/hook"))
    page.get_by_label("What it is for").fill("Lesson planner")
    opened(page, "New webhook")
    page.get_by_role("combobox", name="Events").click()
    page.get_by_role("option", name="asset.ready").click()
    page.keyboard.press("Escape")
    dialog(page, "Make the webhook")
    assert page.get_by_role("region", name="Secret of the webhook").inner_text().startswith("whsec_")
    dialog(page, "Close")
    page.get_by_role("link", name="Lesson planner").click()
    page.get_by_role("button", name="Send a test").click()
    sent = page.get_by_role("list", name="Deliveries").get_by_role("listitem")
    expect(sent.first).to_contain_text("Delivered")
    expect(sent.first).to_contain_text("It said: thanks")
    tab.check()
    receiver.answer = say(b"again?")
    sent.first.get_by_role("button", name="Send again").click()
    expect(sent.first).to_contain_text("It said: again?")
    assert receiver.requests == ["POST /hook", "POST /hook"]
    page.get_by_role("button", name="What to do with this webhook").click()
    page.get_by_role("menuitem", name="Pause").click()
    expect(page.get_by_role("button", name="Send a test")).to_be_disabled()
    page.get_by_role("button", name="What to do with this webhook").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog(page, "Delete")
    expect(page.get_by_role("heading", name="Nobody is told")).to_be_visible()


def test_the_log_tells_who_did_what_and_that_nothing_of_it_was_changed(tab: Tab, studio: Studio) -> None:
    studio.client.ask("POST", "/groups", {"name": "Audited"})
    page = tab.open("/admin/audit")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"All \d+ entries are as they were written"))
    page.get_by_role("combobox", name="Action").fill("group.created")
    page.keyboard.press("Escape")
    entries = page.get_by_role("list", name="Audit log").get_by_role("listitem")
    expect(entries.filter(has_not_text="group.created")).to_have_count(0)
    entries.first.get_by_role("button", name="group.created").click()
    expect(entries.first).to_contain_text("Audited")
    expect(entries.first).to_contain_text("a token")
    tab.check()


def test_health_says_in_words_how_every_part_does(tab: Tab) -> None:
    page = tab.open("/admin/health")
    parts = page.get_by_role("list", name="Health")
    expect(parts.get_by_role("listitem").filter(has_text="Workers")).to_contain_text("At least one takes work.")
    expect(parts.get_by_role("listitem").filter(has_text="Storage")).to_contain_text("Works")


def test_who_is_no_administrator_is_told_so_and_sees_no_way_in(studio: Studio, tabs: Opener) -> None:
    studio.people("Alan", role="viewer")
    tab = tabs(studio.url)
    page = tab.sign_in("Alan", "/admin/settings")
    expect(page.get_by_role("heading", name="This is for administrators")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    tab.check()


@pytest.mark.parametrize("look", [{"width": 1280}, {"width": 360, "dark": True}], ids=["wide", "narrow and dark"])
def test_every_page_of_administration_is_accessible_and_none_scrolls_sideways(
    studio: Studio, tabs: Opener, look: dict[str, Any]
) -> None:
    tab = tabs(studio.url, **look)
    tab.sign_in()
    for section in SECTIONS:
        page = tab.open(f"/admin/{section}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        tab.check()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), section
