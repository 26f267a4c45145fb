"""How loud a stretch of sound is, in short steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: What digital silence is written as, dB below full scale.
DIGITAL_SILENCE_DB = -120.0


def levels(samples: NDArray[np.float32], rate: int, hop_s: float) -> NDArray[np.float32]:
    """Measure the level above the rumble, step by step.

    A moving average of 4 ms is taken away first, which lowers 50 Hz by 24 dB and leaves what is above 200 Hz: mains
    hum and handling noise must not pass for a voice.

    Args:
        samples: Shape (frames,), full scale = ±1.
        rate: Samples per second.
        hop_s: Seconds a step.

    Returns:
        RMS in dB below full scale, a value a whole or broken step, -120 for digital silence.
    """
    if not samples.size:
        return np.empty(0, np.float32)
    half = max(1, round(0.002 * rate))
    running = np.cumsum(np.pad(samples, (half + 1, half), mode="edge"), dtype=np.float64)
    width = 2 * half + 1
    high = samples - (running[width:] - running[:-width])[: samples.size] / width
    starts = np.arange(0, samples.size, max(1, round(hop_s * rate)))
    power = np.add.reduceat(np.square(high, dtype=np.float32), starts, dtype=np.float64)
    return decibels(power / np.diff(starts, append=samples.size))


def decibels(power: NDArray[np.float64]) -> NDArray[np.float32]:
    """Write mean squares as decibels, never below digital silence."""
    floor = 10 ** (DIGITAL_SILENCE_DB / 10)
    return (10 * np.log10(np.maximum(power, floor))).astype(np.float32)


def coarser(level_db: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Join every ``factor`` steps into one, by their mean power."""
    if not level_db.size:
        return level_db
    starts = np.arange(0, level_db.size, factor)
    power = np.add.reduceat(10 ** (level_db.astype(np.float64) / 10), starts)
    return decibels(power / np.diff(starts, append=level_db.size))
