"""The library: cards and lines, filters in the address, search to the spoken second, many at once, the trash."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect
from tests.faults.instance import Client
from tests.ui.conftest import Opener, Studio, Tab

from cutroom.media import ffmpeg

Picture = Callable[[Page, str], None]


def draw(path: Path, *, seconds: int = 1, picture: str = "testsrc2=size=320x180:rate=10") -> Path:
    """Draw a small recording."""
    ffmpeg.run(
        ["-f", "lavfi", "-i", f"{picture}:duration={seconds}", "-c:v", "libx264", "-preset", "ultrafast",
         "-pix_fmt", "yuv420p", f"file:{path}"],
        reads=[],
        writes=path.parent,
        time_limit_s=60,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small recording that can be watched."""
    return draw(tmp_path_factory.mktemp("recordings") / "lecture.mp4")


def bring(studio: Studio, client: Client, path: Path, title: str, *, start: str = "") -> str:
    """Bring a recording in as a program does, and wait until it is there."""
    told = {"filename": path.name, "title": title, "start": start}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}".strip() for key, value in told.items())
    headers = client.headers | {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(path.stat().st_size),
        "Upload-Metadata": metadata,
        "Content-Type": "application/offset+octet-stream",
    }
    made = httpx2.post(f"{studio.url}/api/v1/uploads", headers=headers, content=path.read_bytes())
    assert made.status_code == 201, made.text
    upload = made.headers["Location"].rpartition("/")[2]
    for _ in range(300):
        state = client.ask("GET", f"/uploads/{upload}/state")
        if state["state"] in {"finished", "failed"}:
            assert state["asset_id"], state
            return str(state["asset_id"])
        time.sleep(0.1)
    raise AssertionError("it never arrived")


@pytest.fixture
def asset(studio: Studio, recording: Path) -> Iterator[Callable[..., str]]:
    """Bring recordings of Ada's in; they are gone when the test ends."""
    made: list[str] = []

    def bring_one(title: str, **more: str) -> str:
        made.append(bring(studio, studio.client, recording, title, **more))
        return made[-1]

    yield bring_one
    if made:
        studio.client.ask("POST", "/assets/bulk", {"ids": made, "change": {"do": "delete"}})


