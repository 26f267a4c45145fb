"""Hear applause and laughter by their texture.

Applause is noise: a flat spectrum, no pitch, for seconds. An audience that laughs is many voices at once: flatter than
one voice, with less pitch, but not noise. So is a room full of talk, which only lasts longer; and a single laughing
speaker is not told from speech, and is not claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.facts import SoundEvent, SoundEventKind
from cutroom.media.silence import runs
from cutroom.media.span import Span

#: Seconds a step: long enough for two periods of the lowest voice.
HOP_S = 0.05
#: Steps that are looked at together, one second of them.
_AROUND = 21
#: Events nearer than this are one occasion.
_TOGETHER_S = 2.0


@dataclass(frozen=True, slots=True)
class Texture:
    """What a sound is made of, a value a step.

    Attributes:
        flatness_db: 0 for noise, about -18 for a voice: geometric over arithmetic mean of 200 Hz bands, 300 to 6500 Hz.
        pitch: 0 to 1, how periodic the sound is between 70 and 400 Hz.
    """

    flatness_db: NDArray[np.float32]
    pitch: NDArray[np.float32]


def describe(samples: NDArray[np.float32], rate: int) -> Texture:
    """Measure the texture of a sound.

    Args:
        samples: Shape (frames,), full scale = ±1.
        rate: Samples per second, at least 13000.

    Returns:
        A value for each whole or broken step of :data:`HOP_S`.
    """
    width = round(HOP_S * rate)
    steps = np.pad(samples, (0, -samples.size % width)).reshape(-1, width)
    power = np.abs(np.fft.rfft(steps * np.hanning(width).astype(np.float32), axis=1)) ** 2 + np.float32(1e-12)
    bin_hz = rate / width
    first, wide = round(300 / bin_hz), round(200 / bin_hz)
    bands = power[:, first : first + 31 * wide].reshape(len(steps), 31, wide).mean(axis=2)
    flatness_db = 10 * (np.log10(bands).mean(axis=1) - np.log10(bands.mean(axis=1)))
    power[:, : round(80 / bin_hz)] = 0
    power[:, round(2000 / bin_hz) :] = 0
    echo = np.fft.irfft(power, n=width, axis=1)
    pitch = echo[:, rate // 400 : rate // 70].max(axis=1) / (echo[:, 0] + 1e-12)
    return Texture(flatness_db.astype(np.float32), np.clip(pitch, 0, 1).astype(np.float32))


def find_events(level_db: NDArray[np.float32], texture: Texture, threshold_db: float) -> tuple[SoundEvent, ...]:
    """Find applause and laughter.

    The limits were set by looking at a talk of 63 minutes (three times applause and two laughs in its captions) and
    at a film of 14 minutes without either. Laughter stays the weaker claim, and its confidence says so.

    Args:
        level_db: In the same steps as the texture.
        threshold_db: Below it is silence.

    Returns:
        Events in order of time.
    """
    if level_db.size < _AROUND:
        return ()
    level = _around(level_db, 20)
    flatness, flattest_pause = _around(texture.flatness_db, 50), _around(texture.flatness_db, 20)
    pitch = _around(texture.pitch, 50)
    applause = (flatness > -9.5) & (pitch < 0.4) & (level > threshold_db + 6)
    laughter = (flatness > -15) & (flattest_pause > -19) & (pitch > 0.3) & (pitch < 0.6) & (level > threshold_db + 8)
    found = [
        *_events(SoundEventKind.APPLAUSE, applause, least_s=1.0, most_s=np.inf, sure=0.9, sure_after_s=5.0),
        *_events(SoundEventKind.LAUGHTER, laughter & ~applause, least_s=1.2, most_s=8.0, sure=0.6, sure_after_s=2.5),
    ]
    return tuple(sorted(found, key=lambda event: event.span))


def _events(
    kind: SoundEventKind,
    mask: NDArray[np.bool_],
    *,
    least_s: float,
    most_s: float,
    sure: float,
    sure_after_s: float,
) -> list[SoundEvent]:
    """Take the runs that last, surer the longer they are; of runs close together none if they are too long in all."""
    lasting = [(start, stop) for start, stop in runs(mask).tolist() if (stop - start) * HOP_S >= least_s - 1e-9]
    groups: list[list[tuple[int, int]]] = []
    for start, stop in lasting:
        if groups and (start - groups[-1][-1][1]) * HOP_S <= _TOGETHER_S:
            groups[-1].append((start, stop))
        else:
            groups.append([(start, stop)])
    events = []
    for group in groups:
        if (group[-1][1] - group[0][0]) * HOP_S > most_s:
            continue
        for start, stop in group:
            span = Span(round(start * HOP_S, 3), round(stop * HOP_S, 3))
            surer = min(1.0, 0.5 + 0.5 * span.duration_s / sure_after_s)
            events.append(SoundEvent(kind, span, round(sure * surer, 2)))
    return events


def _around(values: NDArray[np.float32], percentile: int) -> NDArray[np.float32]:
    """Take a percentile of the second around each step."""
    half = _AROUND // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, half, mode="edge"), _AROUND)
    rank = round(percentile / 100 * (_AROUND - 1))
    return np.partition(windows, rank, axis=1)[:, rank]
