"""What a player in a page needs to play an edit as its export will be, without rendering it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from cutroom.edit.composing import Programme
from cutroom.edit.documents import FramedStretch, frame_stretch
from cutroom.media.caption_layout import letter_size, safe_area
from cutroom.media.caption_styles import STYLES, CaptionStyle, Lighting, dress, find_style
from cutroom.media.timeline import Caption, CaptionWord, TrackKind


class ShownWord(BaseModel):
    """A word on screen."""

    text: str
    start: int = Field(description="Frames of the clip, as everywhere in a programme.")
    stop: int


class ShownCaption(BaseModel):
    """What is on screen at one time."""

    start: int
    stop: int
    lines: list[list[ShownWord]]
    centre_y: float | None = Field(description="Where its middle stands; null as the style has it.")


class FrameArea(BaseModel):
    """A part of a frame, in shares of it."""

    model_config = ConfigDict(from_attributes=True)

    x: float
    y: float
    width: float
    height: float


class CaptionPlate(BaseModel):
    """A rounded plate behind text; lengths are in ems."""

    model_config = ConfigDict(from_attributes=True)

    colour: str
    opacity: float
    pad_x: float
    pad_y: float
    radius: float


class CaptionShadow(BaseModel):
    """A shadow of letters."""

    model_config = ConfigDict(from_attributes=True)

    offset: float = Field(description="Ems to the right and down.")
    colour: str
    opacity: float


class CaptionLook(BaseModel):
    """What captions of one style look like; lengths are in ems, shares of the letter size."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    title: str
    family: str = Field(description="The packaged font.")
    lighting: Lighting
    fill: str
    lit: str | None
    second_fill: str | None
    outline: float
    outline_colour: str
    shadow: CaptionShadow | None
    glow: float
    glow_colour: str
    plate: CaptionPlate | None
    word_plate: CaptionPlate | None
    bar: str | None
    pop: float
    spacing: float
    word_spacing: float
    upper: bool
    left: bool
    anchor: float = Field(description="Where the block stands in the safe area, 0 at its top to 1 at its bottom.")
    line_height: float


class ShownLogo(BaseModel):
    """A logo over the whole clip: as large as fits into its place."""

    place: FrameArea
    opacity: float


class EditProgramme(BaseModel):
    """An edit as it plays: the same composition that the export is rendered from."""

    duration: int = Field(description="Frames of the clip.")
    width: int
    height: int
    pictures: list[FramedStretch] = Field(
        description="How each kept stretch of the recording is composed, in the order of the clip, chosen or not."
    )
    captions: list[ShownCaption]
    look: CaptionLook | None = Field(description="Of the captions, in what was chosen; null without any.")
    logo: ShownLogo | None = Field(description="The brand kit's.")
    intro_s: float = Field(description="Seconds that the brand kit puts before the clip when it is made; 0 without.")
    outro_s: float = Field(description="Seconds that it puts after the clip.")
    em: float = Field(description="The letter size, a share of the frame's height; 0 without captions.")
    safe_area: FrameArea = Field(description="What captions stand in.")


class CaptionLooks(BaseModel):
    """The caption styles that there are."""

    items: list[CaptionLook]


def view_programme(programme: Programme) -> EditProgramme:
    """Put a programme into words."""
    timeline = programme.timeline
    width, height, captions, logo = timeline.width, timeline.height, timeline.captions, timeline.logo
    style = dress(find_style(captions.style), captions.dress) if captions else None
    picture = timeline.track(TrackKind.VIDEO)
    return EditProgramme(
        duration=timeline.duration,
        width=width,
        height=height,
        pictures=[
            frame_stretch(clip.source_start, clip.source_start + clip.duration, clip.layout)
            for clip in (picture.clips if picture else ())
            if clip.layout is not None
        ],
        captions=[_view_caption(caption) for caption in captions.captions] if captions else [],
        look=_view_look(style) if style else None,
        logo=ShownLogo(place=FrameArea.model_validate(logo.place), opacity=logo.opacity) if logo else None,
        intro_s=float(timeline.intro_duration / timeline.rate),
        outro_s=float(timeline.outro_duration / timeline.rate),
        em=letter_size(style, width, height) / height if style else 0.0,
        safe_area=FrameArea.model_validate(safe_area(width, height)),
    )


def view_looks() -> CaptionLooks:
    """Tell what every caption style looks like."""
    return CaptionLooks(items=[_view_look(style) for style in STYLES.values()])


def _view_caption(caption: Caption) -> ShownCaption:
    return ShownCaption(
        start=caption.start,
        stop=caption.start + caption.duration,
        lines=[[_view_word(word) for word in line] for line in caption.lines],
        centre_y=caption.centre_y,
    )


def _view_word(word: CaptionWord) -> ShownWord:
    return ShownWord(text=word.text, start=word.start, stop=word.start + word.duration)


def _view_look(style: CaptionStyle) -> CaptionLook:
    own = {name: getattr(style, name) for name in CaptionLook.model_fields if name != "family"}
    return CaptionLook.model_validate({**own, "family": style.font.family}, from_attributes=True)
