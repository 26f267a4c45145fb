"""How many chapters a recording has, and where they begin."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.cohesion import Matrix
from cutroom.analysis.segmentation import divide_freely

MOST_CHAPTERS: Final = 15
SHORTEST_CHAPTER_S: Final = 60.0
#: People divide longer recordings into longer parts: about the square root of its minutes (measured on the
#: development part of the editorial benchmark, 13 to 110 minutes: 0.6 to 1.3 times that).
_FEWEST: Final = 0.5
_MOST: Final = 2.0
#: What an e-fold from the usual length costs when squared, in nats: little, so that it decides only when nothing else
#: does.
_LENGTH_COST: Final = 10.0


def choose_chapters(costs: Matrix, starts_s: NDArray[np.float64]) -> tuple[int, ...]:
    """Choose where chapters begin and how many there are.

    Args:
        costs: Of all stretches of n sentences.
        starts_s: Of the n sentences, and the end.

    Returns:
        Inner boundaries, in order; none for a short recording.
    """
    whole_s = float(starts_s[-1] - starts_s[0])
    usual = math.sqrt(whole_s / 60)
    most = min(MOST_CHAPTERS, round(_MOST * usual), int(whole_s // SHORTEST_CHAPTER_S))
    fewest = max(1, round(_FEWEST * usual))
    if most <= 1:
        return ()
    priced = costs.copy()
    for row, start_s in zip(priced, starts_s, strict=True):
        lengths_s = np.maximum(starts_s - start_s, 1.0)
        row += _LENGTH_COST * np.log(lengths_s * usual / whole_s) ** 2
        row[lengths_s < SHORTEST_CHAPTER_S] = math.inf
    return divide_freely(priced, fewest, max(fewest, most))
