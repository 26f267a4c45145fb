from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.hostile import make

from cutroom.core.errors import UnsupportedMedia
from cutroom.media.frames import Frame, keyframes
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


def test_a_high_dynamic_range_looks_as_it_does_on_a_keyframe(tmp_path: Path) -> None:
    source = "color=s=64x48:r=25:d=1,format=yuv420p10le,geq=lum=573:cb=512:cr=512,setparams=color_trc=smpte2084"
    tagged = ("-pix_fmt", "yuv420p10le", "-c:v", "libx264", "-color_trc", "smpte2084")  # and without its other colours
    path = make(tmp_path / "hdr.mp4", "-f", "lavfi", "-i", source, *tagged)
    info = probe(path)
    assert info.video is not None
    assert info.video.hdr
    still = next(iter(keyframes(path, info, width=64)))
    moving = next(iter(watch(path, info, Span(0, 0.5), width=64)))
    assert abs(float(still.pixels.mean()) - float(moving.pixels.mean())) < 1
