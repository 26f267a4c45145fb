from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.render.conftest import make

from cutroom.media.geometry import Rect
from cutroom.media.timeline import (
    Background,
    Clip,
    Fit,
    Layout,
    Media,
    Placement,
    Timeline,
    Track,
    TrackKind,
)
from cutroom.render.clip import render_frame
from cutroom.render.layout import measure_layout

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
WHOLE, TOP, BOTTOM = Rect(0, 0, 1, 1), Rect(0, 0, 1, 0.5), Rect(0, 0.5, 1, 0.5)
LEFT, RIGHT = Rect(0, 0, 0.5, 1), Rect(0.5, 0, 0.5, 1)
#: Red and green above, blue and white below; 640 × 360.
QUADRANTS = (
    "color=red:s=320x180:r=30[a];color=lime:s=320x180:r=30[b];color=blue:s=320x180:r=30[c];color=white:s=320x180:r=30"
    "[d];[a][b][c][d]xstack=inputs=4:layout=0_0|320_0|0_180|320_180"
)
TO_709 = "scale=out_color_matrix=bt709,format=yuv420p"


def source(folder: Path, name: str, filters: str = TO_709, *, extra: tuple[str, ...] = (), **changes: object) -> Media:
    """Make two seconds of four coloured quarters."""
    inputs = ["-f", "lavfi", "-i", f"{QUADRANTS},{filters}", "-t", "2", "-c:v", "libx264", "-crf", "5"]
    path = make(folder, name, [*inputs, *extra])
    fields = {"width": 640, "height": 360, "hdr": False, "interlaced": False, "matrix": "bt709"} | changes
    return Media(
        "a",
        path,
        "",
        Fraction(2),
        rate=Fraction(30),
        video_stream=0,
        audio_stream=None,
        **fields,  # type: ignore[arg-type]  # a test's table of fields
    )


def draw(media: Media, layout: Layout, folder: Path, size: tuple[int, int] = (180, 320)) -> Image.Image:
    """Draw the sixth frame."""
    track = Track(TrackKind.VIDEO, (Clip("a", 2, 20, layout),))
    timeline = Timeline("test", Fraction(30), *size, (media,), (track,))
    render_frame(timeline, 5, folder / "frame.png", scratch=folder)
    return Image.open(folder / "frame.png").convert("RGB")


def assert_colours(image: Image.Image, wanted: dict[tuple[float, float], tuple[int, int, int]]) -> None:
    """Compare colours at places given in shares of the picture."""
    for (x, y), colour in wanted.items():
        found = np.array(image.getpixel((round(x * image.width), round(y * image.height))))
        assert np.abs(found - colour).max() <= 6, f"{found} and not {colour} at {x}, {y}"


@pytest.fixture(scope="module")
def quadrants(tmp_path_factory: pytest.TempPathFactory) -> Media:
    return source(tmp_path_factory.mktemp("quadrants"), "quadrants.mp4", extra=("-colorspace", "bt709"))


def test_a_cut_of_the_source_fills_the_frame(quadrants: Media, tmp_path: Path) -> None:
    image = draw(quadrants, Layout((Placement(Rect(0.5, 0, 0.5, 1)),)), tmp_path)
    assert image.size == (180, 320)
    assert_colours(image, {(0.1, 0.1): GREEN, (0.9, 0.4): GREEN, (0.1, 0.6): WHITE, (0.9, 0.9): WHITE})


def test_cover_loses_the_sides_and_keeps_the_middle(quadrants: Media, tmp_path: Path) -> None:
    image = draw(quadrants, Layout((Placement(WHOLE, WHOLE, Fit.COVER),)), tmp_path)
    assert_colours(image, {(0.1, 0.1): RED, (0.9, 0.1): GREEN, (0.1, 0.9): BLUE, (0.9, 0.9): WHITE})


def test_contain_shows_all_over_black(quadrants: Media, tmp_path: Path) -> None:
    image = draw(quadrants, Layout((Placement(fit=Fit.CONTAIN),)), tmp_path)
    edge = (320 - 102) / 2 / 320
    assert_colours(
        image,
        {
            (0.5, 0.05): BLACK,
            (0.5, 0.95): BLACK,
            (0.05, edge + 0.03): RED,
            (0.95, edge + 0.03): GREEN,
            (0.05, 0.97 - edge): BLUE,
            (0.95, 0.97 - edge): WHITE,
        },
    )


def test_contain_over_blur_shows_all_over_a_darker_enlarged_source(quadrants: Media, tmp_path: Path) -> None:
    image = draw(quadrants, Layout((Placement(fit=Fit.CONTAIN),), Background.BLUR), tmp_path)
    assert_colours(image, {(0.05, 0.45): RED, (0.95, 0.45): GREEN, (0.05, 0.55): BLUE})
    red, green, blue = np.array(image.getpixel((9, 16)), int)
    assert 60 < red < 200
    assert max(green, blue) < 40


def test_two_parts_stand_one_above_the_other(quadrants: Media, tmp_path: Path) -> None:
    layout = Layout((Placement(Rect(0.5, 0.5, 0.5, 0.5), TOP), Placement(Rect(0, 0, 0.5, 0.5), BOTTOM)))
    image = draw(quadrants, layout, tmp_path)
    assert_colours(image, {(0.1, 0.05): WHITE, (0.9, 0.48): WHITE, (0.1, 0.52): RED, (0.9, 0.95): RED})


def test_two_parts_stand_side_by_side(quadrants: Media, tmp_path: Path) -> None:
    layout = Layout((Placement(Rect(0, 0, 0.5, 0.5), LEFT), Placement(Rect(0, 0.5, 0.5, 0.5), RIGHT)))
    image = draw(quadrants, layout, tmp_path, (320, 180))
    assert_colours(image, {(0.1, 0.1): RED, (0.48, 0.9): RED, (0.52, 0.1): BLUE, (0.9, 0.9): BLUE})


