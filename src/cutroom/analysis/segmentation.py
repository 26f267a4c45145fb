"""Divide a line into stretches of least total cost, by dynamic programming over all divisions."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.cohesion import Matrix


def divide(costs: Matrix, count: int) -> tuple[int, ...]:
    """Find the best division into a given number of stretches.

    Args:
        costs: Shape (n + 1, n + 1), ``[i, j]`` for the stretch from i to j; infinite where there is none.
        count: 1 to n.

    Returns:
        The ``count - 1`` inner boundaries, in order; none when there is no division of finite cost.
    """
    return _divisions(costs, count)[count][1]


def divide_freely(costs: Matrix, fewest: int, most: int) -> tuple[int, ...]:
    """Find the best division into as many stretches as pay.

    Each further stretch lowers the cost by less than the one before. The number is taken where the curve of costs
    lies deepest under the line between its ends (the elbow; Satopää et al. 2011, *Finding a "Kneedle" in a
    Haystack*), so no price for a boundary has to be known.

    Args:
        fewest: At least 1.
        most: At least ``fewest``.

    Returns:
        The inner boundaries, in order.
    """
    found = _divisions(costs, most)
    counts = [count for count in range(fewest, most + 1) if math.isfinite(found[count][0])]
    if not counts:
        return ()
    first, last = counts[0], counts[-1]
    slope = (found[last][0] - found[first][0]) / max(1, last - first)
    depth = {count: found[first][0] + slope * (count - first) - found[count][0] for count in counts}
    return found[max(counts, key=lambda count: depth[count])][1]


def divide_by_length(costs: Matrix) -> tuple[int, ...]:
    """Find the division of least total cost when the costs themselves say how long a stretch should be."""
    size = len(costs) - 1
    best = np.full(size + 1, math.inf)
    best[0] = 0
    back = np.zeros(size + 1, np.intp)
    for stop in range(1, size + 1):
        total = best[:stop] + costs[:stop, stop]
        back[stop] = total.argmin()
        best[stop] = total[back[stop]]
    boundaries = []
    at = int(back[size])
    while at > 0:
        boundaries.append(at)
        at = int(back[at])
    return tuple(reversed(boundaries))


def _divisions(costs: Matrix, most: int) -> list[tuple[float, tuple[int, ...]]]:
    """Find the best division into 0, 1, … ``most`` stretches: its cost and inner boundaries."""
    size = len(costs) - 1
    best = np.full(size + 1, math.inf)
    best[0] = 0
    steps: list[NDArray[np.intp]] = []
    found: list[tuple[float, tuple[int, ...]]] = [(math.inf, ())]
    total = np.empty_like(costs)
    for _ in range(most):
        np.add(best, costs.T, out=total)
        step = total.argmin(axis=1)  # along rows, or a copy is made
        best = total[np.arange(size + 1), step]
        steps.append(step)
        at = size
        boundaries = [at := int(step[at]) for step in reversed(steps)]
        found.append((float(best[size]), tuple(reversed(boundaries[:-1])) if math.isfinite(best[size]) else ()))
    return found
