from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.render.conftest import make, read_sound

from cutroom.media.timeline import Clip, Media, Timeline, Track, TrackKind
from cutroom.render.sound import MAX_GAIN_DB, cut_sound, master_sound, measure_loudness


def sound(folder: Path, name: str, filters: str, *, duration_s: int = 8) -> Path:
    return make(folder, name, ["-f", "lavfi", "-i", filters, "-t", str(duration_s), "-ar", "48000", "-ac", "2"])


@pytest.mark.parametrize("level_db", [6, -3, -12])
def test_a_programme_is_brought_to_its_loudness_with_its_peaks_under_the_limit(level_db: int, tmp_path: Path) -> None:
    speech = f"anoisesrc=color=pink:r=48000:seed=3,tremolo=f=4:d=0.95,volume={level_db}dB"
    reached = master_sound(sound(tmp_path, "cut.wav", speech), tmp_path / "master.wav", loudness_lufs=-14.0)
    assert reached == measure_loudness(tmp_path / "master.wav")
    assert abs(reached.integrated_lufs + 14.0) <= 0.5
    assert reached.peak_dbtp <= -1.9


def test_hiss_is_not_made_into_noise(tmp_path: Path) -> None:
    hiss = sound(tmp_path, "cut.wav", "anoisesrc=color=white:r=48000:seed=3,volume=-45dB")
    before = measure_loudness(hiss).integrated_lufs
    after = master_sound(hiss, tmp_path / "master.wav", loudness_lufs=-14.0).integrated_lufs
    assert abs(after - before - MAX_GAIN_DB) < 0.6


def test_silence_stays_silent(tmp_path: Path) -> None:
    silence = sound(tmp_path, "cut.wav", "anullsrc=r=48000")
    assert master_sound(silence, tmp_path / "master.wav", loudness_lufs=-14.0).integrated_lufs == -math.inf
    assert not read_sound(tmp_path / "master.wav").any()


def test_the_limiter_moves_no_sample(tmp_path: Path) -> None:
    click = "aevalsrc='if(eq(n,96000),1,0.05*sin(n/9))|if(eq(n,96000),1,0.05*sin(n/9))':s=48000"
    master_sound(sound(tmp_path, "cut.wav", click), tmp_path / "master.wav", loudness_lufs=-20.0)
    heard = read_sound(tmp_path / "master.wav")
    assert len(heard) == 8 * 48000
    assert abs(int(np.abs(heard[:, 0]).argmax()) - 96000) <= 1


def test_a_source_without_sound_is_silence_of_the_programmes_length(tmp_path: Path) -> None:
    mute = Media("a", tmp_path / "none.mp4", "", Fraction(60), 16, 16, Fraction(25), 0, None)
    tracks = (Track(TrackKind.VIDEO, (Clip("a", 0, 50),)),)
    for kinds in (tracks, (*tracks, Track(TrackKind.AUDIO, (Clip("a", 0, 50),)))):
        cut_sound(Timeline("test", Fraction(25), 16, 16, (mute,), kinds), tmp_path / "cut.wav")
        heard = read_sound(tmp_path / "cut.wav")
        assert len(heard) == 2 * 48000
        assert not heard.any()


def test_sound_that_ends_early_is_followed_by_silence_and_gain_is_applied(
    numbered: Callable[..., Media], tmp_path: Path
) -> None:
    media = replace(numbered(Fraction(25), 26, name="a.mov"), duration_s=Fraction(27))
    clips = (Clip("a", 25 * 25, 50, gain_db=-6.0),)
    cut_sound(Timeline("test", Fraction(25), 16, 16, (media,), (Track(TrackKind.AUDIO, clips),)), tmp_path / "cut.wav")
    heard = read_sound(tmp_path / "cut.wav")
    assert len(heard) == 2 * 48000
    assert not heard[48000:].any()
    assert abs(np.abs(heard[:48000]).max() - 0.9 * 10 ** (-6 / 20)) < 0.01
