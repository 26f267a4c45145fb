from __future__ import annotations

from collections.abc import Sequence

from tests.media.drawing import Pixels, draw_slide, film, put

from cutroom.analysis.sights import Run, Sight, split_by_inset
from cutroom.media import layout, shots, slides
from cutroom.media.geometry import Rect
from cutroom.providers.face_detection import Face

INSET = Rect(0.7, 0.6, 0.28, 0.36)
FACE = Rect(0.81, 0.68, 0.06, 0.14)
STEP_S = 4.0


def sights_of(looks: Sequence[tuple[Pixels, bool]]) -> list[Sight]:
    return [
        Sight(
            number * STEP_S,
            shots.thumbnail(pixels),
            slides.view(number * STEP_S, pixels),
            layout.drawn_evidence(pixels),
            (Face(FACE, 0.9),) if has_face else (),
            None,
        )
        for number, (pixels, has_face) in enumerate(looks)
    ]


def parts_of(looks: Sequence[tuple[Pixels, bool]]) -> list[tuple[int, int]]:
    return [(part.first, part.stop) for part in split_by_inset(sights_of(looks), Run(0, len(looks), screen=True))]


def test_a_camera_that_makes_room_for_a_slide_has_gone_at_once() -> None:
    with_camera = put(draw_slide(1), film(1), INSET)
    assert parts_of([(with_camera, True)] * 3 + [(draw_slide(2), False)] * 3 + [(with_camera, True)] * 3) == [
        (0, 3), (3, 6), (6, 9)
    ]  # fmt: skip


def test_who_turns_away_before_the_same_room_has_not_gone() -> None:
    room = film(1)
    shown = [put(draw_slide(number), room, INSET) for number in range(9)]
    assert parts_of([(pixels, not 3 <= number < 6) for number, pixels in enumerate(shown)]) == [(0, 9)]


def test_who_stays_away_for_long_left_when_last_seen() -> None:
    with_camera = put(draw_slide(1), film(1), INSET)
    assert parts_of([(with_camera, True)] * 3 + [(with_camera, False)] * 12) == [(0, 3), (3, 15)]


def test_a_camera_that_shows_a_thing_instead_of_a_face_has_not_gone() -> None:
    shown = [(put(draw_slide(1), film(number), INSET), number < 3) for number in range(6)]
    assert parts_of(shown) == [(0, 6)]
