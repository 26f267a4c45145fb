"""Choose the highlights that become clips, and cut them where the speaker breathes."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.facts import Highlight, SoundFacts
from cutroom.analysis.salience import measure_salience
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript

#: Breath kept before the first word and after the last, seconds.
PAD_BEFORE_S = 0.15
PAD_AFTER_S = 0.3
#: A reaction that follows the last word this soon belongs to the clip, for at most so long.
_REACTION_WITHIN_S = 1.0
_REACTION_KEPT_S = 2.5
#: Points that a candidate loses when it says word for word what a chosen one says; in part when in part.
_SAMENESS_COST = 30.0
_SAME_TOPIC_COST = 8.0
_NEARLY_EQUAL = 0.85
#: Clips that hold more of the recording than this are no longer highlights of it.
_LARGEST_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen, what was not, and why.

    Attributes:
        accepted: Best first; spans do not overlap and lie between words.
        rejected: Best first, each with a clause that says why.
        notes: Sentences about a limit that had to give way.
    """

    accepted: tuple[Highlight, ...]
    rejected: tuple[tuple[Highlight, str], ...]
    notes: tuple[str, ...] = ()


def select(
    highlights: Sequence[Highlight],
    transcript: Transcript,
    sounds: SoundFacts,
    *,
    duration_s: float,
    count: int = 8,
    min_s: float = 20.0,
    max_s: float = 90.0,
) -> Selection:
    """Choose the best highlights that differ from each other.

    Args:
        highlights: Candidates; may overlap.
        duration_s: Of the recording.
        count: How many at most; a short recording gives fewer, but one if there is any candidate.
        min_s: Shorter ones are chosen only when there is no other.
        max_s: Longer ones are cut at a pause.

    Source: J. Carbonell and J. Goldstein, "The use of MMR", 1998, for trading score against sameness.
    """
    notes: list[str] = []
    pool = sorted(highlights, key=lambda h: (-h.score, h.span, -1 if h.topic is None else h.topic, h.title))
    fitting = [h for h in pool if h.span.duration_s >= min(min_s, duration_s) - 1e-6]
    if pool and not fitting:
        fitting = pool
        notes.append(f"No stretch lasts {min_s:g} s, so shorter ones were taken.")
    rejected = {id(h): f"shorter than {min_s:g} s" for h in pool if all(h is not other for other in fitting)}
    accepted: list[Highlight] = []
    open_pool = [replace(h, span=snap(h, transcript, sounds, duration_s=duration_s, max_s=max_s)) for h in fitting]
    originals = {id(snapped): original for snapped, original in zip(open_pool, fitting, strict=True)}
    sameness = _sameness(open_pool, transcript)
    place = {id(h): index for index, h in enumerate(open_pool)}
    while open_pool and len(accepted) < count:
        best = max(open_pool, key=lambda h: _worth(h, accepted, sameness, place))
        open_pool.remove(best)
        reason = _objection(best, accepted, sameness, place, duration_s)
        if reason is None:
            accepted.append(best)
        else:
            rejected[id(originals[id(best)])] = reason
    for h in open_pool:
        reason = _objection(h, accepted, sameness, place, duration_s)
        rejected[id(originals[id(h)])] = reason or f"ranked below the {len(accepted)} chosen"
    return Selection(
        tuple(sorted(accepted, key=lambda h: (-h.score, h.span))),
        tuple((h, rejected[id(h)]) for h in pool if id(h) in rejected),
        tuple(notes),
    )


def snap(highlight: Highlight, transcript: Transcript, sounds: SoundFacts, *, duration_s: float, max_s: float) -> Span:
    """Move a highlight's ends into the breaths around it: never into a word, never out of the recording.

    Of a gap between two words the first third may go to the clip that starts after it, and the last to the one that
    ends before it, so that neighbours never share a sound.
    """
    if highlight.first == highlight.stop:
        return _snap_to_silence(highlight.span, sounds, duration_s)
    words = transcript.words
    first = transcript.sentences[highlight.first].first
    stop = transcript.sentences[highlight.stop - 1].stop
    # What is longer than allowed, which is one sentence alone, ends at its longest pause.
    while stop - first > 1 and words[stop - 1].end_s - words[first].start_s > max_s:
        stop = _longest_pause(transcript, first, stop, max_s)
    head_s, tail_s = words[first].start_s, words[stop - 1].end_s
    before_s = words[first - 1].end_s if first else 0.0
    after_s = words[stop].start_s if stop < len(words) else duration_s
    start_s = _start_of_breath(head_s, max(0.0, before_s), sounds, alone=first == 0)
    end_s = _end_of_breath(tail_s, min(duration_s, max(after_s, tail_s)), sounds, alone=stop == len(words))
    end_s = min(end_s, max(tail_s, start_s + max_s), max(duration_s, tail_s))
    return Span(round(start_s, 3), round(max(end_s, start_s), 3))


