"""Propose highlights: many, overlapping where they must, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from cutroom.analysis.facts import Highlight, Outline, PictureFacts, ScorePart, SoundFacts
from cutroom.analysis.scores import Material, Values, Windows, explain, heard_events, lay_windows, measure, score
from cutroom.analysis.signals import propose_from_signals
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript, join_words

#: Names a run of sentences; given first and stop.
Title = Callable[[int, int], str]
#: A run of sentences that answers a question, and how well: first, stop, score.
Found = tuple[int, int, float]

#: People come back for many good candidates, not for three.
MOST = 60
#: Two windows that share more than this of their joint length say the same.
_SAME = 0.5
#: With less speech than this share there is more to see and hear than to read.
_LITTLE_SPEECH = 0.1
#: What an answer's own match counts against all that is measured otherwise.
_MATCH_WEIGHT = 0.6


def propose(
    transcript: Transcript,
    outline: Outline,
    sounds: SoundFacts,
    picture: PictureFacts | None = None,
    *,
    duration_s: float,
    min_s: float = 20.0,
    max_s: float = 90.0,
    found: Sequence[Found] | None = None,
    title: Title | None = None,
) -> tuple[Highlight, ...]:
    """Propose stretches worth a clip, best first.

    Candidates come from every run of whole sentences, from the moments that an audience reacted to, and, where little
    is said, also from the shots and the sound.

    Args:
        duration_s: Of the recording.
        min_s: Shorter stretches are proposed only when the recording has no other.
        max_s: Longer ones never, unless one sentence alone is longer.
        found: Runs that answer a question; when given, only these are proposed.
        title: How a run of sentences is named; by its first words when left out.

    Returns:
        At most 60, none of which shares more than half with a better one. Empty for an empty recording.
    """
    spoken_s = sum(sentence.span.duration_s for sentence in transcript.sentences)
    seen: tuple[Highlight, ...] = ()
    if spoken_s < _LITTLE_SPEECH * duration_s and not found:
        seen = propose_from_signals(sounds, picture, duration_s=duration_s, min_s=min_s, max_s=max_s)
    if not transcript.sentences:
        return seen
    material = Material(transcript, outline, sounds, picture)
    windows = lay_windows(transcript, min_s, max_s)
    if found:
        windows = _join(windows, found, transcript)
    parts = measure(material, windows)
    scores, ranks = score(parts)
    if found:
        chosen = _matches(windows, found)
    else:
        chosen = _spread_out(windows, scores, must=[span for span, _ in heard_events(sounds, transcript)])
    highlights = list(seen)
    best_match = max((match for _, _, match in found or ()), default=1.0) or 1.0
    matches = {(first, stop): match / best_match for first, stop, match in found or ()}
    for window in chosen:
        first, stop = int(windows.first[window]), int(windows.stop[window])
        told = explain(parts, ranks, window, first, stop)
        total = float(scores[window])
        if found:
            match = min(1.0, max(0.0, matches[first, stop]))
            total = 100 * _MATCH_WEIGHT * match + (1 - _MATCH_WEIGHT) * total
            told = _with_match(told, match, first, stop)
        highlights.append(
            Highlight(
                span=Span(float(windows.start_s[window]), float(windows.end_s[window])),
                first=first,
                stop=stop,
                score=round(min(100.0, max(0.0, total)), 1),
                parts=told,
                topic=_topic_of(outline, first, stop),
                title=first_words(transcript, first, stop),
                source="find" if found else "transcript",
            )
        )
    highlights.sort(key=lambda highlight: (-highlight.score, highlight.span))
    return tuple(
        replace(each, title=title(each.first, each.stop) or each.title) if title and each.stop > each.first else each
        for each in highlights[:MOST]
    )


def first_words(transcript: Transcript, first: int, stop: int) -> str:
    """Name a run of sentences by how it opens: at most 60 characters, whole words, never empty."""
    spoken = transcript.words[transcript.sentences[first].first : transcript.sentences[stop - 1].stop]
    for length in range(min(12, len(spoken)), 0, -1):
        text = join_words([word.text for word in spoken[:length]], transcript.language)
        if len(text) <= 60:
            return text.strip(" ,;:.–—-\"'") or text
    return spoken[0].text[:60]


def _spread_out(windows: Windows, scores: Values, must: Sequence[Span]) -> list[int]:
    """Take the best windows that are not nearly the same, and the best around each moment that must have one."""
    order = np.lexsort((windows.first, -scores)).tolist()
    chosen: list[int] = []
    taken = np.zeros((0, 2))

    def take(window: int) -> bool:
        nonlocal taken
        start_s, end_s = windows.start_s[window], windows.end_s[window]
        shared = np.minimum(end_s, taken[:, 1]) - np.maximum(start_s, taken[:, 0])
        joint = np.maximum(end_s, taken[:, 1]) - np.minimum(start_s, taken[:, 0])
        if (shared > _SAME * joint).any():
            return False
        chosen.append(window)
        taken = np.vstack((taken, (start_s, end_s)))
        return True

    for moment in must[: MOST // 4]:
        holds = (windows.start_s + 3 < moment.start_s) & (moment.start_s < windows.end_s + 1.5)
        if holds.any():
            take(int(np.argmax(np.where(holds, scores, -1.0))))
    for window in order:
        if len(chosen) >= MOST:
            break
        take(window)
    return chosen


def _join(windows: Windows, found: Sequence[Found], transcript: Transcript) -> Windows:
    """Put the found runs before all others, so that they are ranked among them."""
    first = np.array([run[0] for run in found], np.int64)
    stop = np.array([run[1] for run in found], np.int64)
    starts = np.array([transcript.sentences[k].start_s for k in first])
    ends = np.array([transcript.sentences[k - 1].end_s for k in stop])
    return Windows(
        np.concatenate((first, windows.first)),
        np.concatenate((stop, windows.stop)),
        np.concatenate((starts, windows.start_s)),
        np.concatenate((ends, windows.end_s)),
    )


def _matches(windows: Windows, found: Sequence[Found]) -> list[int]:
    best: dict[tuple[int, int], int] = {}
    for window in range(len(found)):
        best.setdefault((int(windows.first[window]), int(windows.stop[window])), window)
    return list(best.values())


def _with_match(told: tuple[ScorePart, ...], match: float, first: int, stop: int) -> tuple[ScorePart, ...]:
    share = 1 - _MATCH_WEIGHT
    own = ScorePart(
        "match", round(match, 3), round(match, 3), _MATCH_WEIGHT, tuple(range(first, stop)), "answers the question"
    )
    return (
        own,
        *(ScorePart(p.name, p.value, p.percentile, round(p.weight * share, 4), p.sentences, p.reason) for p in told),
    )


def _topic_of(outline: Outline, first: int, stop: int) -> int | None:
    """Find the topic that most of a run's sentences belong to."""
    shared = [min(stop, topic.stop) - max(first, topic.first) for topic in outline.topics]
    best = int(np.argmax(shared)) if shared else 0
    return best if shared and shared[best] > 0 else None
