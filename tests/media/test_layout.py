from __future__ import annotations

import numpy as np
import pytest
from tests.media.drawing import Pixels, draw_slide, film, put, shared

from cutroom.media.geometry import FULL, Rect
from cutroom.media.layout import (
    drawn_evidence,
    find_inset,
    find_moving_face,
    find_picture,
    find_screen,
    motion,
    still_shows,
    stillness,
)

CORNERS = {
    "bottom right": Rect(0.74, 0.70, 0.24, 0.27),
    "top right, at the end": Rect(0.80, 0.0, 0.20, 0.20),
    "top left": Rect(0.02, 0.04, 0.16, 0.28),
    "bottom left, large": Rect(0.02, 0.60, 0.36, 0.38),
}


def _face_in(inset: Rect) -> Rect:
    return Rect(inset.x + 0.4 * inset.width, inset.y + 0.3 * inset.height, 0.2 * inset.width, 0.35 * inset.height)


def _pairs(inset: Rect, *, dark: bool = False) -> list[tuple[Pixels, Pixels]]:
    pairs = []
    for number in range(4):
        slide = draw_slide(number, dark=dark)
        pairs.append((put(slide, film(2 * number), inset), put(slide, film(2 * number + 1), inset)))
    return pairs


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("inset", CORNERS.values(), ids=CORNERS.keys())
def test_a_camera_in_a_corner_is_found_to_the_pixel(inset: Rect, dark: bool) -> None:  # noqa: FBT001
    found = find_inset(_pairs(inset, dark=dark), [_face_in(inset)] * 4)
    assert found is not None
    assert shared(found, inset) > 0.9


def test_a_found_camera_shows_no_line_of_the_screen() -> None:
    inset = CORNERS["bottom right"]
    found = find_inset(_pairs(inset), [_face_in(inset)])
    assert found is not None
    pixel = 1.01 / 640
    assert found.x >= inset.x - pixel
    assert found.y >= inset.y - 1.01 / 360
    assert found.x + found.width <= inset.x + inset.width + pixel


@pytest.mark.parametrize("inset", CORNERS.values(), ids=CORNERS.keys())
def test_a_camera_that_was_seen_before_is_known_by_two_looks(inset: Rect) -> None:
    assert still_shows(_pairs(inset)[:2], [_face_in(inset)], inset)


@pytest.mark.parametrize(
    "other",
    [Rect(0.02, 0.04, 0.16, 0.28), Rect(0.62, 0.55, 0.36, 0.42), Rect(0.80, 0.76, 0.18, 0.21)],
    ids=["elsewhere", "larger", "smaller"],
)
def test_a_camera_that_was_moved_is_not_taken_for_the_one_before(other: Rect) -> None:
    before = CORNERS["bottom right"]
    assert not still_shows(_pairs(other)[:2], [_face_in(other)], before)


def test_a_photograph_of_a_face_is_no_camera() -> None:
    inset = CORNERS["bottom right"]
    slide = put(draw_slide(1), film(1), inset)
    assert find_inset([(slide, slide.copy())] * 4, [_face_in(inset)]) is None


def test_a_moving_picture_without_a_face_is_no_camera() -> None:
    assert find_inset(_pairs(CORNERS["bottom right"]), []) is None


def test_a_presenter_who_stands_before_graphics_is_no_inset() -> None:
    def scene(seed: int) -> Pixels:
        picture = draw_slide(3)
        y, x = np.mgrid[0:360, 0:640]
        body = ((x - 480) / 90) ** 2 + ((y - 260) / 220) ** 2 < 1
        picture[body] = film(seed)[body]
        return picture

    pairs = [(scene(2 * number), scene(2 * number + 1)) for number in range(4)]
    faces = [Rect(0.7, 0.2, 0.1, 0.2)]
    assert find_moving_face(pairs, faces) is not None
    assert find_inset(pairs, faces) is None


@pytest.mark.parametrize("dark", [False, True])
def test_slides_are_drawn_and_film_is_not(dark: bool) -> None:  # noqa: FBT001
    for seed in range(4):
        assert drawn_evidence(draw_slide(seed, dark=dark)).is_screen(before=False)
        assert not drawn_evidence(film(seed)).is_screen(before=True)


def test_black_bars_do_not_make_a_film_a_screen() -> None:
    pillar = put(np.zeros((360, 640, 3), np.uint8), film(1, width=202), Rect(0.34, 0.0, 0.32, 1.0))
    assert not drawn_evidence(pillar).is_screen(before=True)
    found = find_picture(pillar)
    assert found is not None
    assert shared(found, Rect(0.34, 0.0, 0.32, 1.0)) > 0.95


def test_a_plain_picture_has_no_picture_between_bars() -> None:
    assert find_picture(np.full((90, 160, 3), 7, np.uint8)) is None


def test_a_screen_beside_a_camera_ends_where_the_camera_begins() -> None:
    camera, slides = Rect(0.7, 0.3, 0.3, 0.4), Rect(0.0, 0.15, 0.7, 0.7)
    frames = [
        put(put(np.zeros((360, 640, 3), np.uint8), draw_slide(seed), slides), film(seed), camera) for seed in range(3)
    ]
    assert shared(find_screen(frames, camera), slides) > 0.95


def test_the_margin_of_a_slide_is_part_of_the_screen() -> None:
    assert find_screen([draw_slide(seed) for seed in range(3)], None) == FULL


def test_stillness_leaves_the_camera_out_and_motion_does_not() -> None:
    inset = CORNERS["bottom right"]
    pair = _pairs(inset)[0]
    assert stillness(pair, inset) == 1.0
    assert stillness(pair, None) < 1.0
    assert motion(*pair) > 0.02
