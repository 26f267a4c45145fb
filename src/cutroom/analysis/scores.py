"""Measure windows of whole sentences: what they say, whether they stand alone, how they open and how they sound.

Each part is a rank within its own recording: no level, pace or word count means the same in two rooms.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis import openings
from cutroom.analysis.facts import Outline, PictureFacts, ScorePart, SoundEventKind, SoundFacts
from cutroom.analysis.salience import Salience, measure_salience
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript

Values = NDArray[np.float64]
Indices = NDArray[np.int64]

#: How much each part counts before the parts that a recording has are brought to a sum of 1. Meaning first: a loud
#: stretch without a point is not a highlight, a point made softly is.
WEIGHTS = {
    "information": 0.26,
    "whole": 0.26,
    "hook": 0.18,
    "energy": 0.10,
    "reaction": 0.08,
    "pace": 0.06,
    "slides": 0.06,
}
#: What a viewer gives a clip before moving on.
_OPENING_S = 6.0
#: So long without a word, and the talk goes on as another.
_BREAK_S = 8.0
#: How much each kind of hook weighs.
_HOOKS = {"a question": 1.0, "a strong claim": 0.8, "a number": 0.6, "a contrast": 0.6, "the listener": 0.6}


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of a recording with speech."""

    transcript: Transcript
    outline: Outline
    sounds: SoundFacts
    picture: PictureFacts | None = None


@dataclass(frozen=True, slots=True)
class Windows:
    """Candidate runs of sentences: ``sentences[first:stop]``, one an element."""

    first: Indices
    stop: Indices
    start_s: Values
    end_s: Values


@dataclass(frozen=True, slots=True)
class Part:
    """One measured quality of all windows, and how to explain it for one run of sentences."""

    name: str
    values: Values
    explain: Callable[[int, int], tuple[tuple[int, ...], str]]


def lay_windows(transcript: Transcript, min_s: float, max_s: float) -> Windows:
    """List every run of whole sentences that lasts between two times.

    A recording that is shorter gives all of it. One that has none because its sentences are long gives for each start
    the longest run that still fits, and one sentence at least. Runs over a break of 8 s are laid only where there are
    no others.
    """
    starts = np.array([sentence.start_s for sentence in transcript.sentences])
    ends = np.array([sentence.end_s for sentence in transcript.sentences])
    count = starts.size
    # Sentences are in order, so the stops that fit are one range for each start.
    low = np.searchsorted(ends, starts + min_s - 1e-6)
    high = np.searchsorted(ends, starts + max_s + 1e-6)
    if count and ends[-1] - starts[0] < min_s:
        low, high = np.zeros(1, np.int64) + count - 1, np.zeros(1, np.int64) + count
    elif not (high > low).any():
        high = np.maximum(high, np.arange(count) + 1)
        low = high - 1
    sizes = np.maximum(0, high - low)
    first = np.repeat(np.arange(sizes.size), sizes)
    offset = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    stop = np.repeat(low, sizes) + offset + 1
    # A break, a film that is shown, an exercise: nobody wants them in the middle of a clip.
    stretch = np.concatenate(([0], np.cumsum(starts[1:] - ends[:-1] > _BREAK_S)))
    unbroken = stretch[first] == stretch[stop - 1]
    if unbroken.any():
        first, stop = first[unbroken], stop[unbroken]
    return Windows(first, stop, starts[first], ends[stop - 1])


def measure(material: Material, windows: Windows) -> list[Part]:
    """Measure every part that this recording can show; one in which all windows are alike is left out."""
    texts = [sentence.text for sentence in material.transcript.sentences]
    salience = measure_salience(texts, material.transcript.language)
    parts = [
        _information(material, salience, windows),
        _whole(material, windows),
        _hook(material, windows),
        _energy(material.sounds, windows),
        _pace(material.transcript, windows),
        _reaction(material, windows),
        _slides(material.picture, windows),
    ]
    return [part for part in parts if part is not None and (part.name == "whole" or np.ptp(part.values) > 1e-9)]


