"""Find the stretches of a recording that answer a question in a person's own words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cutroom.media.lexicon import content_words, words
from cutroom.media.transcript import Sentence
from cutroom.providers.embedding import Embedding

#: The share of matching words in a sentence's relevance; the rest is meaning.
_WORDS: Final = 0.6
#: How much sentences one and two places away speak for a sentence: an answer seldom repeats all of a question.
_NEIGHBOURS: Final = (0.5, 0.25)
#: A stretch grows over sentences of at least this relevance, in standard deviations above the mean.
_RELEVANT: Final = 0.5
#: Robertson and Zaragoza 2009, *The Probabilistic Relevance Framework: BM25 and Beyond*: their usual values.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75


def find_spans(
    sentences: Sequence[Sentence],
    query: str,
    embedding: Embedding,
    *,
    min_s: float,
    max_s: float,
    count: int,
    language: str = "und",
    vectors: NDArray[np.float32] | None = None,
) -> list[tuple[int, int, float]]:
    """Find stretches about a question.

    Each sentence is measured by the words it shares with the question (BM25) and by the closeness of meaning, both
    with its neighbours; a stretch is the run of sentences whose relevance sums to the most.

    Args:
        query: Any words; an empty one finds nothing, nor does one that no sentence is nearer to than another.
        min_s: The shortest stretch wanted; a recording shorter than that gives one stretch.
        max_s: The longest.
        count: At most so many, none overlapping another.
        language: ISO 639-1; words are cut to stems by it.
        vectors: The sentences' vectors of the same embedding, when they are known already.

    Returns:
        ``(first, stop, score)`` for ``sentences[first:stop]``, best first; scores are comparable within one call only.
    """
    if not sentences or not words(query):
        return []
    relevance = measure_relevance([sentence.text for sentence in sentences], query, embedding, language, vectors)
    if not relevance.any():
        return []
    starts = np.array([sentence.start_s for sentence in sentences])
    ends = np.array([sentence.end_s for sentence in sentences])
    lengths_s = ends[None, :] - starts[:, None]  # [first, last]
    gains = relevance - _RELEVANT
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    scores = sums[None, 1:] - sums[:-1, None]
    fits = (lengths_s >= min_s) & (lengths_s <= max_s) & np.tri(len(sentences), dtype=bool).T
    if not fits.any():
        fits[0, -1] = lengths_s[0, -1] < min_s
        # A single sentence may be longer than the longest stretch wanted; it is still the best answer there is.
        np.fill_diagonal(fits, val=~fits[0, -1])
    scores = np.where(fits, scores, -math.inf)
    found: list[tuple[int, int, float]] = []
    while len(found) < count:
        first, last = (int(index) for index in np.unravel_index(int(scores.argmax()), scores.shape))
        if scores[first, last] == -math.inf:
            break
        found.append((first, last + 1, float(scores[first, last])))
        scores[: last + 1, first:] = -math.inf
    return found


def measure_relevance(
    texts: Sequence[str],
    query: str,
    embedding: Embedding,
    language: str = "und",
    vectors: NDArray[np.float32] | None = None,
) -> NDArray[np.float64]:
    """Measure how relevant each sentence is to a question.

    Returns:
        One a sentence, mean 0 and variance 1 over the recording.
    """
    bags = [content_words(text, language) for text in texts]
    sizes = np.array([len(bag) + 1.0 for bag in bags])
    vectors = embedding.embed(texts) if vectors is None else vectors
    around = _summed_around(vectors * sizes[:, None])
    norms = np.linalg.norm(around, axis=1)
    meaning = (around @ embedding.embed([query])[0]) / np.maximum(norms, 1e-9)
    shared = _match_words(bags, content_words(query, language) or words(query))
    return _standard(_WORDS * _standard(shared) + (1 - _WORDS) * _standard(meaning))


def shared_words(texts: Sequence[str], query: str, language: str = "und") -> NDArray[np.float64]:
    """Score the words around each sentence against the question's by BM25, without any meaning."""
    return _match_words([content_words(text, language) for text in texts], content_words(query, language))


def _match_words(bags: Sequence[Sequence[str]], asked: Sequence[str]) -> NDArray[np.float64]:
    counts = [Counter(bag) for bag in bags]
    lengths = _summed_around(np.array([[float(len(bag))] for bag in bags]))[:, 0]
    usual = max(1.0, float(lengths.mean()))
    scores = np.zeros(len(bags))
    for word in dict.fromkeys(asked):
        said = np.array([[float(count[word])] for count in counts])
        holding = int(np.count_nonzero(said))
        rarity = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
        near = _summed_around(said)[:, 0]
        scores += rarity * near * (_SATURATION + 1) / (near + _SATURATION * (1 - _LENGTH + _LENGTH * lengths / usual))
    return scores


def _summed_around(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    around = rows.astype(np.float64)
    for away, weight in enumerate(_NEIGHBOURS, start=1):
        around[away:] += weight * rows[:-away]
        around[:-away] += weight * rows[away:]
    return around


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))
