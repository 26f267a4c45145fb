"""Where a crop stands over time: it cuts from place to place and never pans.

A crop that follows every step of a speaker looks like a drunken camera, so it stays as long as the face is in
its middle, and moves at once when the face has really gone elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cutroom.media.span import Span

#: A crop stays at one place at least this long, in seconds of the programme.
HOLD_S = 2.0
#: Leaving the face out of the middle for this long costs as much as a cut, in seconds.
_CUT_COST_S = 1.5
#: However far a face is from the middle, it counts no more than this: one wrong sample must not move a crop.
_FAR = 3.0
#: A move is put onto a cut of the programme this near, where nobody sees it, in seconds.
_SNAP_S = 0.75


@dataclass(frozen=True, slots=True)
class Place:
    """Where the middle of a crop is during a stretch of the source, as shares of the picture."""

    span: Span
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Point:
    """Where the middle of the crop should be at one moment."""

    time_s: float
    x: float
    y: float


def hold(points: Sequence[Point], spans: Sequence[Span], *, slack_x: float, slack_y: float) -> tuple[Place, ...]:
    """Find the fewest places that keep the points within the slack, each held for long enough.

    Args:
        points: In order of time, at least one.
        spans: What is kept of one shot, in order, at least one.
        slack_x: How far a point may be from the crop's middle.
        slack_y: The same, in height.

    Returns:
        In order; together they cover the time from the first span's start to the last one's end.

    Source: Optimal segmentation by dynamic programming (Bellman 1961), with a capped cost against outliers.
    """
    start_s, end_s = spans[0].start_s, spans[-1].end_s
    middles = [(a.time_s + b.time_s) / 2 for a, b in pairwise(points)]
    edges = [start_s, *(min(max(middle, start_s), end_s) for middle in middles), end_s]
    seconds = np.array([_kept_s(spans, Span(a, b)) for a, b in pairwise(edges)])
    at = np.array([(point.x, point.y) for point in points])
    slack = np.array([slack_x, slack_y])
    still = np.median(at, axis=0)
    if (np.abs(at - still) <= slack).all():
        return (Place(Span(start_s, end_s), float(still[0]), float(still[1])),)
    elapsed = np.concatenate([[0.0], np.cumsum(seconds)])
    best = np.full(len(points) + 1, np.inf)
    best[0] = 0.0
    came_from = np.zeros(len(points) + 1, np.intp)
    for stop in range(1, len(points) + 1):
        for first in range(stop):
            whole = first == 0 and stop == len(points)
            if not whole and elapsed[stop] - elapsed[first] < HOLD_S:
                continue
            off = np.abs(at[first:stop] - np.median(at[first:stop], axis=0)) / slack
            excess = np.clip(off.max(axis=1) - 1, 0, _FAR)
            cost = best[first] + float(excess @ seconds[first:stop]) + (_CUT_COST_S if first else 0.0)
            if cost < best[stop]:
                best[stop], came_from[stop] = cost, first
    stops = [len(points)]
    while stops[-1]:
        stops.append(int(came_from[stops[-1]]))
    places: list[Place] = []
    for first, stop in pairwise(reversed(stops)):
        x, y = np.median(at[first:stop], axis=0)
        since_s = places[-1].span.end_s if places else start_s
        until_s = end_s if stop == len(points) else max(since_s, _snapped(edges[stop], spans))
        places.append(Place(Span(since_s, until_s), float(x), float(y)))
    return tuple(places)


def _kept_s(spans: Sequence[Span], part: Span) -> float:
    return sum(span.overlap_s(part) for span in spans)


def _snapped(time_s: float, spans: Sequence[Span]) -> float:
    cuts = [cut for span in spans for cut in (span.start_s, span.end_s)]
    nearest = min(cuts, key=lambda cut: abs(cut - time_s))
    return nearest if abs(nearest - time_s) <= _SNAP_S else time_s
