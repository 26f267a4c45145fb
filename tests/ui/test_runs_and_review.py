"""The sample lecture from an empty library to rendered clips: its run as it goes, and the review of its candidates."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import Opener, Studio, Tab

Picture = Callable[[Page, str], None]
#: A run of the sample lecture on two busy cores.
_RUN_MS = 400_000


@pytest.fixture(scope="module")
def sample(studio: Studio) -> dict[str, Any]:
    """The sample lecture, as the browser asks for it; its clips are not waited for, and not made."""
    made = list(studio.client.follow(studio.client.ask("POST", "/samples")["id"]))[-1]
    assert made["state"] == "succeeded", made
    asset = next(each for each in studio.client.ask("GET", "/assets")["items"] if each["title"].startswith("Sample"))
    for run in studio.client.ask("GET", "/runs?recipe=highlights")["items"]:
        if run["subject"] == asset["title"]:
            studio.client.ask("POST", f"/runs/{run['id']}/cancel")
    return {**made, "asset_id": asset["id"]}


@pytest.fixture(scope="module")
def begun(studio: Studio, sample: dict[str, Any]) -> str:
    """The run that finds the sample lecture's highlights, just begun; its id."""
    body = {"recipe": "highlights", "asset_id": sample["asset_id"], "params": {"dry_run": True}}
    return str(studio.client.ask("POST", "/runs", body)["id"])


@pytest.fixture(scope="module")
def reviewed(studio: Studio, begun: str) -> dict[str, Any]:
    """It again, finished."""
    return list(studio.client.follow(begun))[-1]


def test_a_run_shows_its_stages_and_lives_through_a_reload(begun: str, tab: Tab, picture: Picture) -> None:
    page = tab.open(f"/runs/{begun}")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    picture(page, "run")
    page.reload()
    expect(page.get_by_text("Done").first).to_be_visible(timeout=_RUN_MS)
    tab.check()


def test_a_run_goes_on_under_a_page_whose_server_was_away(sample: dict[str, Any], tab: Tab) -> None:
    tab.expected.update({"502", "503"})
    page = tab.open(f"/runs/{sample['id']}")
    expect(page.get_by_role("heading", name="Stages")).to_be_visible()
    before = list(tab.wrong)
    page.context.set_offline(True)
    page.get_by_role("link", name="Runs").click()
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="Sample lecture").first).to_be_visible()
    # A browser says of each call that there was no network; that is what was done to it.
    tab.wrong[:] = before + [each for each in tab.wrong[len(before) :] if "ERR_INTERNET_DISCONNECTED" not in each]


def test_a_run_that_was_cancelled_says_so_and_is_tried_again(studio: Studio, tab: Tab) -> None:
    asset = studio.client.ask("GET", "/assets")["items"][0]
    body = {"recipe": "highlights", "asset_id": asset["id"], "params": {"count": 1, "preset": "square-1080"}}
    run = studio.client.ask("POST", "/runs", body)
    page = tab.open(f"/runs/{run['id']}")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_candidates_are_judged_by_keyboard_alone_and_what_was_accepted_is_rendered(
    studio: Studio, reviewed: dict[str, Any], tab: Tab, picture: Picture
) -> None:
    assert reviewed["state"] == "succeeded", reviewed
    candidates = studio.client.ask("GET", f"/runs/{reviewed['id']}/candidates")["items"]
    page = tab.open(f"/runs/{reviewed['id']}")
    page.get_by_role("link", name="Review highlights").click()
    listed = page.get_by_role("list", name="Candidates, best first")
    expect(listed.get_by_role("listitem")).to_have_count(len(candidates))
    expect(page.get_by_role("region", name="Why this one")).to_contain_text(candidates[0]["text"][:40])
    tab.check()
    expect(page.get_by_text("exact", exact=True)).to_be_visible()
    picture(page, "review")
    page.keyboard.press("a")
    expect(listed.get_by_role("listitem").nth(0)).to_contain_text("accepted")
    expect(listed.locator('[aria-current="true"]')).to_contain_text(candidates[1]["title"])
    page.keyboard.press("r")
    expect(listed.get_by_role("listitem").nth(1)).to_contain_text("rejected")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("r")
    expect(listed.get_by_role("listitem").nth(1)).not_to_contain_text("rejected")
    page.reload()
    expect(listed.get_by_role("listitem").nth(0)).to_contain_text("accepted")
    page.get_by_role("combobox", name="Frame").click()
    page.get_by_role("option", name="Square").click()
    page.get_by_role("button", name="Render 1 accepted").click()
    page.wait_for_url(re.compile(r"/runs/(?!" + reviewed["id"] + r")[0-9a-f-]{36}$"))
    run_id = page.url.rpartition("/")[2]
    expect(page.get_by_role("link", name="Review highlights")).to_be_visible(timeout=_RUN_MS)
    clips = studio.client.ask("GET", f"/runs/{run_id}/clips")["items"]
    assert [(clip["width"], clip["height"]) for clip in clips] == [(1080, 1080)]
    assert clips[0]["start_s"] == pytest.approx(candidates[0]["start_s"], abs=0.5)


