from __future__ import annotations

import numpy as np
from tests.media.drawing import film

from cutroom.media import shots


def test_two_scenes_are_cut_and_one_scene_is_not() -> None:
    before = shots.thumbnail(film(1))
    assert shots.is_cut(before, shots.thumbnail(film(2)))
    assert not shots.is_cut(before, shots.thumbnail(film(1)[:, ::-1][:, ::-1]))


def test_a_light_that_goes_up_a_little_is_no_cut() -> None:
    picture = film(3)
    brighter = np.clip(picture.astype(np.int16) + 30, 0, 255).astype(np.uint8)
    assert not shots.is_cut(shots.thumbnail(picture), shots.thumbnail(brighter))


def test_a_hard_cut_is_placed_at_its_very_frame() -> None:
    run = [shots.thumbnail(film(1))] * 7 + [shots.thumbnail(film(2))] * 4
    assert shots.place_cut(run) == 7


def test_a_dissolve_is_placed_in_its_middle() -> None:
    a, b = shots.thumbnail(film(1)).astype(float), shots.thumbnail(film(2)).astype(float)
    run = [np.round(a + (b - a) * share).astype(np.uint8) for share in np.linspace(0, 1, 21)]
    assert 9 <= shots.place_cut(run) <= 12


def test_a_keyframe_out_of_its_turn_was_placed_by_the_encoder() -> None:
    assert shots.placed_keyframes([0.0, 10.0, 20.0, 23.0, 33.0]) == [False, False, False, True, False]
    assert shots.placed_keyframes([0.0]) == [False]
