"""How well a stretch of a talk holds together, for every stretch at once.

Two measures are added. Words: the likelihood of a stretch's words under one unknown distribution, a Dirichlet
compound multinomial (Eisenstein and Barzilay 2008, *Bayesian Unsupervised Topic Segmentation*). Meaning: how far the
stretch's sentence vectors lie from their own mean. Both are sums over pairs of sentences within the stretch, so
running sums over a matrix of pairs give every stretch in one pass.

The weights were chosen on the development part of the editorial benchmark over lectures, meetings and screen
recordings together; all values near them do about as well.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cutroom.media.lexicon import content_words

Matrix = NDArray[np.float64]

#: The Dirichlet prior: what every word counts before it is seen.
_PRIOR: Final = 0.2
_ONLY: Final = np.array([0])
#: What a sentence's distance from the mean costs, in nats.
_MEANING: Final = 25.0


def measure_costs(texts: Sequence[str], vectors: NDArray[np.float32], language: str) -> Matrix:
    """Measure what it costs to say that a stretch is about one thing.

    Args:
        texts: n sentences.
        vectors: Shape (n, dimensions), unit rows.

    Returns:
        Shape (n + 1, n + 1): ``[i, j]`` for ``texts[i:j]``, in nats; infinite for ``j <= i``.
    """
    bags = [[word for word in content_words(text, language) if not word.isnumeric()] for text in texts]
    costs = _word_costs(bags) + _MEANING * _meaning_costs(vectors, np.array([len(bag) + 1.0 for bag in bags]))
    costs[np.tri(len(texts) + 1, dtype=bool)] = math.inf
    return costs


def _word_costs(bags: Sequence[Sequence[str]]) -> Matrix:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(bags):
        for word in bag:
            places[word].append(number)
    total = sum(len(bag) for bag in bags)
    rows, columns, values = [], [], []
    # The log-likelihood of c occurrences is the sum over t < c of log(t + prior). Its second difference puts a
    # mass on each pair of occurrences, which depends on how many lie between them.
    gaps = np.arange(1, total + 1)
    masses = np.concatenate([[math.log(_PRIOR)], np.log(gaps + _PRIOR) - np.log(gaps - 1 + _PRIOR)])
    for numbers in places.values():
        at = np.array(numbers)
        first, last = np.triu_indices(len(at)) if len(at) > 1 else (_ONLY, _ONLY)
        rows.append(at[first])
        columns.append(at[last])
        values.append(masses[last - first])
    size = len(bags)
    pairs = np.zeros((size, size))
    if values:
        where = np.concatenate(rows) * size + np.concatenate(columns)
        pairs += np.bincount(where, np.concatenate(values), size * size).reshape(size, size)
    lengths = _lengths(np.array([float(len(bag)) for bag in bags]))
    mass = _PRIOR * len(places)
    # The normaliser, log Γ(N + mass) - log Γ(mass), by the same sum.
    normaliser = np.concatenate([[0.0], np.cumsum(np.log(np.arange(total) + mass))])
    costs: Matrix = normaliser[np.maximum(lengths, 0).astype(np.intp)] - _block_sums(pairs)
    return costs


def _meaning_costs(vectors: NDArray[np.float32], weights: Matrix) -> Matrix:
    """Sum the weighted squared distances from each stretch's mean, in units of the mean weight."""
    weighted = vectors * weights[:, None]
    lengths = _lengths(weights)
    sums = _block_sums(np.asarray(weighted @ weighted.T, np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        costs: Matrix = (lengths - sums / lengths) / weights.mean()
    return costs


def _lengths(sizes: Matrix) -> Matrix:
    ends = np.concatenate([[0.0], np.cumsum(sizes)])
    lengths: Matrix = ends[None, :] - ends[:, None]
    return lengths


def _block_sums(pairs: Matrix) -> Matrix:
    """Sum ``pairs[i:j, i:j]`` for every i and j."""
    size = len(pairs)
    corner = np.zeros((size + 1, size + 1))
    np.cumsum(np.cumsum(pairs, axis=0), axis=1, out=corner[1:, 1:])
    whole = np.diagonal(corner)
    sums: Matrix = whole[None, :] - corner - corner.T + whole[:, None]
    return sums
