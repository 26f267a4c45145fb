"""Words into captions: what stands together on screen, on which line, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from cutroom.media.caption_layout import gap_width, has_gap, letter_size, line_room, shown, word_width
from cutroom.media.caption_styles import CaptionStyle, find_style
from cutroom.media.graphemes import clean, clusters
from cutroom.media.timeline import Caption, CaptionWord
from cutroom.media.transcript import UNSPACED

SENTENCE_ENDS = frozenset(".!?…。！？؟۔।॥።᙮។၊။")
CLAUSE_ENDS = frozenset(",;:，、；：،؛–—)」』）】")
_NOT_FIRST = frozenset(
    "、。，．！？；：）」』】》〉・ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ%％…~〜,.!?;:)]}’”»"
)
_NOT_LAST = frozenset("（「『【《〈([{‘“«¿¡")
_QUOTES = "\"'”’»)]」』）"

MIN_GAP_S = 0.15  # a shorter empty moment is a flicker, not a pause
_LONG_PAUSE_S = 0.9  # silence that no caption spans
_PAUSE_S = 0.3  # silence that reads like a comma
_LINGER_S = 0.35  # a caption may stay this long after its last word
_READING_SPEED = 17.0  # characters a second; the adult limit that broadcasters' style guides give
_MAX_S = 6.0
_SHRINK = 1.3  # a word a little too long is drawn smaller; only beyond this it is cut
_UNSPACED_LETTERS = 2  # characters on a line that weigh as one word where words are not spaced


def caption_words(
    words: Sequence[CaptionWord],
    style: str,
    width: int,
    height: int,
    rate: Fraction,
    language: str = "und",
    *,
    duration: int | None = None,
) -> tuple[Caption, ...]:
    """Group spoken words into captions for one style and frame.

    The grouping with the least sum of faults is chosen (dynamic programming): captions should end where a
    sentence, a clause or a breath ends, hold no end of a sentence inside, stay long enough, not leave a word
    alone, and have two lines of like length. A word too long for a line is shown in parts.

    Args:
        words: In the programme's frames and in order.
        width: Of the frame, in pixels.
        height: Of the frame, in pixels.
        rate: Frames per second of the programme.
        language: ISO 639-1, or ``"und"``.
        duration: Of the programme in frames; no caption outlasts it.

    Returns:
        In order, without overlap, each on screen for at least one frame.

    Raises:
        InvalidInput: If there is no style of that name.
    """
    chosen = find_style(style)
    room = line_room(chosen, width, height) / letter_size(chosen, width, height)
    pieces = [piece for word in words for piece in _split(word, chosen, room, language)]
    grouping = _Grouping(pieces, chosen, room, rate, language)
    return tuple(_timed(grouping.lines(), chosen, rate, duration))


def _split(word: CaptionWord, style: CaptionStyle, room: float, language: str) -> Iterator[CaptionWord]:
    """Cut a word that no line can hold, and unspaced text into single characters; time is shared by length."""
    text = clean(word.text)
    if not text:
        return
    letters = clusters(text)
    unspaced = language in UNSPACED and language not in ("th", "lo", "km", "my")
    if unspaced and len(letters) > 4 * _UNSPACED_LETTERS and not text.isascii():
        parts = _keep_together(letters)
    elif word_width(shown(text, style, language), style) > _SHRINK * room:
        parts = _fill(letters, style, room, language)
    else:
        yield CaptionWord(text, word.start, word.duration)
        return
    total, done = len(letters), 0
    for part in parts:
        start = word.start + word.duration * done // total
        done += len(clusters(part))
        yield CaptionWord(part, start, max(1, word.start + word.duration * done // total - start))


def _keep_together(letters: Sequence[str]) -> list[str]:
    """Join what may not be parted by a line break: punctuation to its letter, Latin letters to their word."""
    parts: list[str] = []
    for letter in letters:
        if parts and (
            letter[0] in _NOT_FIRST or parts[-1][-1] in _NOT_LAST or (letter.isascii() and parts[-1][-1].isascii())
        ):
            parts[-1] += letter
        else:
            parts.append(letter)
    return [part.strip() for part in parts if part.strip()]


def _fill(letters: Sequence[str], style: CaptionStyle, room: float, language: str) -> list[str]:
    """Cut into parts that each fill a line, so that two of them never share one."""
    parts = [letters[0]]
    for letter in letters[1:]:
        if word_width(shown(parts[-1] + letter, style, language), style) <= room:
            parts[-1] += letter
        else:
            parts.append(letter)
    return [part for part in parts if part.strip()]


@dataclass(frozen=True)
class _Grouping:
    """Finds the best grouping of words for one style."""

    words: Sequence[CaptionWord]
    style: CaptionStyle
    room: float
    rate: Fraction
    language: str

    @cached_property
    def _ends(self) -> list[float]:
        """Where each word ends if all were on one line, in ems."""
        ends: list[float] = []
        for index, word in enumerate(self.words):
            before = ends[-1] + self._gap(index) if index else 0.0
            ends.append(before + min(self.room, word_width(shown(word.text, self.style, self.language), self.style)))
        return ends

    def _gap(self, index: int) -> float:
        spaced = index > 0 and has_gap(self.words[index - 1].text, self.words[index].text, self.language)
        return gap_width(self.style) if spaced else 0.0

    def _width(self, first: int, stop: int) -> float:
        return self._ends[stop - 1] - (self._ends[first - 1] + self._gap(first) if first else 0.0)

    def _pause_s(self, index: int) -> float:
        """Give the silence before a word."""
        before = self.words[index - 1]
        return float((self.words[index].start - before.start - before.duration) / self.rate)

    def lines(self) -> list[tuple[tuple[CaptionWord, ...], ...]]:
        """Choose the captions, each as its lines."""
        count = len(self.words)
        best = [0.0] + [float("inf")] * count
        came: list[tuple[int, int | None]] = [(0, None)] * (count + 1)
        for first in range(count):
            for stop, split, fault in self._candidates(first):
                if best[first] + fault < best[stop]:
                    best[stop], came[stop] = best[first] + fault, (first, split)
        found: list[tuple[tuple[CaptionWord, ...], ...]] = []
        stop = count
        while stop:
            first, split = came[stop]
            cut = (first, stop) if split is None else (first, split, stop)
            found.append(tuple(tuple(self.words[a:b]) for a, b in pairwise(cut)))
            stop = first
        return found[::-1]

    def _candidates(self, first: int) -> Iterator[tuple[int, int | None, float]]:
        weight = 0.0
        for stop in range(first + 1, len(self.words) + 1):
            last = self.words[stop - 1]
            if stop > first + 1 and self._pause_s(stop - 1) > _LONG_PAUSE_S:
                return
            weight += self._weight(last.text)
            long = (last.start + last.duration - self.words[first].start) / self.rate > _MAX_S
            if stop > first + 1 and (weight > self.style.max_words or long):
                return
            split, ragged = self._best_split(first, stop)
            if ragged == float("inf") and stop > first + 1:
                return
            yield stop, split, 1.0 + min(ragged, 9.0) + self._break_fault(stop) + self._content_fault(first, stop)

    def _weight(self, text: str) -> float:
        return len(text) / _UNSPACED_LETTERS if self.language in UNSPACED and not text.isascii() else 1.0

    def _best_split(self, first: int, stop: int) -> tuple[int | None, float]:
        """Choose where the second line begins (``None``: one line), and say how bad the lines look."""
        one_line = self._width(first, stop)
        if one_line <= self.room:
            return None, 0.0
        if self.style.max_lines == 1:
            return None, float("inf")
        best: tuple[int | None, float] = (None, float("inf"))
        for split in range(first + 1, stop):
            upper, lower = self._width(first, split), self._width(split, stop)
            if max(upper, lower) <= self.room:
                fault = 0.1 + 0.5 * abs(upper - lower) / self.room + 0.35 * self._break_fault(split)
                if fault < best[1]:
                    best = split, fault
        return best

    def _break_fault(self, stop: int) -> float:
        """Say how bad it is to break before word ``stop``."""
        if stop == len(self.words):
            return 0.0
        before, after = self.words[stop - 1].text, self.words[stop].text
        if after[0] in _NOT_FIRST or before[-1] in _NOT_LAST:
            return 3.0
        if ends_sentence(before) or self._pause_s(stop) > _LONG_PAUSE_S:
            return 0.0
        if before.rstrip(_QUOTES)[-1:] in CLAUSE_ENDS or before[-1] in CLAUSE_ENDS or self._pause_s(stop) > _PAUSE_S:
            return 0.25
        # A short word mostly leads to the next one: "of", "the", "le", "и".
        return 1.25 if before.isalpha() and len(before) <= 3 and self.language not in UNSPACED else 1.0

    def _content_fault(self, first: int, stop: int) -> float:
        inner = sum(ends_sentence(word.text) for word in self.words[first : stop - 1])
        alone = stop - first == 1 and self.style.max_words > 2 and self.language not in UNSPACED
        end = self.words[stop].start if stop < len(self.words) else float("inf")
        seconds = float(end - self.words[first].start) / float(self.rate)
        return 1.5 * inner + 1.0 * alone + 4.0 * max(0.0, 1 - seconds / self.style.min_s)


def ends_sentence(text: str) -> bool:
    """Tell whether a word ends a sentence by its punctuation, quotation marks aside."""
    return text.rstrip(_QUOTES)[-1:] in SENTENCE_ENDS


def _timed(
    lines: Sequence[tuple[tuple[CaptionWord, ...], ...]], style: CaptionStyle, rate: Fraction, duration: int | None
) -> Iterator[Caption]:
    """Give each caption its time: from its first word, a little longer than its last, never into the next."""
    starts: list[int] = []
    for block in lines:
        starts.append(max(block[0][0].start, starts[-1] + 1 if starts else 0))
    for index, block in enumerate(lines):
        start, last = starts[index], block[-1][-1]
        limit = starts[index + 1] if index + 1 < len(lines) else duration
        letters = sum(len(word.text) + 1 for line in block for word in line)
        spoken = last.start + last.duration
        wanted = max(
            spoken + round(_LINGER_S * rate),
            start + round(style.min_s * float(rate)),
            min(start + round(letters / _READING_SPEED * float(rate)), spoken + round(rate)),
        )
        stop = wanted if limit is None else min(wanted, limit)
        if limit is not None and index + 1 < len(lines) and limit - stop < MIN_GAP_S * rate:
            stop = limit
        yield Caption(start, max(1, stop - start), block)
