"""What a person decided about one clip: small, complete and reversible; the same from a browser, a program or a file.

Times are whole frames of the recording, at the rate of the programme. Nothing here is a measurement: what was heard
and seen stands in :mod:`cutroom.edit.material`, and both together give a timeline (:mod:`cutroom.edit.composing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cutroom.core.inputs import Line, Text
from cutroom.media.caption_styles import STYLES
from cutroom.media.fonts import DISPLAY
from cutroom.media.geometry import Rect
from cutroom.media.presets import PRESETS
from cutroom.media.timeline import Background, Fit, Layout, Placement

NO_CAPTIONS = "none"
#: Letters of a title.
TITLE = 300
#: More than the longest recording has frames of.
_FRAMES = 2**31 - 1
#: A cut every second for an hour.
_MOST_PARTS = 3600
_MOST_PLACEMENTS = 4
_MOST_WORDS = 10_000
#: A picture is not cut smaller than this share of its side: there would be nothing to see.
_SMALLEST = 0.005


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """Make a check for names that are known."""
    known = tuple(names)

    def check(name: str) -> str:
        if name not in known:
            raise ValueError(f"choose one of {', '.join(known)}")
        return name

    return check


_STYLES = (*STYLES, NO_CAPTIONS)
PresetName = Annotated[str, AfterValidator(one_of(PRESETS)), Field(json_schema_extra={"enum": [*PRESETS]})]
StyleName = Annotated[str, AfterValidator(one_of(_STYLES)), Field(json_schema_extra={"enum": [*_STYLES]})]
FaceName = Annotated[str, AfterValidator(one_of(DISPLAY)), Field(json_schema_extra={"enum": [*DISPLAY]})]
Colour = Annotated[str, StringConstraints(pattern="^#[0-9A-Fa-f]{6}$"), Field(examples=["#ffd60a"])]
Frame = Annotated[int, Field(ge=0, le=_FRAMES)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stretch(_Part):
    """A stretch of the recording, the last frame excluded."""

    start: Frame = Field(description="Frames of the recording, at the edit's rate.")
    stop: Frame = Field(description="The first frame that is not in it.")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.stop <= self.start:
            raise ValueError(f"a stretch must end after it starts, and {self.start} to {self.stop} does not")
        return self


class Area(_Part):
    """A rectangle in shares of a picture, origin top left."""

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)
    width: float = Field(ge=_SMALLEST, le=1)
    height: float = Field(ge=_SMALLEST, le=1)

    @model_validator(mode="after")
    def _lies_inside(self) -> Self:
        if self.x + self.width > 1 + 1e-6 or self.y + self.height > 1 + 1e-6:
            raise ValueError("a rectangle must lie inside the picture, and this one sticks out of it")
        return self


class Pane(_Part):
    """A part of the recording's picture put into a part of the frame."""

    source: Area
    target: Area
    fit: Fit = Fit.COVER


class FramedStretch(Stretch):
    """How a stretch of the recording is composed; it says nothing of whether the stretch is kept."""

    panes: tuple[Pane, ...] = Field(min_length=1, max_length=_MOST_PLACEMENTS, description="Drawn in order.")
    background: Background = Background.BLACK

    @property
    def layout(self) -> Layout:
        """The same, as timelines have it."""
        placements = (Placement(_rect(pane.source), _rect(pane.target), pane.fit) for pane in self.panes)
        return Layout(tuple(placements), self.background)


class WordText(_Part):
    """What a word of the recording is shown as."""

    number: int = Field(ge=0, le=_FRAMES, description="Of the recording's words, from 0.")
    text: Annotated[Text, Field(max_length=200)] = Field(description="Empty shows nothing.", examples=["Rayleigh"])


class CaptionChoice(_Part):
    """How captions look."""

    style: StyleName = Field(default="karaoke", description="A caption style, or none.")
    position: float | None = Field(
        default=None, ge=0, le=1, description="Where their middle stands, a share of the height; null as it fits best."
    )
    fill: Colour | None = Field(default=None, description="Of words; null as the brand kit or the style has it.")
    lit: Colour | None = Field(default=None, description="Of the word that is spoken.")
    face: FaceName | None = Field(default=None, description="The letters.")


class EditDocument(_Part):
    """All that a person decided about one clip."""

    title: Annotated[Line, Field(max_length=TITLE)]
    preset: PresetName = Field(description="The frame of the clip.")
    keep: tuple[Stretch, ...] = Field(
        min_length=1, max_length=_MOST_PARTS, description="What is shown and heard, in the order of the clip."
    )
    layouts: tuple[FramedStretch, ...] = Field(
        default=(), max_length=_MOST_PARTS, description="How stretches are composed; others as the picture asks for."
    )
    words: tuple[WordText, ...] = Field(
        default=(), max_length=_MOST_WORDS, description="Words that are shown as something else than was heard."
    )
    captions: CaptionChoice = CaptionChoice()
    brand_id: UUID | None = Field(default=None, description="A brand kit: its logo, colours, letters, intro and outro.")
    loudness_lufs: float | None = Field(default=-14.0, ge=-40, le=-5, description="Null leaves it as it is.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        _must_be_apart(self.keep, "two kept parts")
        _must_be_apart(self.layouts, "two layouts")
        numbers = [word.number for word in self.words]
        if len(set(numbers)) < len(numbers):
            raise ValueError("a word is shown as one thing: it stands here twice")
        return self


def frame_stretch(start: int, stop: int, layout: Layout) -> FramedStretch:
    """Write a layout as documents have it."""
    panes = tuple(
        Pane(source=_area(placement.source), target=_area(placement.target), fit=placement.fit)
        for placement in layout.placements
    )
    return FramedStretch(start=start, stop=stop, panes=panes, background=layout.background)


def _must_be_apart(stretches: Sequence[Stretch], what: str) -> None:
    for one, other in pairwise(sorted(stretches, key=lambda each: each.start)):
        if other.start < one.stop:
            raise ValueError(f"{what} must not overlap, and {one.start}-{one.stop} and {other.start}-{other.stop} do")


def _rect(area: Area) -> Rect:
    return Rect(area.x, area.y, area.width, area.height)


def _area(rect: Rect) -> Area:
    return Area(x=rect.x, y=rect.y, width=rect.width, height=rect.height)
