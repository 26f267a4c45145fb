"""Tell what a computer drew from what a camera saw, and find the camera's rectangle inside a screen.

Every decision rests on evidence that a screen has and a camera has not, because no measure of "how much text"
separates slides from busy footage: areas of one exact colour, blocks of two tones, blocks that stay the same
for a second, and edges that stay in one row or column for a whole side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cutroom.media.blocks import BLOCK, Pixels, changed_blocks, fold, luma, split
from cutroom.media.edges import Edges
from cutroom.media.geometry import FULL, Rect, hull

Pair: TypeAlias = tuple[Pixels, Pixels]
"""Two frames about a second apart."""

#: A block is flat when its channels span no more than this: what a codec leaves of one colour.
_FLAT = 6
#: A block is two-toned when it spans at least this much light and most of it lies at either end.
_CONTRAST = 60
_ENDS = 0.15
_MOST = 0.6
_COLOURS = 4
#: Bars around a picture are one colour to this span.
_BAR = 12
#: Bars are no lighter than this.
_DARK = 90
#: The share of a plain line or area that may differ: noise, the recorder's own mark.
_STRAY = 0.02
_MIN_INSET = 0.004
_MAX_INSET = 0.55
_MAX_ROUND = 0.12
_IN_CIRCLE = 0.7
#: Where a camera is seen this share of the blocks changes within a second; a photograph's noise changes less.
_LIVELY = 0.1


@dataclass(frozen=True, slots=True)
class Drawn:
    """What speaks for a drawn picture; both are shares of the blocks inside the bars.

    Attributes:
        palette: Flat blocks in one of the four most frequent colours.
        two_toned: Blocks that hold print or lines.
    """

    palette: float
    two_toned: float

    def is_screen(self, *, before: bool) -> bool:
        """Decide, more readily when the frame before was a screen.

        Measured: slides of twelve Beamer pages, at three sizes and qualities, with insets up to a quarter of the
        picture, give at least 0.19 and 0.08; frames of a film with a presenter and graphics 0.06 in the median.
        """
        few_words = self.palette >= 0.6 and self.two_toned >= 0.004
        if before:
            return few_words or (self.palette >= 0.12 and self.two_toned >= 0.04)
        return few_words or (self.palette >= 0.18 and self.two_toned >= 0.06)


def find_picture(pixels: Pixels) -> Rect | None:
    """Find what lies between plain bars at the edges; ``None`` when the whole picture is plain."""
    light = luma(pixels)
    height, width = light.shape
    rows = np.flatnonzero(np.ptp(light, axis=1) > _BAR)
    columns = np.flatnonzero(np.ptp(light, axis=0) > _BAR)
    if rows.size < 4 * BLOCK or columns.size < 4 * BLOCK:
        return None
    top, left = int(rows[0]), int(columns[0])
    return Rect(left / width, top / height, (int(columns[-1]) + 1 - left) / width, (int(rows[-1]) + 1 - top) / height)


def drawn_evidence(pixels: Pixels) -> Drawn:
    """Measure what speaks for a drawn picture; bars do not count."""
    height, width = pixels.shape[:2]
    picture = find_picture(pixels) or FULL
    pixels = pixels[_span(picture.y, picture.height, height), _span(picture.x, picture.width, width)]
    flat = (fold(pixels, np.maximum) - fold(pixels, np.minimum)).max(axis=-1) <= _FLAT
    means = fold(pixels, np.add)[flat] / BLOCK**2
    colours = np.round(means / 4).astype(np.int32) @ np.array([4096, 64, 1], np.int32)
    counts = np.sort(np.unique(colours, return_counts=True)[1])[::-1]
    light = luma(pixels)[..., np.newaxis]
    low, high = fold(light, np.minimum)[..., 0], fold(light, np.maximum)[..., 0]
    strong = high - low >= _CONTRAST
    # Only few blocks are strong, so each of their pixels may be looked at.
    inside = split(light).swapaxes(1, 2)[strong].reshape(-1, BLOCK**2).astype(np.int16)
    low, high = low[strong, np.newaxis], high[strong, np.newaxis]
    end = (high - low) * _ENDS
    two_toned = ((inside - low <= end) | (high - inside <= end)).mean(axis=1) >= _MOST
    return Drawn(float(counts[:_COLOURS].sum() / flat.size), float(two_toned.sum() / flat.size))


def find_inset(pairs: Sequence[Pair], faces: Sequence[Rect]) -> Rect | None:
    """Find the rectangle in which a camera is shown on a screen.

    It is where something moves and a face is, closed by straight edges or by the picture's own. Of a small round
    one the largest rectangle inside is given.

    Args:
        pairs: At most a dozen, from a stretch with one layout; on both frames of a pair the same slide.
        faces: Faces seen anywhere in that stretch.

    Returns:
        The largest such rectangle that shows nothing of the screen, or ``None``.
    """
    moving = find_moving_face(pairs, faces)
    if moving is None:
        return None
    inset = Edges([frame for pair in pairs for frame in pair]).close(moving)
    if inset is None and moving.area <= _MAX_ROUND:
        width, height = moving.width * _IN_CIRCLE, moving.height * _IN_CIRCLE
        inset = Rect(moving.centre_x - width / 2, moving.centre_y - height / 2, width, height)
    if inset is None or not _MIN_INSET <= inset.area <= _MAX_INSET:
        return None
    return inset


def still_shows(pairs: Sequence[Pair], faces: Sequence[Rect], inset: Rect) -> bool:
    """Tell whether a camera is in a rectangle in which it was seen before: what moves is inside, its border is there.

    Args:
        pairs: As for :func:`find_inset`; fewer are enough.
        faces: As for :func:`find_inset`.
        inset: What :func:`find_inset` gave for another stretch of the same recording.
    """
    moving = find_moving_face(pairs, faces)
    if moving is None:
        return False
    height, width = pairs[0][0].shape[:2]
    near_x, near_y = BLOCK / width, BLOCK / height
    return (
        moving.x >= inset.x - near_x
        and moving.y >= inset.y - near_y
        and moving.x + moving.width <= inset.x + inset.width + near_x
        and moving.y + moving.height <= inset.y + inset.height + near_y
        and Edges([frame for pair in pairs for frame in pair]).are_around(inset)
    )


def find_moving_face(pairs: Sequence[Pair], faces: Sequence[Rect]) -> Rect | None:
    """Find the area that moves again and again and has a face in it; a face on a slide does not move.

    Args:
        pairs: As for :func:`find_inset`.
        faces: Faces seen anywhere in that stretch.
    """
    if not pairs:
        return None
    changes = np.sum([changed_blocks(*pair) for pair in pairs], axis=0)
    height, width = pairs[0][0].shape[:2]
    best: tuple[float, Rect] | None = None
    for blob, weight in _blobs(changes >= min(2, len(pairs)), changes):
        area = Rect(
            blob[0] * BLOCK / width, blob[1] * BLOCK / height,
            (blob[2] - blob[0]) * BLOCK / width, (blob[3] - blob[1]) * BLOCK / height,
        )  # fmt: skip
        own = [face for face in faces if _within(face, area)]
        if not own:
            continue
        score = weight * len(own)
        if best is None or score > best[0]:
            best = (score, hull([area, *own]))
    if best is None or np.median([_inside(changed_blocks(*pair), best[1]).mean() for pair in pairs]) < _LIVELY:
        return None
    return best[1]


def find_screen(frames: Sequence[Pixels], inset: Rect | None) -> Rect:
    """Find where the slides are: without bars around them, and without the column or row of a camera beside them.

    A bar is only cut off where a straight edge stands at its end, so that the margin of a slide stays.

    Args:
        frames: Of different slides, if there are several.
        inset: The camera's rectangle.
    """
    height, width = frames[0].shape[:2]
    hidden = np.zeros((height, width), bool)
    top, bottom, left, right = 0, height, 0, width
    if inset is not None:
        # Scaling blurs the border of the camera's rectangle into the screen.
        hidden[_span(inset.y, inset.height, height, 4), _span(inset.x, inset.width, width, 4)] = True
        top, bottom, left, right = _beside(frames, hidden, inset)
    box = (slice(top, bottom), slice(left, right))
    frames, hidden = [frame[box] for frame in frames], hidden[box]
    bars = [
        _bar(frames, hidden),
        _bar([frame[::-1] for frame in frames], hidden[::-1]),
        _bar([frame.swapaxes(0, 1) for frame in frames], hidden.T),
        _bar([frame.swapaxes(0, 1)[::-1] for frame in frames], hidden.T[::-1]),
    ]
    top, bottom, left, right = top + bars[0], bottom - bars[1], left + bars[2], right - bars[3]
    if bottom - top < height / 8 or right - left < width / 8:
        return FULL
    return Rect(left / width, top / height, (right - left) / width, (bottom - top) / height)


def stillness(pair: Pair, inset: Rect | None) -> float:
    """Measure the share of the blocks outside a camera's rectangle that stay the same."""
    changed = changed_blocks(*pair)
    rows, columns = changed.shape
    outside = np.ones_like(changed)
    if inset is not None:
        # The block at the border belongs to both.
        outside[_span(inset.y, inset.height, rows, 1), _span(inset.x, inset.width, columns, 1)] = False
    return float(1 - changed[outside].mean()) if outside.any() else 1.0


