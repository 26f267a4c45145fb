"""Measures of agreement between divisions and between stretches."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray


def pk(reference: Collection[int], guess: Collection[int], size: int) -> float:
    """Measure how often two units, half a mean segment apart, are wrongly taken for together or apart.

    Args:
        reference: Inner boundaries: the numbers of the units that start a segment, without 0.
        guess: The same of another division.
        size: The number of units.

    Returns:
        0 for the same division; lower is better. It flatters dividing too little.

    Source: Beeferman, Berger and Lafferty 1999, *Statistical Models for Text Segmentation*.
    """
    crossed, guessed = _crossed(reference, guess, size)
    return float(np.mean((crossed > 0) != (guessed > 0))) if len(crossed) else 0.0


def window_diff(reference: Collection[int], guess: Collection[int], size: int) -> float:
    """Measure how often the number of boundaries within half a mean segment differs.

    Returns:
        0 for the same division; lower is better.

    Source: Pevzner and Hearst 2002, *A Critique and Improvement of an Evaluation Metric for Text Segmentation*.
    """
    crossed, guessed = _crossed(reference, guess, size)
    return float(np.mean(crossed != guessed)) if len(crossed) else 0.0


def _crossed(
    reference: Collection[int], guess: Collection[int], size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Count the boundaries that each window of half a mean reference segment crosses, in both divisions."""
    width = max(1, round(size / (len(reference) + 1) / 2))
    counts = []
    for boundaries in (reference, guess):
        starts = np.zeros(size, np.intp)
        starts[list(boundaries)] = 1
        number = starts.cumsum()
        counts.append(number[width:] - number[:-width])
    return counts[0], counts[1]


def boundary_f1(reference: Sequence[float], guess: Sequence[float], tolerance: float) -> float:
    """Measure how many boundaries were found, each at most ``tolerance`` away and each counted once.

    Args:
        reference: Places in order: times or unit numbers.
        guess: The same of another division.

    Returns:
        0 to 1, higher is better; 1 when both are empty.
    """
    if not reference and not guess:
        return 1.0
    found = 0
    left = sorted(guess)
    for place in sorted(reference):
        # The first that is not too early is the best choice for the first place, since both are in order.
        while left and left[0] < place - tolerance:
            left.pop(0)
        if left and left[0] <= place + tolerance:
            left.pop(0)
            found += 1
    return 2 * found / (len(reference) + len(guess))


def shared_part(guess: tuple[int, int], spans: Collection[tuple[int, int]]) -> float:
    """Measure the units that a stretch shares with some spans, as part of all units in either.

    Args:
        guess: First unit and one past the last.
        spans: The same, any number.
    """
    wanted = {unit for first, stop in spans for unit in range(first, stop)}
    given = set(range(*guess))
    return len(wanted & given) / max(1, len(wanted | given))
