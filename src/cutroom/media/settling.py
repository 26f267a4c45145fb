"""Settle word times on the sound: a recogniser knows the words well and their edges less well."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from cutroom.media.span import Span
from cutroom.media.transcript import Word

#: Less of a word than this before a silence is not the word: it is said after it.
_SLIVER_S = 0.09
#: A word that was timed too short reaches at most this much farther.
_REACH_S = 0.5
#: A word that was timed too early is said at most this much later.
_LATE_S = 1.5


def settle_words(words: Sequence[Word], silences: Sequence[Span]) -> tuple[Word, ...]:
    """Move the edges of words out of silence, and to where their sound ends.

    Args:
        words: In order, without overlap.
        silences: In order, without overlap.

    Returns:
        The same words in order, without overlap; one that lies wholly in silence stays where it is.
    """
    starts = [silence.start_s for silence in silences]
    settled: list[Word] = []
    for index, word in enumerate(words):
        next_s = words[index + 1].start_s if index + 1 < len(words) else float("inf")
        earliest_s = settled[-1].end_s if settled else 0.0
        start_s, end_s = max(word.start_s, earliest_s), max(word.end_s, earliest_s)
        near = bisect.bisect_right(starts, start_s) - 1
        if near >= 0 and start_s < silences[near].end_s < end_s:
            start_s = silences[near].end_s
        if near + 1 < len(silences):
            start_s, end_s = _around(silences[near + 1], start_s, end_s, next_s)
        settled.append(replace(word, start_s=start_s, end_s=end_s))
    return tuple(settled)


def _around(silence: Span, start_s: float, end_s: float, next_s: float) -> tuple[float, float]:
    """Settle a word against the first silence after its start."""
    if silence.start_s >= end_s:
        heard_longer = silence.start_s - end_s <= _REACH_S and next_s >= silence.start_s
        return start_s, silence.start_s if heard_longer else end_s
    if silence.start_s - start_s < _SLIVER_S:
        length_s = end_s - start_s
        if end_s > silence.end_s:
            return silence.end_s, end_s
        if silence.end_s < next_s and silence.end_s - start_s <= _LATE_S:
            return silence.end_s, min(next_s, silence.end_s + length_s)
        return start_s, end_s
    return (start_s, silence.start_s) if end_s - silence.end_s < _SLIVER_S else (start_s, end_s)
