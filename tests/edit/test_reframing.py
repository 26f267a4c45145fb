from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.facts import FaceSample, PictureFacts, Shot, ShotKind, Slide
from cutroom.edit.reframing import LAYOUT_MODES, frame_shots
from cutroom.media.geometry import FULL, Rect
from cutroom.media.span import Span
from cutroom.media.timeline import Background, Fit, Layout, Placement

WIDE, UPRIGHT, SQUARE, PORTRAIT = (1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350)
INSET = Rect(0.75, 0.7, 0.24, 0.28)
KEPT = [Span(0, 12), Span(14, 30)]


def face(time_s: float, x: float = 0.5, y: float = 0.15, height: float = 0.2) -> FaceSample:
    return FaceSample(time_s, Rect(x - height / 4, y, height / 2, height), 0.9)


def talking(*faces: FaceSample, end_s: float = 30) -> Shot:
    return Shot(Span(0, end_s), ShotKind.TALKING_HEAD, None, None, faces, 0.1)


def screencast(*faces: FaceSample) -> Shot:
    return Shot(Span(0, 30), ShotKind.SCREEN_WITH_CAMERA, FULL, INSET, faces, 0.1)


def layouts(
    shot: Shot, target: tuple[int, int] = UPRIGHT, mode: str = "auto", slides: tuple[Slide, ...] = ()
) -> list[Layout]:
    return [framing.layout for framing in frame_shots(KEPT, PictureFacts((shot,), slides), WIDE, target, mode)]


def shape(placement: Placement, size: tuple[int, int]) -> float:
    return placement.source.width * size[0] / (placement.source.height * size[1])


def place_shape(placement: Placement, size: tuple[int, int]) -> float:
    return placement.target.width * size[0] / (placement.target.height * size[1])


@pytest.mark.parametrize("target", [UPRIGHT, SQUARE, PORTRAIT])
def test_a_screen_with_a_camera_is_split_into_screen_above_and_speaker_below(target: tuple[int, int]) -> None:
    layout = layouts(screencast(face(5, 0.87, 0.75, 0.1)), target)[0]
    screen, speaker = layout.placements
    assert screen.target.y == 0
    assert screen.target.y + screen.target.height == pytest.approx(speaker.target.y)
    assert speaker.target.y + speaker.target.height == pytest.approx(1)
    assert shape(speaker, WIDE) == pytest.approx(place_shape(speaker, target), rel=0.03)


def test_the_speaker_of_a_split_picture_shows_nothing_of_the_screen() -> None:
    speaker = layouts(screencast(face(5, 0.87, 0.75, 0.1)))[0].placements[1].source
    assert speaker.x >= INSET.x + 2 / 1920
    assert speaker.y >= INSET.y + 2 / 1080
    assert speaker.x + speaker.width <= INSET.x + INSET.width - 2 / 1920
    assert speaker.y + speaker.height <= INSET.y + INSET.height - 2 / 1080


def test_the_speaker_of_a_split_picture_stands_in_the_middle() -> None:
    speaker = layouts(screencast(face(5, 0.87, 0.75, 0.1)))[0].placements[1].source
    assert speaker.centre_x == pytest.approx(0.87, abs=0.01)


def test_eyes_below_a_screen_leave_room_for_captions_where_the_camera_is_tall() -> None:
    tall = Shot(
        Span(0, 30), ShotKind.SCREEN_WITH_CAMERA, FULL, Rect(0.78, 0.2, 0.2, 0.75), (face(5, 0.88, 0.5, 0.1),), 0
    )
    speaker = layouts(tall)[0].placements[1].source
    assert (0.54 - speaker.y) / speaker.height == pytest.approx(0.55, abs=0.01)


def test_a_wide_target_shows_a_wide_screencast_as_it_is() -> None:
    assert layouts(screencast(face(5, 0.87, 0.75, 0.1)), WIDE) == [Layout((Placement(),))] * 2


