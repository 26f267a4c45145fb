from __future__ import annotations

from fractions import Fraction

import pytest

from cutroom.core.errors import InvalidInput
from cutroom.media.info import VideoStream
from cutroom.media.presets import PRESETS, find_preset, programme_rate


def video(rate: Fraction, *, variable: bool = False) -> VideoStream:
    return VideoStream(
        0, 1920, 1080, rate, variable, 0, hdr=False, interlaced=False, codec="h264", keyframe_interval_s=2
    )


@pytest.mark.parametrize(
    ("source", "programme"),
    [
        ("24000/1001", "24000/1001"),
        ("24", "24"),
        ("25", "25"),
        ("30000/1001", "30000/1001"),
        ("30", "30"),
        ("2997/100", "30000/1001"),
        ("48", "24"),
        ("50", "25"),
        ("60000/1001", "30000/1001"),
        ("60", "30"),
        ("120", "30"),
        ("240", "30"),
        ("15", "30"),
        ("10", "30"),
        ("25/2", "25"),
        ("12", "24"),
        ("17", "30"),
        ("0", "30"),
    ],
)
def test_a_programme_runs_at_the_standard_rate_that_uses_frames_evenly(source: str, programme: str) -> None:
    assert programme_rate(video(Fraction(source))) == Fraction(programme)


def test_a_fast_rate_is_kept_when_asked_for() -> None:
    assert programme_rate(video(Fraction(60)), highest=Fraction(60)) == 60
    assert programme_rate(video(Fraction(50)), highest=Fraction(60)) == 50
    assert programme_rate(video(Fraction(30)), highest=Fraction(60)) == 30


def test_variable_rates_and_sound_alone_run_at_30() -> None:
    assert programme_rate(video(Fraction(25), variable=True)) == 30
    assert programme_rate(None) == 30


def test_presets_are_even_and_their_safe_area_lies_inside() -> None:
    for preset in PRESETS.values():
        assert preset.width % 2 == preset.height % 2 == 0
        assert 0 < preset.safe_area.x < preset.safe_area.x + preset.safe_area.width < 1
        assert 0 < preset.safe_area.y < preset.safe_area.y + preset.safe_area.height < 1


def test_an_unknown_preset_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="vertical-1080, portrait-4x5"):
        find_preset("tall")
