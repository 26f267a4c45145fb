"""As somebody new comes to Cutroom: from the server's own link to a clip on their disk, by what the pages say alone."""

from __future__ import annotations

import re

import av
import numpy as np
from playwright.sync_api import expect
from tests.faults.instance import PASSWORD
from tests.ui.conftest import Opener, Studio, export_clip

#: The sample lecture's clips on two busy cores.
_CLIPS_MS = 400_000


def test_somebody_new_gets_to_an_edited_and_captioned_clip_on_their_disk(empty_studio: Studio, tabs: Opener) -> None:
    tab = tabs(empty_studio.url)
    page = tab.open(empty_studio.link.removeprefix(empty_studio.url))
    page.get_by_label("Your name").fill("Maria")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("button", name="Try the sample lecture").click()
    expect(page.get_by_text("Done").first).to_be_visible(timeout=_CLIPS_MS)
    page.get_by_role("link", name="The recording").click()
    expect(page.get_by_text("What is said is being recognised")).to_be_visible()
    page.get_by_role("tab", name="Clips").click()
    card = page.get_by_role("tabpanel", name="Clips").locator("a[href*='clip=']").first
    expect(card).to_be_visible(timeout=_CLIPS_MS)
    expect(page.get_by_text("What is said is being recognised")).to_have_count(0)
    card.click()
    page.get_by_role("button", name="Edit this clip").click()
    page.wait_for_url("**/edit/*")
    # What stands around the clip is read too, as cut.
    words = page.locator("[role=listbox] [role=option]:not([aria-label$=', cut'])")
    first = words.first.inner_text().strip()
    words.first.dblclick()
    page.get_by_role("textbox", name=re.compile("^Show “")).fill("Cutroom")
    page.keyboard.press("Enter")
    expect(words.first).to_have_text("Cutroom")
    second = words.nth(1).inner_text().strip()
    words.nth(1).click()
    page.keyboard.press("Delete")
    expect(page.get_by_role("status").filter(has_text="All changes are saved")).to_be_visible()
    clip = export_clip(page, _CLIPS_MS)
    with page.expect_download() as subtitles:
        page.get_by_role("link", name="SRT", exact=True).click()
    with av.open(str(clip)) as film:
        frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
    assert len(frames) > 100
    assert np.std(frames[len(frames) // 2]) > 5
    said = subtitles.value.path().read_text().split("\n")[2]
    assert said.startswith("Cutroom ")
    assert f"{first} {second}" not in said
