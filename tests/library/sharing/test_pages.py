"""The pages of shares: they work without a program, say only what they should, and load nothing from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.api.studio import URL, Studio
from tests.library.sharing.sharer import ASSETS, SHARES, opened, secret_of, sharer

from cutroom.accounts.config.models import Config
from cutroom.accounts.models import Role

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PASSWORD = "heat flows"  # noqa: S105 - of nobody
HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&lt;b"


class Page(HTMLParser):
    """A page's elements with their attributes, and its text."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.said = ""
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.said += data

    def all(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag == name]


async def test_a_page_shows_a_recording_without_a_program(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset(description="Of heat.", attribution="Ada", licence="CC-BY-4.0")
    share = await teacher.share(asset, message="For Tuesday.")
    anybody = await studio.client()
    answer = await anybody.get(share["made"][0]["url"])
    assert answer.status_code == 200
    page = Page(answer)
    (video,) = page.all("video")
    assert "controls" in video
    assert (await anybody.get(video["src"], headers={"Range": "bytes=0-0"})).status_code == 206
    assert (await anybody.get(video["poster"])).headers["content-type"] == "image/jpeg"
    (track,) = page.all("track")
    assert track["srclang"] == "en"
    assert (await anybody.get(track["src"])).text.startswith("WEBVTT")
    for text in ("Thermodynamics", "For Tuesday.", "Of heat.", "Ada", "Heat & <work>", "Creative Commons BY 4.0"):
        assert text in page.said, text
    assert "Download" not in page.said
    second = next(link["href"] for link in page.all("a") if "t=45" in link["href"])
    jumped = Page(await anybody.get(second))
    assert jumped.all("video")[0]["src"].endswith("#t=45")
    for odd in ("-1", "nan", "inf", "x", "1e9"):
        assert "#t=" not in Page(await anybody.get(f"{share['made'][0]['url']}?t={odd}")).all("video")[0]["src"]


async def _pages(studio: Studio) -> dict[str, str]:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    shared = {
        "watch": (await teacher.share(asset, embeds=True, downloads=True))["made"][0]["url"],
        "password": (await teacher.share(asset, password=PASSWORD))["made"][0]["url"],
        "list": (await teacher.share(await teacher.collection(asset), "collections"))["made"][0]["url"],
        "nothing": f"{URL}/s/cutroom_x",
    }
    return {**shared, "item": f"{shared['list']}/{asset}", "embed": shared["watch"].replace("/s/", "/embed/")}


async def test_no_page_may_run_or_load_what_is_not_ours(studio: Studio) -> None:
    anybody = await studio.client()
    for name, url in (await _pages(studio)).items():
        answer = await anybody.get(url)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; "), name
        assert "unsafe" not in policy
        assert not re.search(r"https?:|\*", policy), name
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        framed = policy.rpartition("frame-ancestors ")[2]
        assert framed == ("'self'" if name == "embed" else "'none'"), name
        page = Page(answer)
        loaded = [
            each[key]
            for tag in ("video", "audio", "img", "track", "source", "script", "iframe", "form")
            for each in page.all(tag)
            for key in ("src", "poster", "action", "srcset")
            if key in each
        ]
        assert all(address.startswith("/") and not address.startswith("//") for address in loaded), (name, loaded)
        assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on") or key == "style"]


async def test_whatever_people_write_stays_text(studio: Studio) -> None:
    teacher = await sharer(studio)
    hostile: dict[str, Any] = {"description": HOSTILE, "attribution": HOSTILE, "licence": HOSTILE[:40]}
    asset = await teacher.asset(HOSTILE, **hostile)
    share = await teacher.share(asset, title=HOSTILE, message=HOSTILE, embeds=True)
    listed = await teacher.share(await teacher.collection(asset, title=HOSTILE), "collections", message=HOSTILE)
    anybody = await studio.client()
    urls = [share["made"][0]["url"], listed["made"][0]["url"], f"{listed['made'][0]['url']}/{asset}"]
    urls += [urls[0].replace("/s/", "/embed/"), f"{urls[0]}?t={HOSTILE}", f"{urls[1]}?after={HOSTILE}"]
    for url in urls:
        page = Page(await anybody.get(url))
        assert len(page.all("script")) == 1, url
        assert [each["src"] for each in page.all("img") if each.get("src", "/")[0] != "/"] == []
    code = (await anybody.get("/oembed", params={"url": urls[0]})).json()["html"]
    assert [tag for tag, _ in _read(code)] == ["iframe"]


def _read(code: str) -> list[tuple[str, dict[str, str]]]:
    return Page(httpx2.Response(200, text=code)).tags


async def test_a_password_is_asked_for_once_in_a_browser_and_nothing_is_told_before(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset(), password=PASSWORD, message="For Tuesday.", embeds=True)
    url, browser = share["made"][0]["url"], await studio.client()
    form = Page(await browser.get(url))
    for kept in ("Thermodynamics", "For Tuesday.", "og:"):
        assert kept not in form.said + str(form.tags)
    assert form.all("form")[0]["action"] == urlsplit(url).path
    wrong = await browser.post(url, data={"password": "heat stays"})
    assert (wrong.status_code, "not the password" in wrong.text) == (403, True)
    assert "set-cookie" not in wrong.headers
    right = await browser.post(url, data={"password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, urlsplit(url).path)
    cookie = right.headers["set-cookie"]
    assert {"HttpOnly", f"Path={urlsplit(url).path}", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Thermodynamics" in (await browser.get(url)).text
    assert "Thermodynamics" not in (await (await studio.client()).get(url)).text
    assert (await teacher.client.get(f"{SHARES}/{share['id']}")).json()["times_opened"] == 1
    for odd in ("a=1&" * 100, "%ff%fe=%00", "password"):
        assert (await browser.post(url, content=odd)).status_code in {403, 429}
    other = await teacher.share(await teacher.asset("Other"), password=PASSWORD)
    browser.cookies.clear()
    browser.cookies.set("cutroom-guest", cookie.partition("=")[2].partition(";")[0])
    assert "Other" not in (await browser.get(other["made"][0]["url"])).text


async def test_a_browser_that_comes_back_is_the_same_visit(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset())
    url, browser = share["made"][0]["url"], await studio.client()
    await browser.head(url)
    for _ in range(3):
        await browser.get(url)
    assert (await teacher.client.get(f"{SHARES}/{share['id']}")).json()["times_opened"] == 1


async def test_a_page_that_shows_nothing_says_so_in_a_sentence(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset)
    anybody = await studio.client()
    await teacher.client.delete(f"{SHARES}/{share['id']}")
    revoked, wrong = await anybody.get(share["made"][0]["url"]), await anybody.get("/s/cutroom_x")
    assert revoked.status_code == wrong.status_code == 404
    assert revoked.text == wrong.text
    assert "text/html" in wrong.headers["content-type"]
    item = await anybody.get(f"/s/cutroom_x/{asset}")
    assert item.status_code == 404
    limited = [await anybody.get("/s/cutroom_y") for _ in range(12)][-1]
    assert limited.status_code == 429
    assert int(limited.headers["retry-after"]) > 0


@pytest.mark.parametrize("embeds", [False, True])
async def test_other_sites_may_show_only_what_was_shared_for_them(studio: Studio, *, embeds: bool) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset(description="Of heat.")
    share = await teacher.share(asset, embeds=embeds)
    url, anybody = share["made"][0]["url"], await studio.client()
    page = Page(await anybody.get(url))
    previews = {each["property"]: each["content"] for each in page.all("meta") if "property" in each}
    discovered = [each["href"] for each in page.all("link") if each.get("type") == "application/json+oembed"]
    embedded = await anybody.get(url.replace("/s/", "/embed/"))
    told = await anybody.get("/oembed", params={"url": url})
    if not embeds:
        assert (previews, discovered) == ({}, [])
        assert (embedded.status_code, told.status_code) == (404, 404)
        return
    assert previews["og:title"] == "Thermodynamics"
    assert previews["og:description"] == "Of heat."
    for name in ("og:image", "og:url", "og:video"):
        assert previews[name].startswith(URL)
        assert (await anybody.get(previews[name])).status_code == 200
    assert (await anybody.get(discovered[0])).json() == told.json()
    assert Page(embedded).all("video")
    answer = told.json()
    assert (answer["version"], answer["type"], answer["width"], answer["height"]) == ("1.0", "video", 640, 360)
    ((_, frame),) = _read(answer["html"])
    assert (frame["src"], frame["width"]) == (url.replace("/s/", "/embed/"), "640")
    assert (await anybody.get(answer["thumbnail_url"])).headers["cross-origin-resource-policy"] == "cross-origin"
    small = (await anybody.get("/oembed", params={"url": url, "maxwidth": 320, "maxheight": 90})).json()
    assert (small["width"], small["height"]) == (160, 90)


async def test_an_embedding_is_told_of_our_own_shares_alone(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset, embeds=True)
    behind = await teacher.share(asset, embeds=True, password=PASSWORD)
    listed = await teacher.share(await teacher.collection(asset), "collections", embeds=True)
    anybody, secret = await studio.client(), secret_of(share)
    wrong = [f"http://elsewhere.test/s/{secret}", f"{URL}/embed/{secret}", f"{URL}/api/v1/assets/{asset}", "x", URL]
    wrong += [listed["made"][0]["url"], f"{URL}@elsewhere.test/s/{secret}"]
    for url in wrong:
        assert (await anybody.get("/oembed", params={"url": url})).status_code == 404, url
    assert (await anybody.get("/oembed", params={"url": behind["made"][0]["url"]})).status_code == 403
    as_xml = await anybody.get("/oembed", params={"url": share["made"][0]["url"], "format": "xml"})
    assert as_xml.status_code == 501
    framed = await anybody.get(behind["made"][0]["url"].replace("/s/", "/embed/"))
    assert "Thermodynamics" not in framed.text
    assert Page(framed).all("a")[0] == {"href": behind["made"][0]["url"], "target": "_blank", "rel": "noopener"}


async def test_an_administrator_says_which_sites_may_show_recordings(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset(), embeds=True)
    async with studio.database.writing() as session:
        values = {"embed_origins": ["https://school.example", "https://*.other.example"]}
        session.add(Config(id=1, version=1, values=values))
    answer = await (await studio.client()).get(share["made"][0]["url"].replace("/s/", "/embed/"))
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://school.example https://*.other.example")


async def test_who_is_signed_in_embeds_what_they_may_see(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    _, colleague = await studio.browser(Role.EDITOR)
    anybody = await studio.client()
    assert (await anybody.get(f"/embed/{asset}")).status_code == 401
    assert (await colleague.get(f"/embed/{asset}")).status_code == 404
    await teacher.client.put(f"{ASSETS}/{asset}/audience", json={"visibility": "instance"})
    (video,) = Page(await colleague.get(f"/embed/{asset}")).all("video")
    assert video["src"] == f"{ASSETS}/{asset}/files/play.mp4"
    assert "data-watched" not in video


async def test_what_is_only_heard_has_a_player_too(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset(played="play.m4a")
    share = await teacher.share(asset)
    page = Page(await (await studio.client()).get(share["made"][0]["url"]))
    assert page.all("audio")[0]["src"].endswith("/files/play.m4a")
    assert page.all("video") == []


async def test_over_https_the_cookie_is_for_https_alone(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset())
    object.__setattr__(studio.app.state.instance, "url", URL.replace("http:", "https:"))
    answer = await (await studio.client()).get(f"/s/{secret_of(share)}")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Secure-cutroom-guest=")
    assert "; Secure" in cookie
    assert (await opened(await studio.client(), secret_of(share)))["items"]
