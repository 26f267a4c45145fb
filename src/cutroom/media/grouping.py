"""Words into screenfuls: which stand together, on which line, and how long they stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from cutroom.media.transcript import UNSPACED

SENTENCE_ENDS = frozenset(".!?…。！？؟۔।॥።။")
CLAUSE_ENDS = frozenset(",;:，、；：،؛–—)」』）】")
#: What no line may begin with, and what none may end with (the core of JIS X 4051's rules, and their Latin kin).
NOT_FIRST = frozenset(
    "、。，．！？；：）」』】》〉・ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ%％…~〜,.!?;:)]}’”»"
)
NOT_LAST = frozenset("（「『【《〈([{‘“«¿¡")
_QUOTES = "\"'”’»)]」』）"

#: Languages whose lines may break after nearly any character (ISO 639-1); other unspaced ones break between words.
CHARACTERWISE = frozenset({"ja", "yue", "zh"})

MIN_GAP_S = 0.15  # a shorter empty moment is a flicker, not a pause
_LONG_PAUSE_S = 0.9  # silence that no screenful spans
_PAUSE_S = 0.3  # silence that reads like a comma
_LINGER_S = 0.35  # a screenful may stay this long after its last word
_EASY_S = 1.5  # what stays shorter is a little hard to read
_READING_SPEED = 17.0  # characters a second: the usual limit of broadcasters' subtitle guidelines for adults
_MAX_LATE_S = 1.0  # and at most this long for the sake of slow readers
_CHARACTER_WEIGHT = 0.5  # of a word


@dataclass(frozen=True, slots=True)
class Piece:
    """A word to place.

    Attributes:
        text: Never empty.
        width: In the unit of :attr:`Limits.room`.
        gap: The width of the space before it when it does not begin a line.
    """

    text: str
    start_s: float
    end_s: float
    width: float
    gap: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What fits on screen at once.

    Attributes:
        room: The width of a line.
        max_words: A soft word is one; a Chinese or Japanese character counts half.
        min_s: Seconds that a screenful should stay.
        max_s: Seconds that the words of a screenful may span.
    """

    room: float
    max_words: float
    max_lines: int = 2
    min_s: float = 0.5
    max_s: float = 6.0


def group(pieces: Sequence[Piece], limits: Limits, language: str) -> list[tuple[int, ...]]:
    """Choose the screenfuls with the least sum of faults (dynamic programming).

    They should end where a sentence, a clause or a breath ends, hold no end of a sentence inside, stay long enough,
    not leave a word alone, and have two lines of like length.

    Returns:
        For each screenful where its lines begin and end: ``(0, 3, 7)`` is ``pieces[0:3]`` over ``pieces[3:7]``.
    """
    return _Grouping(pieces, limits, language).best()


def hold(spoken: Sequence[tuple[float, float, int]], min_s: float, until_s: float | None) -> list[tuple[float, float]]:
    """Give each screenful its time: from its first word, a little longer than its last, never into the next.

    Args:
        spoken: Start and end in seconds and the number of characters, in order of starts.
        min_s: Seconds each should stay, where the next leaves them.
        until_s: The end of all, if known.

    Returns:
        Start and end in seconds; no gap is shorter than :data:`MIN_GAP_S`.
    """
    held = []
    for index, (start, end, letters) in enumerate(spoken):
        last = index + 1 == len(spoken)
        limit = until_s if last else spoken[index + 1][0]
        slow = min(start + letters / _READING_SPEED, end + _MAX_LATE_S)
        wanted = max(end + _LINGER_S, start + min_s, slow)
        stop = wanted if limit is None else min(wanted, limit)
        if limit is not None and not last and limit - stop < MIN_GAP_S:
            stop = limit
        held.append((start, max(start, stop)))
    return held


def ends_sentence(text: str) -> bool:
    """Tell whether a word ends a sentence by its punctuation, quotation marks aside."""
    return text.rstrip(_QUOTES)[-1:] in SENTENCE_ENDS


def keep_together(letters: Sequence[str]) -> list[str]:
    """Cut unspaced text where a line may break: punctuation stays with its letter, Latin letters with their word."""
    parts: list[str] = []
    for letter in letters:
        if parts and (
            letter[0] in NOT_FIRST or parts[-1][-1] in NOT_LAST or (letter.isascii() and parts[-1][-1].isascii())
        ):
            parts[-1] += letter
        else:
            parts.append(letter)
    return [part.strip() for part in parts if part.strip()]


