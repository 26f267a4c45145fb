"""Straight edges that stay in one row or column: the border of a camera's rectangle on a screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cutroom.media.blocks import BLOCK, Pixels, apart
from cutroom.media.geometry import Rect

#: A step from one pixel to the next that is an edge, of 255.
_EDGE = 8
#: The share of a side that must be an edge, and the share of frames in which a pixel must be.
_SIDE = 0.65
_CLEARER = 0.1
_OFTEN = 0.6
#: So near to the picture's end a line is the end: recordings have dark lines there.
_END = 0.015


class Edges:
    """Where edges stay through many frames.

    Args:
        frames: Of one size.
    """

    def __init__(self, frames: Sequence[Pixels]) -> None:
        self.height, self.width = frames[0].shape[:2]
        across = np.zeros((self.height, self.width), np.float32)
        down = np.zeros((self.height, self.width), np.float32)
        for frame in frames:
            across[:, 1:] += _is_step(frame[:, 1:], frame[:, :-1])
            down[1:] += _is_step(frame[1:], frame[:-1])
        self._across = across / len(frames) >= _OFTEN
        self._down = (down / len(frames) >= _OFTEN).T

    def close(self, blob: Rect) -> Rect | None:
        """Grow a blob to the first straight edge on each side.

        Returns:
            ``None`` when two sides have no edge, or one has none and the picture's own end must serve for two.
        """
        x0, x1 = round(blob.x * self.width), round((blob.x + blob.width) * self.width)
        y0, y1 = round(blob.y * self.height), round((blob.y + blob.height) * self.height)
        found = [False] * 4
        # The ends of a side are known only when its neighbours are, so the second round decides.
        for _ in range(2):
            left, found[0] = _side(self._across, x0, (y0, y1), -1)
            right, found[1] = _side(self._across, x1, (y0, y1), 1)
            top, found[2] = _side(self._down, y0, (left, right), -1)
            bottom, found[3] = _side(self._down, y1, (left, right), 1)
            x0, x1, y0, y1 = left, right, top, bottom
        ends_x, ends_y = _END * self.width, _END * self.height
        own = (x0 > ends_x, x1 < self.width - ends_x, y0 > ends_y, y1 < self.height - ends_y)
        drawn = sum(is_own and is_found for is_own, is_found in zip(own, found, strict=True))
        if sum(found) < (4 if drawn < 2 else 3) or x1 - x0 < 2 * BLOCK or y1 - y0 < 2 * BLOCK:
            return None
        return Rect(x0 / self.width, y0 / self.height, (x1 - x0) / self.width, (y1 - y0) / self.height)

    def are_around(self, rect: Rect) -> bool:
        """Tell whether each side of a rectangle is an edge, or the picture's end."""
        x0, x1 = round(rect.x * self.width), round((rect.x + rect.width) * self.width)
        y0, y1 = round(rect.y * self.height), round((rect.y + rect.height) * self.height)
        return all(
            not 0 < line < edges.shape[1] or _share(edges[start:stop], line) >= _SIDE
            for edges, line, (start, stop) in (
                (self._across, x0, (y0, y1)),
                (self._across, x1, (y0, y1)),
                (self._down, y0, (x0, x1)),
                (self._down, y1, (x0, x1)),
            )
        )


def _share(edges: NDArray[np.bool_], line: int) -> float:
    """Measure how much of a line is an edge; scaling blurs it over its neighbours."""
    return float(edges[:, max(0, line - 2) : line + 3].any(axis=1).mean())


def _side(edges: NDArray[np.bool_], start: int, along: tuple[int, int], step: int) -> tuple[int, bool]:
    """Walk from a blob's side outward to the first line that is an edge over its length, or to the picture's end.

    Args:
        edges: Edge pixels; the walk is along the second axis, a line along the first.
        start: Where the blob ends; blocks are coarse, so the walk starts one block inside.
        along: The line's ends.
        step: -1 towards 0, 1 away from it.

    Returns:
        The line, and whether it was found; else ``start``.
    """
    size = edges.shape[1]
    inset = (along[1] - along[0]) // 10
    strip = edges[along[0] + inset : max(along[0] + inset + 1, along[1] - inset)]
    stop = start + step * max(size // 12, (along[1] - along[0]) // 2)
    # Scaling blurs a line over two columns.
    shares = (strip | np.roll(strip, -1, axis=1)).mean(axis=0)
    for line in range(start - step * BLOCK, stop, step):
        if not 0 < line < size:
            break
        if shares[line] >= _SIDE:
            # What the camera sees may have an edge too; the border itself is near and clearer.
            near = range(line, min(max(line + 2 * step * BLOCK, 1), size - 1), step)
            clearest = max(near, key=lambda other: shares[other], default=line)
            return (clearest if shares[clearest] >= shares[line] + _CLEARER else line), True
    return (start, False) if 0 < stop < size else ((0 if step < 0 else size), True)


def _is_step(a: Pixels, b: Pixels) -> NDArray[np.bool_]:
    red, green, blue = np.moveaxis(apart(a, b) > _EDGE, -1, 0)
    return np.asarray(red | green | blue)
