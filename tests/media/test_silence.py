from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cutroom.media.loudness import coarser, levels
from cutroom.media.silence import find_background, find_silences, runs

RATE = 16000
HOP_S = 0.01
Sound = NDArray[np.float32]


def tone(seconds: float, level_db: float, hz: float = 440.0) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    wanted = 10 ** (level_db / 20) * np.sqrt(2)
    return np.asarray(wanted * np.sin(2 * np.pi * hz * time), np.float32)


def noise(seconds: float, level_db: float) -> Sound:
    return np.asarray(
        10 ** (level_db / 20) * np.random.default_rng(1).standard_normal(round(seconds * RATE)), np.float32
    )


def bursts() -> tuple[Sound, list[tuple[float, float]]]:
    """Twenty tones of 1.5 s with pauses between, the pauses being the truth."""
    parts, pauses, clock = [], [], 0.0
    for index in range(20):
        pause = (0.3, 0.7, 1.2)[index % 3]
        parts += [tone(1.5, -20 - index % 4 * 3), np.zeros(round(pause * RATE), np.float32)]
        pauses.append((clock + 1.5, clock + 1.5 + pause))
        clock += 1.5 + pause
    return np.concatenate(parts), pauses


@pytest.mark.parametrize("level_db", [-6.0, -20.0, -60.0])
def test_the_level_of_a_tone_is_its_level(level_db: float) -> None:
    measured = levels(tone(2.0, level_db), RATE, 0.05)
    assert np.abs(measured - level_db).max() < 1.0


def test_digital_silence_is_minus_120_db() -> None:
    assert set(levels(np.zeros(RATE, np.float32), RATE, 0.05).tolist()) == {-120.0}


def test_mains_hum_is_taken_off_the_level() -> None:
    assert levels(tone(2.0, -20.0, 50.0), RATE, 0.05).max() < -42


def test_a_broken_last_step_is_measured_by_its_own_length() -> None:
    measured = levels(tone(1.003, -20.0), RATE, 0.01)
    assert measured.size == 101
    assert measured[-1] == pytest.approx(-20, abs=3)


def test_joined_steps_keep_the_mean_power() -> None:
    joined = coarser(np.array([-10, -10, -120, -120, -20], np.float32), 2)
    assert joined.tolist() == pytest.approx([-10, -120, -20], abs=0.01)


@pytest.mark.parametrize(
    ("background", "bed"),
    [
        ("digital silence", np.zeros(1, np.float32)),
        ("a quiet room", noise(60, -65)),
        ("a noisy room", noise(60, -42)),
        ("mains hum", tone(60, -20, 50.0) + tone(60, -45, 150.0)),
        ("soft music", tone(60, -45, 330.0) + tone(60, -48, 392.0)),
    ],
)
def test_pauses_are_found_over_any_background(background: str, bed: Sound) -> None:
    voice, pauses = bursts()
    sound = voice + (np.resize(bed, voice.size) if bed.size > 1 else 0)
    measured = levels(sound, RATE, HOP_S)
    found = find_silences(measured, HOP_S, find_background(measured).threshold_db)
    assert len(found) == len(pauses), background
    for span, (start_s, end_s) in zip(found, pauses, strict=True):
        assert span.start_s == pytest.approx(start_s, abs=0.03)
        assert span.end_s == pytest.approx(end_s, abs=0.03)


def test_a_soft_word_ending_is_not_silence() -> None:
    word = np.concatenate([tone(1.2, -20), tone(0.3, -50), np.zeros(round(0.8 * RATE), np.float32)])
    sound = np.tile(word, 12)
    measured = levels(sound + np.resize(noise(3, -72), sound.size), RATE, HOP_S)
    found = find_silences(measured, HOP_S, find_background(measured).threshold_db)
    assert [span.start_s for span in found] == pytest.approx([1.5 + 2.3 * k for k in range(12)], abs=0.03)


@pytest.mark.parametrize("level_db", [-10.0, -30.0, -45.0])
def test_a_sound_that_never_pauses_has_no_silence(level_db: float) -> None:
    measured = levels(noise(20, level_db), RATE, HOP_S)
    assert find_silences(measured, HOP_S, find_background(measured).threshold_db) == ()


@pytest.mark.parametrize("sound", [np.zeros(20 * RATE, np.float32), noise(20, -75)])
def test_a_recording_without_sound_is_one_silence(sound: Sound) -> None:
    measured = levels(sound, RATE, HOP_S)
    (span,) = find_silences(measured, HOP_S, find_background(measured).threshold_db)
    assert (span.start_s, span.end_s) == (0.0, 20.0)


def test_a_mouse_click_does_not_end_a_silence() -> None:
    voice, _ = bursts()
    click = np.zeros(4 * RATE, np.float32)
    click[2 * RATE : 2 * RATE + 320] = 0.3
    measured = levels(np.concatenate([voice, click]), RATE, HOP_S)
    last = find_silences(measured, HOP_S, find_background(measured).threshold_db)[-1]
    assert last.duration_s > 4


def test_no_levels_have_no_silence() -> None:
    empty = np.empty(0, np.float32)
    assert find_silences(empty, HOP_S, find_background(empty).threshold_db) == ()
    assert levels(empty, RATE, HOP_S).size == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-120, 0), max_size=400), st.floats(-80, -10))
def test_silences_are_ordered_apart_long_enough_and_mostly_below_the_threshold(
    values: list[float], threshold_db: float
) -> None:
    level_db = np.array(values, np.float32)
    found = find_silences(level_db, HOP_S, threshold_db)
    for span in found:
        inside = level_db[round(span.start_s / HOP_S) : round(span.end_s / HOP_S)]
        assert span.duration_s >= 0.2 - 1e-9
        # What is loud inside is a click: shorter than 0.05 s, or short and hardly above.
        for start, stop in runs(inside >= threshold_db + 3).tolist():
            assert (stop - start) * HOP_S < 0.05
    assert all(a.end_s < b.start_s for a, b in itertools.pairwise(found))
