"""Words with times: brought into order, and spread where no times are known."""

from __future__ import annotations

import bisect
import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from cutroom.media.span import Span
from cutroom.media.transcript import UNSPACED, Word

#: Nobody says a word in less, and a caption could not light it.
_SHORTEST_S = 0.06
#: How far a word may reach into silence: a detector hears soft beginnings and endings late.
_SOFT_S = 0.12


def order_words(words: Sequence[Word], duration_s: float, *, speech: Sequence[Span] = ()) -> tuple[Word, ...]:
    """Put words in order, without overlap, inside the recording and, where it is known, inside speech.

    Args:
        words: As a recogniser gives them: times may touch, overlap or stick out a little.
        duration_s: Of the recording.
        speech: Where a voice is heard, in order; empty when nobody listened.

    Returns:
        As many words, texts unchanged, starts and ends never going back.
    """
    ordered: list[Word] = []
    starts = [span.start_s for span in speech]
    for word in sorted(words, key=lambda word: word.start_s):
        start_s = min(max(0.0, word.start_s), duration_s)
        end_s = min(max(start_s, word.end_s), duration_s)
        start_s, end_s = _inside(speech, starts, start_s, end_s)
        if ordered and (last := ordered[-1]).end_s > start_s:
            # Of two that overlap, the later start is the surer: a recogniser stretches ends.
            start_s = max(start_s, min(last.start_s + _SHORTEST_S, last.end_s))
            ordered[-1] = replace(last, end_s=start_s)
            end_s = max(start_s, end_s)
        ordered.append(replace(word, start_s=start_s, end_s=end_s))
    for index, word in enumerate(ordered):
        if word.end_s - word.start_s < _SHORTEST_S:
            limit_s = ordered[index + 1].start_s if index + 1 < len(ordered) else duration_s
            ordered[index] = replace(word, end_s=max(word.end_s, min(word.start_s + _SHORTEST_S, limit_s)))
    return tuple(ordered)


def _inside(speech: Sequence[Span], starts: list[float], start_s: float, end_s: float) -> tuple[float, float]:
    """Bring a word into the stretch of speech that holds most of it; leave it where no stretch does."""
    best: Span | None = None
    most_s = 0.0
    first = max(0, bisect.bisect_right(starts, start_s) - 1)
    for span in speech[first:]:
        if span.start_s >= end_s:
            break
        shared_s = min(end_s, span.end_s) - max(start_s, span.start_s)
        if shared_s > most_s:
            best, most_s = span, shared_s
    if best is None:
        return start_s, end_s
    return max(start_s, best.start_s - _SOFT_S), min(end_s, best.end_s + _SOFT_S)


def spread_words(text: str, span: Span, language: str) -> tuple[Word, ...]:
    """Give the words of a text times by their length, for a source that only times lines.

    A word takes time by its letters plus a little for itself, which is nearer to speech than letters alone.

    Returns:
        Words that fill the span, with confidence 1.
    """
    return tuple(_spread(split_words(text, language), span, 1.0))


def place_words(text: str, timed: Sequence[Word], language: str) -> tuple[Word, ...]:
    """Give the words of a punctuated text the times of bare words, as speech servers list them.

    Words that both have are matched; of the rest, the text decides what was said and the timed words when.

    Args:
        text: What was said, with punctuation.
        timed: The same or nearly the same words, in order.

    Returns:
        The text's words; the timed ones as they are where the text has none for them.
    """
    texts = split_words(text, language)
    if language in UNSPACED:
        timed = [
            part for word in timed for part in _spread(split_words(word.text, language), word.span, word.confidence)
        ]
    matcher = difflib.SequenceMatcher(
        None, [_sound(word) for word in texts], [_sound(word.text) for word in timed], autojunk=False
    )
    placed: list[Word] = []
    for kind, first, stop, timed_first, timed_stop in matcher.get_opcodes():
        there = timed[timed_first:timed_stop]
        if kind == "equal":
            placed += [replace(word, text=written) for word, written in zip(there, texts[first:stop], strict=True)]
        elif there and first < stop:
            span = Span(there[0].start_s, max(there[0].start_s, there[-1].end_s))
            placed += _spread(texts[first:stop], span, min(word.confidence for word in there))
        elif there:
            placed += there
        else:
            before_s = placed[-1].end_s if placed else timed[0].start_s if timed else 0.0
            after_s = timed[timed_stop].start_s if timed_stop < len(timed) else before_s
            placed += _spread(texts[first:stop], Span(before_s, max(before_s, after_s)), 0.5)
    return tuple(placed)


def _spread(texts: Sequence[str], span: Span, confidence: float) -> list[Word]:
    weights = [2 + _letters(word) for word in texts]
    total = sum(weights)
    words = []
    before = 0
    for word, weight in zip(texts, weights, strict=True):
        start_s = span.start_s + span.duration_s * before / total
        before += weight
        words.append(Word(word, start_s, span.start_s + span.duration_s * before / total, confidence))
    return words


def _sound(text: str) -> str:
    """Bring a word to its letters, for comparing."""
    return "".join(char for char in text.casefold() if char.isalnum())


def split_words(text: str, language: str) -> list[str]:
    """Split running text into words, each with its punctuation.

    Where a language has no spaces, each letter with its marks is a word; Latin letters and digits stay together.
    """
    if language not in UNSPACED:
        return _attach_marks(text.split())
    words: list[str] = []
    joins = False  # whether the next character belongs to the word before
    for char in text:
        if char.isspace():
            joins = False
            continue
        latin = char.isascii() and char.isalnum()
        mark = unicodedata.category(char)[0] in "MP" or unicodedata.category(char) == "Lm"
        opening = unicodedata.category(char) in {"Ps", "Pi"}
        if words and not opening and (mark or (latin and joins) or _opens(words[-1])):
            words[-1] += char
        else:
            words.append(char)
        joins = latin or (joins and mark and char in ".,'-")
    return words


def _opens(word: str) -> bool:
    return all(unicodedata.category(char) in {"Ps", "Pi"} for char in word)


def _attach_marks(texts: list[str]) -> list[str]:
    """Join punctuation that stands alone, such as a dash or a French question mark, to the word before it."""
    words: list[str] = []
    for text in texts:
        if words and not _letters(text):
            words[-1] += text if text[0] in ",.;:!?…" else f" {text}"
        else:
            words.append(text)
    return words


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)