def percentiles(values: Values) -> Values:
    """Rank values from 0 to 1; equal values share the middle of their ranks."""
    order = np.sort(values)
    low, high = np.searchsorted(order, values, "left"), np.searchsorted(order, values, "right")
    return (low + high) / (2 * max(1, values.size))


def weigh(parts: Sequence[Part]) -> dict[str, float]:
    """Share out the weights among the parts that are there, to a sum of 1."""
    whole = sum(WEIGHTS[part.name] for part in parts)
    return {part.name: WEIGHTS[part.name] / whole for part in parts}


def score(parts: Sequence[Part]) -> tuple[Values, dict[str, Values]]:
    """Join the parts: a score from 0 to 100 a window, and each part's ranks."""
    ranks = {part.name: percentiles(part.values) for part in parts}
    weights = weigh(parts)
    total = sum(
        (weights[name] * rank for name, rank in ranks.items()), np.zeros(0 if not parts else parts[0].values.size)
    )
    return 100 * total, ranks


def explain(
    parts: Sequence[Part], ranks: dict[str, Values], window: int, first: int, stop: int
) -> tuple[ScorePart, ...]:
    """Put one window's parts into words, the weightiest first."""
    weights = weigh(parts)
    told = []
    for part in parts:
        sentences, reason = part.explain(first, stop)
        value, rank = float(part.values[window]), float(ranks[part.name][window])
        told.append(
            ScorePart(part.name, round(value, 3), round(rank, 3), round(weights[part.name], 4), sentences, reason)
        )
    return tuple(sorted(told, key=lambda part: -part.weight))


def _sums(values: Values) -> Values:
    return np.concatenate(([0.0], np.cumsum(values)))


def _mean_over(values: Values, weights: Values, windows: Windows) -> Values:
    total, weight = _sums(values * weights), _sums(weights)
    return (total[windows.stop] - total[windows.first]) / np.maximum(weight[windows.stop] - weight[windows.first], 1e-9)


def _information(material: Material, salience: Salience, windows: Windows) -> Part:
    sentences = material.transcript.sentences
    lasts = np.array([sentence.span.duration_s for sentence in sentences])

    def tell(first: int, stop: int) -> tuple[tuple[int, ...], str]:
        best = sorted(range(first, stop), key=lambda k: -salience.scores[k])[:2]
        told = " and ".join(f"'{word}'" for word in salience.telling_words(first, stop)[:2])
        return tuple(sorted(best)), f"says much about {told}" if told else "says what the recording is about"

    return Part("information", _mean_over(salience.scores, lasts, windows), tell)


#: A clip that runs into another topic is two halves of a clip, however well both ends are chosen.
_ONE_TOPIC = 2.5


def _whole(material: Material, windows: Windows) -> Part:
    sentences, language = material.transcript.sentences, material.transcript.language
    count = len(sentences)
    pauses = [0.0] + [max(0.0, b.start_s - a.end_s) for a, b in itertools.pairwise(sentences)] + [0.0]
    pauses[0] = pauses[-1] = 1.0
    leans = [openings.leans_on_before(sentence.text, language) for sentence in sentences]
    edges = {topic.first for topic in material.outline.topics} | {0, count}
    finished = [openings.is_finished(sentence.text) for sentence in sentences]
    opens, closes = np.zeros(count), np.zeros(count)
    for k, sentence in enumerate(sentences):
        text = sentence.text
        opens[k] = 0.5 * min(1.0, pauses[k]) + 0.5 * (k in edges) + 0.5 * openings.begins_thought(text, language)
        opens[k] -= 2.6 * (leans[k] is not None) + 1.0 * openings.is_housekeeping(text, language)
        # A transcript that marks sentence ends tells by their absence that the thought goes on.
        opens[k] -= 0.5 * (k > 0 and finished.count(True) > count / 2 and not finished[k - 1])
        closes[k] = 0.5 * min(1.0, pauses[k + 1]) + 0.5 * (k + 1 in edges) + 0.5 * finished[k]
        closes[k] -= 0.7 * openings.is_question(text) + 0.5 * (k + 1 < count and leans[k + 1] is not None)
        closes[k] -= 1.0 * openings.is_housekeeping(text, language)
    chatter = _sums(np.array([float(openings.is_housekeeping(sentence.text, language)) for sentence in sentences]))
    alone = _share_of_one_topic(material, windows)
    values = opens[windows.first] + closes[windows.stop - 1] + _ONE_TOPIC * alone
    values -= 0.5 * (chatter[windows.stop] - chatter[windows.first])

    def tell(first: int, stop: int) -> tuple[tuple[int, ...], str]:
        start = f"opens with '{leans[first]}'" if leans[first] else "opens on its own"
        if pauses[first] >= 0.6 and leans[first] is None:
            start = "opens after a pause"
        end = "ends on a full sentence" if finished[stop - 1] else "ends in mid-thought"
        if openings.is_question(sentences[stop - 1].text):
            end = "ends on a question"
        return (first,) if first == stop - 1 else (first, stop - 1), f"{start} and {end}"

    return Part("whole", values, tell)


