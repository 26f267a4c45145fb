from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw
from tests.media.drawing import Pixels, draw_slide, film, put

from cutroom.media import slides
from cutroom.media.geometry import FULL, Rect

ALL = slides.screen_mask(FULL, None)


def _views(pictures: list[Pixels], step_s: float = 5.0) -> list[slides.View]:
    return [slides.view(number * step_s, picture) for number, picture in enumerate(pictures)]


def test_each_new_slide_is_found_once() -> None:
    pictures = [draw_slide(1), draw_slide(1), draw_slide(2), draw_slide(2), draw_slide(3)]
    assert slides.find_changes(_views(pictures), ALL) == [2, 4]


def test_lines_that_are_added_one_by_one_are_the_same_slide() -> None:
    assert slides.find_changes(_views([draw_slide(5, lines=count) for count in range(2, 8)]), ALL) == []


def test_a_mouse_does_not_change_a_slide() -> None:
    moved = []
    for number in range(6):
        image = Image.fromarray(draw_slide(4))
        ImageDraw.Draw(image).polygon([(90 * number, 200), (90 * number, 216), (90 * number + 11, 211)], fill="black")
        moved.append(np.asarray(image))
    assert slides.find_changes(_views(moved), ALL) == []


def test_a_camera_in_the_corner_does_not_change_a_slide() -> None:
    inset = Rect(0.7, 0.65, 0.3, 0.35)
    pictures = [put(draw_slide(4), film(number), inset) for number in range(5)]
    assert slides.find_changes(_views(pictures), slides.screen_mask(FULL, inset)) == []


def test_a_slide_that_scrolls_away_by_and_by_is_a_new_one() -> None:
    tall = draw_slide(9, lines=30, height=1440)
    pictures = [tall[top : top + 360] for top in range(200, 900, 60)]
    assert slides.find_changes(_views(pictures), ALL)


def test_changes_that_follow_each_other_at_once_are_one() -> None:
    assert slides.settled([3.0, 3.2, 3.4, 9.0]) == [3.4, 9.0]
    assert slides.settled([]) == []


def test_what_is_written_on_a_slide_is_inside_its_area() -> None:
    picture = np.full((360, 640, 3), 255, np.uint8)
    picture[120:240, 200:440] = draw_slide(1)[:120, :240]
    area = slides.written_area(_views([picture]), ALL)
    assert area is not None
    assert area.x <= 200 / 640
    assert area.x + area.width >= 440 / 640
    assert area.area < 0.3


def test_an_empty_slide_has_no_written_area() -> None:
    assert slides.written_area(_views([np.full((360, 640, 3), 255, np.uint8)]), ALL) is None


def test_detail_in_one_place_gives_narrow_columns() -> None:
    picture = np.full((360, 640, 3), 90, np.uint8)
    picture[:, 400:500] = draw_slide(1)[:, 60:160]
    left, right = slides.main_columns(_views([picture]), 0.75)
    assert 0.55 < left < right < 0.85
    assert slides.main_columns(_views([np.full((360, 640, 3), 90, np.uint8)]), 0.75) == (0.0, 1.0)