def test_filters_and_order_stand_in_the_address_and_the_way_back_undoes_them(
    tab: Tab, studio: Studio, asset: Callable[..., str]
) -> None:
    tagged = asset("Filtered: with a tag")
    asset("Filtered: without")
    studio.client.ask("PATCH", f"/assets/{tagged}", {"tags": ["optics"]})
    page = tab.open("/library")
    expect(page.get_by_role("link", name="Filtered: without")).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Tag").click()
    page.get_by_role("option", name="optics").click()
    page.wait_for_url("**/library?tag=optics")
    expect(page.get_by_role("link", name="Filtered: without")).to_be_hidden()
    expect(page.get_by_role("link", name="Filtered: with a tag")).to_be_visible()
    tab.check()
    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name="Title A–Z").click()
    page.wait_for_url("**/library?tag=optics&sort=title")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name="Filtered: without")).to_be_visible()
    page.goto(f"{studio.url}/library?state=failed&tag=optics")
    expect(page.get_by_role("heading", name="No recording is like that")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").last.click()
    expect(page.get_by_role("link", name="Filtered: without")).to_be_visible()


def test_search_leads_to_the_second_at_which_it_is_said(
    tab: Tab, studio: Studio, recording: Path, asset: Callable[..., str]
) -> None:
    found = asset("A lecture on the sky")
    words = "1\n00:00:00,000 --> 00:00:00,400\nGood morning.\n\n2\n00:00:00,400 --> 00:00:00,900\nThe zodiacal light.\n"
    run = studio.client.ask(
        "POST", "/runs", {"recipe": "highlights", "asset_id": found, "params": {"subtitles": words, "min_s": 1}}
    )
    page = tab.open("/library")
    expect(page.get_by_role("link", name="A lecture on the sky")).to_be_visible()
    for _ in range(300):
        if studio.client.ask("GET", "/search?q=zodiacal")["items"]:
            break
        assert studio.client.ask("GET", f"/runs/{run['id']}")["state"] in {"queued", "running", "succeeded"}
        time.sleep(0.2)
    page.keyboard.press("/")
    page.keyboard.type("zodiacal")
    hit = page.get_by_role("list", name="What was found").get_by_role("link", name=re.compile("zodiacal"))
    expect(hit).to_be_visible()
    expect(hit.locator("mark")).to_have_text("zodiacal")
    tab.check()
    hit.click()
    page.wait_for_url(re.compile(rf"/watch/{found}\?t=0\.[4-6]"))
    page.go_back()
    page.wait_for_url("**/library?q=zodiacal")
    expect(page.get_by_role("searchbox")).to_have_value("zodiacal")
    page.get_by_role("searchbox").fill("nobody ever said this")
    expect(page.get_by_role("heading", name=re.compile("Nothing about"))).to_be_visible()


def test_many_are_tagged_collected_deleted_and_had_back(tab: Tab, studio: Studio, asset: Callable[..., str]) -> None:
    for number in range(1, 5):
        asset(f"Many {number}")
    page = tab.open("/library?sort=title")
    expect(page.get_by_role("checkbox", name="Select Many 4")).to_be_visible()
    page.get_by_role("checkbox", name="Select Many 1").check()
    page.get_by_role("checkbox", name="Select Many 3").click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar", name="With what is selected")
    expect(bar).to_contain_text("3 selected")
    tab.check()
    bar.get_by_role("button", name="Tags").click()
    page.get_by_role("dialog").get_by_label("Tags").fill("seminar")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("3 recordings have the tags.")).to_be_visible()
    tagged = studio.client.ask("GET", "/assets?tag=seminar")["items"]
    assert {each["title"] for each in tagged} == {"Many 1", "Many 2", "Many 3"}

    page.get_by_role("checkbox", name="Select Many 1").check()
    page.get_by_role("checkbox", name="Select Many 2").check()
    bar.get_by_role("button", name="Collection").click()
    page.get_by_label("A new collection").fill("Seminar, spring")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("2 recordings are in the collection.")).to_be_visible()

    page.get_by_role("checkbox", name="Select Many 2").check()
    page.get_by_role("checkbox", name="Select Many 4").check()
    page.keyboard.press("Delete")
    expect(page.get_by_text("2 recordings are in the trash.")).to_be_visible()
    expect(page.get_by_role("link", name="Many 4")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Many 4")).to_be_visible()
    page.get_by_role("checkbox", name="Select Many 4").check()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_what_fails_says_why_and_offers_to_be_tried_again(tab: Tab, studio: Studio, tmp_path: Path) -> None:
    whole = draw(tmp_path / "whole.mp4")
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    made = bring(studio, studio.client, broken, "Cut off in the middle", start="share")
    page = tab.open("/library?sort=-created")
    again = page.get_by_role("button", name="Try Cut off in the middle again")
    expect(again).to_be_visible()
    reason = studio.client.ask("GET", f"/assets/{made}")["reason"]
    expect(page.get_by_text(reason)).to_be_visible()
    again.click()
    expect(again).to_be_visible()
    studio.client.ask("DELETE", f"/assets/{made}")


def test_one_does_not_see_what_is_anothers_alone_and_a_viewer_changes_nothing(
    tab: Tab, tabs: Opener, studio: Studio, asset: Callable[..., str]
) -> None:
    mine = asset("Ada's diary")
    shown = asset("Shown to all")
    studio.client.ask("PUT", f"/assets/{shown}/audience", {"visibility": "instance"})
    studio.people("Vera", role="viewer")
    studio.people("Grace the second", role="editor")
    for name in ("Vera", "Grace the second"):
        other = tabs(studio.url)
        page = other.sign_in(name)
        expect(page.get_by_role("link", name="Shown to all")).to_be_visible()
        expect(page.get_by_text("Ada's diary")).to_be_hidden()
        page.get_by_role("searchbox").fill("diary")
        expect(page.get_by_role("heading", name=re.compile("Nothing about"))).to_be_visible()
        page.get_by_role("searchbox").fill("")
        expect(page.get_by_role("link", name="Shown to all")).to_be_visible()
        expect(page.get_by_role("button", name="Upload", exact=True)).to_be_visible(visible=name != "Vera")
        expect(page.get_by_role("checkbox")).to_have_count(0 if name == "Vera" else 1)
        expect(page.get_by_role("button", name="Actions for Shown to all")).to_be_hidden()
    page = tab.open("/library")
    expect(page.get_by_role("link", name="Ada's diary")).to_be_visible()
    assert mine != shown


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_used_on_a_telephone_and_by_night(
    tabs: Opener, studio: Studio, asset: Callable[..., str], *, dark: bool
) -> None:
    asset("A long title of a lecture that says very much of what is in it, and more than fits")
    tab = tabs(studio.url, width=360, dark=dark)
    page = tab.sign_in()
    expect(page.get_by_role("link", name=re.compile("A long title")).first).to_be_visible()
    for name in ("List", "Grid"):
        page.get_by_text(name, exact=True).locator("..").click()
        tab.check()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("checkbox", name=re.compile("A long title")).first.check()
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_card_starts_highlights_and_leads_to_their_run(tab: Tab, asset: Callable[..., str]) -> None:
    asset("To be cut")
    page = tab.open("/library")
    page.get_by_role("button", name="Actions for To be cut").click()
    page.get_by_role("menuitem", name="Make highlights").click()
    page.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}"))


