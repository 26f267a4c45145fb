"""Texts cut into passages: short enough to be read at a glance, whole sentences where there are any."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cutroom.media.transcript import Transcript, Word, has_gap

#: A passage of speech ends with the first sentence that reaches this.
_ENOUGH_S = 10.0
#: A sentence with more words is cut: nobody reads that at a glance.
_MOST_WORDS = 50
#: Characters of a passage of a description.
_MOST_CHARS = 300

#: Divides words that are written without a space.
JOINT = "\u200b"
_DIVIDERS = re.compile(f"[ {JOINT}]")


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes a passage.

    Attributes:
        starts: When each word starts: hundredths of a second after the one before, the first after ``start_s``.
    """

    text: str
    start_s: float | None = None
    end_s: float | None = None
    starts: tuple[int, ...] | None = None


def cut_speech(transcript: Transcript) -> Iterator[Piece]:
    """Cut what was said into passages of some ten seconds."""
    first = 0
    for place, sentence in enumerate(transcript.sentences):
        begin, last = transcript.words[first].start_s, place == len(transcript.sentences) - 1
        if last or sentence.end_s - begin >= _ENOUGH_S or sentence.stop - first >= _MOST_WORDS:
            for start in range(first, sentence.stop, _MOST_WORDS):
                yield _piece(transcript.words[start : min(start + _MOST_WORDS, sentence.stop)], transcript.language)
            first = sentence.stop


def cut_text(text: str) -> Iterator[Piece]:
    """Cut a description into passages between words."""
    for line in text.splitlines():
        rest = " ".join(line.split())
        while rest:
            stop = len(rest) if len(rest) <= _MOST_CHARS else rest.rfind(" ", 1, _MOST_CHARS)
            stop = stop if stop > 0 else _MOST_CHARS
            yield Piece(rest[:stop])
            rest = rest[stop:].lstrip()


def word_at(text: str, offset: int) -> int:
    """Tell which word of a passage an offset in its text is in."""
    return sum(1 for _ in _DIVIDERS.finditer(text, 0, offset))


def _piece(words: Sequence[Word], language: str) -> Piece:
    texts = [_DIVIDERS.sub("\u00a0", word.text) for word in words]
    gaps = (" " if has_gap(before, after, language) else JOINT for before, after in pairwise(texts))
    text = "".join(itertools.chain(texts[:1], *zip(gaps, texts[1:], strict=True)))
    hundredths = [round(word.start_s * 100) for word in words]
    starts = (0, *(after - before for before, after in pairwise(hundredths)))
    return Piece(text, words[0].start_s, words[-1].end_s, starts)
