"""What was said, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


def join_words(texts: list[str], language: str) -> str:
    """Write words as running text, with spaces only where the language has them."""
    return ("" if language in UNSPACED else " ").join(texts)
