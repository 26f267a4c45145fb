"""Uploads: dropped anywhere, paused, broken off and gone on with after a reload, to the same bytes."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.ui.conftest import Opener, Studio, Tab
from tests.ui.test_library import draw

#: So slow that a test can walk about in the middle.
SLOW: dict[str, object] = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_500_000}


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A recording of some megabytes: what no film shows stands behind what one does."""
    path = draw(tmp_path / "large lecture.mp4")
    with path.open("ab") as file:
        rest = os.urandom(12_000_000)
        file.write((len(rest) + 8).to_bytes(4, "big") + b"free" + rest)
    return path


class Line:
    """The line of a page, as slow as a test wants it."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.set(**SLOW)

    def set(self, **how: object) -> None:
        """Change it."""
        self.session.send("Network.emulateNetworkConditions", {**SLOW, **how})

    def free(self) -> None:
        """Let it be as fast as it is."""
        self.set(uploadThroughput=-1)


def choose(page: Page, *paths: Path) -> Locator:
    """Choose files as somebody does who uses the keyboard."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).focus()
        page.keyboard.press("Enter")
    chooser.value.set_files(list(paths))
    return page.get_by_role("region", name="Uploads")


def arrives(studio: Studio, tray: Locator, path: Path) -> None:
    """See that it arrived, byte for byte."""
    link = tray.get_by_role("link", name=path.name)
    expect(link).to_be_visible()
    asset = (link.get_attribute("href") or "").rpartition("/")[2]
    answer = httpx2.get(f"{studio.url}/api/v1/assets/{asset}/original", headers=studio.client.headers)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(path.read_bytes()).digest()
    studio.client.ask("DELETE", f"/assets/{asset}")


def sent(tray: Locator) -> Locator:
    """Wait until something of it was sent."""
    said = tray.get_by_text(re.compile(r"[1-9][\d.]* (MB|kB) of"))
    expect(said).to_be_visible()
    return said


def test_it_is_paused_gone_on_with_and_goes_on_between_pages(tab: Tab, studio: Studio, large: Path) -> None:
    page = tab.page
    line = Line(page)
    tray = choose(page, large)
    sent(tray)
    tray.get_by_role("button", name=f"Pause {large.name}").click()
    expect(tray.get_by_text("Paused")).to_be_visible()
    tab.check()
    page.get_by_role("link", name="Collections").click()
    page.wait_for_url("**/collections")
    tray.get_by_role("button", name=f"Go on with {large.name}").click()
    line.free()
    arrives(studio, tray, large)
    tray.get_by_role("button", name="Clear").click()
    expect(tray).to_be_hidden()


def test_the_page_is_closed_in_the_middle_and_the_same_file_goes_on_where_it_stopped(
    tab: Tab, studio: Studio, large: Path
) -> None:
    page = tab.page
    Line(page)
    sent(choose(page, large))
    page.on("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=True)
    page = Tab.of(tab.page.context.new_page(), studio.url).open("/library")
    tray = page.get_by_role("region", name="Uploads")
    expect(tray.get_by_role("heading")).to_have_text("1 upload is unfinished")
    tray.get_by_role("button", name="Show the files").click()
    said = tray.get_by_text("Drop the same file again to go on")
    expect(said).to_be_visible()
    offsets: list[int] = []
    page.on(
        "request",
        lambda request: offsets.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None,
    )
    choose(page, large)
    arrives(studio, tray, large)
    assert offsets[0] > 0
    assert studio.client.ask("GET", "/uploads?state=receiving")["items"] == []


def test_a_line_that_breaks_is_waited_for(tab: Tab, studio: Studio, large: Path) -> None:
    page = tab.page
    line = Line(page)
    tab.expected.add("0")
    tray = choose(page, large)
    sent(tray)
    line.set(offline=True)
    page.wait_for_timeout(1500)
    expect(tray.get_by_role("alert")).to_be_hidden()
    line.free()
    arrives(studio, tray, large)
    tab.wrong = [each for each in tab.wrong if "ERR_INTERNET_DISCONNECTED" not in each]


def test_files_are_dropped_anywhere_and_what_is_no_film_says_so(tab: Tab, studio: Studio) -> None:
    tab.expected |= {"413", "415", "429"}
    page = tab.open("/collections")
    expect(page.get_by_role("heading", name="Collections", level=1)).to_be_visible()
    given = page.evaluate_handle(
        """() => {
          const given = new DataTransfer();
          given.items.add(new File(["no film"], "notes.wmv", {type: "video/x-ms-wmv"}));
          given.items.add(new File(["also none"], "notes.mp4"));
          return given;
        }"""
    )
    page.dispatch_event("body", "dragenter", {"dataTransfer": given})
    expect(page.get_by_text("Drop them here")).to_be_visible()
    zone = page.locator(".mantine-Dropzone-root")
    zone.dispatch_event("drop", {"dataTransfer": given})
    tray = page.get_by_role("region", name="Uploads")
    expect(tray.get_by_role("alert")).to_have_count(2)
    tab.check()
    tray.get_by_role("button", name="Remove notes.mp4 from this list").click()
    expect(tray.get_by_role("alert")).to_have_count(1)


def test_an_upload_that_is_given_up_is_gone_at_the_server_too(tab: Tab, studio: Studio, large: Path) -> None:
    page = tab.page
    Line(page)
    tray = choose(page, large)
    sent(tray)
    tray.get_by_role("button", name=f"Cancel {large.name}").click()
    expect(tray).to_be_hidden()
    for _ in range(50):
        if not studio.client.ask("GET", "/uploads?state=receiving")["items"]:
            break
        page.wait_for_timeout(100)
    assert studio.client.ask("GET", "/uploads?state=receiving")["items"] == []


def test_a_quota_that_is_used_up_is_told_before_bytes_flow(tab: Tab, tabs: Opener, studio: Studio, large: Path) -> None:
    studio.people("Quentin")
    quentin = next(each for each in studio.client.ask("GET", "/users")["items"] if each["name"] == "Quentin")
    studio.client.ask("PATCH", f"/users/{quentin['id']}", {"quota_bytes": 1_000_000})
    other = tabs(studio.url)
    other.expected |= {"413", "429"}
    page = other.sign_in("Quentin")
    patched: list[str] = []
    page.on("request", lambda request: patched.append(request.url) if request.method == "PATCH" else None)
    tray = choose(page, large)
    expect(tray.get_by_role("alert")).to_contain_text("a week are left")
    assert patched == []
    expect(page.get_by_text("0 bytes of 1 MB this week")).to_be_visible()
