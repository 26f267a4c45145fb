"""Tighten a clip: take out pauses, fillers, stutters and abandoned takes, and never a part of a word that stays."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cutroom.analysis.facts import SoundFacts
from cutroom.media.lexicon import words as folded
from cutroom.media.span import Span
from cutroom.media.transcript import Mark, Transcript, Word

#: A shorter pause is rhythm.
LONGEST_PAUSE_S = 0.6
#: What is left of a pause: more after a word than before the next, because words fade out and start at once.
PAD_AFTER_S, PAD_BEFORE_S = 0.10, 0.06
#: What is left of it where a sentence ends.
SENTENCE_PAD_AFTER_S, SENTENCE_PAD_BEFORE_S = 0.22, 0.13
#: A shorter piece between two cuts is a flicker.
SHORTEST_PIECE_S = 0.25
#: A shorter cut is not worth its seam.
_SHORTEST_CUT_S = 0.12
#: A word's edge is clean where a gap this long or a level this near to silence lies.
_CLEAN_GAP_S = 0.05
_CLEAN_ABOVE_DB = 6.0
#: Nobody says a word in less; a recogniser that says so has put it in the wrong place.
_SHORTEST_WORD_S = 0.1
#: A take that was said again: at least so many words, at most so long.
_TAKE_WORDS = 3
_FINISHED_TAKE_WORDS = 5
_TAKE_S = 12.0


class CutReason(StrEnum):
    SILENCE = "silence"
    FILLER = "filler"
    STUTTER = "stutter"
    RETAKE = "retake"


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch taken out, why, and the words in it."""

    span: Span
    reason: CutReason
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tightened:
    """A clip without its loose parts: ``kept`` and ``cuts`` together cover the whole of it, in order."""

    kept: tuple[Span, ...]
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class _Gap:
    """What lies between two kept words, or between one and the clip's end."""

    span: Span
    dropped: tuple[tuple[Word, CutReason], ...]
    ends_sentence: bool
    at_edge: tuple[bool, bool]


def tighten(span: Span, transcript: Transcript, sounds: SoundFacts, *, tighten: bool = True) -> Tightened:
    """Decide what to take out of a clip.

    A gap between words is cut only where it is silent: laughter, music and a demonstration are not pauses. A clip
    without words is left whole, because there its silence may be the point.

    Args:
        tighten: When false, nothing is taken out.

    Returns:
        No kept piece is shorter than 0.25 s, unless the clip is.
    """
    words = _words_in(span, transcript)
    if not tighten or not words:
        return Tightened((span,), ())
    dropped = _retakes(span, transcript) | _marked(words, transcript, sounds)
    if all(index in dropped for index in words):
        return Tightened((span,), ())
    cuts = [cut for gap in _gaps(span, words, dropped, transcript) for cut in _cut(gap, sounds)]
    return _without_flicker(span, cuts, [transcript.words[k].span for k in words if k not in dropped])


def _words_in(span: Span, transcript: Transcript) -> range:
    """List the words that a clip holds, also in part."""
    words = transcript.words
    first = bisect.bisect_right(words, span.start_s + 1e-6, key=lambda word: word.end_s)
    stop = bisect.bisect_left(words, span.end_s - 1e-6, key=lambda word: word.start_s)
    return range(first, max(first, stop))


def _retakes(span: Span, transcript: Transcript) -> dict[int, CutReason]:
    """Find sentences that were broken off or misspoken and begun anew; the last take stays.

    An anaphora ("I have a dream that …, I have a dream that …") is finished each time and differs after its start, so
    a take goes only if the next sentence repeats all of it, or if it stops without an end and its start is repeated.
    """
    dropped: dict[int, CutReason] = {}
    sentences = transcript.sentences
    low = bisect.bisect_left(sentences, span.start_s, key=lambda sentence: sentence.start_s)
    for take, again in zip(sentences[low:], sentences[low + 1 :], strict=False):
        if again.end_s > span.end_s + 1e-6:
            break
        said, repeated = folded(take.text), folded(again.text)
        same = next(
            (k for k, (a, b) in enumerate(zip(said, repeated, strict=False)) if a != b), min(len(said), len(repeated))
        )
        broken = not take.text.rstrip("\"'”’»)").endswith((".", "!", "?", "。", "！", "？", "؟", "।"))
        # What was broken off may differ in the last word, the one that went wrong.
        # A finished one that is repeated is a retake only if it is long: "Never give up. Never give up." is meant.
        enough = max(_TAKE_WORDS, len(said) - 2) if broken else max(_FINISHED_TAKE_WORDS, len(said))
        if same >= enough and take.span.duration_s <= _TAKE_S:
            dropped |= dict.fromkeys(range(take.first, take.stop), CutReason.RETAKE)
    return dropped


def _marked(words: range, transcript: Transcript, sounds: SoundFacts) -> dict[int, CutReason]:
    """Find fillers and stutters that can go without a trace: both edges lie in a gap or in a dip of the level."""
    reasons = {Mark.FILLER: CutReason.FILLER, Mark.STUTTER: CutReason.STUTTER}
    found: dict[int, CutReason] = {}
    index = words.start
    while index < words.stop:
        stop = index
        while stop < words.stop and transcript.words[stop].mark is not None:
            stop += 1
        edges = stop > index and _clean(transcript, index, sounds) and _clean(transcript, stop, sounds)
        if edges and _timed(transcript.words[index:stop]):
            for k in range(index, stop):
                mark = transcript.words[k].mark
                if mark is not None:
                    found[k] = reasons[mark]
        index = max(stop, index + 1)
    return found


