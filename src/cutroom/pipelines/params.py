"""What a person may choose of each recipe; the JSON schema of these classes is what the interface shows."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cutroom.accounts.config.providers import ProviderChoices
from cutroom.core.inputs import Line, ProviderName
from cutroom.edit.documents import PresetName, StyleName, one_of
from cutroom.edit.reframing import LAYOUT_MODES
from cutroom.media.correcting import Correction
from cutroom.media.presets import DEFAULT_PRESET
from cutroom.pipelines.request import Limits, Look
from cutroom.providers.storage import StoredFile

#: Three hours of subtitles with a time for every word.
_LONGEST_SUBTITLES = 4_000_000

Preset = PresetName
CaptionStyle = StyleName
LayoutMode = Annotated[str, AfterValidator(one_of(LAYOUT_MODES)), Field(json_schema_extra={"enum": [*LAYOUT_MODES]})]
Export = Literal["otio", "fcpxml", "edl", "premiere"]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class AssetParams(BaseModel):
    """What every recipe that works on an asset is given; filled in from the asset, never by who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: StoredFile = Field(title="Recording", description="The asset's bytes.")
    file_name: str = Field(default="recording", title="File name", description="As the person calls the recording.")


class Pick(BaseModel):
    """A stretch that somebody chose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_s: float = Field(ge=0, le=1e6, description="Seconds of the recording.")
    end_s: float = Field(gt=0, le=1e6)
    title: Annotated[Line, Field(max_length=300)] | None = Field(default=None, description="Its first words else.")
    score: float = Field(default=0.0, ge=0, le=100, description="As it was proposed.")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end_s <= self.start_s:
            raise ValueError(f"a stretch must end after it starts, and {self.start_s:g} to {self.end_s:g} does not")
        return self


class HighlightsParams(AssetParams):
    """How a long recording becomes clips."""

    providers: ProviderChoices = Field(
        default=ProviderChoices(), title="Providers", description="What the instance is set up with."
    )
    asset_id: UUID | None = Field(default=None, title="Asset", description="Whose recording it is.")
    corrections: tuple[Correction, ...] = Field(
        default=(), exclude=True, title="Corrections", description="What people corrected of what is heard."
    )
    count: int = Field(default=8, ge=1, le=50, title="Clips", description="How many clips at most.", examples=[5])
    min_s: float = Field(default=20.0, ge=1, le=600, title="Shortest", description="The shortest clip, seconds.")
    max_s: float = Field(default=90.0, ge=1, le=600, title="Longest", description="The longest clip, seconds.")
    preset: Preset = Field(default=DEFAULT_PRESET, title="Frame", description="The frame of the clips.")
    layout: LayoutMode = Field(default="auto", title="Layout", description="How the picture is arranged.")
    captions: CaptionStyle = Field(default="karaoke", title="Captions", description="A caption style, or none.")
    brand_id: UUID | None = Field(
        default=None, title="Brand kit", description="Its logo, colours, letters, intro and outro."
    )
    tighten: bool = Field(default=True, title="Tighten", description="Remove silence, fillers and retakes.")
    find: Phrase | None = Field(
        default=None,
        title="Find",
        description="Make clips about this phrase or question.",
        examples=["Why is the sky red in the evening?"],
    )
    language: str | None = Field(
        default=None,
        pattern="^[a-z]{2}$",
        title="Language",
        description="The language spoken, ISO 639-1; heard when left out.",
        examples=["en"],
    )
    speech: ProviderName | None = Field(
        default=None,
        title="Speech recognition",
        description="Who recognises speech; as the instance is set up when left out.",
        examples=["faster_whisper/base"],
    )
    language_model: ProviderName | None = Field(
        default=None,
        title="Language model",
        description="Who ranks and titles, or none; as the instance is set up when left out.",
        examples=["none"],
    )
    subtitles: str | None = Field(
        default=None,
        min_length=1,
        max_length=_LONGEST_SUBTITLES,
        exclude=True,  # the step has it: a list of runs must stay light
        title="Transcript",
        description="The text of an SRT or WebVTT file, used instead of recognising speech.",
        examples=["1\n00:00:00,000 --> 00:00:02,500\nWhy is the sky red in the evening?\n"],
    )
    exports: tuple[Export, ...] = Field(
        default=(), title="Projects", description="Projects for other editors, one of each clip.", examples=[["otio"]]
    )
    picks: tuple[Pick, ...] = Field(
        default=(), max_length=50, title="Stretches", description="Make clips of these instead of looking for others."
    )
    dry_run: bool = Field(default=False, title="Candidates only", description="Stop at the candidates; render nothing.")

    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        if self.min_s > self.max_s:
            raise ValueError(f"min_s must not be above max_s, and {self.min_s:g} is above {self.max_s:g}")
        return self

    @property
    def limits(self) -> Limits:
        """What is wanted of clips before they have a look."""
        return Limits(self.count, self.min_s, self.max_s)

    @property
    def look(self) -> Look:
        """How clips are made."""
        return Look(self.preset, self.layout, self.captions, self.tighten)


class CaptionText(BaseModel):
    """What a caption says from now on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=0, description="Which of the clip's captions as they are now, from 0.")
    text: str = Field(max_length=500, description="Empty removes it.", examples=["Why is the sky red?"])


class ClipParams(AssetParams):
    """What is changed of a clip; what is left out stays."""

    clip_id: UUID = Field(title="Clip", description="A clip of this recording.")
    version: int = Field(ge=1, title="Version", description="The clip's version that is changed; another is refused.")
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] | None = Field(
        default=None, title="Title", description="The clip's title; it is not in the picture."
    )
    captions: CaptionStyle | None = Field(default=None, title="Captions", description="A caption style, or none.")
    texts: tuple[CaptionText, ...] = Field(
        default=(), max_length=2000, title="Texts", description="Captions that say something else."
    )


class EditParams(AssetParams):
    """Which edit is rendered, and what of it."""

    edit_id: UUID = Field(title="Edit", description="An edit of this recording.")
    version: int = Field(ge=1, le=2**31 - 1, title="Version", description="Of the edit.")
    exports: tuple[Export, ...] = Field(default=(), title="Projects", description="Projects for other editors.")
    as_new: bool = Field(
        default=False, title="Another clip", description="Make another clip, and leave the edit's own as it is."
    )


class ShareParams(AssetParams):
    """How a recording is made ready to be watched."""

    hls: bool = Field(
        default=False,
        title="Adaptive",
        description="Also make a ladder of sizes for slow or changing connections (HLS).",
    )
