"""What the highlights recipe decides, from facts and from what a person wants; the same wherever it runs."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.candidates import propose
from cutroom.analysis.facts import Highlight
from cutroom.analysis.find import find_spans
from cutroom.analysis.phrases import read_corpus
from cutroom.analysis.titles import title_of
from cutroom.core.errors import InvalidInput
from cutroom.edit.selection import Selection, select, snap
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript
from cutroom.pipelines.facts import Facts
from cutroom.pipelines.request import Limits
from cutroom.providers.embedding import Embedding

#: Ends this near to a sentence's are meant to be the sentence's, seconds.
_SAME = 0.05
_LONGEST_TITLE = 80
_UNTITLED = "Clip"


def find_answers(
    question: str, transcript: Transcript, limits: Limits, embedding: Embedding, vectors: NDArray[np.float32]
) -> list[tuple[int, int, float]]:
    """Find what is said about a question.

    Args:
        vectors: Of the transcript's sentences, shape (sentences, dimensions).

    Returns:
        First sentence, one past the last, and how well it answers.

    Raises:
        InvalidInput: If nothing does.
    """
    if not transcript.sentences:
        raise InvalidInput("There is nothing to find, because nobody speaks in this recording.")
    found = find_spans(
        transcript.sentences,
        question,
        embedding,
        min_s=limits.min_s,
        max_s=limits.max_s,
        language=transcript.language,
        count=max(12, 2 * limits.count),
        vectors=vectors,
    )
    if not found:
        raise InvalidInput(f"Nothing in this recording is about '{question}': try other words.")
    return found


def find_candidates(
    facts: Facts, limits: Limits, found: Sequence[tuple[int, int, float]] | None = None
) -> tuple[Highlight, ...]:
    """Propose highlights, each with a title that no other has.

    Args:
        found: From :func:`find_answers`, where a question was asked.
    """
    transcript = facts.transcript
    corpus = read_corpus(transcript)
    titles: list[str] = []

    def name(first: int, stop: int) -> str:
        title = title_of(transcript, first, stop, corpus=corpus, slides=facts.picture.slides, taken=titles)
        titles.append(title)
        return title

    return propose(
        transcript,
        facts.outline,
        facts.sounds,
        facts.picture,
        duration_s=facts.info.duration_s,
        min_s=limits.min_s,
        max_s=limits.max_s,
        found=found,
        title=name,
    )


def choose(highlights: Sequence[Highlight], facts: Facts, limits: Limits, *, count: int | None = None) -> Selection:
    """Choose highlights that differ."""
    return select(
        highlights,
        facts.transcript,
        facts.sounds,
        duration_s=facts.info.duration_s,
        count=limits.count if count is None else count,
        min_s=limits.min_s,
        max_s=limits.max_s,
    )


def take(span: Span, title: str | None, facts: Facts, score: float = 0.0) -> Highlight:
    """Take a stretch that somebody chose for a highlight.

    One that begins and ends as sentences do gets the breath around them; any other stays as it is.

    Args:
        title: What it is called; its first words when left out.
    """
    transcript, sentences = facts.transcript, facts.transcript.sentences
    first = bisect.bisect_left(sentences, span.start_s - _SAME, key=lambda each: each.start_s)
    stop = max(first, bisect.bisect_right(sentences, span.end_s + _SAME, key=lambda each: each.end_s))
    said = sentences[first].text if first < stop else ""
    name = title or said[:_LONGEST_TITLE].strip() or _UNTITLED
    highlight = Highlight(span, first, stop, score, (), None, name, "person")
    if first < stop and _same(sentences[first].start_s, span.start_s) and _same(sentences[stop - 1].end_s, span.end_s):
        longest_s = span.duration_s + 1  # the breaths are no part of what was chosen
        wider = snap(highlight, transcript, facts.sounds, duration_s=facts.info.duration_s, max_s=longest_s)
        return replace(highlight, span=wider)
    return highlight


def choose_finalists(highlights: Sequence[Highlight], facts: Facts, limits: Limits) -> tuple[Highlight, ...]:
    """Choose what a language model compares: nothing overlaps, or the same moment would stand against itself."""
    return choose(highlights, facts, limits, count=2 * limits.count).accepted


def join_compared(
    highlights: Sequence[Highlight], finalists: Sequence[Highlight], compared: Sequence[Highlight]
) -> tuple[Highlight, ...]:
    """Put finalists in their new order before all that was not compared."""
    spans = {highlight.span for highlight in finalists}
    return (*compared, *(highlight for highlight in highlights if highlight.span not in spans))


def _same(one_s: float, other_s: float) -> bool:
    return abs(one_s - other_s) <= _SAME
