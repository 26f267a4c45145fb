"""The outline of a recording: topics of 20 s to 2 min, and chapters made of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.chapters import choose_chapters
from cutroom.analysis.cohesion import Matrix, measure_costs
from cutroom.analysis.cues import count_cues
from cutroom.analysis.facts import Chapter, Outline, Slide, Topic
from cutroom.analysis.segmentation import divide_by_length
from cutroom.analysis.titles import keywords_of, read_corpus, subject_of
from cutroom.media.span import Span
from cutroom.media.transcript import Sentence, Transcript
from cutroom.providers.embedding import Embedding

SHORTEST_TOPIC_S: Final = 20.0
LONGEST_TOPIC_S: Final = 120.0
#: The length that costs a topic nothing, and what an e-fold of it squared costs, in nats.
_TYPICAL_TOPIC_S: Final = 60.0
_LENGTH_COST: Final = 60.0
#: Nats per second outside the limits; soft, because a sentence may itself be longer, and a recording shorter.
_LIMIT_COST: Final = 50.0
#: What each sign of a new beginning is worth to a boundary, in nats.
_CUE: Final = 3.0
_PAUSE: Final = 3.0
_SLIDE: Final = 6.0
_SHORTEST_PAUSE_S: Final = 0.5
#: A slide that changes this close to a sentence's start belongs to it.
_SLIDE_NEAR_S: Final = 2.5


def outline(
    transcript: Transcript,
    silences: Sequence[Span],
    slides: Sequence[Slide],
    embedding: Embedding,
    *,
    language: str | None = None,
    vectors: NDArray[np.float32] | None = None,
) -> Outline:
    """Divide a recording into topics and chapters, and name them.

    Args:
        silences: In order; empty when nobody listened.
        slides: In order; empty when no screen is shown.
        embedding: Each sentence is embedded once.
        language: ISO 639-1; the transcript's own when left out.
        vectors: The sentences' vectors of the same embedding, when they are known already.

    Returns:
        Topics and chapters that cover all sentences in order, without gaps in time between them; nothing for a
        transcript without sentences.
    """
    sentences = transcript.sentences
    if not sentences:
        return Outline((), ())
    if vectors is None:
        vectors = embedding.embed([sentence.text for sentence in sentences])
    costs = price_stretches(sentences, vectors, silences, slides, language or transcript.language)
    starts_s = start_times(sentences)
    chapters = choose_chapters(costs, starts_s)
    topics = divide_topics(costs, starts_s, chapters)
    return _named(transcript, topics, chapters, starts_s, slides)


def price_stretches(
    sentences: Sequence[Sentence],
    vectors: NDArray[np.float32],
    silences: Sequence[Span],
    slides: Sequence[Slide],
    language: str,
) -> Matrix:
    """Measure what it costs to say that a stretch is about one thing and begins where it does.

    Returns:
        Shape (n + 1, n + 1): ``[i, j]`` for ``sentences[i:j]``, in nats; infinite for ``j <= i``.
    """
    costs = measure_costs([sentence.text for sentence in sentences], vectors, language)
    costs[:-1] -= measure_openings(sentences, silences, slides, language)[:, None]
    return costs


def measure_openings(
    sentences: Sequence[Sentence], silences: Sequence[Span], slides: Sequence[Slide], language: str
) -> NDArray[np.float64]:
    """Measure how much each sentence looks like a beginning from outside: its first words, the pause, the slide.

    Returns:
        Nats, one a sentence.
    """
    cues = np.array([count_cues(sentence.text, language) for sentence in sentences], np.float64)
    changes = np.array([slide.span.start_s for slide in slides[1:]])
    shown = np.array([bool(np.any(np.abs(changes - sentence.start_s) <= _SLIDE_NEAR_S)) for sentence in sentences])
    return _CUE * cues + _PAUSE * _pauses(sentences, silences) + _SLIDE * shown


def _pauses(sentences: Sequence[Sentence], silences: Sequence[Span]) -> NDArray[np.float64]:
    """Rank the pauses before sentences within the recording, 0 to 1; 0 for one too short to be heard as such."""
    pauses = np.zeros(len(sentences))
    starts = np.array([silence.start_s for silence in silences])
    for number in range(1, len(sentences)):
        before, after = sentences[number - 1], sentences[number]
        gap_s = max(0.0, after.start_s - before.end_s)
        # Recognisers stretch words over pauses, so what was heard counts as well.
        nearest = int(np.searchsorted(starts, after.start_s)) - 1
        if nearest >= 0 and silences[nearest].end_s >= before.end_s:
            gap_s = max(gap_s, silences[nearest].duration_s)
        pauses[number] = gap_s
    order = pauses.argsort(kind="stable").argsort(kind="stable")
    ranks: NDArray[np.float64] = np.where(pauses >= _SHORTEST_PAUSE_S, order / max(1, len(sentences) - 1), 0.0)
    return ranks


def divide_topics(costs: Matrix, starts_s: NDArray[np.float64], chapters: Sequence[int]) -> tuple[int, ...]:
    """Divide sentences into topics of 20 s to 2 min that respect the chapters' boundaries.

    Args:
        starts_s: Of n sentences, and the end.
        chapters: Inner boundaries.

    Returns:
        Inner boundaries, the chapters' among them.
    """
    priced = costs.copy()
    for row, start_s in zip(priced, starts_s, strict=True):
        lengths_s = np.maximum(starts_s - start_s, 0.1)
        row += (
            _LENGTH_COST * np.log(lengths_s / _TYPICAL_TOPIC_S) ** 2
            + _LIMIT_COST * np.maximum(0, SHORTEST_TOPIC_S - lengths_s)
            + _LIMIT_COST * np.maximum(0, lengths_s - LONGEST_TOPIC_S)
        )
    for boundary in chapters:
        priced[:boundary, boundary + 1 :] = math.inf
    return divide_by_length(priced)


def start_times(sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """List where each sentence starts, never going back, and where the last ends."""
    ends_s = max(sentence.end_s for sentence in sentences)
    return np.maximum.accumulate(np.array([*(sentence.start_s for sentence in sentences), ends_s]))


def _named(
    transcript: Transcript,
    topics: Sequence[int],
    chapters: Sequence[int],
    starts_s: NDArray[np.float64],
    slides: Sequence[Slide],
) -> Outline:
    corpus = read_corpus(transcript)
    edges = [0, *topics, len(transcript.sentences)]
    taken: set[str] = set()
    named: list[Topic] = []
    for first, stop in itertools.pairwise(edges):
        title = subject_of(transcript, first, stop, corpus=corpus, slides=slides, taken=taken)
        taken.add(title)
        span = Span(float(starts_s[first]), float(starts_s[stop]))
        named.append(Topic(span, first, stop, title, keywords_of(corpus, first, stop)))
    bounds = [0, *chapters, len(transcript.sentences)]
    taken = set()
    grouped: list[Chapter] = []
    for first, stop in itertools.pairwise(bounds):
        title = subject_of(transcript, first, stop, corpus=corpus, slides=slides, taken=taken)
        taken.add(title)
        span = Span(float(starts_s[first]), float(starts_s[stop]))
        grouped.append(Chapter(span, edges.index(first), edges.index(stop), title))
    return Outline(tuple(named), tuple(grouped))