def test_a_preview_plays_in_the_chosen_frame_and_keeps_no_edit(
    studio: Studio, reviewed: dict[str, Any], tab: Tab
) -> None:
    edits = studio.client.ask("GET", "/edits")["items"]
    page = tab.open(f"/review/{reviewed['id']}")
    page.get_by_role("combobox", name="Frame").click()
    page.get_by_role("option", name="Wide").click()
    shown = page.get_by_role("img", name="The clip at the playhead", exact=True)
    expect(page.get_by_text("exact", exact=True)).to_be_visible()
    width, height = shown.evaluate("box => [box.clientWidth, box.clientHeight]")
    assert width / height == pytest.approx(16 / 9, abs=0.02)
    time = page.get_by_test_id("time")
    expect(time).to_contain_text("0:00.0")
    page.keyboard.press("l")
    expect(time).not_to_contain_text("0:00.0")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert studio.client.ask("GET", "/edits")["items"] == edits


def test_a_candidate_that_was_edited_is_shown_so_and_its_edit_goes_on(
    studio: Studio, reviewed: dict[str, Any], tab: Tab
) -> None:
    candidate = studio.client.ask("GET", f"/runs/{reviewed['id']}/candidates")["items"][1]
    edit = studio.client.ask("POST", "/edits", {"candidate_id": candidate["id"], "preset": "vertical-1080"})
    page = tab.open(f"/review/{reviewed['id']}?candidate={candidate['id']}")
    chosen = page.get_by_role("list", name="Candidates, best first").locator('[aria-current="true"]')
    expect(chosen).to_contain_text(candidate["title"])
    expect(chosen).not_to_contain_text("edited")

    document = edit["document"] | {"preset": "square-1080", "title": "In my own words"}
    studio.client.ask("PUT", f"/edits/{edit['id']}", {"version": edit["version"], "document": document})
    page.reload()
    expect(chosen).to_contain_text("edited")
    expect(page.get_by_text("Shown and rendered as it was edited")).to_be_visible()
    expect(page.get_by_text("exact", exact=True)).to_be_visible()
    shown = page.get_by_role("img", name="The clip at the playhead", exact=True)
    width, height = shown.evaluate("box => [box.clientWidth, box.clientHeight]")
    assert width / height == pytest.approx(1, abs=0.02), "in its own frame, whatever is chosen for the others"
    tab.check()
    page.keyboard.press("e")
    page.wait_for_url(f"**/edit/{edit['id']}")
    expect(page.get_by_role("heading", name="In my own words")).to_be_visible()
    studio.client.ask("DELETE", f"/edits/{edit['id']}")


def test_a_place_is_found_by_what_is_said_there(studio: Studio, reviewed: dict[str, Any], tab: Tab) -> None:
    page = tab.open(f"/review/{reviewed['id']}")
    page.get_by_label("Find a place").fill("honey bee")
    expect(page.get_by_role("button", name="Cut").first).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_runs_and_review_are_readable_on_any_screen(
    studio: Studio, reviewed: dict[str, Any], tabs: Opener, width: int, *, dark: bool
) -> None:
    tab = tabs(studio.url, width=width, dark=dark)
    page = tab.sign_in(path=f"/review/{reviewed['id']}")
    expect(page.get_by_role("region", name="Why this one")).to_be_visible()
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"{studio.url}/runs")
    expect(page.get_by_role("link", name="Sample lecture").first).to_be_visible()
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
