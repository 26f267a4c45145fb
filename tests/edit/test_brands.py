"""Brand kits: a logo that is drawn anew, colours and letters over a style, and who may change them."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from tests.api.matrix import DOCUMENT, edit, make_world
from tests.api.studio import Studio

from cutroom.accounts.models import Role
from cutroom.core.errors import UnsupportedMedia
from cutroom.edit.brands.logos import redraw
from cutroom.media.ass import write_ass
from cutroom.media.caption_styles import STYLES, Dress, dress, find_style
from cutroom.media.captions import caption_words
from cutroom.media.geometry import Rect
from cutroom.media.timeline import Captions, CaptionWord, Logo, Timeline
from cutroom.render.logo import draw_logo, place_logo

BRANDS = "/api/v1/brands"
RATE = Fraction(30)
pytestmark = [pytest.mark.anyio]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def picture(size: tuple[int, int] = (40, 20), form: str = "PNG", **how: object) -> bytes:
    written = io.BytesIO()
    image = Image.new("RGBA", size, (255, 0, 0, 128))
    (image.convert("RGB") if form == "JPEG" else image).save(written, form, **how)
    return written.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_nothing_of_the_file_is_kept(form: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret in the picture"
    content = picture((2048, 1024), form, exif=exif)
    assert b"a secret" in content
    assert redraw(content, tmp_path / "logo.png") == (1024, 512)
    drawn = (tmp_path / "logo.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")
    assert b"a secret" not in drawn


@pytest.mark.parametrize("content", [SVG, b"", b"GIF89a" + bytes(40), picture()[:60], picture((5000, 4000))])
def test_what_is_no_picture_of_ours_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedMedia, match="PNG, JPEG or WebP"):
        redraw(content, tmp_path / "logo.png")
    assert not (tmp_path / "logo.png").exists()


def test_a_logo_fits_into_its_place_and_inside_the_frame(tmp_path: Path) -> None:
    redraw(picture((400, 100)), tmp_path / "logo.png")
    logo = Logo(tmp_path / "logo.png", "", 400, 100, Rect(0.75, 0.1, 0.2, 0.2), opacity=0.5)
    left, top, width, height = place_logo(logo, 1080, 1920)
    assert (width, height) == (216, 54)
    assert (left, top) == (810, 356)
    pixels = Image.frombytes("RGBA", (width, height), draw_logo(logo, 1080, 1920))
    assert pixels.getpixel((100, 20)) == (255, 0, 0, 64)


def test_ones_own_colours_and_letters_lie_over_every_style() -> None:
    own = Dress(fill="#112233", lit="#445566", face="Courier")
    words = [CaptionWord("hello", 0, 30), CaptionWord("there", 30, 30)]
    for style in STYLES:
        looks = dress(find_style(style), own)
        assert (looks.fill, looks.lit, looks.face) == ("#112233", "#445566", "Courier")
        captions = caption_words(words, style, 1080, 1920, RATE, "en", own=own)
        written = write_ass(Timeline("x", RATE, 1080, 1920, (), (), Captions(style, "en", captions, own)))
        assert "332211" in written, style
        assert looks.font.family in written, style
    assert dress(find_style("karaoke"), Dress()) == find_style("karaoke")


@on_sqlite
async def test_a_kit_is_used_by_everybody_and_changed_by_its_owner(studio: Studio) -> None:
    _, owner = await studio.person(Role.EDITOR)
    _, other = await studio.person(Role.EDITOR)
    _, watcher = await studio.person(Role.VIEWER)
    kit = (await owner.post(BRANDS, json={"name": "House", "lit": "#35e04b"})).json()
    address = f"{BRANDS}/{kit['id']}"
    assert (await other.get(BRANDS)).json()["items"] == [kit]
    assert (await watcher.get(address)).json() == kit
    assert (await other.patch(address, json={"name": "Mine"})).status_code == 403
    assert (await owner.patch(address, json={"lit": None})).json()["lit"] is None
    for wrong in ({"fill": "red"}, {"fill": "#12345"}, {"face": "/etc/passwd"}, {"logo_share": 2}, {}):
        assert (await owner.patch(address, json=wrong)).status_code == 422, wrong
    sent = await owner.put(f"{address}/logo", content=picture(), headers={"Content-Type": "image/png"})
    assert (sent.json()["logo_width"], sent.json()["logo_height"]) == (40, 20)
    logo = await watcher.get(f"{address}/logo")
    assert (logo.headers["content-type"], Image.open(io.BytesIO(logo.content)).size) == ("image/png", (40, 20))
    refused = await owner.put(f"{address}/logo", content=SVG, headers={"Content-Type": "image/png"})
    assert refused.status_code == 415
    assert (await owner.delete(f"{address}/logo")).json()["logo_url"] is None
    assert (await owner.delete(address)).status_code == 204
    assert (await owner.get(address)).status_code == 404


@on_sqlite
async def test_an_edit_names_a_kit_that_there_is(studio: Studio) -> None:
    world = await make_world(studio)
    address = f"/api/v1/edits/{(await edit(world))['edit_id']}"
    client = world.clients["owner"]
    kit = (await client.post(BRANDS, json={"name": "House"})).json()

    async def save(version: int, brand_id: str) -> httpx2.Response:
        return await client.put(address, json={"version": version, "document": DOCUMENT | {"brand_id": brand_id}})

    assert (await save(2, kit["id"])).status_code == 200
    await client.delete(f"{BRANDS}/{kit['id']}")
    late = await save(3, kit["id"])
    assert (late.status_code, "choose another one" in late.json()["detail"]) == (422, True)