def _timed(words: Sequence[Word]) -> bool:
    """Tell whether words were given the time it takes to say them; else a part of them lies in their neighbours."""
    return words[-1].end_s - words[0].start_s >= _SHORTEST_WORD_S * len(words)


def _clean(transcript: Transcript, index: int, sounds: SoundFacts) -> bool:
    """Tell whether the sound can be cut between word ``index - 1`` and word ``index``."""
    words = transcript.words
    if index in {0, len(words)} or words[index].start_s - words[index - 1].end_s >= _CLEAN_GAP_S:
        return True
    step = int(words[index].start_s / sounds.hop_s)
    near = sounds.level_db[max(0, step - 1) : step + 2]
    return bool(near) and min(near) <= sounds.threshold_db + _CLEAN_ABOVE_DB


def _gaps(span: Span, words: range, dropped: dict[int, CutReason], transcript: Transcript) -> list[_Gap]:
    """List the gaps between kept words, and before the first and after the last."""
    ends = {sentence.stop - 1 for sentence in transcript.sentences}
    gaps: list[_Gap] = []
    clock_s, last, inside = span.start_s, -1, []
    for k in words:
        word = transcript.words[k]
        if k in dropped:
            inside.append((word, dropped[k]))
            continue
        if word.start_s > clock_s:
            full_stop = last in ends or (bool(inside) and k - 1 in ends)
            gaps.append(_Gap(Span(clock_s, word.start_s), tuple(inside), full_stop, (last < 0, False)))
        clock_s, last, inside = min(max(clock_s, word.end_s), span.end_s), k, []
    if span.end_s > clock_s:
        gaps.append(_Gap(Span(clock_s, span.end_s), tuple(inside), last in ends, (False, True)))
    return gaps


def _cut(gap: _Gap, sounds: SoundFacts) -> Iterable[Cut]:
    """Cut one gap: all of it where words were dropped, its silences where not."""
    after_s, before_s = (
        (SENTENCE_PAD_AFTER_S, SENTENCE_PAD_BEFORE_S) if gap.ends_sentence else (PAD_AFTER_S, PAD_BEFORE_S)
    )
    if gap.dropped:
        first, last = gap.dropped[0][0], gap.dropped[-1][0]
        start_s = min(first.start_s, gap.span.start_s + after_s)
        end_s = max(last.end_s, gap.span.end_s - before_s)
        start_s, end_s = (max(start_s, gap.span.start_s), min(end_s, gap.span.end_s))
        if end_s - start_s > 0:
            text = " ".join(word.text for word, _ in gap.dropped)
            yield Cut(Span(start_s, end_s), gap.dropped[0][1], text)
        return
    for silence in _silences_in(gap.span, sounds.silences):
        # A clip's own ends were placed in their breath and keep no more of it.
        start_s = silence.start_s + (0.0 if gap.at_edge[0] and silence.start_s <= gap.span.start_s else after_s)
        end_s = silence.end_s - (0.0 if gap.at_edge[1] and silence.end_s >= gap.span.end_s else before_s)
        if silence.duration_s > LONGEST_PAUSE_S and end_s - start_s >= _SHORTEST_CUT_S:
            yield Cut(Span(start_s, end_s), CutReason.SILENCE)


def _silences_in(span: Span, silences: Sequence[Span]) -> Iterable[Span]:
    """Take the parts of silences that lie in a stretch."""
    first = bisect.bisect_right(silences, span.start_s, key=lambda silence: silence.end_s)
    for silence in silences[first:]:
        if silence.start_s >= span.end_s:
            break
        yield Span(max(silence.start_s, span.start_s), min(silence.end_s, span.end_s))


def _without_flicker(span: Span, cuts: Sequence[Cut], kept_words: Sequence[Span]) -> Tightened:
    """Join cuts over a short piece that holds no word, and give up the lesser cut beside a short piece that does."""
    joined: list[Cut] = []
    for cut in cuts:
        if joined and cut.span.start_s - joined[-1].span.end_s < SHORTEST_PIECE_S:
            piece = Span(joined[-1].span.end_s, cut.span.start_s)
            if any(word.overlap_s(piece) > 0 for word in kept_words):
                if cut.span.duration_s > joined[-1].span.duration_s:
                    joined[-1] = cut
            else:
                joined[-1] = _join(joined[-1], cut)
        else:
            joined.append(cut)
    # A cut that is given up can leave a longer piece before it, never a shorter one; only the clip's ends are left.
    if joined and 0 < joined[0].span.start_s - span.start_s < SHORTEST_PIECE_S:
        joined.pop(0)
    if joined and 0 < span.end_s - joined[-1].span.end_s < SHORTEST_PIECE_S:
        joined.pop()
    kept, clock_s = [], span.start_s
    for cut in joined:
        if cut.span.start_s > clock_s:
            kept.append(Span(clock_s, cut.span.start_s))
        clock_s = cut.span.end_s
    if span.end_s > clock_s:
        kept.append(Span(clock_s, span.end_s))
    return Tightened(tuple(kept), tuple(joined)) if kept else Tightened((span,), ())


def _join(first: Cut, second: Cut) -> Cut:
    reason = first.reason if first.text or not second.text else second.reason
    return Cut(Span(first.span.start_s, second.span.end_s), reason, " ".join(filter(None, (first.text, second.text))))
