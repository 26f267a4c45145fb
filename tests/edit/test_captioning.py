from __future__ import annotations

import pytest

from cutroom.edit.captioning import bottom_of, place_captions, seam_of
from cutroom.media.caption_layout import place, safe_area
from cutroom.media.caption_styles import STYLES, find_style
from cutroom.media.geometry import Rect
from cutroom.media.timeline import Background, Caption, CaptionWord, Clip, Fit, Layout, Placement, Track, TrackKind

SPLIT = Layout((Placement(target=Rect(0, 0, 1, 0.32)), Placement(target=Rect(0, 0.32, 1, 0.68))))
WHOLE = Layout((Placement(),))


def caption(start: int, centre_y: float | None = None) -> Caption:
    return Caption(start, 20, ((CaptionWord("Hello", start, 20),), (CaptionWord("there", start, 20),)), centre_y)


def test_captions_stand_at_the_seam_while_the_picture_is_split() -> None:
    picture = Track(TrackKind.VIDEO, (Clip("a", 0, 100, SPLIT), Clip("a", 100, 100, WHOLE)))
    first, second = place_captions([caption(0), caption(120)], picture, shape=1.0)
    assert first.centre_y == pytest.approx(0.37)
    assert second.centre_y is None


@pytest.mark.parametrize(
    "layout",
    [
        WHOLE,
        Layout((Placement(target=Rect(0, 0, 0.5, 1)), Placement(target=Rect(0.5, 0, 0.5, 1)))),
        Layout((Placement(), Placement(target=Rect(0.6, 0.6, 0.3, 0.3)))),
    ],
    ids=["one pane", "side by side", "picture in picture"],
)
def test_only_panes_one_above_the_other_have_a_seam(layout: Layout) -> None:
    assert seam_of(layout) is None


def test_captions_stand_below_a_slide_that_is_shown_whole() -> None:
    whole = Layout((Placement(fit=Fit.CONTAIN),), Background.BLUR)
    picture = Track(TrackKind.VIDEO, (Clip("a", 0, 100, whole),))
    (placed,) = place_captions([caption(0)], picture, shape=(4 / 3) / (1080 / 1920))
    assert placed.centre_y == pytest.approx(0.5 + 0.5 * 810 / 1920 + 0.05)


def test_a_picture_that_fills_the_frame_leaves_captions_to_their_style() -> None:
    assert bottom_of(Layout((Placement(fit=Fit.CONTAIN),)), 1.0) is None
    assert bottom_of(WHOLE, 3.0) is None


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("centre_y", [0.0, 0.37, 1.0])
def test_a_moved_caption_stays_in_the_safe_area(style: str, centre_y: float) -> None:
    lines = place(caption(0, centre_y), find_style(style), 1080, 1920, "en")
    area = safe_area(1080, 1920)
    tops = [line.baseline - line.font_ascent for line in lines]
    assert lines[0].baseline > area.y * 1920
    assert lines[-1].baseline < (area.y + area.height) * 1920
    if centre_y == 0.37:
        assert tops[0] < 0.37 * 1920 < lines[-1].baseline + lines[-1].em
