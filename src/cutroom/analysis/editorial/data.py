"""Read the public sets, each in the form in which its authors gave it."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cutroom.core.errors import InvalidInput
from cutroom.media.span import Span
from cutroom.media.transcript import Sentence, Transcript, Word

#: Where a set gives no times: an ordinary pace, 150 words a minute.
_WORDS_A_SECOND: Final = 2.5
_RULE: Final = re.compile(r"={5,}\s*$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the stretches that people say answer it: first unit, one past the last."""

    text: str
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A text that people divided.

    Attributes:
        units: Sentences, turns or utterances, as the set has them.
        boundaries: The units that start a segment, without 0.
        titles: Of the segments, where people named them; else empty.
        times: Start and end seconds of each unit, where the set has them.
        screens: Seconds at which another window or screen was shown.
    """

    name: str
    units: tuple[str, ...]
    boundaries: tuple[int, ...]
    titles: tuple[str, ...] = ()
    times: tuple[tuple[float, float], ...] = ()
    screens: tuple[float, ...] = ()
    questions: tuple[Question, ...] = ()

    def transcript(self) -> Transcript:
        """Give the text as a transcript with a sentence a unit, at an ordinary pace where times are missing."""
        words: list[Word] = []
        sentences = []
        clock_s = 0.0
        for number, unit in enumerate(self.units):
            texts = unit.split() or ["…"]
            start_s = max(clock_s, self.times[number][0]) if self.times else clock_s
            end_s = max(start_s, self.times[number][1]) if self.times else start_s + len(texts) / _WORDS_A_SECOND
            step_s = (end_s - start_s) / len(texts)
            first = len(words)
            words += [Word(text, start_s + k * step_s, start_s + (k + 1) * step_s) for k, text in enumerate(texts)]
            sentences.append(Sentence(first, len(words), start_s, end_s, " ".join(texts)))
            clock_s = start_s if self.times else end_s
        return Transcript(tuple(words), tuple(sentences), "en", "import/editorial")


def read_sets(data: Path) -> dict[str, list[Recording]]:
    """Read every set that is there.

    Args:
        data: A folder with any of ``mit-physics/*.ref``, ``choi/<sizes>/*.ref``, ``tinyrec/*_anno.json`` beside
            ``*.json``, ``qmsum/<domain>-*.json``.

    Returns:
        Recordings by set, in a fixed order; sets that are missing are left out.

    Raises:
        InvalidInput: If there is none, or a file is not in the form of its set.
    """
    sets: defaultdict[str, list[Recording]] = defaultdict(list)
    current = data
    try:
        for current in sorted((data / "mit-physics").glob("*.ref")):
            sets["MIT physics"].append(_read_ruled(current))
        for current in sorted((data / "tinyrec").glob("*_anno.json")):
            for level, recording in _read_tinyrec(current):
                sets[f"TinyRec {level}"].append(recording)
        for current in sorted((data / "qmsum").glob("*.json")):
            sets[f"QMSum {current.stem.partition('-')[0]}"].append(_read_qmsum(current))
        for current in sorted((data / "choi").glob("*/*.ref")):
            sets[f"Choi {current.parent.name}"].append(_read_ruled(current))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{current} is not in the form of its set ({error!r}): fetch it again.") from error
    if not sets:
        raise InvalidInput(
            f"{data} holds none of the sets mit-physics, tinyrec, qmsum, choi: name the folder above them."
        )
    return dict(sorted(sets.items(), key=lambda entry: (_ORDER.index(entry[0].split()[0]), entry[0])))


_ORDER: Final = ("MIT", "TinyRec", "QMSum", "Choi")


def _read_ruled(path: Path) -> Recording:
    units: list[str] = []
    boundaries: list[int] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if not _RULE.match(line):
            units += [line.strip()] if line.strip() else []
        elif units and len(units) not in boundaries:
            boundaries.append(len(units))
    return Recording(path.stem, tuple(units), tuple(b for b in boundaries if b < len(units)))


def _read_tinyrec(path: Path) -> Iterator[tuple[str, Recording]]:
    (annotation,) = json.loads(path.read_text(encoding="utf-8")).values()
    (recording,) = json.loads(path.with_name(path.name.replace("_anno", "")).read_text(encoding="utf-8")).values()
    entries: list[dict[str, Any]] = recording["entries"]
    # What is said has "doc"; what happens on the screen has a window's title, and is a unit as well.
    units = tuple(str(entry.get("doc") or entry.get("composite") or "") for entry in entries)
    times = tuple((float(entry["start"]), float(entry["end"])) for entry in entries)
    screens = tuple(start for (start, _), entry in zip(times, entries, strict=True) if "doc" not in entry)
    for level in ("coarse", "fine"):
        parts = sorted((int(first), str(title)) for first, _, title in annotation[level])
        boundaries, titles = _segments(parts, len(units))
        yield level, Recording(path.stem, units, boundaries, titles, times, screens)


def _read_qmsum(path: Path) -> Recording:
    meeting = json.loads(path.read_text(encoding="utf-8"))
    units = tuple(str(turn["content"]) for turn in meeting["meeting_transcripts"])
    parts = sorted(
        (int(first), str(topic["topic"])) for topic in meeting["topic_list"] for first, _ in topic["relevant_text_span"]
    )
    boundaries, titles = _segments(parts, len(units))
    questions = tuple(
        Question(
            str(question["query"]),
            tuple((int(first), int(last) + 1) for first, last in question["relevant_text_span"]),
        )
        for question in meeting["specific_query_list"]
    )
    return Recording(path.stem, units, boundaries, titles, questions=questions)


def _segments(parts: list[tuple[int, str]], size: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Bring named starts into order; of two at one place the first counts, and before the first lies no title."""
    named: dict[int, str] = {}
    for first, title in parts:
        if 0 <= first < size:
            named.setdefault(first, title)
    titles = tuple(named.values()) if 0 in named else ("", *named.values())
    return tuple(first for first in named if first), titles


def screen_spans(recording: Recording, end_s: float) -> list[Span]:
    """Give the stretches between screen changes."""
    edges = sorted({0.0, *(time_s for time_s in recording.screens if time_s < end_s), end_s})
    return [Span(start, stop) for start, stop in itertools.pairwise(edges)]
