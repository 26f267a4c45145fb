"""Watching a recording: playing, reading along, correcting, sharing, and what a viewer may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.ui.conftest import Opener, Studio, Tab

from cutroom.media import ffmpeg

Picture = Callable[[Page, str], None]
_SECOND = "() => document.querySelector('video').currentTime"


def _ready(page: Page) -> None:
    """Wait until the player can play."""
    expect(page.locator("[data-media-player][data-can-play]")).to_be_visible()


def test_a_press_on_a_sentence_plays_it_and_its_caption_is_shown(tab: Tab, spoken: str, picture: Picture) -> None:
    page = tab.open(f"/watch/{spoken}")
    expect(page.get_by_role("heading", name="How bees dance")).to_be_visible()
    _ready(page)
    said = page.get_by_role("list", name="Transcript")
    sentence = said.get_by_role("button", name=re.compile("The angle of her run"), exact=False).first
    page.evaluate("document.querySelector('video').loop = true")  # a busy machine may be at the end before it looks
    sentence.click()
    expect(sentence).to_have_attribute("aria-current", "true")
    page.keyboard.press("c")
    expect(page.locator("[data-part='captions']").get_by_text("angle")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator("[data-media-player]")).to_have_attribute("data-paused", "")
    tab.check()
    picture(page, "watch")


def test_an_address_with_a_second_begins_there_and_the_keys_lead_the_player(tab: Tab, spoken: str) -> None:
    page = tab.open(f"/watch/{spoken}?t=6")
    _ready(page)
    page.wait_for_function(f"({_SECOND})() >= 5.9")
    page.keyboard.press("j")
    page.wait_for_function(f"({_SECOND})() < 5.9")
    page.keyboard.press("m")
    page.wait_for_function("() => document.querySelector('video').muted")
    page.keyboard.press(">")
    page.wait_for_function("() => document.querySelector('video').playbackRate > 1")


def test_where_somebody_left_off_is_where_they_go_on(tab: Tab, spoken: str, studio: Studio) -> None:
    told = {"played": [{"start_s": 0, "end_s": 5}], "position_s": 5}
    studio.client.ask("POST", f"/assets/{spoken}/watched", told)
    page = tab.open(f"/watch/{spoken}")
    _ready(page)
    at = studio.client.ask("GET", f"/assets/{spoken}/position")["position_s"]
    if at:
        page.wait_for_function(f"({_SECOND})() >= {at - 0.2}")


def test_a_corrected_sentence_is_found(tab: Tab, spoken: str, studio: Studio) -> None:
    page = tab.open(f"/watch/{spoken}")
    sentence = page.get_by_role("button", name=re.compile("^0:.*She dances"))
    sentence.focus()
    page.keyboard.press("e")
    field = page.get_by_label(re.compile("What is said at"))
    expect(field).to_be_focused()
    field.fill("She waltzes, in the dark, on a wall of wax.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^0:.*She waltzes"))).to_be_visible()
    expect(page.get_by_text("Last corrected by Ada")).to_be_visible()
    page.get_by_label("Search in this recording").fill("waltzes")
    expect(page.get_by_role("list", name="Places found").locator("mark")).to_have_text("waltzes")
    found = studio.client.ask("GET", "/search?q=waltzes")["items"]
    assert [each["asset"]["id"] for each in found] == [spoken]


def test_whoever_corrects_what_somebody_else_changed_is_told_so(tab: Tab, spoken: str, studio: Studio) -> None:
    tab.expected.add("409")
    page = tab.open(f"/watch/{spoken}")
    page.get_by_role("button", name=re.compile("^0:.*The longer she")).dblclick()
    field = page.get_by_label(re.compile("What is said at"))
    version = studio.client.ask("GET", f"/assets/{spoken}/transcript")["version"]
    change = {"version": version, "sentences": [{"number": 0, "text": "How does a bee tell where flowers are?"}]}
    studio.client.ask("PATCH", f"/assets/{spoken}/transcript", change)
    field.fill("The longer she dances, the farther they fly.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile("look at it again first"))).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("^0:.*The longer she dances"))).to_be_visible()


def test_a_link_that_ends_opens_without_an_account_and_its_receipt_says_so(
    tab: Tab, tabs: Opener, spoken: str, studio: Studio
) -> None:
    page = tab.open(f"/watch/{spoken}")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="New link").click()
    dialog.get_by_label("For whom").fill("Grace")
    dialog.get_by_role("button", name="Make the link").click()
    link = dialog.get_by_label("Grace", exact=True).input_value()
    expect(dialog.get_by_text(re.compile("^until "))).to_be_visible()
    expect(dialog.get_by_text("Not opened yet")).to_be_visible()
    tab.check()
    guest = tabs(studio.url)
    expect(guest.open(link.removeprefix(studio.url)).get_by_role("heading", name="How bees dance")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Share").click()
    expect(dialog.get_by_text(re.compile("Opened once"))).to_be_visible()
    dialog.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("dialog", name="End this link?").get_by_role("button", name="End", exact=True).click()
    expect(dialog.get_by_text("There are no links")).to_be_visible()
    expect(guest.open(link.removeprefix(studio.url)).get_by_role("heading", name="How bees dance")).to_have_count(0)


def test_who_may_only_watch_is_offered_nothing_else(studio: Studio, tabs: Opener, spoken: str) -> None:
    studio.people("Walter", role="viewer")
    studio.client.ask("PUT", f"/assets/{spoken}/audience", {"visibility": "instance"})
    tab = tabs(studio.url, width=360, dark=True)
    page = tab.sign_in("Walter", f"/watch/{spoken}")
    expect(page.get_by_role("heading", name="How bees dance")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^0:.*angle to the sun")).first).to_be_visible()
    for name in ("Share", "Make highlights", "Edit details"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Correct"))).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    tab.check()
    studio.client.ask("PUT", f"/assets/{spoken}/audience", {"visibility": "private"})
    page.reload()
    expect(page.get_by_role("heading", name="There is no such recording")).to_be_visible()


def test_each_part_is_there_by_night_too(studio: Studio, tabs: Opener, spoken: str) -> None:
    tab = tabs(studio.url, dark=True)
    page = tab.sign_in("Ada", f"/watch/{spoken}")
    for part in ("Clips", "Views", "Versions", "About"):
        page.get_by_role("tab", name=part).click()
        expect(page.get_by_role("tabpanel", name=part)).not_to_be_empty()
        tab.check()


def test_what_is_said_of_a_recording_is_changed(tab: Tab, spoken: str) -> None:
    page = tab.open(f"/watch/{spoken}")
    page.get_by_role("button", name="Edit details").click()
    page.get_by_label("Description").fill("Karl von Frisch watched them.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Karl von Frisch watched them.")).to_be_visible()


def test_another_source_takes_the_place_of_the_first_under_the_same_address(studio: Studio, tab: Tab) -> None:
    folder = Path(studio.process.environment["HOME"])
    for name, size in (("first", "64x48"), ("second", "96x64")):
        drawn = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate=10:duration=1"]
        ffmpeg.run(
            [*drawn, "-pix_fmt", "yuv420p", f"file:{folder}/{name}.mp4"], reads=[], writes=folder, time_limit_s=60
        )
    asset = studio.client.ask("POST", "/assets", {"path": str(folder / "first.mp4"), "title": "Retaken"})["id"]
    page = tab.open(f"/watch/{asset}")
    page.get_by_role("tab", name="Versions").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Replace the source").click()
    chooser.value.set_files(folder / "second.mp4")
    expect(page.get_by_text("second.mp4").first).to_be_visible()
    expect(page.get_by_role("button", name="Use again")).to_be_visible()
    assert studio.client.ask("GET", f"/assets/{asset}")["source_version"] == 2


def test_highlights_are_asked_for_with_frame_captions_and_a_kit(tab: Tab, spoken: str, studio: Studio) -> None:
    kit = studio.client.ask("POST", "/brands", {"name": "House of bees"})
    page = tab.open(f"/watch/{spoken}")
    page.get_by_role("button", name="Make highlights").first.click()
    dialog = page.get_by_role("dialog")
    for name, value in (("Frame", "Square"), ("Captions", "boxed"), ("Brand kit", "House of bees")):
        dialog.get_by_role("combobox", name=name).click()
        page.get_by_role("option", name=value).click()
    tab.check()
    dialog.get_by_role("button", name="Make highlights").click()
    page.wait_for_url("**/runs/*")
    run = studio.client.ask("GET", f"/runs/{page.url.rpartition('/')[2]}")
    chosen = {name: run["params"][name] for name in ("preset", "captions", "brand_id")}
    assert chosen == {"preset": "square-1080", "captions": "boxed", "brand_id": kit["id"]}
    studio.client.ask("POST", f"/runs/{run['id']}/cancel")
    studio.client.ask("DELETE", f"/brands/{kit['id']}")
