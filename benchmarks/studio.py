"""What the studio feels like with 10,000 recordings: from an address to what is seen, from a key to the next picture.

The server is a process of its own (``cutroom api``) on SQLite; every recording has a poster, one of a hundred. The
browser is the system's Chromium at 1280 x 800, whose own clocks are read: the first contentful paint, and of each press
the time until the next paint (Event Timing, in steps of 8 ms). ``CUTROOM_BENCH_RECORDINGS`` asks for another number.
"""

from __future__ import annotations

import asyncio
import io
import os
import random
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import insert
from tests.services.browsers import MISSING, find_chromium, launch

from benchmarks._instance import Server, serving
from cutroom.app import opened
from cutroom.core.clock import now
from cutroom.core.ids import new_id
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import keep_file
from cutroom.library.models import Asset, AssetFile, AssetState, Visibility

_RECORDINGS = int(os.environ.get("CUTROOM_BENCH_RECORDINGS", "10000"))
_POSTERS, _PORTION, _ROUNDS, _PRESSES = 100, 1000, 7, 5
_PASSWORD = "benchmarks are not secret"  # noqa: S105 - of an instance that lives for minutes
_FILES = (("play.mp4", "video/mp4"), ("storyboard.jpg", "image/jpeg"), ("storyboard.vtt", "text/vtt"))

#: Notes of each press how long it took to the next picture, milliseconds.
_LISTEN = """() => {
  window.presses = [];
  new PerformanceObserver(list => {
    for (const each of list.getEntries()) if (each.interactionId) window.presses.push(each.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: false });
}"""
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
#: When the first four cards have their pictures; 0 before.
_SHOWN = """() => {
  const first = [...document.querySelectorAll("article img")].slice(0, 4);
  return first.length === 4 && first.every(each => each.complete && each.naturalWidth) ? performance.now() : 0;
}"""


def measure() -> dict[str, Any]:
    """Measure the library page."""
    path = find_chromium()
    if path is None:
        raise RuntimeError(MISSING)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        asyncio.run(_fill(Settings(data_dir=Path(folder)), Path(folder)))
        session = _join(server)
        with sync_playwright() as playwright:
            browser = launch(playwright, path)
            context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
            context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in session.items()])
            page = context.new_page()
            results = _opening(page, server.url) | _pressing(page)
            browser.close()
    return results


def _opening(page: Page, url: str) -> dict[str, Any]:
    """Open the library again and again: the first time nothing is kept, as after an update."""
    paints, shown = [], []
    for _ in range(_ROUNDS):
        page.goto("about:blank")
        page.goto(f"{url}/library", wait_until="commit")
        shown.append(page.wait_for_function(_SHOWN).json_value())
        paints.append(page.evaluate(_PAINT))
    return {
        "first_paint_first_time_ms": round(paints[0]),
        "first_paint_ms": round(statistics.median(paints)),
        "first_cards_first_time_ms": round(shown[0]),
        "first_cards_ms": round(statistics.median(shown)),
    }


def _pressing(page: Page) -> dict[str, Any]:
    """Press what is pressed most; a picture of the next state must follow."""
    boxes = page.locator("article input[type=checkbox]")

    def tick(turn: int) -> None:
        boxes.nth(turn).click()

    presses: dict[str, Callable[[int], None]] = {
        "choose_a_recording": tick,
        "let_it_go": tick,
        "open_a_menu": lambda turn: page.locator("article").nth(turn).get_by_role("button").first.click(),
        "close_a_menu": lambda turn: page.keyboard.press("Escape"),  # noqa: ARG005 - each is told its turn
        "lines_instead_of_cards": lambda turn: page.get_by_role("radio", name="List").press("Space"),  # noqa: ARG005
        "cards_instead_of_lines": lambda turn: page.get_by_role("radio", name="Grid").press("Space"),  # noqa: ARG005
    }
    took: dict[str, list[float]] = {name: [] for name in presses}
    page.evaluate(_LISTEN)
    pairs = list(presses.items())
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        for turn in range(_PRESSES):
            for name, press in (one, other):
                page.evaluate("() => { window.presses.length = 0; }")
                press(turn)
                page.wait_for_timeout(600)
                took[name].append(max(page.evaluate("() => window.presses"), default=16.0))
    return {
        f"{name}_{kind}_ms": round(value)
        for name, each in took.items()
        for kind, value in (("median", statistics.median(each)), ("worst", max(each)))
    }


async def _fill(settings: Settings, folder: Path) -> None:
    """Bring the recordings, without sources: nobody plays them here."""
    rng = random.Random(1)  # noqa: S311 - of nothing that is secret
    async with opened(settings) as engine:
        posters = []
        for number in range(_POSTERS):
            path = folder / f"poster-{number}.jpg"
            path.write_bytes(_poster(rng, number))
            posters.append(await keep_file(engine.database, engine.storage, path))
        for first in range(0, _RECORDINGS, _PORTION):
            assets, files = [], []
            for number in range(first, first + _PORTION):
                asset_id, poster = new_id(), posters[number % _POSTERS]
                assets.append(
                    {
                        "id": asset_id,
                        "title": f"Lecture {number}: what a bee tells of the sun, and to whom",
                        "file_name": "lecture.mp4",
                        "sha256": poster.sha256,
                        "size_bytes": 1,
                        "state": AssetState.READY,
                        "visibility": Visibility.INSTANCE,
                        "duration_s": 60.0 + number,
                        "width": 1920,
                        "height": 1080,
                        "created_at": now(),
                    }
                )
                given = {
                    "asset_id": asset_id,
                    "sha256": poster.sha256,
                    "made_of": poster.sha256,
                    "size_bytes": poster.size_bytes,
                }
                kinds = (("poster.jpg", "image/jpeg"), *_FILES)
                files += [{**given, "name": name, "media_type": kind} for name, kind in kinds]
            async with engine.database.writing() as session:
                await session.execute(insert(Asset), assets)
                await session.execute(insert(AssetFile), files)


def _poster(rng: random.Random, number: int) -> bytes:
    picture, file = Image.effect_noise((640, 360), 20 + number % 40).convert("RGB"), io.BytesIO()
    picture.paste((rng.randrange(256), rng.randrange(256), rng.randrange(256)), (0, 0, 640, 180))
    picture.save(file, "JPEG", quality=80)
    return file.getvalue()


def _join(server: Server) -> dict[str, str]:
    """Join as a person, and give what a browser then sends."""
    with httpx2.Client(base_url=server.url, headers=server.headers) as admin:
        link = admin.post("/api/v1/invitations", json={"role": "admin"}).raise_for_status().json()["link"]
    with httpx2.Client(base_url=server.url, headers={"Origin": server.url, "X-Cutroom": "1"}) as person:
        body = {"token": link.partition("token=")[2], "name": "Ada", "password": _PASSWORD}
        person.post("/api/v1/join", json=body).raise_for_status()
        return dict(person.cookies)
