"""The facts that analysis hands on: plain values, kept as JSON, the same for the same recording."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cutroom.media.geometry import FULL, Rect
from cutroom.media.span import Span


class SoundEventKind(StrEnum):
    LAUGHTER = "laughter"
    APPLAUSE = "applause"


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """Something heard that is not speech; ``confidence`` is 0 to 1."""

    kind: SoundEventKind
    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """How a recording sounds.

    Attributes:
        hop_s: Seconds between two values of ``level_db``.
        level_db: RMS level, dB below full scale, -120 for digital silence.
        noise_floor_db: The level of the recording's own background.
        threshold_db: Below it is silence.
        silences: In order, each at least 0.2 s.
        speech: Where a voice is, in order.
        events: In order.
    """

    hop_s: float
    level_db: tuple[float, ...]
    noise_floor_db: float
    threshold_db: float
    silences: tuple[Span, ...]
    speech: tuple[Span, ...]
    events: tuple[SoundEvent, ...]


class ShotKind(StrEnum):
    SCREEN = "screen"  # slides or a desktop fill the picture
    SCREEN_WITH_CAMERA = "screen_with_camera"  # the same, with a camera inset
    TALKING_HEAD = "talking_head"  # one person, close
    CAMERA = "camera"  # anything else a camera sees


@dataclass(frozen=True, slots=True)
class FaceSample:
    """A face seen in one frame; ``confidence`` is 0 to 1."""

    time_s: float
    box: Rect
    confidence: float


@dataclass(frozen=True, slots=True)
class Shot:
    """What the camera did between two cuts.

    Attributes:
        screen: Where slides are, when there are any, without the camera inset's column where it is beside them.
        camera: The inset, when there is one.
        faces: Samples in order of time; the main face first within a time.
        motion: 0 for a still, 1 for everything moving; mean over the shot.
        picture: What lies between black bars, such as an upright video in a wide frame.
        focus: Where most detail is when a camera sees no face; ``None`` when it is everywhere.
    """

    span: Span
    kind: ShotKind
    screen: Rect | None
    camera: Rect | None
    faces: tuple[FaceSample, ...]
    motion: float
    picture: Rect = FULL
    focus: Rect | None = None


@dataclass(frozen=True, slots=True)
class Slide:
    """One state of the screen.

    Attributes:
        text: The lines read from it; empty without OCR.
        content: The part of the picture in which something is written, where it is less than the screen.
    """

    span: Span
    text: tuple[str, ...]
    content: Rect | None = None


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """How a recording looks: shots cover the whole picture in order; slides lie where a screen is shown."""

    shots: tuple[Shot, ...]
    slides: tuple[Slide, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A unit of 20 s to 2 min about one thing: ``sentences[first:stop]``.

    Attributes:
        title: Taken from what was said or shown; never empty.
        keywords: Most telling first, at most 8.
    """

    span: Span
    first: int
    stop: int
    title: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A run of topics, ``topics[first:stop]``, for a table of contents."""

    span: Span
    first: int
    stop: int
    title: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Topics and chapters; both cover the whole transcript in order."""

    topics: tuple[Topic, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One measured reason for a score.

    Attributes:
        name: Such as ``hook``.
        value: As measured, in the part's own unit.
        percentile: 0 to 1, its rank within this recording.
        weight: Its share of the score; weights sum to 1 over the parts.
        sentences: Indices of the sentences that earned it.
        reason: One short clause for a person.
    """

    name: str
    value: float
    percentile: float
    weight: float
    sentences: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """A stretch that analysis proposes.

    Attributes:
        span: Snapped to sentences and breaths.
        first: First sentence; ``first == stop`` when it was found without speech.
        stop: One past the last sentence.
        score: 0 to 100.
        topic: Index into the outline's topics, or ``None``.
        title: Never empty.
        source: What proposed it: ``transcript``, ``signal``, ``find`` or a ``person``.
    """

    span: Span
    first: int
    stop: int
    score: float
    parts: tuple[ScorePart, ...]
    topic: int | None
    title: str
    source: str
