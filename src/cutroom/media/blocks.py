"""Pictures in blocks of eight by eight pixels, as codecs see them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]
"""Shape (height, width, 3), RGB."""

BLOCK = 8
#: A block has changed when its mean absolute difference exceeds this: above what a codec does to a still picture.
_CHANGED = 2.0


def luma(pixels: Pixels) -> Pixels:
    """Reduce a picture to its light, shape (height, width)."""
    return np.asarray(Image.fromarray(pixels).convert("L"))


def split(pixels: Pixels) -> Pixels:
    """Cut a picture into whole blocks, shape (rows, 8, columns, 8, channels); what is left at its ends is left out."""
    height, width, channels = pixels.shape
    rows, columns = height // BLOCK, width // BLOCK
    return pixels[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK, channels)


def fold(pixels: NDArray[np.uint8], by: np.ufunc) -> NDArray[np.uint16]:
    """Reduce each block to one value a channel, shape (rows, columns, channels).

    One axis at a time, and the second in halves: each step is then one pass over long rows, five times as fast as
    asking NumPy for both axes at once.
    """
    blocks = split(pixels)
    rows, _, columns, _, channels = blocks.shape
    lines = by.reduce(blocks.reshape(rows, BLOCK, -1), axis=1, dtype=np.uint16 if by is np.add else None)
    folded = lines.reshape(rows, columns, BLOCK, channels)
    for half in (BLOCK // 2, BLOCK // 4, BLOCK // 8):
        folded = by(folded[:, :, :half], folded[:, :, half:])
    return np.asarray(folded[:, :, 0])


def apart(a: Pixels, b: Pixels) -> Pixels:
    """Measure how far apart two pictures are at each place, without leaving a byte a value."""
    return np.asarray(np.maximum(a, b) - np.minimum(a, b))


def changed_blocks(before: Pixels, after: Pixels) -> NDArray[np.bool_]:
    """Tell which blocks of two pictures differ, shape (rows, columns)."""
    difference = apart(luma(before), luma(after))[..., np.newaxis]
    changed: NDArray[np.bool_] = fold(difference, np.add)[..., 0] > _CHANGED * BLOCK**2
    return changed
