"""What a link gives, and where it never leads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.ingest.site_on_loopback import Site, write_feed

from cutroom.core.egress.addresses import Allowed, Guard
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.ingest.links.errors import LinkRefused
from cutroom.ingest.links.fetching import Rules, download, look
from cutroom.media.probe import probe

_MOST = 10_000_000
#: Each starts a child that loads all that is known of sites.
SLOW = pytest.mark.slow


@pytest.fixture
def rules(site: Site) -> Rules:
    return Rules(Guard((Allowed.parse(site.host),)))


@pytest.fixture
def inner() -> Iterator[tuple[str, list[str]]]:
    """A server of this machine that nobody may reach, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "path", [pytest.param("clip.mp4", marks=SLOW), pytest.param("hls/index.m3u8", marks=SLOW), "dash/manifest.mpd"]
)
def test_a_recording_comes_whole_in_every_form(site: Site, rules: Rules, tmp_path: Path, path: str) -> None:
    told: list[float] = []
    _, file = download(site.url(path), tmp_path, rules, size_bytes=_MOST, progress=told.append)
    info = probe(file)
    assert info.video is not None
    assert info.audio
    assert info.duration_s == pytest.approx(4.0, abs=0.2)
    assert told == sorted(told)


@SLOW
def test_a_page_tells_of_its_recording_and_a_title_reaches_no_path(site: Site, rules: Rules, tmp_path: Path) -> None:
    title = "../../up `touch x` $(touch y)"
    page = f'<html><head><meta property="og:title" content="{title}"></head><body><video src="clip.mp4"></video></body>'
    (site.folder / "page.html").write_text(page)
    info, file = download(site.url("page.html"), tmp_path, rules, size_bytes=_MOST)
    assert title.split()[0] in info.title
    assert file.parent == tmp_path
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    assert not (tmp_path.parent / "up").exists()


def test_a_feed_is_a_list_of_recordings(site: Site, rules: Rules, tmp_path: Path) -> None:
    write_feed(site, ["second", "first"])
    info = look(site.url("feed.xml"), tmp_path, rules)
    assert info.title == "Lectures"
    assert [(entry.title, entry.url) for entry in info.entries or []] == [
        ("second", site.url("second.mp4")),
        ("first", site.url("first.mp4")),
    ]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("nothing.mp4", r"The site refused the link \(HTTP 404\)")],
)
def test_a_link_that_gives_nothing_says_why(site: Site, rules: Rules, tmp_path: Path, path: str, sentence: str) -> None:
    with pytest.raises(LinkRefused, match=sentence):
        look(site.url(path), tmp_path, rules)


@SLOW
def test_a_recording_without_an_end_stops_at_what_is_allowed(site: Site, rules: Rules, tmp_path: Path) -> None:
    with pytest.raises(LinkRefused, match="larger than the 3 MB"):
        download(site.url("endless.mp4"), tmp_path, rules, size_bytes=3_000_000)
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) <= 3_000_000


@pytest.mark.parametrize("way", ["direct", "redirect", pytest.param("segment", marks=SLOW), "decimal", "name"])
def test_no_link_leads_to_a_server_inside(
    site: Site, rules: Rules, tmp_path: Path, inner: tuple[str, list[str]], way: str
) -> None:
    """By the address itself, by a redirect, and by what a playlist names."""
    host, asked = inner
    port = host.partition(":")[2]
    link = {
        "direct": f"http://{host}/secret.mp4",
        "decimal": f"http://2130706433:{port}/secret.mp4",
        "name": f"http://localhost.:{port}/secret.mp4",
        "redirect": site.url("moved.mp4"),
        "segment": site.url("evil.m3u8"),
    }[way]
    site.redirects["/moved.mp4"] = f"http://{host}/secret.mp4"
    (site.folder / "evil.m3u8").write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://{host}/secret.ts\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises((InvalidInput, CutroomError)) as refused:
        download(link, tmp_path, rules, size_bytes=_MOST)
    assert asked == []
    assert not isinstance(refused.value, AssertionError)


@pytest.mark.parametrize("link", ["--exec=touch X", "file:///etc/passwd", "ftp://example.org/x.mp4", "-v"])
def test_what_is_no_address_of_the_web_is_never_handed_on(rules: Rules, tmp_path: Path, link: str) -> None:
    with pytest.raises(InvalidInput):
        look(link, tmp_path, rules)
    assert list(tmp_path.iterdir()) == []


@SLOW
def test_orders_hidden_in_an_address_are_cut_off(site: Site, rules: Rules, tmp_path: Path) -> None:
    hidden = "#__youtubedl_smuggle=%7B%22force_videoid%22%3A+%22evil%22%7D"
    info = look(site.url("clip.mp4") + hidden, tmp_path, rules)
    assert info.webpage_url == site.url("clip.mp4")


def test_a_site_that_is_not_on_the_list_is_not_asked(site: Site, tmp_path: Path) -> None:
    rules = Rules(Guard((Allowed.parse(site.host),)), ("youtube",))
    with pytest.raises(LinkRefused, match="not allowed here"):
        look(site.url("clip.mp4"), tmp_path, rules)
    assert site.asked == []
