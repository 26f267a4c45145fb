from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.render.conftest import cut_timeline, read_numbers, read_sound

from cutroom.media import ffmpeg
from cutroom.media.timeline import Media
from cutroom.render.clip import render_clip
from cutroom.render.sound import SAMPLE_RATE, cut_sound

Numbered = Callable[..., Media]
NTSC = Fraction(30000, 1001)
SOURCE_S = 26
CUTS = 200


def many_cuts(rate: Fraction) -> list[tuple[int, int]]:
    """Keep 200 short stretches of the source."""
    chance = random.Random(5)
    step = int(SOURCE_S * rate) // (CUTS + 1)
    return [(number * step + chance.randint(0, 1), chance.randint(1, step - 2)) for number in range(CUTS)]


def frames_of(cuts: list[tuple[int, int]]) -> list[int]:
    return [frame for start, duration in cuts for frame in range(start, start + duration)]


def sound_of(cuts: list[tuple[int, int]], rate: Fraction) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Write the sawtooth that the cuts must sound like, sample by sample."""
    values = []
    placed = 0
    for start, duration in cuts:
        length = round((placed + duration) * SAMPLE_RATE / rate) - round(placed * SAMPLE_RATE / rate)
        placed += duration
        at = round(start * SAMPLE_RATE / rate) + np.arange(length)
        values.append(0.9 * (2 * (at % SAMPLE_RATE) / SAMPLE_RATE - 1))
    return np.concatenate(values)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60)], ids=str)
def test_200_cuts_show_every_frame_asked_for_and_sound_and_picture_stay_together(
    rate: Fraction, numbered: Numbered, tmp_path: Path
) -> None:
    cuts = many_cuts(rate)
    timeline = cut_timeline(numbered(rate, SOURCE_S, name="a.mov"), rate, cuts)
    render_clip(timeline, tmp_path / "out.mp4", scratch=tmp_path)

    assert read_numbers(tmp_path / "out.mp4") == frames_of(cuts)
    wanted, heard = sound_of(cuts, rate), read_sound(tmp_path / "out.mp4")[:, 0]
    for stretch in (slice(0, 5 * SAMPLE_RATE), slice(len(wanted) - 5 * SAMPLE_RATE, len(wanted))):
        assert abs(lag(wanted[stretch], heard[stretch])) <= SAMPLE_RATE / 1000


def test_sound_is_cut_to_the_sample(numbered: Numbered, tmp_path: Path) -> None:
    cuts = many_cuts(NTSC)
    cut_sound(cut_timeline(numbered(NTSC, SOURCE_S, name="a.mov"), NTSC, cuts), tmp_path / "cut.wav")
    heard, wanted = read_sound(tmp_path / "cut.wav"), sound_of(cuts, NTSC)
    assert len(heard) == len(wanted) == round(sum(duration for _, duration in cuts) * SAMPLE_RATE / NTSC)
    # Nothing but the 3 ms of fade at each end of a stretch may differ.
    off = np.abs(heard[:, 0] - wanted) > 2e-4
    assert off.sum() <= CUTS * 2 * SAMPLE_RATE * 0.003


def test_a_cut_does_not_click(numbered: Numbered, tmp_path: Path) -> None:
    rate = Fraction(30)
    cuts = [(number * 37, 20) for number in range(20)]
    cut_sound(cut_timeline(numbered(rate, SOURCE_S, name="a.mov"), rate, cuts), tmp_path / "cut.wav")
    heard = read_sound(tmp_path / "cut.wav")[:, 0]
    at_cuts = np.cumsum([duration for _, duration in cuts])[:-1] * 1600
    steps = [np.abs(np.diff(heard[at - 200 : at + 200])).max() for at in at_cuts]
    assert max(steps) < 0.02


def test_frames_that_a_variable_rate_source_holds_are_held(numbered: Numbered, tmp_path: Path) -> None:
    rate, fast = Fraction(30), Fraction(60)
    source = numbered(fast, SOURCE_S, name="vfr.mov", picture="select='gt(random(7),0.6)+not(n)'")
    present = read_numbers(source.path)
    assert len(present) < 0.5 * SOURCE_S * fast
    cuts = [(start + 300, duration) for start, duration in many_cuts(rate) if start < 400]
    render_clip(cut_timeline(source, rate, cuts), tmp_path / "out.mp4", scratch=tmp_path)
    for shown, frame in zip(read_numbers(tmp_path / "out.mp4"), frames_of(cuts), strict=True):
        assert shown == max(number for number in present if number <= 2 * frame)


def test_a_still_screen_shows_what_was_on_it_when_the_clip_starts(numbered: Numbered, tmp_path: Path) -> None:
    rate = Fraction(30)
    source = numbered(rate, SOURCE_S, name="still.mp4", picture="select='not(mod(n,250))'", extra="-c:a aac")
    assert read_numbers(source.path) == [0, 250, 500, 750]
    render_clip(cut_timeline(source, rate, [(450, 60), (490, 30)]), tmp_path / "out.mp4", scratch=tmp_path)
    assert read_numbers(tmp_path / "out.mp4") == [250] * 50 + [500] * 10 + [250] * 10 + [500] * 20


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("open.ts", "-c:v libx264 -g 90 -bf 3 -x264-params open-gop=1:scenecut=0 -c:a aac -muxdelay 2"),
        ("late.mp4", "-c:v libx264 -g 250 -bf 3 -c:a aac -output_ts_offset 7.3"),
        ("a.mkv", "-c:v libx264 -g 250 -bf 3 -c:a flac"),
        ("a.avi", "-c:v mpeg4 -q:v 2 -g 100 -c:a pcm_s16le"),
        ("a.webm", "-c:v libvpx -b:v 2M -deadline realtime -g 200 -c:a libvorbis"),
    ],
)
def test_a_clip_from_the_middle_is_exact_in_every_container(
    name: str, extra: str, numbered: Numbered, tmp_path: Path
) -> None:
    rate = NTSC
    cuts = [(330 + 20 * number, 9) for number in range(20)]
    source = numbered(rate, SOURCE_S, name=name, extra=extra)
    render_clip(cut_timeline(source, rate, cuts), tmp_path / "out.mp4", scratch=tmp_path)
    # A container may start with a few milliseconds of sound alone, which moves the grid for both alike.
    shifts = {shown - frame for shown, frame in zip(read_numbers(tmp_path / "out.mp4"), frames_of(cuts), strict=True)}
    assert shifts in ({0}, {-1})
    late = lag(sound_of(cuts, rate), read_sound(tmp_path / "out.mp4")[:, 0]) / SAMPLE_RATE
    assert abs(late + shifts.pop() / rate) < 0.5 / rate


def test_clips_may_come_from_anywhere_in_any_order(numbered: Numbered, tmp_path: Path) -> None:
    rate = Fraction(25)
    cuts = [(600, 30), (10, 30), (20, 30), (640, 10)]
    timeline = cut_timeline(numbered(rate, SOURCE_S, name="a.mov"), rate, cuts)
    render_clip(timeline, tmp_path / "out.mp4", scratch=tmp_path)
    assert read_numbers(tmp_path / "out.mp4") == frames_of(cuts)
    wanted, heard = sound_of(cuts, rate), read_sound(tmp_path / "out.mp4")[:, 0]
    assert abs(lag(wanted, heard)) <= SAMPLE_RATE / 1000


def test_a_source_that_changes_its_size_is_cut_on_one_clock(numbered: Numbered, tmp_path: Path) -> None:
    rate = Fraction(30)
    first = numbered(rate, SOURCE_S, name="a.ts", extra="-c:a aac -muxdelay 0").path
    later = ["-itsoffset", str(SOURCE_S), *ffmpeg.input_arguments(first), "-vf", "scale=2*iw:2*ih:flags=neighbor"]
    ffmpeg.run(
        [*later, "-copyts", "-c:v", "libx264", "-c:a", "copy", "-muxdelay", "0", f"file:{tmp_path / 'later.ts'}"],
        reads=[first],
        writes=tmp_path,
        time_limit_s=60,
    )
    path = tmp_path / "both.ts"
    path.write_bytes(first.read_bytes() + (tmp_path / "later.ts").read_bytes())
    media = replace(numbered(rate, SOURCE_S, name="a.mov"), path=path, duration_s=Fraction(2 * SOURCE_S))
    cuts = [(700, 40), (760, 60)]
    render_clip(cut_timeline(media, rate, cuts), tmp_path / "out.mp4", scratch=tmp_path)
    shown = read_numbers(tmp_path / "out.mp4")
    # Two frames of doubt where the files meet, none that adds up.
    assert [abs(number - frame % 780) <= 1 for number, frame in zip(shown, frames_of(cuts), strict=True)].count(
        False
    ) <= 2


def lag(
    wanted: np.ndarray[tuple[int], np.dtype[np.float64]], heard: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> float:
    """Measure how many samples late ``heard`` is: the value of a sawtooth is its time."""
    size = min(len(wanted), len(heard))
    steps = (wanted[:size] - heard[:size]) / (2 * 0.9)
    return float(np.median((steps + 0.5) % 1 - 0.5)) * SAMPLE_RATE
