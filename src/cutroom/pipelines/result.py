"""``result.json``: what the highlights recipe found, decided and made.

The classes are the schema; ``docs/reference/result.schema.json`` is generated from them and a test holds it current.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Literal[1] = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScorePart(_Part):
    """One measured reason for a score."""

    name: str
    value: float
    percentile: float = Field(ge=0, le=1, description="Rank within this recording.")
    weight: float = Field(ge=0, le=1)
    reason: str
    sentences: list[str] = Field(description="What was said that earned it.")


class Cut(_Part):
    """A stretch of the source that a clip leaves out."""

    start_s: float
    end_s: float
    reason: str = Field(description="silence, filler, stutter, retake, or edit where a person cut.")
    text: str = Field(description="The words that went with it.")


class Box(_Part):
    """A rectangle in shares of a picture, 0 to 1, origin top left."""

    x: float
    y: float
    width: float
    height: float


class Crop(_Part):
    """A part of the source put into a part of the clip from a moment on."""

    start_s: float = Field(description="Seconds of the source.")
    end_s: float
    source: Box
    target: Box
    fit: str
    background: str


class Candidate(_Part):
    """A stretch that was proposed, and what became of it."""

    start_s: float
    end_s: float
    score: float = Field(ge=0, le=100)
    title: str
    topic: str | None
    proposed_by: str
    parts: list[ScorePart]
    text: str
    accepted: bool
    why_not: str | None = Field(description="Why it was rejected; null when accepted.")


class Clip(_Part):
    """A finished clip."""

    rank: int = Field(ge=1)
    file: str
    poster: str
    srt: str | None
    vtt: str | None
    title: str
    score: float
    start_s: float
    end_s: float
    duration_s: float = Field(description="Of the file, after cuts.")
    width: int
    height: int
    rate: str = Field(description="Frames per second as a fraction.")
    size_bytes: int
    sha256: str
    loudness_lufs: float | None
    peak_dbtp: float | None
    cuts: list[Cut]
    crops: list[Crop]


class Failure(_Part):
    """A clip that could not be made."""

    rank: int
    title: str
    error: str


class Topic(_Part):
    """A unit about one thing."""

    start_s: float
    end_s: float
    title: str
    keywords: list[str]


class Chapter(_Part):
    """An entry of the table of contents."""

    start_s: float
    end_s: float
    title: str


class Source(_Part):
    """The recording as measured."""

    name: str
    sha256: str
    size_bytes: int
    duration_s: float
    container: str
    width: int | None
    height: int | None
    rate: str | None
    audio_tracks: int
    notes: list[str]


class HighlightsResult(_Part):
    """Everything that one run found, decided and made."""

    schema_version: Literal[1] = SCHEMA_VERSION
    cutroom: str = Field(description="The version that made it.")
    status: Literal["finished", "interrupted", "failed", "candidates"]
    source: Source
    language: str | None
    transcript: str | None = Field(description="What made the transcript; null without speech.")
    words: int
    shots: int
    slides: int
    topics: list[Topic]
    chapters: list[Chapter]
    candidates: list[Candidate] = Field(description="Best first; rejected ones too.")
    clips: list[Clip]
    failures: list[Failure]
    exports: list[str]
    notes: list[str]