def test_the_pictures_of_the_docs(tab: Tab, studio: Studio, tmp_path: Path, picture: Picture) -> None:
    titles = ("Thermodynamics, lecture 4", "Optics, lecture 1", "A guest from the observatory")
    patterns = ("testsrc2", "smptehdbars", "rgbtestsrc")
    made = []
    for number, (title, pattern) in enumerate(zip(titles, patterns, strict=True)):
        drawn = draw(tmp_path / f"{number}.mp4", seconds=2 + number, picture=f"{pattern}=size=640x360:rate=10")
        made.append(bring(studio, studio.client, drawn, title, start="share"))
    page = tab.open("/library")
    for each in made:
        for _ in range(600):
            if studio.client.ask("GET", f"/assets/{each}")["state"] == "ready":
                break
            time.sleep(0.1)
    # What was seen as being made ready is ready now, without the page being loaded again.
    expect(page.locator("article", has_text=titles[0]).locator("img")).to_be_visible()
    expect(page.get_by_role("progressbar", name=re.compile("Progress of"))).to_have_count(0)
    picture(page, "library")
    studio.client.ask("POST", "/assets/bulk", {"ids": made, "change": {"do": "delete"}})


def test_a_category_and_a_collection_are_shared_by_a_link_as_they_are(
    tab: Tab, tabs: Opener, studio: Studio, asset: Callable[..., str]
) -> None:
    ask, made = studio.client.ask, asset("Waggles of a term")
    category, collection = ask("POST", "/categories", {"name": "Bees"}), ask("POST", "/collections", {"title": "Term"})
    ask("PATCH", f"/assets/{made}", {"category_id": category["id"]})
    ask("PUT", f"/collections/{collection['id']}/items/{made}", {})
    for path, button in (("/library/organise", "Links to Bees"), (f"/collections/{collection['id']}", "Links")):
        page = tab.open(path)
        page.get_by_role("button", name=button, exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("There are no links")).to_be_visible()
        tab.check()
        dialog.get_by_role("button", name="New link").click()
        dialog.get_by_label("For whom").fill("Grace")
        dialog.get_by_role("button", name="Make the link").click()
        link = dialog.get_by_label("Grace", exact=True).input_value()
        guest = tabs(studio.url).open(link.removeprefix(studio.url))
        expect(guest.get_by_text("Waggles of a term").first).to_be_visible()
    page = tab.open("/library/organise")
    page.get_by_role("button", name="Actions for Bees").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Wasps")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Actions for Wasps").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Wasps")).to_have_count(0)
