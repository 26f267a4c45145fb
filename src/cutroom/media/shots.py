"""Find where one shot ends and the next begins, from small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Thumbnail: TypeAlias = NDArray[np.uint8]
"""Shape (18, 32, 3), RGB, each value the mean of its area."""

_WIDTH, _HEIGHT = 32, 18
#: Keyframes that an encoder set at its own pace are this close to the longest distance.
_PACE = 0.9
#: A hard cut is so many times the next largest difference between two pictures that follow each other, and at
#: least this: what a codec does to a still picture is less.
_SPIKE = 2.0
_JUMP = 1.5


def thumbnail(pixels: NDArray[np.uint8]) -> Thumbnail:
    """Reduce a picture to what tells shots apart."""
    return np.asarray(Image.fromarray(pixels).resize((_WIDTH, _HEIGHT), Image.Resampling.BOX))


def distance(before: Thumbnail, after: Thumbnail) -> float:
    """Measure the mean absolute difference of two small pictures, 0 to 255."""
    return float(np.abs(before.astype(np.int16) - after).mean())


def is_cut(before: Thumbnail, after: Thumbnail, *, placed: bool = False) -> bool:
    """Decide whether two pictures some seconds apart belong to different shots.

    Movement within a shot keeps the colours or the places of light and dark; a cut keeps neither.

    Args:
        placed: The encoder set a keyframe at the second picture out of its turn, as it does at cuts.
    """
    apart = distance(before, after)
    if apart < 25:
        return False
    if placed and apart >= 40:
        return True
    return _likeness(before, after) < 0.5 or _shared_colours(before, after) < 0.5


def placed_keyframes(times_s: Sequence[float]) -> list[bool]:
    """Tell which keyframes the encoder set out of its turn: at a change, and then exactly at it."""
    gaps = np.diff(times_s)
    if gaps.size == 0:
        return [False] * len(times_s)
    longest = float(gaps.max())
    return [False, *(bool(gap < _PACE * longest) for gap in gaps)]


def find_hard_cut(thumbnails: Sequence[Thumbnail]) -> int | None:
    """Find the one picture of a run that differs from the one before it more than any other does.

    Args:
        thumbnails: Every picture of a short stretch.

    Returns:
        Its index; ``None`` when the stretch changes evenly or not at all.
    """
    if len(thumbnails) < 3:
        return None
    steps = [distance(a, b) for a, b in pairwise(thumbnails)]
    highest = int(np.argmax(steps))
    return highest + 1 if steps[highest] >= max(_JUMP, _SPIKE * sorted(steps)[-2]) else None


def place_cut(thumbnails: Sequence[Thumbnail]) -> int:
    """Find the picture that opens the second shot, in a run of every picture from one shot into the next.

    Returns:
        Its index: the hard cut, or else where a dissolve becomes more like its end than like its beginning.
    """
    if (hard := find_hard_cut(thumbnails)) is not None:
        return hard
    first, last = thumbnails[0], thumbnails[-1]
    closer = [distance(picture, last) < distance(picture, first) for picture in thumbnails]
    return closer.index(True) if True in closer else len(thumbnails) - 1


def _likeness(before: Thumbnail, after: Thumbnail) -> float:
    """Correlate light and dark, -1 to 1; 0 when one of them is plain."""
    a, b = (picture.mean(axis=-1).ravel() - picture.mean() for picture in (before, after))
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size > 0 else 0.0


def _shared_colours(before: Thumbnail, after: Thumbnail) -> float:
    """Intersect the histograms of 64 colours, 0 to 1."""
    a, b = (
        np.bincount((picture >> 6).reshape(-1, 3) @ np.array([16, 4, 1]), minlength=64) for picture in (before, after)
    )
    return float(np.minimum(a, b).sum() / a.sum())