def motion(before: Pixels, after: Pixels) -> float:
    """Measure the share of the blocks that changed."""
    return float(changed_blocks(before, after).mean())


def _inside(blocks: NDArray[np.bool_], rect: Rect) -> NDArray[np.bool_]:
    rows, columns = blocks.shape
    return blocks[_span(rect.y, rect.height, rows), _span(rect.x, rect.width, columns)]


def _span(start: float, length: float, size: int, grow: int = 0) -> slice:
    return slice(max(0, int(np.floor(start * size)) - grow), min(size, int(np.ceil((start + length) * size)) + grow))


def _within(face: Rect, area: Rect) -> bool:
    """Tell whether a face's middle lies in an area, or just beyond: a head may be still while hands move."""
    return (
        area.x - face.width <= face.centre_x <= area.x + area.width + face.width
        and area.y - face.height <= face.centre_y <= area.y + area.height + face.height
    )


def _blobs(seeds: NDArray[np.bool_], weights: NDArray[np.int_]) -> list[tuple[tuple[int, int, int, int], float]]:
    """Group blocks with gaps of up to two; give each group's left, top, right, bottom and weight."""
    reach = 2
    padded = np.pad(seeds, reach)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1, 2 * reach + 1))
    joined = np.asarray(windows.any(axis=(2, 3)))
    label = np.zeros(seeds.shape, np.int32)
    groups: list[tuple[tuple[int, int, int, int], float]] = []
    for start in zip(*np.nonzero(seeds), strict=True):
        if label[start]:
            continue
        number = len(groups) + 1
        label[start] = number
        queue = [start]
        for row, column in queue:
            top, left = max(0, row - 1), max(0, column - 1)
            near = (slice(top, row + 2), slice(left, column + 2))
            fresh = np.argwhere(np.logical_and(joined[near], label[near] == 0)) + np.array([top, left])
            label[tuple(fresh.T)] = number
            queue.extend((int(r), int(c)) for r, c in fresh)
        rows, columns = np.nonzero((label == number) & seeds)
        box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        groups.append((box, float(weights[rows, columns].sum())))
    return groups


