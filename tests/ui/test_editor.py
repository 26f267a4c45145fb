"""The clip editor: by words, on the timeline, by numbers; what is seen is what is saved, and what is exported."""

from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import httpx2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from tests.faults.instance import PATIENCE_S
from tests.pipelines.conftest import make_recording, write_subtitles
from tests.render.conftest import make
from tests.ui.conftest import Opener, Studio, Tab, export_clip

Picture = Callable[[Page, str], None]
_RENDER_MS = 240_000
SAVED = "All changes are saved"


@dataclass
class Open:
    """An edit of a stretch of a small recording."""

    studio: Studio
    asset_id: str

    def edit(self) -> dict[str, Any]:
        """Open one that nobody else has."""
        stretch = {"start_s": 2.8, "end_s": 12.2, "preset": "square-1080", "title": "Red skies"}
        made: dict[str, Any] = self.studio.client.ask("POST", "/edits", {"asset_id": self.asset_id, **stretch})
        return made

    def read(self, edit_id: str) -> dict[str, Any]:
        """Give it as the server has it."""
        found: dict[str, Any] = self.studio.client.ask("GET", f"/edits/{edit_id}")
        return found


@pytest.fixture(scope="module")
def opened(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """A recording with words that plays in a browser."""
    folder = tmp_path_factory.mktemp("talk")
    recording = make_recording(folder / "talk.mp4")
    subtitles = write_subtitles(folder / "talk.srt").read_text()
    ask = studio.client.ask
    asset = _upload(studio, recording)
    params = {"count": 1, "min_s": 2, "max_s": 4, "language": "en", "preset": "square-1080", "subtitles": subtitles}
    for recipe, given in (("highlights", params), ("share", {})):
        run = ask("POST", "/runs", {"recipe": recipe, "asset_id": asset, "params": given})
        ended = list(studio.client.follow(run["id"]))[-1]
        assert ended["state"] == "succeeded", ended
    return Open(studio, asset)


def _upload(studio: Studio, recording: Path) -> str:
    headers = {**studio.client.headers, "Tus-Resumable": "1.0.0"}
    with httpx2.Client(base_url=studio.url, headers=headers, timeout=60) as client:
        name = "filename dGFsay5tcDQ="  # talk.mp4
        length = str(recording.stat().st_size)
        made = client.post("/api/v1/uploads", headers={"Upload-Length": length, "Upload-Metadata": name})
        assert made.is_success, made.text
        bytes_of = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        sent = client.patch(made.headers["location"], content=recording.read_bytes(), headers=bytes_of)
        assert sent.is_success, sent.text
    state = f"/uploads/{made.headers['location'].rpartition('/')[2]}/state"
    end = time.monotonic() + PATIENCE_S
    while (found := studio.client.ask("GET", state))["asset_id"] is None:
        assert time.monotonic() < end, found
        time.sleep(0.2)
    return str(found["asset_id"])


def _word(page: Page, text: str) -> Any:  # noqa: ANN401 - Playwright's own
    return page.get_by_role("listbox").get_by_role("option", name=text, exact=True).first


def test_a_clip_is_cut_by_words_timeline_crop_and_look_and_all_is_there_after_a_reload(
    opened: Open, tab: Tab, picture: Picture
) -> None:
    edit = opened.edit()
    page = tab.open(f"/edit/{edit['id']}")
    expect(page.get_by_role("heading", name="Red skies")).to_be_visible()
    whole = page.get_by_test_id("time").inner_text()
    _word(page, "crosses").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Delete")
    expect(_word(page, "crosses, cut")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(_word(page, "crosses")).to_be_visible()
    expect(page.get_by_test_id("time")).to_contain_text(whole.partition("/")[2].strip())
    page.keyboard.press("Control+Shift+z")
    expect(_word(page, "crosses, cut")).to_be_visible()
    _word(page, "scattered").dblclick()
    page.get_by_role("textbox", name="Show “scattered” as").fill("Rayleigh-scattered")
    page.keyboard.press("Enter")
    expect(_word(page, "Rayleigh-scattered")).to_be_visible()
    start = page.get_by_role("slider", name="Start of part 1", exact=True)
    before = int(start.get_attribute("aria-valuenow") or 0)
    start.press("ArrowRight")
    start.press("Shift+ArrowLeft")
    expect(start).to_have_attribute("aria-valuenow", str(before + 1 - 25))
    page.get_by_role("tab", name="Framing").click()
    page.get_by_role("button", name="Fill").click()
    crop = page.get_by_role("button", name=re.compile("^Crop 1"))
    crop.press("ArrowLeft")
    crop.press("ArrowLeft")
    page.get_by_role("tab", name="Look").click()
    page.get_by_role("button", name="boxed", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    tab.check()
    picture(page, "editor")
    page.reload()
    expect(_word(page, "Rayleigh-scattered")).to_be_visible()
    expect(_word(page, "crosses, cut")).to_be_visible()
    said = opened.read(edit["id"])["document"]
    assert said["keep"][0]["start"] == before + 1 - 25
    assert said["captions"]["style"] == "boxed"
    assert 0 < said["layouts"][0]["panes"][0]["source"]["x"] < 0.21


def test_it_tells_what_a_brand_kit_puts_before_and_after_the_clip(
    opened: Open, studio: Studio, tab: Tab, tmp_path: Path
) -> None:
    kit = studio.client.ask("POST", "/brands", {"name": "With films"})
    for end, seconds in (("intro", 3), ("outro", 2)):
        film = make(tmp_path, f"{end}.mp4", ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25", "-t", str(seconds)])
        address = f"{studio.url}/api/v1/brands/{kit['id']}/{end}?name={film.name}"
        assert httpx2.put(address, content=film.read_bytes(), headers=studio.client.headers).is_success
    page = tab.open(f"/edit/{opened.edit()['id']}")
    length = page.get_by_test_id("time").inner_text()
    page.get_by_role("tab", name="Look").click()
    page.get_by_label("Brand kit").select_option("With films")
    expect(page.get_by_text("Intro 3.0\u00a0s, outro 2.0\u00a0s are added when the clip is made.")).to_be_visible()
    assert page.get_by_test_id("time").inner_text() == length, "the clip itself plays"
    tab.check()


def test_what_somebody_else_saved_meanwhile_is_told_and_both_stay(opened: Open, studio: Studio, tab: Tab) -> None:
    tab.expected.add("409")
    edit = opened.edit()
    page = tab.open(f"/edit/{edit['id']}")
    expect(_word(page, "crosses")).to_be_visible()
    theirs = edit["document"] | {"title": "Theirs"}
    studio.client.ask("PUT", f"/edits/{edit['id']}", {"version": edit["version"], "document": theirs})
    _word(page, "crosses").click()
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog", name="This edit was saved elsewhere")
    expect(dialog).to_be_visible()
    tab.check()
    dialog.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    versions = studio.client.ask("GET", f"/edits/{edit['id']}/versions")["items"]
    kept = next(each for each in versions if each["name"] == "Saved elsewhere")
    old = studio.client.ask("GET", f"/edits/{edit['id']}/versions/{kept['number']}")
    assert old["document"]["title"] == "Theirs"
    assert opened.read(edit["id"])["document"]["title"] == "Red skies"


def test_what_is_seen_is_what_is_exported(opened: Open, studio: Studio, tab: Tab) -> None:
    edit = opened.edit()
    page = tab.open(f"/edit/{edit['id']}")
    _word(page, "crosses").click()
    page.keyboard.press("Delete")
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    page.get_by_label("Position in the clip").fill("30")
    seen = page.get_by_alt_text("The clip at the playhead, as it is exported")
    expect(seen).to_be_visible(timeout=60_000)
    shown = seen.evaluate(
        "img => { const canvas = document.createElement('canvas'); canvas.width = img.naturalWidth;"
        "canvas.height = img.naturalHeight; canvas.getContext('2d').drawImage(img, 0, 0);"
        "return canvas.toDataURL('image/png').split(',')[1]; }"
    )
    length = float(page.get_by_test_id("time").inner_text().rpartition(":")[2])
    with av.open(str(export_clip(page, _RENDER_MS))) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        rate = float(film.streams.video[0].average_rate or 25)
    assert abs(len(frames) / rate - length) < 0.1
    picture_seen = np.asarray(Image.open(io.BytesIO(base64.b64decode(shown))).convert("RGB"), dtype=float)
    error = float(np.mean((picture_seen - frames[30]) ** 2))
    assert 10 * np.log10(255**2 / max(error, 1e-9)) > 28
    with page.expect_download() as subtitles:
        page.get_by_role("link", name="SRT", exact=True).click()
    text = subtitles.value.path().read_text()
    assert "light" in text
    assert "crosses" not in text


def test_it_plays_over_its_cuts_and_stands_in_the_dark_on_a_small_screen(
    opened: Open, studio: Studio, tabs: Opener
) -> None:
    edit = opened.edit()
    tab = tabs(studio.url, width=360, height=760, dark=True)
    page = tab.sign_in(path=f"/edit/{edit['id']}")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_test_id("time")).not_to_contain_text("0:00.0 ")
    page.get_by_role("button", name="Pause", exact=True).click()
    for face in ("Timeline", "Numbers", "Framing", "Look", "Transcript"):
        page.get_by_role("tab", name=face).click()
        tab.check()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
