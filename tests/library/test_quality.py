"""How good a recording is, as far as a measurement can tell."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.library.quality import Quality, Sound, judge
from cutroom.media.info import AudioStream, MediaInfo, VideoStream
from cutroom.media.meter import Loudness

GOOD = Sound(Loudness(-20.0, -3.0), noise_floor_db=-60.0, voice_db=-25.0, speech_share=0.8)


def _info(width: int = 1920, height: int = 1080, rate: int = 30, mbit_s: float = 6.0, **changes: Any) -> MediaInfo:  # noqa: ANN401 - any field
    video = VideoStream(0, width, height, Fraction(rate), False, 0, False, False, "h264", 2.0)  # noqa: FBT003 - its fields
    audio = (AudioStream(1, "aac", 48000, 2, None),)
    fields: dict[str, Any] = {"video": video, "audio": audio, "size_bytes": int(mbit_s * 1e6 * 60 / 8)} | changes
    return MediaInfo(duration_s=60.0, container="mp4", chapters=(), sha256="0" * 64, **fields)


def _parts(quality: Quality) -> dict[str, int]:
    return {part.name: part.score for part in quality.parts}


def test_a_good_recording_has_nothing_to_be_mended() -> None:
    quality = judge(_info(), GOOD, 0.0)
    assert quality.score == 100
    assert not [part for part in quality.parts if part.advice]


@pytest.mark.parametrize(
    ("info", "sound", "black", "worse"),
    [
        (_info(426, 240, mbit_s=0.6), GOOD, 0.0, "resolution"),
        (_info(240, 426, mbit_s=0.6), GOOD, 0.0, "resolution"),
        (_info(rate=8, mbit_s=2.0), GOOD, 0.0, "frame rate"),
        (_info(mbit_s=0.2), GOOD, 0.0, "bit rate"),
        (_info(), GOOD, 0.6, "black picture"),
        (_info(), Sound(Loudness(-44.0, -20.0), -80.0, -50.0, 0.8), 0.0, "loudness"),
        (_info(), Sound(Loudness(-12.0, 1.4), -60.0, -20.0, 0.8), 0.0, "overdrive"),
        (_info(), Sound(Loudness(-20.0, -3.0), -30.0, -25.0, 0.8), 0.0, "noise"),
        (_info(), Sound(Loudness(-20.0, -3.0), -60.0, -25.0, 0.0), 0.0, "speech"),
        (_info(), Sound(Loudness(-math.inf, -math.inf), -120.0, -120.0, 0.0), 0.0, "loudness"),
        (_info(audio=()), None, 0.0, "sound"),
    ],
)
def test_what_is_wrong_is_named_alone_and_lowers_the_score(
    info: MediaInfo, sound: Sound | None, black: float, worse: str
) -> None:
    quality = judge(info, sound, black)
    assert [part.name for part in quality.parts if part.advice] == [worse]
    assert quality.score < 97
    assert _parts(quality)[worse] < 30


def test_what_does_not_apply_is_left_out() -> None:
    heard = judge(_info(video=None), GOOD, None)
    assert set(_parts(heard)) == {"loudness", "overdrive", "noise", "speech"}
    assert heard.score == 100
    assert judge(_info(video=None, audio=()), None, None) == Quality(0, ())


@given(
    st.integers(1, 8000),
    st.integers(1, 8000),
    st.integers(1, 120),
    st.floats(0, 500),
    st.floats(-70, 5),
    st.floats(-120, 6),
    st.floats(-120, 0),
    st.floats(-120, 0),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_any_recording_has_a_score_from_0_to_100(
    width: int,
    height: int,
    rate: int,
    mbit_s: float,
    lufs: float,
    peak: float,
    floor: float,
    voice: float,
    speech: float,
    black: float,
) -> None:
    quality = judge(_info(width, height, rate, mbit_s), Sound(Loudness(lufs, peak), floor, voice, speech), black)
    assert 0 <= quality.score <= 100
    for part in quality.parts:
        assert 0 <= part.score <= 100
        assert (part.advice is None) == (part.score >= 80)
