"""What plays in a browser: sound alone, an upright picture, a ladder of sizes, and something long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.ui.conftest import Opener, Studio, Tab

from cutroom.media import ffmpeg

_SINE = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=44100:duration={}"]
_CODED = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "32k"]
_SECOND = "() => document.querySelector('video, audio').currentTime"


def bring(studio: Studio, name: str, arguments: Sequence[str], *, hls: bool = False) -> str:
    """Make a recording and make it ready to watch; give its id."""
    folder = Path(studio.process.environment["HOME"])
    path = folder / name
    ffmpeg.run([*arguments, f"file:{path}"], reads=[folder], writes=folder, time_limit_s=300)
    made = studio.client.ask("POST", "/assets", {"path": str(path), "title": name})["id"]
    body = {"recipe": "share", "asset_id": made, "params": {"hls": hls}}
    *_, ended = studio.client.follow(studio.client.ask("POST", "/runs", body)["id"])
    assert ended["state"] == "succeeded", ended
    return str(made)


def film(size: str, rate: int, seconds: int) -> list[str]:
    """Give what makes a test picture with a tone."""
    drawn = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
    return [*drawn, *(part.format(seconds) for part in _SINE), *_CODED]


def plays(page: Page) -> None:
    """Press play and see time go on."""
    expect(page.locator("[data-media-player][data-can-play]")).to_be_visible(timeout=30_000)
    before = page.evaluate(_SECOND)
    page.keyboard.press("k")
    page.wait_for_function(f"() => ({_SECOND})() > {before + 0.5}")
    page.keyboard.press("k")
    expect(page.locator("[data-media-player]")).to_have_attribute("data-paused", "")


def test_sound_alone_plays_over_its_wave_and_can_be_looked_at_on_a_phone(
    studio: Studio, tab: Tab, tabs: Opener
) -> None:
    made = bring(studio, "interview.mp3", [part.format(20) for part in _SINE])
    page = tab.open(f"/watch/{made}")
    plays(page)
    expect(page.locator(".vds-audio-layout").first).to_be_visible()
    width = page.evaluate("() => [...document.images].find(each => each.src.endsWith('poster.jpg')).naturalWidth")
    assert width > 0, "the wave is drawn"
    tab.check()
    phone = tabs(studio.url, width=360, height=740)
    phone.sign_in()
    plays(phone.open(f"/watch/{made}"))
    phone.check()


def test_an_upright_recording_is_shown_whole(studio: Studio, tab: Tab, tabs: Opener) -> None:
    made = bring(studio, "phone.mp4", film("180x320", 10, 8))
    phone = tabs(studio.url, width=360, height=740)
    phone.sign_in()
    for page in (tab.open(f"/watch/{made}"), phone.open(f"/watch/{made}")):
        plays(page)
        box = page.locator("video").bounding_box()
        height = page.evaluate("innerHeight")
        assert box is not None
        assert box["height"] > box["width"], box
        assert 0 <= box["y"] <= box["y"] + box["height"] <= height, "all of it is on the screen"
    phone.check()


def test_a_ladder_of_sizes_is_played_piece_by_piece(studio: Studio, tab: Tab) -> None:
    made = bring(studio, "ladder.mp4", film("1280x720", 10, 20), hls=True)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    page = tab.open(f"/watch/{made}?t=12")
    plays(page)
    assert any(url.endswith("/master.m3u8") for url in asked), asked
    assert any(re.search(r"/hls/.+\.(ts|m4s|mp4)$", url) for url in asked), asked
    assert not any(url.endswith("/play.mp4") for url in asked)
    assert page.evaluate(_SECOND) >= 12


def test_a_long_recording_is_jumped_through_with_pictures_over_the_time(studio: Studio, tab: Tab) -> None:
    made = bring(studio, "seminar.mp4", film("160x90", 1, 300))  # as browsers play it: it is copied, not encoded
    page = tab.open(f"/watch/{made}?t=250")
    plays(page)
    assert page.evaluate(_SECOND) >= 250
    page.locator("video").hover(force=True)  # what is not looked at is hidden
    box = page.locator(".vds-time-slider").first.bounding_box()
    assert box is not None
    at = (box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    page.mouse.move(*at)
    expect(page.locator(".vds-slider-thumbnail img").first).to_be_visible()
    expect(page.locator(".vds-time-slider .vds-slider-value").first).to_contain_text(re.compile(r"^1:1\d$"))
    page.mouse.click(*at)
    page.wait_for_function(f"() => Math.abs(({_SECOND})() - 75) < 5")
    plays(page)
