"""What is known about the lecture because it was made: the measure for what analysis finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from cutroom.analysis.facts import ShotKind
from cutroom.core.files import write_whole
from cutroom.media.geometry import Rect
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript


@dataclass(frozen=True, slots=True)
class SlideTruth:
    """A slide on screen, with the lines of text drawn on it, title first."""

    span: Span
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShotTruth:
    """An arrangement of the picture; ``camera`` is the inset's place and ``face`` where the head moves within it."""

    span: Span
    kind: ShotKind
    camera: Rect | None
    face: Rect | None


@dataclass(frozen=True, slots=True)
class LectureTruth:
    """The lecture as it was made.

    Attributes:
        transcript: Every word with its time to 25 ms; fillers and abandoned words are marked.
        silences: Every pause between words of at least 0.2 s, in order.
        fillers: In order.
        retakes: From the start of an abandoned take to the start of the good one.
        slides: In order; there is none while the camera fills the picture.
        shots: The whole lecture in order.
    """

    duration_s: float
    width: int
    height: int
    frame_rate: int
    transcript: Transcript
    silences: tuple[Span, ...]
    fillers: tuple[Span, ...]
    retakes: tuple[Span, ...]
    slides: tuple[SlideTruth, ...]
    shots: tuple[ShotTruth, ...]


_TRUTH: TypeAdapter[LectureTruth] = TypeAdapter(LectureTruth)


def write_truth(truth: LectureTruth, path: Path) -> None:
    """Write the truth as JSON."""
    write_whole(path, _TRUTH.dump_json(truth, indent=1))


def read_truth(path: Path) -> LectureTruth:
    """Read what :func:`write_truth` wrote."""
    return _TRUTH.validate_json(path.read_bytes())