def _share_of_one_topic(material: Material, windows: Windows) -> Values:
    """Tell how much of each window lies in one topic, the first's or the last's."""
    topics = material.outline.topics
    if not topics:
        return np.zeros(windows.first.size)
    bounds = np.array([(topic.span.start_s, topic.span.end_s) for topic in topics])
    # The first sentence of a topic, in order, finds the topic of any sentence.
    firsts = np.array([topic.first for topic in topics])
    best = np.zeros(windows.first.size)
    for sentence in (windows.first, windows.stop - 1):
        low, high = bounds[np.maximum(0, np.searchsorted(firsts, sentence, "right") - 1)].T
        inside = np.minimum(windows.end_s, high) - np.maximum(windows.start_s, low)
        best = np.maximum(best, inside / np.maximum(windows.end_s - windows.start_s, 1e-9))
    return np.clip(best, 0, 1)


def _hook(material: Material, windows: Windows) -> Part:
    sentences, language = material.transcript.sentences, material.transcript.language
    told = [openings.hooks(sentence.text, language) for sentence in sentences]
    found: list[dict[str, int]] = []
    for first, opening in enumerate(sentences):
        kinds: dict[str, int] = {}
        for k in range(first, len(sentences)):
            if k > first and sentences[k].end_s > opening.start_s + _OPENING_S:
                break
            for kind in told[k]:
                kinds.setdefault(kind, k)
        found.append(kinds)
    values = np.array([sum(_HOOKS[kind] for kind in kinds) for kinds in found], np.float64)
    # A long first sentence gives its point late.
    values -= np.array([0.04 * max(0.0, sentence.span.duration_s - _OPENING_S) for sentence in sentences])

    def tell(first: int, stop: int) -> tuple[tuple[int, ...], str]:  # noqa: ARG001 - a hook lies in the opening
        kinds = sorted(found[first], key=lambda kind: -_HOOKS[kind])
        if not kinds:
            return (first,), "opens plainly"
        said = [kind for kind in kinds if kind != "the listener"]
        words = f"opens with {' and '.join(said[:2])}" if said else "opens by speaking to the listener"
        return tuple(sorted({found[first][kind] for kind in kinds})), words

    return Part("hook", values[windows.first], tell)


