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
    # In place all along: two hours of talk are 30 MB a matrix.
    costs = _meaning_costs(vectors, np.array([len(bag) + 1.0 for bag in bags]))
    costs *= _MEANING
    costs += _word_costs(bags)
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
    size = len(bags) + 1
    if not values:
        return np.zeros((size, size))
    where = (np.concatenate(rows) + 1) * size + np.concatenate(columns) + 1
    pairs: Matrix = np.bincount(where, np.concatenate(values), size * size).astype(np.float64, copy=False)
    del rows, columns, values, where
    mass = _PRIOR * len(places)
    # The normaliser, log Γ(N + mass) - log Γ(mass), by the same sum.
    normaliser = np.concatenate([[0.0], np.cumsum(np.log(np.arange(total) + mass))])
    said = np.concatenate([[0], np.cumsum([len(bag) for bag in bags])])
    costs = _block_sums(pairs.reshape(size, size))
    for row, before in zip(costs, said, strict=True):
        np.subtract(normaliser[np.maximum(said - before, 0)], row, out=row)
    return costs


def _meaning_costs(vectors: NDArray[np.float32], weights: Matrix) -> Matrix:
    """Sum the weighted squared distances from each stretch's mean, in units of the mean weight."""
    weighted = np.pad(vectors * weights[:, None], ((1, 0), (0, 0)))
    costs = _block_sums(np.asarray(weighted @ weighted.T, np.float64))
    ends = np.concatenate([[0.0], np.cumsum(weights)])
    with np.errstate(divide="ignore", invalid="ignore"):
        for row, before in zip(costs, ends, strict=True):
            lengths = ends - before
            np.subtract(lengths, row / lengths, out=row)
    costs /= weights.mean()
    return costs


def _block_sums(pairs: Matrix) -> Matrix:
    """Sum the pairs of sentences within each stretch.

    Args:
        pairs: Shape (n + 1, n + 1), sentences from 1 on, zero before; it is used up.

    Returns:
        Of the same shape: ``[i, j]`` for sentences i + 1 to j.
    """
    corner = np.cumsum(np.cumsum(pairs, axis=0, out=pairs), axis=1, out=pairs)
    whole = np.diagonal(corner)
    sums: Matrix = np.add(whole[None, :], whole[:, None])
    sums -= corner
    sums -= corner.T
    return sums
