"""What was said, and when."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from cutroom.media.span import Span

#: Languages written without spaces between words (ISO 639-1).
UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})


class Mark(StrEnum):
    """Why a word can go without loss."""

    FILLER = "filler"
    STUTTER = "stutter"


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word with its punctuation, such as ``"Hello,"``.

    Attributes:
        text: Never empty, no space at either end.
        start_s: Seconds from the start of the recording.
        end_s: At or after ``start_s``; words are in order and do not overlap.
        confidence: 0 to 1; 1 when the source gives none.
        mark: Set when the word is a filler or a false start.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0
    mark: Mark | None = None

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of words, ``words[first:stop]``, that ends where a speaker would breathe."""

    first: int
    stop: int
    start_s: float
    end_s: float
    text: str

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of a recording and the sentences that hold all of them, in order.

    Attributes:
        language: ISO 639-1, or ``"und"``.
        source: What made it, such as ``faster_whisper/base`` or ``import/srt``.
    """

    words: tuple[Word, ...]
    sentences: tuple[Sentence, ...]
    language: str
    source: str

    @property
    def text(self) -> str:
        return join_words([word.text for word in self.words], self.language)


def join_words(texts: Sequence[str], language: str) -> str:
    """Write words as running text, with spaces only where they are written."""
    gaps = (" " if has_gap(before, after, language) else "" for before, after in pairwise(texts))
    return "".join(itertools.chain(texts[:1], *zip(gaps, texts[1:], strict=True)))


def has_gap(before: str, after: str, language: str) -> bool:
    """Tell whether a space is written between two words."""
    if not before or not after:
        return False
    last, first = before[-1], after[0]
    if _is_ideographic(last) and _is_ideographic(first):
        return False
    if language in UNSPACED:
        return last.isascii() and first.isascii() and first.isalnum()
    return True


def _is_ideographic(char: str) -> bool:
    return (
        "\u2e80" <= char <= "\u31ff"
        or "\u3400" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff00" <= char <= "\uffef"
    )
