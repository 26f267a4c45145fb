"""The built studio in a real browser, against a real server with workers; what a page must never do fails its test."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)
from tests.faults.instance import PASSWORD, Client, Process, instance
from tests.services.browsers import MISSING, find_chromium, launch

from cutroom.core.settings import Settings
from cutroom.media import ffmpeg
from cutroom.media.subtitles import cues_of, write_srt
from cutroom.providers.registry import load
from cutroom.web.serving import BUILT

PROJECT = Path(__file__).resolve().parents[2]
#: Where the pictures of the docs stand; they are made anew where CUTROOM_TEST_SCREENSHOTS is set.
PICTURES = PROJECT / "docs" / "images" / "studio"
AXE = PROJECT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
#: Browsers say so of an answer that a page expects and shows.
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (4\d\d)")
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder: it needs a built studio and a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.ui)


@dataclass
class Studio:
    """A running instance.

    Attributes:
        link: Makes the first administrator, once.
        client: Asks it as its administrator, once there is one.
    """

    process: Process
    url: str
    link: str
    client: Client

    def people(self, *names: str, role: str = "editor") -> None:
        """Let people join."""
        for name in names:
            link = self.client.ask("POST", "/invitations", {"role": role})["link"]
            guest = Client(self.url)
            guest.headers = {"Origin": self.url, "X-Cutroom": "1"}
            guest.ask("POST", "/join", {"token": link.partition("token=")[2], "name": name, "password": PASSWORD})


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser of the system."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CUTROOM_TEST_REQUIRE_SERVICES"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        yield launch(playwright, path)


@pytest.fixture(scope="session")
def built() -> None:
    """Make sure that there is something to look at."""
    assert (BUILT / "index.html").is_file(), "the studio is not built: run 'make ui'"


def start(folder: Path, port: int = 0, **more: str) -> Iterator[Studio]:
    """Start an instance that nobody has an account at."""
    environment = {"CUTROOM_DATA_DIR": str(folder / "data"), "HOME": str(folder), **more}
    with instance(folder, environment, {"up": ["up", "--port", str(port)]}) as processes:
        up = processes["up"]
        url = up.said(r"Cutroom is at (http://\S+)")
        link = up.said(r"(http://\S+/setup\?token=\S+)")
        yield Studio(up, url, link, Client(url))


@pytest.fixture
def empty_studio(tmp_path: Path, built: None) -> Iterator[Studio]:
    """An instance that nobody has an account at."""
    yield from start(tmp_path / "studio")


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Studio]:
    """An instance with an administrator, Ada, that all tests share: name your own things."""
    for made in start(tmp_path_factory.mktemp("studio")):
        token = made.link.partition("token=")[2]
        browser = Client(made.url)
        browser.headers = {"Origin": made.url, "X-Cutroom": "1"}
        browser.ask("POST", "/setup", {"token": token, "name": "Ada", "password": PASSWORD})
        made.client = _as_program(made, "Ada")
        yield made


def _as_program(studio: Studio, name: str) -> Client:
    import httpx2

    with httpx2.Client(base_url=studio.url, headers={"Origin": studio.url, "X-Cutroom": "1"}) as browser:
        assert browser.post("/api/v1/session", json={"name": name, "password": PASSWORD}).is_success
        scopes = {"name": "tests", "scopes": ["read", "upload", "write", "admin"]}
        made = browser.post("/api/v1/tokens", json=scopes)
        assert made.is_success, made.text
    client = Client(studio.url)
    client.headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    return client


#: Half faded, a text has half its contrast. What turns for ever is not waited for.
_RESTED = """() => Promise.race([
  Promise.allSettled(document.getAnimations().map(each => each.finished)),
  new Promise(done => setTimeout(done, 2000)),
])"""


@dataclass
class Tab:
    """A page, and what it did that no page may do."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=lambda: {"401", "404"})

    def open(self, path: str) -> Page:
        """Go to an address of the studio."""
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, name: str = "Ada", path: str = "/library") -> Page:
        """Sign in as a person does."""
        page = self.open(f"/signin?next={path}")
        page.get_by_label("Your name").fill(name)
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(self.url + path)
        return page

    def check(self, *, but: tuple[str, ...] = ()) -> None:
        """Let axe look at it once nothing fades any more: no violation of WCAG 2.2 A and AA."""
        self.page.evaluate(_RESTED)
        self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
            ".then(found => found.violations.map(({id, nodes}) => ({id, nodes: nodes.map(node => node.html)})))",
            [],
        )
        assert [each for each in found if each["id"] not in but] == []

    def _heard(self, message: ConsoleMessage) -> None:
        refused = _REFUSED.search(message.text)
        if message.type in {"error", "warning"} and not (refused and refused[1] in self.expected):
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "blob:", "data:")):
            self.wrong.append(f"asked {urlsplit(request.url).netloc}: {request.url}")

    @classmethod
    def of(cls, page: Page, url: str) -> Tab:
        """Listen to a page."""
        tab = cls(page, url)
        page.set_default_timeout(_PATIENCE_MS)
        page.on("console", tab._heard)
        page.on("request", tab._asked)
        page.on("pageerror", lambda error: tab.wrong.append(f"threw {error}"))
        return tab


