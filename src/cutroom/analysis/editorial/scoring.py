"""Score what Cutroom decides against what people decided, beside what needs no thought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.chapters import choose_chapters
from cutroom.analysis.editorial.data import Recording, read_sets, screen_spans
from cutroom.analysis.editorial.measures import boundary_f1, pk, shared_part, window_diff
from cutroom.analysis.facts import Slide
from cutroom.analysis.find import find_spans, shared_words
from cutroom.analysis.segmentation import divide
from cutroom.analysis.titles import keywords_of, read_corpus, subject_of
from cutroom.analysis.topics import divide_topics, price_stretches, start_times
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media.lexicon import content_words
from cutroom.media.transcript import Transcript
from cutroom.providers.embedding import Embedding

#: Boundaries count as found this near, where the set has times; elsewhere one unit away.
_NEAR_S: Final = 10.0
_NEAR_UNITS: Final = 1
#: The window that the simplest search returns, in units; the best single length on the development part.
_WINDOW: Final = 20
_ANSWER_S: Final = (5.0, 1200.0)


@dataclass(frozen=True, slots=True)
class Division:
    """How one way of dividing does on one set: means over its recordings; lower pk and window_diff are better."""

    method: str
    pk: float
    window_diff: float
    f1: float
    segments: float


@dataclass(frozen=True, slots=True)
class Search:
    """How much of what was found and what was wanted is shared, mean over questions, 0 to 1."""

    method: str
    shared: float


@dataclass(frozen=True, slots=True)
class Naming:
    """Which part of the words of people's titles stands in ours, mean over named segments, 0 to 1."""

    method: str
    recall: float


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set; parts that its data do not allow are empty.

    Attributes:
        recordings: How many.
        segments: In people's division, on average.
    """

    name: str
    recordings: int
    segments: float
    divisions: tuple[Division, ...]
    searches: tuple[Search, ...]
    namings: tuple[Naming, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All sets, and the embedding that was used."""

    embedding: str
    sets: tuple[SetReport, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A recording made ready: embedded once for all that is measured on it."""

    recording: Recording
    transcript: Transcript
    slides: tuple[Slide, ...]
    vectors: NDArray[np.float32]


def score(data: Path, embedding: Embedding, *, progress: Progress = ignore_progress) -> Report:
    """Score topic boundaries, answers to questions and titles on every set that is there.

    Pk and WindowDiff count units as the set has them (sentences, turns, utterances), with a window of half the mean
    segment.

    Args:
        data: The folder of the sets; see :func:`~cutroom.analysis.editorial.data.read_sets`.

    Raises:
        InvalidInput: If no set is there, or one cannot be read.
    """
    sets = read_sets(data)
    total = sum(len(recordings) for recordings in sets.values())
    reports = []
    done = 0
    for name, recordings in sets.items():
        ready = []
        for recording in recordings:
            ready.append(_make_ready(recording, embedding))
            done += 1
            progress(done / total)
        reports.append(_score_set(name, ready, embedding))
    return Report(embedding.name, tuple(reports))


def _make_ready(recording: Recording, embedding: Embedding) -> _Read:
    transcript = recording.transcript()
    end_s = max(sentence.end_s for sentence in transcript.sentences)
    slides = tuple(Slide(span, ()) for span in screen_spans(recording, end_s))
    return _Read(recording, transcript, slides, embedding.embed(recording.units))


def _score_set(name: str, ready: Sequence[_Read], embedding: Embedding) -> SetReport:
    divided = [read for read in ready if len(read.recording.units) > len(read.recording.boundaries) + 1]
    asked = [read for read in ready if read.recording.questions]
    titled = [read for read in ready if any(read.recording.titles)]
    return SetReport(
        name,
        len(ready),
        float(np.mean([len(read.recording.boundaries) + 1 for read in ready])),
        _score_divisions(divided, topics=name.endswith("fine")),
        _score_searches(asked, embedding) if asked else (),
        _score_namings(titled) if titled else (),
    )


def _score_divisions(ready: Sequence[_Read], *, topics: bool) -> tuple[Division, ...]:
    guesses: dict[str, list[Sequence[int]]] = {"none": [], "even": [], "ours, number given": [], "ours": []}
    for read in ready:
        count = len(read.recording.boundaries) + 1
        size = len(read.recording.units)
        starts_s = start_times(read.transcript.sentences)
        costs = price_stretches(read.transcript.sentences, read.vectors, (), read.slides, "en")
        chapters = choose_chapters(costs, starts_s)
        guesses["none"].append(())
        guesses["even"].append([round(size * part / count) for part in range(1, count)])
        guesses["ours, number given"].append(divide(costs, count))
        guesses["ours"].append(divide_topics(costs, starts_s, chapters) if topics else chapters)
    return tuple(_division(method, ready, found) for method, found in guesses.items())


def _division(method: str, ready: Sequence[_Read], guesses: Sequence[Sequence[int]]) -> Division:
    rows = []
    for read, guess in zip(ready, guesses, strict=True):
        recording = read.recording
        size = len(recording.units)
        places = [time_s for time_s, _ in recording.times] or [float(unit) for unit in range(size)]
        f1 = boundary_f1(
            [places[unit] for unit in recording.boundaries],
            [places[unit] for unit in guess],
            _NEAR_S if recording.times else _NEAR_UNITS,
        )
        truth = recording.boundaries
        rows.append((pk(truth, guess, size), window_diff(truth, guess, size), f1, len(guess) + 1))
    means = [float(mean) for mean in np.mean(rows, axis=0)] if rows else [0.0] * 4
    return Division(method, *means)


def _score_searches(ready: Sequence[_Read], embedding: Embedding) -> tuple[Search, ...]:
    chance = np.random.default_rng(0)
    shared: dict[str, list[float]] = {"random window": [], "BM25, window of 20": [], "ours": []}
    for read in ready:
        size = len(read.recording.units)
        window = min(_WINDOW, size)
        for question in read.recording.questions:
            first = int(chance.integers(size - window + 1))
            shared["random window"].append(shared_part((first, first + window), question.answers))
            sums = np.convolve(shared_words(read.recording.units, question.text, "en"), np.ones(window), "valid")
            first = int(sums.argmax())
            shared["BM25, window of 20"].append(shared_part((first, first + window), question.answers))
            found = find_spans(
                read.transcript.sentences,
                question.text,
                embedding,
                min_s=_ANSWER_S[0],
                max_s=_ANSWER_S[1],
                count=1,
                language="en",
                vectors=read.vectors,
            )
            shared["ours"].append(shared_part(found[0][:2], question.answers) if found else 0.0)
    return tuple(Search(method, float(np.mean(parts))) for method, parts in shared.items())


def _score_namings(ready: Sequence[_Read]) -> tuple[Naming, ...]:
    recalls: dict[str, list[float]] = {"8 commonest words": [], "our 8 keywords": [], "our title": []}
    for read in ready:
        corpus = read_corpus(read.transcript)
        edges = [0, *read.recording.boundaries, len(read.recording.units)]
        for number, title in enumerate(read.recording.titles):
            wanted = set(content_words(title, "en"))
            if not wanted:
                continue
            first, stop = edges[number], edges[number + 1]
            bag = content_words(" ".join(read.recording.units[first:stop]), "en")
            common = sorted(set(bag), key=lambda word: (-bag.count(word), word))[:8]
            keywords = " ".join(keywords_of(corpus, first, stop))
            named = subject_of(read.transcript, first, stop, corpus=corpus)
            for method, words in (
                ("8 commonest words", common),
                ("our 8 keywords", content_words(keywords, "en")),
                ("our title", content_words(named, "en")),
            ):
                recalls[method].append(len(wanted.intersection(words)) / len(wanted))
    return tuple(Naming(method, float(np.mean(parts))) for method, parts in recalls.items() if parts)
