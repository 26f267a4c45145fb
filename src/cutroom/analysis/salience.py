"""How much each sentence says about what the recording is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutroom.media.lexicon import is_content, stem, words

#: Sentences farther apart than this many barely vote for each other.
_REACH = 60.0
_LARGEST_VOCABULARY = 4000
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Salience:
    """Sentences measured by their words.

    Attributes:
        scores: Shape (sentences,); mean 1 where there are words at all.
        vectors: Shape (sentences, terms), tf-idf rows of length 1 or 0, float32.
        terms: The commonest word of each stem, one a column.
    """

    scores: NDArray[np.float64]
    vectors: NDArray[np.float32]
    terms: tuple[str, ...]

    def telling_words(self, first: int, stop: int) -> tuple[str, ...]:
        """List the words that mark a run of sentences out, at most 8, most telling first."""
        weight = self.vectors[first:stop].sum(axis=0)
        order = np.argsort(-weight, kind="stable")[:8]
        return tuple(self.terms[column] for column in order.tolist() if weight[column] > 0)


def measure_salience(texts: Sequence[str], language: str) -> Salience:
    """Rank sentences by how much of the talk around them and of the whole they speak of.

    Half of the score is a sentence's likeness to the centre of the whole; the other half a vote among sentences, in
    which near ones count more, so that a point of one chapter is not drowned by the theme of the rest.

    Source: D. Radev et al., "Centroid-based summarization of multiple documents", 2004; G. Erkan and D. Radev,
    "LexRank", 2004, with votes that fade with distance.
    """
    spoken: dict[str, Counter[str]] = {}
    bags = [_bag(text, language, spoken) for text in texts]
    seen = Counter(term for bag in bags for term in bag)
    often = [term for term, count in seen.most_common(_LARGEST_VOCABULARY) if count > 1]
    column = {term: index for index, term in enumerate(sorted(often))}
    vectors = np.zeros((len(texts), max(1, len(column))), np.float32)
    for row, bag in enumerate(bags):
        for term, count in bag.items():
            if term in column:
                vectors[row, column[term]] = (1 + np.log(count)) * np.log(1 + len(texts) / seen[term])
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.maximum(length, 1e-9)
    # A sentence of one telling word would be its own centre; it must also say something.
    body = 1 - np.exp(-np.array([sum(bag.values()) for bag in bags], np.float64) / 5)
    centre = vectors.mean(axis=0) if len(texts) else np.zeros(vectors.shape[1], np.float32)
    likeness = (vectors @ centre).astype(np.float64)
    # Roots: a theme that is everywhere must not leave the rest of the recording without any salience.
    scores = (_spread(np.sqrt(likeness)) + _spread(np.sqrt(_votes(vectors)))) / 2 * body
    return Salience(_spread(scores), vectors, tuple(spoken[root].most_common(1)[0][0] for root in column) or ("",))


def _bag(text: str, language: str, spoken: dict[str, Counter[str]]) -> Counter[str]:
    """Count the stems of a text, noting which words they came from."""
    bag: Counter[str] = Counter()
    for word in words(text):
        if is_content(word, language):
            root = stem(word, language)
            bag[root] += 1
            spoken.setdefault(root, Counter())[word] += 1
    return bag


def _votes(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Let sentences vote by likeness, in blocks so that 10,000 sentences fit in memory."""
    count = len(vectors)
    votes = np.zeros(count)
    place = np.arange(count)
    for start in range(0, count, _BLOCK):
        stop = min(count, start + _BLOCK)
        low, high = max(0, start - int(3 * _REACH)), min(count, stop + int(3 * _REACH))
        near = np.exp(-np.abs(place[start:stop, None] - place[None, low:high]) / _REACH)
        near[np.arange(stop - start), np.arange(start - low, stop - low)] = 0
        votes[start:stop] = ((vectors[start:stop] @ vectors[low:high].T) * near).sum(axis=1) / near.sum(axis=1).clip(
            1e-9
        )
    return votes


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = values.mean() if values.size else 0.0
    return values / mean if mean > 0 else np.zeros_like(values)