Opener = Callable[..., Tab]


@pytest.fixture
def tabs(chromium: Browser) -> Iterator[Opener]:
    """Open tabs, each in a browser of its own: ``tabs(studio.url, width=360, dark=True)``; none may do wrong."""
    opened: list[tuple[BrowserContext, Tab]] = []

    def open_tab(url: str, *, width: int = 1280, height: int = 800, dark: bool = False, **more: Any) -> Tab:  # noqa: ANN401 - Playwright's own
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
            **more,
        )
        tab = Tab.of(context.new_page(), url)
        opened.append((context, tab))
        return tab

    yield open_tab
    for context, _ in opened:
        context.close()
    assert [wrong for _, tab in opened for wrong in tab.wrong] == []


@pytest.fixture
def tab(studio: Studio, tabs: Opener) -> Tab:
    """A tab in which Ada is signed in."""
    made = tabs(studio.url)
    made.sign_in()
    return made


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Take the picture of a page that stands in the docs."""

    def take(page: Page, name: str) -> None:
        folder = PICTURES if os.environ.get("CUTROOM_TEST_SCREENSHOTS") else tmp_path
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return take


def export_clip(page: Page, patience_ms: float) -> Path:
    """Make the clip of the open edit and save it, as a person does; give the file."""
    page.get_by_role("button", name="Export").click()
    page.get_by_role("button", name="Make the clip").click()
    link = page.get_by_role("link", name=re.compile("^Download MP4"))
    expect(link).to_be_visible(timeout=patience_ms)
    with page.expect_download() as download:
        link.click()
    return Path(download.value.path())


#: What the recording says that :func:`spoken` brings.
SPOKEN = (
    "How does a bee tell her sisters where the flowers are? She dances, in the dark, on a wall of wax. "
    "The angle of her run is the angle to the sun. The longer she waggles, the farther they fly."
)


@pytest.fixture(scope="session")
def spoken(studio: Studio) -> str:
    """A recording of Ada's that speaks, with its transcript and all that it is watched by; its id."""
    folder = Path(studio.process.environment["HOME"])
    speech = load("text_to_speech", "hibari")(Settings(), None).speak(SPOKEN)
    (folder / "dance.f32").write_bytes(speech.samples.astype("<f4").tobytes())
    drawn = ["-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=10:duration={speech.duration_s:.2f}"]
    sound = ["-f", "f32le", "-ar", str(speech.rate), "-ac", "1", "-i", f"file:{folder}/dance.f32"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    path = folder / "dance.mp4"
    ffmpeg.run([*drawn, *sound, *coded, f"file:{path}"], reads=[folder], writes=folder, time_limit_s=60)
    ask = studio.client.ask
    made = ask("POST", "/assets", {"path": str(path), "title": "How bees dance", "start": ["share"]})
    subtitles = write_srt(cues_of(speech.words, "en"))
    params = {"subtitles": subtitles, "language": "en", "dry_run": True, "min_s": 2, "max_s": 10}
    found = ask("POST", "/runs", {"recipe": "highlights", "asset_id": made["id"], "params": params})["id"]
    for run in (*made["run_ids"], found):
        *_, ended = studio.client.follow(run)
        assert ended["state"] == "succeeded", ended
    return str(made["id"])