def test_a_screen_is_shown_whole_over_a_blur() -> None:
    shot = Shot(Span(0, 30), ShotKind.SCREEN, FULL, None, (), 0.0)
    for layout in layouts(shot):
        assert layout == Layout((Placement(fit=Fit.CONTAIN),), Background.BLUR)


def test_a_slide_with_wide_margins_is_brought_nearer_and_loses_no_word() -> None:
    shot = Shot(Span(0, 30), ShotKind.SCREEN, FULL, None, (), 0.0)
    content = Rect(0.2, 0.3, 0.6, 0.4)
    slides = (Slide(Span(0, 20), (), content), Slide(Span(20, 30), (), FULL))
    first, *_, last = layouts(shot, slides=slides)
    shown = first.placements[0].source
    assert shown.width < 0.7
    assert shown.x <= content.x + 0.001
    assert shown.x + shown.width >= content.x + content.width - 0.001
    assert last.placements[0].source == FULL


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-0.03, 0.03), min_size=15, max_size=15))
def test_a_crop_does_not_move_when_the_face_trembles(noise: list[float]) -> None:
    shot = talking(*(face(2 * n, 0.5 + off) for n, off in enumerate(noise)))
    assert len(set(layouts(shot))) == 1


def test_a_crop_cuts_once_when_the_face_goes_elsewhere() -> None:
    shot = talking(*(face(t, 0.3 if t < 20 else 0.7) for t in range(30)))
    sources = [layout.placements[0].source for layout in layouts(shot)]
    changes = [(a, b) for a, b in pairwise(sources) if a != b]
    assert len(changes) == 1
    assert changes[0][0].centre_x == pytest.approx(0.3, abs=0.01)
    assert changes[0][1].centre_x == pytest.approx(0.7, abs=0.01)


def test_a_crop_for_an_upright_target_takes_the_full_height() -> None:
    source = layouts(talking(face(5)))[0].placements[0].source
    assert (source.y, source.height) == (0, 1)
    assert source.width * 1920 / 1080 == pytest.approx(9 / 16, abs=0.002)


def test_eyes_stand_at_two_fifths_of_a_crop_that_can_move_up_and_down() -> None:
    upright_source = frame_shots(
        [Span(0, 10)], PictureFacts((talking(face(5, 0.5, 0.4, 0.1)),), ()), (1080, 1920), SQUARE
    )
    source = upright_source[0].layout.placements[0].source
    assert (0.44 - source.y) / source.height == pytest.approx(0.4, abs=0.01)


def test_two_people_far_apart_are_both_shown() -> None:
    faces = [sample for t in range(0, 30, 2) for sample in (face(t, 0.15), face(t, 0.85))]
    assert layouts(talking(*faces))[0] == Layout((Placement(fit=Fit.CONTAIN),), Background.BLUR)


def test_two_people_close_together_share_the_crop() -> None:
    faces = [sample for t in range(0, 30, 2) for sample in (face(t, 0.44), face(t, 0.56))]
    source = layouts(talking(*faces))[0].placements[0].source
    assert source.centre_x == pytest.approx(0.5, abs=0.01)


def test_a_picture_without_faces_is_cropped_where_its_detail_is_or_shown_whole() -> None:
    shot = Shot(Span(0, 30), ShotKind.CAMERA, None, None, (), 0.2)
    assert layouts(shot)[0].placements[0].fit is Fit.CONTAIN
    focused = layouts(replace(shot, focus=Rect(0.6, 0, 0.2, 1)))[0].placements[0]
    assert focused.fit is Fit.COVER
    assert focused.source.centre_x == pytest.approx(0.7, abs=0.01)


def test_an_upright_video_between_bars_fills_an_upright_target() -> None:
    upright = Rect(0.342, 0, 0.316, 1)
    layout = layouts(replace(talking(face(5)), picture=upright))[0]
    assert layout.background is Background.BLACK
    assert layout.placements[0].source.x == pytest.approx(upright.x, abs=0.002)