@dataclass(frozen=True)
class _Grouping:
    pieces: Sequence[Piece]
    limits: Limits
    language: str

    def best(self) -> list[tuple[int, ...]]:
        count = len(self.pieces)
        least = [0.0] + [float("inf")] * count
        came: list[tuple[int, ...]] = [()] * (count + 1)
        for first in range(count):
            for cut, fault in self._candidates(first):
                if least[first] + fault < least[cut[-1]]:
                    least[cut[-1]], came[cut[-1]] = least[first] + fault, cut
        found: list[tuple[int, ...]] = []
        stop = count
        while stop:
            found.append(came[stop])
            stop = came[stop][0]
        return found[::-1]

    def _candidates(self, first: int) -> Iterator[tuple[tuple[int, ...], float]]:
        """Give what may stand together from one word on; one word alone always may."""
        weight, inner = 0.0, 0
        start_s = self.pieces[first].start_s
        for stop in range(first + 1, len(self.pieces) + 1):
            last = self.pieces[stop - 1]
            weight += self._weight(last.text)
            alone = stop == first + 1
            if not alone:
                inner += ends_sentence(self.pieces[stop - 2].text)
                late = last.end_s - start_s > self.limits.max_s
                if late or weight > self.limits.max_words or self._pause_s(stop - 1) > _LONG_PAUSE_S:
                    return
            cut, uneven = self._cut(first, stop)
            if cut is None:
                return
            until_s = self.pieces[stop].start_s if stop < len(self.pieces) else float("inf")
            stays_s = until_s - start_s
            short = 4.0 * max(0.0, 1 - stays_s / self.limits.min_s) + 0.5 * max(0.0, 1 - stays_s / _EASY_S)
            orphan = alone and self.limits.max_words > 2 and self.language not in UNSPACED
            yield cut, 1.0 + uneven + self._breaks[stop] + 1.5 * inner + 1.0 * orphan + short

    def _cut(self, first: int, stop: int) -> tuple[tuple[int, ...] | None, float]:
        """Choose where the second line begins, if there must be one, and say how bad the lines look."""
        room = self.limits.room
        if self._width(first, stop) <= room or stop == first + 1:
            return (first, stop), 0.0
        best: tuple[tuple[int, ...] | None, float] = (None, float("inf"))
        if self.limits.max_lines == 1:
            return best
        left = self._ends[first] - self.pieces[first].width
        for split in range(first + 1, stop):
            upper = self._ends[split - 1] - left
            if upper > room:
                break
            lower = self._width(split, stop)
            if lower <= room:
                fault = 0.1 + 0.5 * abs(upper - lower) / room + 0.35 * self._breaks[split]
                if fault < best[1]:
                    best = (first, split, stop), fault
        return best

    @cached_property
    def _ends(self) -> list[float]:
        """Where each word ends if all were on one line."""
        ends, x = [], 0.0
        for piece in self.pieces:
            x += piece.gap + piece.width
            ends.append(x)
        return ends

    def _width(self, first: int, stop: int) -> float:
        return self._ends[stop - 1] - self._ends[first] + self.pieces[first].width

    @cached_property
    def _breaks(self) -> list[float]:
        """How bad it is to break before each word; after the last it is not."""
        return [0.0, *(self._break_fault(stop) for stop in range(1, len(self.pieces))), 0.0]

    def _break_fault(self, stop: int) -> float:
        before, after = self.pieces[stop - 1].text, self.pieces[stop].text
        if after[0] in NOT_FIRST or before[-1] in NOT_LAST:
            return 3.0
        pause_s = self._pause_s(stop)
        if ends_sentence(before) or pause_s > _LONG_PAUSE_S:
            return 0.0
        clause = before[-1] in CLAUSE_ENDS or before.rstrip(_QUOTES)[-1:] in CLAUSE_ENDS or before.endswith("--")
        if clause or pause_s > _PAUSE_S:
            return 0.25
        # A short word mostly leads to the next one: "of", "the", "le", "и".
        return 1.25 if before.isalpha() and len(before) <= 3 and self.language not in UNSPACED else 1.0

    def _pause_s(self, index: int) -> float:
        """Give the silence before a word."""
        return self.pieces[index].start_s - self.pieces[index - 1].end_s

    def _weight(self, text: str) -> float:
        characters = self.language in CHARACTERWISE and not text.isascii()
        return len(text) * _CHARACTER_WEIGHT if characters else 1.0