def test_a_later_placement_lies_on_an_earlier_one(quadrants: Media, tmp_path: Path) -> None:
    layout = Layout((Placement(Rect(0, 0, 0.5, 0.5)), Placement(Rect(0.5, 0, 0.5, 0.5), Rect(0.5, 0.5, 0.25, 0.25))))
    image = draw(quadrants, layout, tmp_path, (320, 180))
    assert_colours(image, {(0.4, 0.6): RED, (0.6, 0.6): GREEN, (0.6, 0.45): RED, (0.8, 0.6): RED})


def test_a_turned_recording_stands_upright(tmp_path: Path) -> None:
    lying = source(tmp_path, "lying.mp4", extra=("-colorspace", "bt709"))
    arguments = ["-display_rotation", "90", "-i", f"file:{lying.path}", "-c", "copy"]
    path = make(tmp_path, "turned.mp4", arguments)
    turned = Media("a", path, "", Fraction(2), 360, 640, Fraction(30), 0, None)
    image = draw(turned, Layout((Placement(),)), tmp_path)
    # Turned a quarter to the left: what was right is now above.
    assert_colours(image, {(0.1, 0.1): GREEN, (0.9, 0.1): WHITE, (0.1, 0.9): RED, (0.9, 0.9): BLUE})


@pytest.mark.parametrize(
    ("name", "filters", "changes"),
    [
        ("flat.mp4", f"scale=320:360,setsar=2,{TO_709}", {}),
        ("sd.mp4", "scale=out_color_matrix=smpte170m,format=yuv420p", {"matrix": "smpte170m"}),
        ("full.mp4", "scale=out_color_matrix=bt709:out_range=full,format=yuvj420p", {}),
        ("odd.mp4", "scale=641:361:out_color_matrix=bt709,format=yuv444p", {"width": 641, "height": 361}),
        ("deep.mp4", "scale=out_color_matrix=bt709,format=yuv422p10le", {}),
        ("rgb.mkv", "format=gbrp", {}),
        ("fields.mp4", f"{TO_709},interlace,setfield=tff", {"interlaced": True}),
    ],
)
def test_colours_and_shape_hold_for_every_kind_of_picture(
    name: str, filters: str, changes: dict[str, object], tmp_path: Path
) -> None:
    extra = ("-c:v", "libx264rgb") if name == "rgb.mkv" else ()
    media = source(tmp_path, name, filters, extra=extra, **changes)
    image = draw(media, Layout((Placement(Rect(0.25, 0.25, 0.5, 0.5)),)), tmp_path, (320, 180))
    corners = {(0.1, 0.1): RED, (0.9, 0.1): GREEN, (0.1, 0.9): BLUE, (0.9, 0.9): WHITE}
    assert_colours(image, corners)
    assert_colours(image, {(0.46, 0.46): RED, (0.54, 0.46): GREEN, (0.46, 0.54): BLUE, (0.54, 0.54): WHITE})


def test_hdr_is_brought_to_an_ordinary_screen(tmp_path: Path) -> None:
    to_pq = "format=gbrp,setparams=color_primaries=bt709:color_trc=bt709,zscale=t=smpte2084:p=bt2020:m=bt2020nc:npl=203"
    tags = ("-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "smpte2084")
    hdr = source(tmp_path, "hdr.mp4", f"{to_pq},format=yuv420p10le", extra=tags, hdr=True, matrix="bt2020nc")
    image = draw(hdr, Layout((Placement(),)), tmp_path, (320, 180))
    red, green, blue, white = (
        np.array(image.getpixel(place), int) for place in ((9, 9), (300, 9), (9, 170), (300, 170))
    )
    assert red[0] > 120 > 60 > max(red[1:])
    assert green[1] > 120
    assert green[1] > 1.5 * max(green[0], green[2])
    assert blue[2] > 120 > max(blue[:2])
    assert white.min() > 150
    assert np.ptp(white) < 12


shares = st.floats(0, 1, allow_nan=False)
rects = st.tuples(shares, shares, st.floats(0.02, 1), st.floats(0.02, 1)).map(
    lambda r: Rect(r[0] * (1 - r[2]), r[1] * (1 - r[3]), r[2], r[3])
)


@given(rects, rects, st.sampled_from(Fit), st.integers(16, 4000), st.integers(16, 4000))
def test_a_cut_lies_within_the_source_and_its_place_within_the_frame(
    part: Rect, target: Rect, fit: Fit, width: int, height: int
) -> None:
    media = Media("a", Path(), "", Fraction(1), width, height, Fraction(30), 0, None)
    shape, ((x, y),) = measure_layout(Layout((Placement(part, target, fit),)), media, 1080, 1920)
    pane = shape.panes[0]
    left, top, place_width, place_height = pane.place
    assert 0 <= x <= width - pane.crop_width
    assert 0 <= y <= height - pane.crop_height
    assert 0 <= left <= 1080 - place_width
    assert 0 <= top <= 1920 - place_height
    assert not any(number % 2 for number in (pane.crop_width, pane.crop_height, *pane.place))


@given(rects, st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_cuts_of_one_size_are_drawn_by_one_chain(part: Rect, right: float, down: float) -> None:
    media = Media("a", Path(), "", Fraction(1), 1920, 1080, Fraction(30), 0, None)
    moved = Rect(part.x + right, part.y + down, part.width, part.height)
    shapes = [measure_layout(Layout((Placement(rect),)), media, 1080, 1920)[0] for rect in (part, moved)]
    assert shapes[0] == shapes[1]