def _energy(sounds: SoundFacts, windows: Windows) -> Part | None:
    level = np.array(sounds.level_db)
    voiced = level >= sounds.threshold_db
    if not voiced.any():
        return None
    usual = float(np.mean(level[voiced]))
    above = np.where(voiced, level - usual, 0.0)
    counts, total, square = _sums(voiced.astype(np.float64)), _sums(above), _sums(above**2)
    low = np.clip((windows.start_s / sounds.hop_s).astype(np.int64), 0, level.size)
    high = np.clip(np.ceil(windows.end_s / sounds.hop_s).astype(np.int64), 0, level.size)
    number = np.maximum(counts[high] - counts[low], 1.0)
    mean = (total[high] - total[low]) / number
    spread = np.sqrt(np.maximum((square[high] - square[low]) / number - mean**2, 0.0))
    lively = spread > np.median(spread)
    runs = zip(windows.first.tolist(), windows.stop.tolist(), strict=True)
    heard = dict(zip(runs, zip(mean.tolist(), lively.tolist(), strict=True), strict=True))

    def tell(first: int, stop: int) -> tuple[tuple[int, ...], str]:
        louder, varies = heard[first, stop]
        level = f"{abs(louder):.0f} dB {'louder' if louder > 0 else 'softer'} than usual"
        return (), f"{level if abs(louder) >= 0.5 else 'as loud as usual'} and {'lively' if varies else 'even'}"

    return Part("energy", mean + 0.5 * spread, tell)


def _pace(transcript: Transcript, windows: Windows) -> Part:
    words = np.array([float(sentence.stop - sentence.first) for sentence in transcript.sentences])
    lasts = np.array([sentence.span.duration_s for sentence in transcript.sentences])
    said = _sums(words)

    def tell(first: int, stop: int) -> tuple[tuple[int, ...], str]:
        span_s = transcript.sentences[stop - 1].end_s - transcript.sentences[first].start_s
        return (), f"{60 * words[first:stop].sum() / max(span_s, 1e-9):.0f} words a minute"

    values = (said[windows.stop] - said[windows.first]) / np.maximum(windows.end_s - windows.start_s, 1e-9)
    return Part("pace", values if lasts.sum() > 0 else np.zeros_like(values), tell)


def _reaction(material: Material, windows: Windows) -> Part | None:
    events = heard_events(material.sounds, material.transcript)
    if not events:
        return None
    values = np.zeros(windows.first.size)
    for event, sure in events:
        # Applause that opens a clip belongs to what came before it; a laugh just after the end was earned by it.
        inside = (event.start_s > windows.start_s + 3) & (event.start_s < windows.end_s + 1.5)
        values += inside * sure
    sentences = material.transcript.sentences

    def tell(first: int, stop: int) -> tuple[tuple[int, ...], str]:
        start_s, end_s = sentences[first].start_s, sentences[stop - 1].end_s
        earned = [
            max((k for k in range(first, stop) if sentences[k].start_s < event.start_s), default=first)
            for event, _ in events
            if start_s + 3 < event.start_s < end_s + 1.5
        ]
        return tuple(sorted(set(earned))), "the audience reacts" if earned else "no reaction heard"

    return Part("reaction", values, tell)


def heard_events(sounds: SoundFacts, transcript: Transcript) -> list[tuple[Span, float]]:
    """Keep the laughter and applause over which few words were heard: what has words is speech after all."""
    kept = []
    starts = np.array([word.start_s for word in transcript.words])
    for event in sounds.events:
        near = range(max(0, int(np.searchsorted(starts, event.span.start_s)) - 1), len(starts))
        spoken_s = 0.0
        for k in near:
            if starts[k] >= event.span.end_s:
                break
            spoken_s += transcript.words[k].span.overlap_s(event.span)
        if event.kind is SoundEventKind.APPLAUSE or spoken_s < 0.5 * event.span.duration_s:
            kept.append((event.span, event.confidence))
    return kept


def _slides(picture: PictureFacts | None, windows: Windows) -> Part | None:
    starts = np.array([slide.span.start_s for slide in picture.slides]) if picture else np.empty(0)
    if starts.size < 2:
        return None
    at_start = np.searchsorted(starts, windows.start_s + 5) - np.searchsorted(starts, windows.start_s - 2)
    inside = np.searchsorted(starts, windows.end_s - 2) - np.searchsorted(starts, windows.start_s + 5)
    values = 1.0 * (at_start > 0) + 0.25 * np.clip(inside, 0, 2)

    def tell(first: int, stop: int) -> tuple[tuple[int, ...], str]:  # noqa: ARG001 - the same for every window
        return (), "the slides change with it"

    return Part("slides", values, tell)
