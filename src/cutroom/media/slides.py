"""Follow the states of a screen: which slide is up, and when the next one comes.

A slide changes when what was written on it goes away. Lines that are added one by one, a typed word, a mouse
or a camera in the corner take little away, so they are the same slide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cutroom.media.blocks import apart, luma
from cutroom.media.geometry import Rect

_WIDTH, _HEIGHT = 96, 54
#: A step in light from one pixel to the next that counts as ink.
_STEP = 24
#: Cells with at least this share of ink, of 255, hold something.
_INK = 8
#: Cells whose light or ink differs by more than this have changed.
_CHANGED_LIGHT = 10
_CHANGED_INK = 24
#: The share of what was written that goes away at once, or by and by, when a slide changes.
_GONE = 0.35
_GONE_SINCE_START = 0.6
#: On a nearly empty slide this many cells that change are a new one.
_FEW = 24
#: A state that does not last is on its way to the next, in seconds.
_STABLE_S = 1.5
#: Content is given this much room around it, in cells.
_ROOM = 2


@dataclass(frozen=True, slots=True)
class View:
    """A picture of a screen, small.

    Attributes:
        light: Shape (54, 96), the mean of each cell.
        ink: Shape (54, 96), the share of edge pixels in each cell, of 255.
    """

    time_s: float
    light: NDArray[np.uint8]
    ink: NDArray[np.uint8]


def view(time_s: float, pixels: NDArray[np.uint8]) -> View:
    """Reduce a picture to what tells slides apart."""
    light = luma(pixels)
    edges = np.zeros(light.shape, np.uint8)
    edges[:, 1:] |= apart(light[:, 1:], light[:, :-1]) > _STEP
    edges[1:] |= apart(light[1:], light[:-1]) > _STEP
    return View(time_s, _cells(light), _cells(edges * np.uint8(255)))


def screen_mask(screen: Rect, inset: Rect | None) -> NDArray[np.bool_]:
    """Mark the cells of a screen that a camera's rectangle does not cover."""
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH]
    mask = _covers(screen, x, y, -0.5)
    if inset is not None:
        mask &= ~_covers(inset, x, y, 1.0)
    return mask


def find_changes(views: Sequence[View], mask: NDArray[np.bool_]) -> list[int]:
    """Find the views that open a slide, in order of time; never the first view.

    Args:
        mask: The cells that count, as :func:`screen_mask` gives them.
    """
    changes: list[int] = []
    start = 0
    for index in range(1, len(views)):
        gone_now = _is_new(views[index - 1], views[index], mask, _GONE)
        if not gone_now and not _is_new(views[start], views[index], mask, _GONE_SINCE_START):
            continue
        changes.append(index)
        start = index
    return changes


def settled(changes_s: Sequence[float]) -> list[float]:
    """Keep the last of changes that follow each other at once, as a fade or a build-up does."""
    return [change_s for change_s, next_s in pairwise([*changes_s, float("inf")]) if next_s - change_s >= _STABLE_S]


def written_area(views: Sequence[View], mask: NDArray[np.bool_]) -> Rect | None:
    """Find the rectangle that holds all that is written, with a little room; ``None`` when nothing is."""
    if not views:
        return None
    written = np.max([view.ink for view in views], axis=0) >= _INK
    rows, columns = np.flatnonzero((written & mask).any(axis=1)), np.flatnonzero((written & mask).any(axis=0))
    if rows.size == 0:
        return None
    left, right = max(0, int(columns[0]) - _ROOM), min(_WIDTH, int(columns[-1]) + 1 + _ROOM)
    top, bottom = max(0, int(rows[0]) - _ROOM), min(_HEIGHT, int(rows[-1]) + 1 + _ROOM)
    return Rect(left / _WIDTH, top / _HEIGHT, (right - left) / _WIDTH, (bottom - top) / _HEIGHT)


def changed_share(before: View, after: View, area: Rect) -> float:
    """Measure the share of the cells in an area that hold something else than before; 0 for no cell."""
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH]
    changed = _differs(before, after)[_covers(area, x, y, 0.0)]
    return float(changed.mean()) if changed.size else 0.0


def main_columns(views: Sequence[View], share: float) -> tuple[float, float]:
    """Find the narrowest run of columns that holds a share of all detail; left and right, 0 to 1."""
    columns = np.mean([view.ink for view in views], axis=(0, 1))
    total = np.concatenate([[0.0], np.cumsum(columns)])
    if total[-1] <= 0:
        return 0.0, 1.0
    rights = np.searchsorted(total, total + share * total[-1] - 1e-9)
    lefts = np.flatnonzero(rights <= _WIDTH)
    best = int(lefts[np.argmin(rights[lefts] - lefts)])
    return best / _WIDTH, float(rights[best]) / _WIDTH


def _is_new(before: View, after: View, mask: NDArray[np.bool_], gone: float) -> bool:
    changed = _differs(before, after) & mask
    written = (before.ink >= _INK) & mask
    if written.sum() < _FEW:
        return int(changed.sum()) >= _FEW
    return float(changed[written].mean()) >= gone


def _differs(before: View, after: View) -> NDArray[np.bool_]:
    light = np.abs(before.light.astype(np.int16) - after.light) > _CHANGED_LIGHT
    ink = np.abs(before.ink.astype(np.int16) - after.ink) > _CHANGED_INK
    return np.asarray(light | ink)


def _cells(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(plane).resize((_WIDTH, _HEIGHT), Image.Resampling.BOX))


def _covers(rect: Rect, x: NDArray[np.int_], y: NDArray[np.int_], grow: float) -> NDArray[np.bool_]:
    """Mark cells whose middle lies in a rectangle grown by so many cells."""
    left, right = rect.x * _WIDTH - grow, (rect.x + rect.width) * _WIDTH + grow
    top, bottom = rect.y * _HEIGHT - grow, (rect.y + rect.height) * _HEIGHT + grow
    inside: NDArray[np.bool_] = (x + 0.5 > left) & (x + 0.5 < right) & (y + 0.5 > top) & (y + 0.5 < bottom)
    return inside