def _bar(frames: Sequence[Pixels], hidden: NDArray[np.bool_]) -> int:
    """Measure the plain bar before the first row that is an edge over most of its length, in rows."""
    seen = ~hidden
    if not seen[0].any():
        return 0
    differs = np.zeros(hidden.shape, bool)
    for frame in frames:
        colour = np.median(frame[0][seen[0]], axis=0)
        if colour.max() > _DARK:
            return 0  # a coloured stripe is the head of a slide
        differs |= np.abs(frame - colour).max(axis=-1) > _BAR
    share = (differs & seen).sum(axis=1) / np.maximum(1, seen.sum(axis=1))
    first = int(np.argmax(share > _STRAY))
    # The edge may be blurred over some rows.
    if share[first] <= _STRAY or share[first : first + 4].max() < _MOST:
        return 0
    # What has the colour of most of the slide is its margin.
    rows, columns = hidden.shape
    middle = differs[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    return first if middle.mean() >= 0.5 else 0


def _beside(frames: Sequence[Pixels], hidden: NDArray[np.bool_], inset: Rect) -> tuple[int, int, int, int]:
    """Cut off the camera's column (or row) when nothing but a bar is left in it; top, bottom, left, right."""
    height, width = hidden.shape
    columns, rows = _span(inset.x, inset.width, width, 4), _span(inset.y, inset.height, height, 4)
    before, after = columns.start, width - columns.stop
    if min(before, after) < 0.1 * width and _plain(frames, hidden, (slice(None), _span(inset.x, inset.width, width))):
        return (0, height, columns.stop, width) if before < after else (0, height, 0, columns.start)
    before, after = rows.start, height - rows.stop
    if min(before, after) < 0.1 * height and _plain(
        frames, hidden, (_span(inset.y, inset.height, height), slice(None))
    ):
        return (rows.stop, height, 0, width) if before < after else (0, rows.start, 0, width)
    return 0, height, 0, width


def _plain(frames: Sequence[Pixels], hidden: NDArray[np.bool_], part: tuple[slice, slice]) -> bool:
    outside = ~hidden[part]
    if not outside.any():
        return True
    seen = [frame[part][outside] for frame in frames]
    colour = np.median(seen[0], axis=0)  # a bar keeps its colour, a slide's margin need not
    return all(np.mean(np.abs(pixels - colour).max(axis=-1) > _BAR) <= _STRAY for pixels in seen)
