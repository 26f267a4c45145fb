"""What a person asks of the highlights recipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cutroom.core.errors import InvalidInput
from cutroom.edit.reframing import LAYOUT_MODES

EXPORT_FORMATS = ("otio", "fcpxml", "edl", "premiere")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a person wants of clips before they have a look.

    Attributes:
        count: How many at most.
    """

    count: int
    min_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class Look:
    """How clips are made.

    Attributes:
        preset: A name from :mod:`cutroom.media.presets`.
        layout: A mode of :mod:`cutroom.edit.reframing`.
        captions: A caption style's name, or ``none``.
        tighten: Remove silence, fillers and retakes.
    """

    preset: str
    layout: str
    captions: str
    tighten: bool


@dataclass(frozen=True, slots=True)
class HighlightsRequest:
    """The recipe's parameters.

    Attributes:
        source: The recording.
        out: The folder for all that is made; created when absent.
        count: How many clips at most, 1 to 50.
        min_s: The shortest clip, seconds.
        max_s: The longest clip, seconds.
        preset: A name from :mod:`cutroom.media.presets`.
        layout: A mode of :mod:`cutroom.edit.reframing`.
        captions: A caption style's name, or ``none``.
        transcript: SRT or VTT to use instead of recognition.
        language: ISO 639-1, or ``None`` to let recognition tell.
        speech: A ``speech_to_text`` provider, ``provider/model``.
        language_model: A ``language_model`` provider, ``provider/model``, or ``none``.
        tighten: Remove silence, fillers and retakes.
        find: Clips about this phrase or question.
        exports: From ``EXPORT_FORMATS``.
        dry_run: Stop at the candidates.

    Raises:
        InvalidInput: If a value is out of its range.
    """

    source: Path
    out: Path
    count: int = 8
    min_s: float = 20.0
    max_s: float = 90.0
    preset: str = "vertical-1080"
    layout: str = "auto"
    captions: str = "karaoke"
    transcript: Path | None = None
    language: str | None = None
    speech: str = "faster_whisper/base"
    language_model: str = "none"
    tighten: bool = True
    find: str | None = None
    exports: tuple[str, ...] = ()
    dry_run: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 50:
            raise InvalidInput(f"--count must be 1 to 50, not {self.count}.")
        if not 1 <= self.min_s <= self.max_s <= 600:
            raise InvalidInput(
                f"--min and --max must be 1 to 600 seconds with min first, not {self.min_s:g} and {self.max_s:g}."
            )
        if self.layout not in LAYOUT_MODES:
            raise InvalidInput(f"--layout '{self.layout}' is unknown: choose one of {', '.join(LAYOUT_MODES)}.")
        unknown = [name for name in self.exports if name not in EXPORT_FORMATS]
        if unknown:
            raise InvalidInput(f"--export '{unknown[0]}' is unknown: choose from {', '.join(EXPORT_FORMATS)}.")
        if self.language is not None and not (len(self.language) == 2 and self.language.isalpha()):
            raise InvalidInput(f"--language '{self.language}' is not a two-letter code such as en or de.")
        if self.find is not None and not self.find.strip():
            raise InvalidInput("--find needs a phrase or a question.")

    @property
    def limits(self) -> Limits:
        """What is wanted of clips before they have a look."""
        return Limits(self.count, self.min_s, self.max_s)

    @property
    def look(self) -> Look:
        """How clips are made."""
        return Look(self.preset, self.layout, self.captions, self.tighten)