def test_a_shot_that_flashes_by_does_not_change_the_layout() -> None:
    shots = (
        replace(talking(face(5, 0.3)), span=Span(0, 10)),
        replace(talking(face(10.1, 0.8)), span=Span(10, 10.2)),
        replace(talking(face(15, 0.3)), span=Span(10.2, 30)),
    )
    framings = frame_shots([Span(0, 30)], PictureFacts(shots, ()), WIDE, UPRIGHT)
    assert len({framing.layout for framing in framings}) == 1


def test_speaker_and_screen_each_show_one_of_them() -> None:
    shot = screencast(face(5, 0.87, 0.75, 0.1))
    (speaker,) = layouts(shot, mode="speaker")[0].placements
    (screen,) = layouts(shot, mode="screen")[0].placements
    assert speaker.source.x > INSET.x
    assert screen.source == FULL


def rects() -> st.SearchStrategy[Rect]:
    def rect(numbers: tuple[float, float, float, float]) -> Rect:
        x, y, right, bottom = numbers
        return Rect(x * 0.8, y * 0.8, (1 - x * 0.8) * (0.15 + 0.85 * right), (1 - y * 0.8) * (0.15 + 0.85 * bottom))

    return st.tuples(*[st.floats(0, 1)] * 4).map(rect)


@settings(max_examples=40, deadline=None)
@given(
    screen=rects(),
    camera=rects() | st.none(),
    drawn=st.booleans(),
    faces=st.lists(
        st.tuples(st.floats(0, 30), st.floats(0.1, 0.9), st.floats(0, 0.7), st.floats(0.02, 0.3)), max_size=8
    ),
    source=st.sampled_from([(1920, 1080), (1080, 1920), (640, 360), (853, 481), (720, 576)]),
    target=st.sampled_from([UPRIGHT, SQUARE, PORTRAIT, WIDE]),
    mode=st.sampled_from(LAYOUT_MODES),
)
def test_every_rectangle_lies_on_even_pixels_inside_the_picture_and_every_span_is_covered(
    screen: Rect,
    camera: Rect | None,
    drawn: bool,  # noqa: FBT001
    faces: list[tuple[float, float, float, float]],
    source: tuple[int, int],
    target: tuple[int, int],
    mode: str,
) -> None:
    samples = tuple(face(*numbers) for numbers in sorted(faces))
    if drawn:
        kind = ShotKind.SCREEN_WITH_CAMERA if camera else ShotKind.SCREEN
        shot = Shot(Span(0, 30), kind, screen, camera, samples if camera else (), 0.1)
    else:
        shot = replace(talking(*samples), picture=screen)
    framings = frame_shots(KEPT, PictureFacts((shot,), (Slide(Span(3, 20), (), camera),)), source, target, mode)
    for span in KEPT:
        own = [framing.span for framing in framings if framing.span.overlap_s(span) > 0]
        assert (own[0].start_s, own[-1].end_s) == (span.start_s, span.end_s)
        assert all(before.end_s == after.start_s for before, after in pairwise(own))
    for framing in framings:
        for placement in framing.layout.placements:
            for rect, size in ((placement.source, source), (placement.target, target)):
                assert rect.x >= 0
                assert rect.y >= 0
                assert rect.x + rect.width <= 1 + 1e-9
                assert rect.y + rect.height <= 1 + 1e-9
                for length, pixels in (
                    (rect.x, size[0]),
                    (rect.width, size[0]),
                    (rect.y, size[1]),
                    (rect.height, size[1]),
                ):
                    assert length * pixels / 2 == pytest.approx(round(length * pixels / 2), abs=1e-6)


def test_a_recording_without_shots_is_shown_whole() -> None:
    framings = frame_shots(KEPT, PictureFacts((), ()), WIDE, UPRIGHT)
    assert [framing.span for framing in framings] == KEPT
