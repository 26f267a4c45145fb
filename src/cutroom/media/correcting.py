"""What a person wrote of a stretch of speech in place of what was heard."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from cutroom.media.span import Span
from cutroom.media.transcript import Word
from cutroom.media.words import split_words, spread_words


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said in a stretch; nothing when the text is empty."""

    start_s: float
    end_s: float
    text: str


def correct_words(words: Sequence[Word], corrections: Iterable[Correction], language: str) -> tuple[Word, ...]:
    """Let stretches of speech say what a person wrote; done twice, it is the same as once.

    Args:
        words: In order.
        corrections: In the order in which they were made: a later one holds where two meet.

    Returns:
        The words of each stretch, by their middles, rewritten as :func:`rewrite_words` does.
    """
    said = list(words)
    for each in corrections:
        first = bisect_left(said, each.start_s, key=_middle_s)
        stop = max(first, bisect_left(said, each.end_s, key=_middle_s))
        said[first:stop] = rewrite_words(each.text, said[first:stop], Span(each.start_s, each.end_s), language)
    return tuple(said)


def rewrite_words(text: str, timed: Sequence[Word], span: Span, language: str) -> tuple[Word, ...]:
    """Give a text the times of the words that it replaces.

    As many words as before keep their times. Otherwise those that are the same at both ends keep theirs, and what is
    between them shares the time that is left by length.

    Args:
        timed: The words that are replaced, in order.
        span: The time that there is.
    """
    texts = split_words(text, language)
    if len(texts) == len(timed):
        return tuple(
            word if word.text == new else replace(word, text=new, confidence=1.0, mark=None)
            for word, new in zip(timed, texts, strict=True)
        )
    before = [word.text for word in timed]
    head = _same(texts, before)
    tail = min(_same(texts[::-1], before[::-1]), len(texts) - head, len(timed) - head)
    if head + tail == len(timed) and timed and texts:  # nothing of the time would be left
        head, tail = max(0, head - 1), tail if head else tail - 1
    first = timed[head].start_s if head < len(timed) else span.start_s
    last = timed[len(timed) - tail - 1].end_s if tail < len(timed) else span.end_s
    middle = texts[head : len(texts) - tail]
    written = _joined(middle, language, Span(first, max(first, last)))
    return (*timed[:head], *written, *timed[len(timed) - tail :])


def _joined(texts: Sequence[str], language: str, span: Span) -> tuple[Word, ...]:
    return spread_words(" ".join(texts), span, language) if texts else ()


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
