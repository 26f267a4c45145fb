from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.hostile import make

from cutroom.core.errors import UnsupportedMedia
from cutroom.media.frames import Frame
from cutroom.media.moments import watch
from cutroom.media.probe import probe
from cutroom.media.span import Span


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 3 s whose frame n has the grey 16 + 2 n, without loss, with one keyframe."""
    source = "color=s=64x48:r=25,geq=lum='16+2*N':cb=128:cr=128"
    coding = ("-c:v", "libx264", "-preset", "veryfast", "-qp", "0", "-pix_fmt", "yuv420p")
    return make(
        tmp_path_factory.mktemp("moments") / "counting.mp4", "-f", "lavfi", "-i", source, "-frames:v", "75", *coding
    )


def number(frame: Frame) -> int:
    return round(float(frame.pixels.mean()) * 219 / 255 / 2 + 0.1)


def test_a_stretch_gives_every_picture_at_its_time(counting: Path) -> None:
    frames = list(watch(counting, probe(counting), Span(1.0, 1.4), width=64))
    assert [number(frame) for frame in frames] == list(range(25, 35))
    assert [frame.time_s for frame in frames] == pytest.approx([n / 25 for n in range(25, 35)])


def test_a_slower_pace_gives_fewer_pictures_from_the_start(counting: Path) -> None:
    frames = list(watch(counting, probe(counting), Span(0.4, 2.5), width=64, rate=Fraction(1)))
    assert [frame.time_s for frame in frames[:2]] == [0.4, 1.4]
    assert number(frames[0]) == 10


def test_sound_alone_has_nothing_to_watch(counting: Path) -> None:
    with pytest.raises(UnsupportedMedia):
        list(watch(counting, replace(probe(counting), video=None), Span(0, 1), width=64))
