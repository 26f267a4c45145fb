"""Brand kits in the browser: made with a logo, an intro and an outro, changed, and deleted."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect
from tests.render.conftest import make
from tests.ui.conftest import Opener, Studio, Tab


def _logo() -> bytes:
    written = io.BytesIO()
    Image.new("RGBA", (64, 32), (200, 30, 60, 255)).save(written, "PNG")
    return written.getvalue()


def test_a_brand_kit_is_made_with_its_logo_then_changed_and_deleted(studio: Studio, tab: Tab) -> None:
    page = tab.open("/account/brands")
    page.get_by_role("button", name="New brand kit").click()
    dialog = page.get_by_role("dialog", name="New brand kit")
    dialog.get_by_label("Name", exact=False).fill("Physics")
    dialog.get_by_label("Colour of the spoken word", exact=True).fill("#35e04b")
    dialog.locator("input[name=logo]").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": _logo()})
    tab.check()
    dialog.get_by_role("button", name="Save").click()
    listed = page.get_by_role("list", name="Brand kits")
    expect(listed).to_contain_text("Physics")
    (made,) = [each for each in studio.client.ask("GET", "/brands")["items"] if each["name"] == "Physics"]
    assert (made["lit"], made["fill"], made["logo_width"]) == ("#35e04b", None, 64)
    listed.get_by_role("button", name="Change Physics").click()
    dialog = page.get_by_role("dialog", name="Change Physics")
    dialog.get_by_role("button", name="Take the logo away").click()
    expect(dialog.get_by_role("button", name="Take the logo away")).to_have_count(0)
    dialog.get_by_label("Name", exact=False).fill("Optics")
    dialog.get_by_role("button", name="Save").click()
    expect(listed).to_contain_text("Optics")
    assert studio.client.ask("GET", f"/brands/{made['id']}")["logo_url"] is None
    listed.get_by_role("button", name="Delete Optics").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(listed.get_by_text("Optics")).to_have_count(0)


def _film(folder: Path, name: str, seconds: int) -> Path:
    return make(folder, name, ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25", "-t", str(seconds)])


def test_an_intro_and_an_outro_are_sent_named_with_their_length_and_taken_away(
    studio: Studio, tab: Tab, tmp_path: Path
) -> None:
    kit = studio.client.ask("POST", "/brands", {"name": "Film house"})
    page = tab.open("/account/brands")
    listed = page.get_by_role("list", name="Brand kits")
    listed.get_by_role("button", name="Change Film house").click()
    dialog = page.get_by_role("dialog", name="Change Film house")
    dialog.locator("input[name=intro]").set_input_files(_film(tmp_path, "too long.mp4", 16))
    tab.expected.add("415")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("The intro lasts 16.0 seconds")
    dialog.locator("input[name=intro]").set_input_files(_film(tmp_path, "Opening.mp4", 3))
    dialog.locator("input[name=outro]").set_input_files(_film(tmp_path, "The end.webm", 2))
    dialog.get_by_role("button", name="Save").click()
    expect(listed).to_contain_text("Intro Opening.mp4, 3.0\u00a0s · Outro The end.webm, 2.0\u00a0s")

    listed.get_by_role("button", name="Change Film house").click()
    expect(dialog).to_contain_text("Opening.mp4, 3.0\u00a0s")
    tab.check()
    dialog.get_by_role("button", name="Take the outro away").click()
    expect(dialog.get_by_role("button", name="Take the outro away")).to_have_count(0)
    dialog.get_by_role("button", name="Cancel").click()
    expect(listed).not_to_contain_text("Outro")
    found = studio.client.ask("GET", f"/brands/{kit['id']}")
    assert (found["intro"]["name"], round(found["intro"]["duration_s"]), found["outro"]) == ("Opening.mp4", 3, None)


def test_a_kit_of_somebody_else_is_seen_and_not_changed(studio: Studio, tabs: Opener) -> None:
    studio.client.ask("POST", "/brands", {"name": "House style"})
    studio.people("Berta")
    page = tabs(studio.url).sign_in("Berta", "/account/brands")
    expect(page.get_by_role("list", name="Brand kits")).to_contain_text("House style")
    expect(page.get_by_role("button", name="Change House style")).to_have_count(0)
