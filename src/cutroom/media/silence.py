"""Where nobody speaks, judged by the recording's own background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutroom.media.span import Span

#: Nobody speaks this softly into a microphone, dB below full scale.
INAUDIBLE_DB = -65.0
#: Two humps of a level histogram nearer than this are one, dB: music throughout, or nothing but noise.
SEPARATION_DB = 9.0


@dataclass(frozen=True, slots=True)
class Background:
    """A recording's own background and the level that parts it from a voice, dB below full scale."""

    floor_db: float
    threshold_db: float


def find_background(level_db: NDArray[np.float32]) -> Background:
    """Part the background of a recording from what is said over it.

    The histogram of a recording with speech has two humps, the pauses and the voice. They are parted where the
    variance between them is greatest; the threshold lies a quarter of the way up from the pauses, because soft word
    endings are much nearer to the background than to the voice's peaks. With one hump there is nothing to part: a
    music bed or a machine has no silence, and a recording without sound has nothing else.

    Args:
        level_db: Levels in steps of 10 to 50 ms.

    Source: N. Otsu, "A threshold selection method from gray-level histograms", 1979, over decibels.
    """
    audible = level_db[level_db > INAUDIBLE_DB]
    if audible.size < max(5, 0.01 * level_db.size):
        floor = float(np.median(level_db)) if level_db.size else INAUDIBLE_DB
        return Background(floor, INAUDIBLE_DB)
    # Digital silence says nothing about the room, and one value of it would stretch the histogram to -120.
    clipped = np.maximum(level_db, INAUDIBLE_DB - 5)
    split = _greatest_separation(clipped)
    low, high = clipped[clipped < split], clipped[clipped >= split]
    if not low.size or not high.size or np.median(high) - np.median(low) < SEPARATION_DB:
        floor = float(np.percentile(clipped, 5))
        return Background(floor, min(floor - 3.0, INAUDIBLE_DB) if np.median(clipped) > INAUDIBLE_DB else INAUDIBLE_DB)
    # The lower quarter of the low hump: soft speech strays into it from above, never noise from below.
    floor, voice = float(np.percentile(low, 25)), float(np.percentile(high, 75))
    above = min(max(0.25 * (voice - floor), 4.0), 16.0)
    return Background(floor, max(floor + above, INAUDIBLE_DB))


def find_silences(
    level_db: NDArray[np.float32], hop_s: float, threshold_db: float, *, min_s: float = 0.2, min_sound_s: float = 0.05
) -> tuple[Span, ...]:
    """Find the stretches that stay below a level.

    A sound that is short, or that rises less than 3 dB above the threshold for less than 0.15 s, does not end a
    silence: a mouse click is not speech, and a level that hovers at the threshold must not flicker.

    Args:
        level_db: Levels, ``hop_s`` apart.
        threshold_db: Below it is silence.
        min_s: Shorter silences are left out.
        min_sound_s: Shorter sounds are ignored.

    Returns:
        Spans in order, on whole steps.
    """
    sound = level_db >= threshold_db
    for start, stop in runs(sound):
        length_s = (stop - start) * hop_s
        if length_s < min_sound_s or (length_s < 0.15 and level_db[start:stop].max() < threshold_db + 3):
            sound[start:stop] = False
    found = runs(~sound)
    return tuple(
        Span(round(start * hop_s, 4), round(stop * hop_s, 4))
        for start, stop in found[(found[:, 1] - found[:, 0]) * hop_s >= min_s - 1e-9].tolist()
    )


def runs(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """List where a mask is true: shape (runs, 2), start and stop."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return edges.reshape(-1, 2).astype(np.int64)


def _greatest_separation(level_db: NDArray[np.float32]) -> float:
    low, high = (float(value) for value in np.percentile(level_db, (0.5, 99.5)))
    if high - low < 1.0:
        return low
    counts, edges = np.histogram(level_db, bins=max(8, int((high - low) / 0.5)), range=(low, high))
    share = np.cumsum(counts) / max(1, counts.sum())
    centres = (edges[:-1] + edges[1:]) / 2
    mean = np.cumsum(counts * centres) / max(1, counts.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mean[-1] * share - mean) ** 2 / (share * (1 - share))
    best = np.nan_to_num(between[:-1], nan=0.0, posinf=0.0)
    return float(edges[1 + int(np.argmax(best))])