def _start_of_breath(head_s: float, before_s: float, sounds: SoundFacts, *, alone: bool) -> float:
    """Go back from a first word, as far as its gap allows, and farther where its sound begins earlier than its time."""
    sound_s = head_s
    for silence in _between(sounds.silences, head_s - 0.5, head_s + 0.1):
        if head_s - 0.5 < silence.end_s <= head_s:
            sound_s = silence.end_s
    limit_s = before_s if alone else head_s - (head_s - before_s) / 3
    return min(head_s, max(limit_s, sound_s - PAD_BEFORE_S))


def _end_of_breath(tail_s: float, after_s: float, sounds: SoundFacts, *, alone: bool) -> float:
    """Go on from a last word, as far as its gap allows, and through a reaction that it earned."""
    limit_s = after_s if alone else tail_s + (after_s - tail_s) * 2 / 3
    sound_s = tail_s
    for silence in _between(sounds.silences, tail_s - 0.1, tail_s + 0.5):
        if tail_s <= silence.start_s < tail_s + 0.5:
            sound_s = silence.start_s
            break
    end_s = sound_s + PAD_AFTER_S
    for event in sounds.events:
        if tail_s - 0.5 <= event.span.start_s <= tail_s + _REACTION_WITHIN_S:
            end_s = max(end_s, min(event.span.end_s, event.span.start_s + _REACTION_KEPT_S))
    return max(tail_s, min(limit_s, end_s))


def _between(spans: Sequence[Span], start_s: float, end_s: float) -> Sequence[Span]:
    """Take the ordered spans that touch a stretch."""
    low = max(0, bisect.bisect_left(spans, start_s, key=lambda span: span.end_s))
    high = bisect.bisect_right(spans, end_s, key=lambda span: span.start_s)
    return spans[low:high]


def _longest_pause(transcript: Transcript, first: int, stop: int, max_s: float) -> int:
    """Find where to end words that last too long: at the longest pause of the second half that fits, else what fits."""
    words = transcript.words
    start_s = words[first].start_s
    fit = [k for k in range(first + 1, stop) if words[k - 1].end_s - start_s <= max_s]
    if not fit:
        return first + 1
    late = [k for k in fit if words[k - 1].end_s - start_s >= max_s / 2] or fit
    return max(late, key=lambda k: (words[k].start_s - words[k - 1].end_s, k))


def _snap_to_silence(span: Span, sounds: SoundFacts, duration_s: float) -> Span:
    """Move the ends of a stretch without words to the nearest silence within half a second."""

    def near(time_s: float) -> float:
        middles = [
            min(max(time_s, silence.start_s), silence.end_s)
            for silence in _between(sounds.silences, time_s - 0.5, time_s + 0.5)
        ]
        return min(middles, key=lambda moment: abs(moment - time_s), default=time_s)

    start_s, end_s = near(span.start_s), min(near(span.end_s), duration_s)
    return Span(start_s, end_s) if end_s > start_s else span


def _sameness(highlights: Sequence[Highlight], transcript: Transcript) -> NDArray[np.float32]:
    """Compare what the candidates say: shape (n, n), 0 to 1."""
    texts = [" ".join(s.text for s in transcript.sentences[h.first : h.stop]) for h in highlights]
    vectors = measure_salience(texts, transcript.language).vectors
    return np.asarray(np.clip(vectors @ vectors.T, 0, 1))


def _worth(
    highlight: Highlight,
    accepted: Sequence[Highlight],
    sameness: NDArray[np.float32],
    place: dict[int, int],
) -> tuple[float, float]:
    row = sameness[place[id(highlight)]]
    alike = max((float(row[place[id(other)]]) for other in accepted), default=0.0)
    shared = sum(highlight.topic is not None and other.topic == highlight.topic for other in accepted)
    return highlight.score - _SAMENESS_COST * alike - _SAME_TOPIC_COST * shared, -highlight.span.start_s


def _objection(
    highlight: Highlight,
    accepted: Sequence[Highlight],
    sameness: NDArray[np.float32],
    place: dict[int, int],
    duration_s: float,
) -> str | None:
    """Say why a candidate cannot stand beside the chosen ones, or ``None``."""
    for other in accepted:
        if highlight.span.overlap_s(other.span) > 0:
            return f"overlaps '{other.title}'"
    for other in accepted:
        if sameness[place[id(highlight)], place[id(other)]] > _NEARLY_EQUAL:
            return f"says nearly the same as '{other.title}'"
    held_s = sum(other.span.duration_s for other in accepted)
    if accepted and held_s + highlight.span.duration_s > _LARGEST_SHARE * duration_s:
        return f"the clips would hold more than {_LARGEST_SHARE:.0%} of the recording"
    return None
