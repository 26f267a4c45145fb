"""What people bring never runs in our origin: a real browser opens every address by which it can be had."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer
from tests.api.studio import Studio
from tests.library.sharing.sharer import ASSETS, SHARED, Sharer, opened, secret_of, sharer
from tests.pipelines.conftest import make_recording
from tests.services.chromium import Chromium, chromium

from cutroom.jobs.blobs import keep_file
from cutroom.library.models import Asset, AssetFile, AssetState

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _hostile(beacon: str) -> dict[str, bytes]:
    """Files that would tell the beacon if anything took them for a page or a program."""
    program = f"fetch('{beacon}');new Image().src='{beacon}'"
    html = (
        f"<!doctype html><html><body onload=\"{program}\"><script>{program}</script><img src='{beacon}'></body></html>"
    )
    xhtml = f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script>{program}</script></html>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{program}\"><script>{program}</script></svg>"
    ftyp = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
    return {
        "page.html": html.encode(),
        "page.xhtml": xhtml.encode(),
        "picture.svg": svg.encode(),
        "film.mp4": ftyp + html.encode(),
        "film-before.mp4": html.encode() + ftyp,
        "gif.js": b"GIF89a/*" + b"\0" * 8 + f"*/=1;{program};//{html}".encode(),
        "jpeg.html": b"\xff\xd8\xff\xfe\x00\xff" + html.encode() + b"\xff\xd9",
        "utf-16.html": html.encode("utf-16"),
        "captions.vtt": f"WEBVTT\n\n00:00.000 --> 00:09.000\n<c onclick={beacon}>{html}".encode(),
        "feed.xml": f"<?xml-stylesheet href='{beacon}' type='text/xsl'?>{xhtml}".encode(),
    }


@pytest.fixture
async def browser(anyio_backend: str) -> AsyncIterator[Chromium]:
    async with chromium() as opened_browser:
        yield opened_browser


@pytest.fixture
def beacon(httpserver: HTTPServer) -> HTTPServer:
    """A server that nobody should ask."""
    httpserver.expect_request("/beacon").respond_with_data("")
    return httpserver


async def _asset(teacher: Sharer, folder: Path, name: str, content: bytes) -> str:
    """Make a recording of hostile bytes, past every check: what was brought, and all that was made of it."""
    path = folder / "hostile"
    path.write_bytes(content)
    file = await keep_file(teacher.studio.database, teacher.studio.storage, path)
    made = Asset(
        owner_id=teacher.user_id,
        title=content.decode("ascii", "ignore")[:300],
        description=content.decode("ascii", "ignore").replace("\0", ""),
        file_name=name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        state=AssetState.READY,
    )
    kinds = {"play.mp4": "video/mp4", "poster.jpg": "image/jpeg", "storyboard.vtt": "text/vtt"}
    async with teacher.studio.database.writing() as session:
        made.title = made.title.replace("\0", "")
        session.add(made)
        await session.flush()
        session.add_all(
            AssetFile(
                asset_id=made.id, name=each, sha256=file.sha256, size_bytes=file.size_bytes, media_type=media_type
            )
            for each, media_type in kinds.items()
        )
    return str(made.id)


async def _addresses(teacher: Sharer, asset: str) -> list[str]:
    anybody = await teacher.studio.client()
    share = await teacher.share(asset, embeds=True, downloads=True)
    listed = await teacher.share(await teacher.collection(asset), "collections")
    told = await opened(anybody, secret_of(share))
    files = [file["url"] for file in told["items"][0]["files"]]
    signed = [
        (await teacher.client.post(f"{ASSETS}/{asset}/link", json={"file": name})).json()["url"]
        for name in ("original", "play.mp4", "poster.jpg", "storyboard.vtt")
    ]
    return [
        share["made"][0]["url"],
        share["made"][0]["url"].replace("/s/", "/embed/"),
        listed["made"][0]["url"],
        f"{listed['made'][0]['url']}/{asset}",
        listed["made"][0]["feed_url"],
        *signed,
        *files,
        told["items"][0]["original_url"],
        f"{files[0]}?download=true",
        f"{SHARED}/{told['key']}",
    ]


@on_sqlite
async def test_nothing_that_was_brought_runs_wherever_it_is_opened(
    studio: Studio, tmp_path: Path, browser: Chromium, beacon: HTTPServer
) -> None:
    async with studio.served() as url:
        object.__setattr__(studio.app.state.instance, "url", url)
        teacher = await sharer(studio)
        visited = 0
        for name, content in _hostile(beacon.url_for("/beacon")).items():
            for address in await _addresses(teacher, await _asset(teacher, tmp_path, name, content)):
                visit = await browser.visit(address if address.startswith("http") else url + address)
                assert beacon.log == [], (name, address)
                assert [each for each in visit.asked if not each.startswith((url, "data:"))] == [], (name, address)
                await browser.leave(visit)
                visited += 1
    assert visited >= 100


async def test_the_same_bytes_do_run_where_nothing_stops_them(browser: Chromium, beacon: HTTPServer) -> None:
    """The browser and the beacon work, or the test above would prove nothing."""
    for name, media_type in (("page.html", "text/html"), ("picture.svg", "image/svg+xml"), ("film.mp4", "text/html")):
        content = _hostile(beacon.url_for("/beacon"))[name]
        beacon.expect_request(f"/{name}").respond_with_data(content, content_type=media_type)
        before = len(beacon.log)
        await browser.visit(beacon.url_for(f"/{name}"))
        asked = [request.path for request, _ in beacon.log[before:]]
        assert "/beacon" in asked, name


@on_sqlite
async def test_our_own_pages_break_none_of_their_own_rules(studio: Studio, browser: Chromium, tmp_path: Path) -> None:
    """And their program tells what was played."""
    async with studio.served() as url:
        object.__setattr__(studio.app.state.instance, "url", url)
        teacher = await sharer(studio)
        asset = await teacher.asset()
        file = await keep_file(studio.database, studio.storage, make_recording(tmp_path / "talk.mp4", duration_s=6))
        async with studio.database.writing() as session:
            played = await session.get_one(AssetFile, (UUID(asset), "play.mp4"))
            played.sha256, played.size_bytes = file.sha256, file.size_bytes
        share = await teacher.share(asset, embeds=True)
        listed = await teacher.share(await teacher.collection(asset), "collections")
        behind = await teacher.share(asset, password="heat flows")  # noqa: S106 - of nobody
        watch = share["made"][0]["url"]
        pages = [watch, watch.replace("/s/", "/embed/"), listed["made"][0]["url"], behind["made"][0]["url"]]
        pages += [f"{url}/s/cutroom_x", f"{url}/", f"{url}/setup"]
        for page in pages:
            visit = await browser.visit(page)
            assert visit.stopped == [], page
            assert [each for each in visit.asked if not each.startswith((url, "data:"))] == [], page
        visit = await browser.visit(watch)
        await browser.run(visit, "document.querySelectorAll('[data-start]')[0].click()")
        await browser.run(
            visit,
            "new Promise(done => { const p = document.querySelector('video'); p.muted = true; p.loop = true; p.play();"
            "p.addEventListener('timeupdate', () => { if (p.currentTime > 1.5) { p.pause(); done(); } }); })",
        )
        async with asyncio.timeout(30):
            while not (watched := (await teacher.client.get(f"/api/v1/shares/{share['id']}")).json()["watched_s"]):
                await asyncio.sleep(0.1)
        assert 1 <= watched <= 3
