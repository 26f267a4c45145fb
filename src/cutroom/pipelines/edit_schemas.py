"""What opening, looking at and rendering an edit look like over HTTP."""

from __future__ import annotations

from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cutroom.analysis.facts import ShotKind
from cutroom.edit.schemas import VersionNumber
from cutroom.library.schemas import Title
from cutroom.pipelines.params import CaptionStyle, Export, LayoutMode, Preset


class NewEdit(BaseModel):
    """What is opened: a clip, a candidate, or a stretch of a recording."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"clip_id": "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"},
                {"asset_id": "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11", "start_s": 61.5, "end_s": 95.0},
            ]
        },
    )

    clip_id: UUID | None = Field(default=None, description="A clip as it is; its edit, where it has one already.")
    candidate_id: UUID | None = Field(default=None, description="A proposed stretch, rendered or not.")
    asset_id: UUID | None = Field(default=None, description="A recording; with `start_s` and `end_s`.")
    start_s: float | None = Field(default=None, ge=0, le=1e6, description="Seconds of the recording.")
    end_s: float | None = Field(default=None, gt=0, le=1e6)
    title: Title | None = Field(default=None, description="Its first words when left out.")
    preset: Preset | None = Field(default=None, description="The frame; a candidate's is that of its run.")
    layout: LayoutMode | None = Field(default=None, description="How the picture is arranged.")
    captions: CaptionStyle | None = Field(default=None, description="A caption style, or none.")
    tighten: bool | None = Field(default=None, description="Leave silence, fillers and retakes out at first.")

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if sum(each is not None for each in (self.clip_id, self.candidate_id, self.asset_id)) != 1:
            raise ValueError("name one of clip_id, candidate_id and asset_id")
        given = (self.start_s is not None, self.end_s is not None)
        if given != ((self.asset_id is not None),) * 2:
            raise ValueError("start_s and end_s belong to asset_id, both of them")
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError("end_s must be after start_s")
        look = (self.title, self.preset, self.layout, self.captions, self.tighten)
        if self.clip_id is not None and any(each is not None for each in look):
            raise ValueError("a clip is opened as it is: leave title, preset, layout, captions and tighten out")
        return self


class EditRender(BaseModel):
    """What is rendered."""

    model_config = ConfigDict(extra="forbid")

    version: VersionNumber
    exports: list[Export] = Field(default_factory=list, max_length=4, description="Projects for other editors.")
    as_new: bool = Field(default=False, description="Make another clip instead of the edit's own anew.")


class SourceWord(BaseModel):
    """A word of the recording."""

    number: int = Field(description="By which the document's `words` name it.")
    text: str
    start: int = Field(description="Frames of the recording, as everywhere in an edit.")
    stop: int
    confidence: float
    filler: bool = Field(description="Whether it can go without loss.")


class SourceShot(BaseModel):
    """What the camera did between two cuts."""

    start: int
    stop: int
    kind: ShotKind


class SourceStretch(BaseModel):
    """A stretch of the recording."""

    start: int
    stop: int


class Waveform(BaseModel):
    """How loud a stretch of the recording is."""

    start: int = Field(description="The frame at which the first value begins.")
    per_s: int = Field(description="Values a second.")
    levels_db: list[int] = Field(description="Decibels below full scale, -120 for digital silence.")


class EditSource(BaseModel):
    """What an editor draws: a part of the recording, with what was heard and seen in it."""

    rate: str = Field(description="Frames per second, a fraction.", examples=["30000/1001"])
    frames: int = Field(description="The recording's length.")
    width: int = Field(description="Pixels as shown; 0 without picture.")
    height: int
    has_sound: bool
    language: str
    start: int = Field(description="The first frame that is described here.")
    stop: int
    play_url: str | None = Field(description="Plays in a browser; null while it is not ready, or replaced since.")
    hls_url: str | None = Field(description="The same in several sizes, where it was made.")
    words: list[SourceWord]
    shots: list[SourceShot]
    silences: list[SourceStretch]
    waveform: Waveform


class EditForm(StrEnum):
    """Files that an edit gives without being rendered."""

    SRT = "srt"
    VTT = "vtt"
    OTIO = "otio"
    FCPXML = "fcpxml"
    EDL = "edl"
    PREMIERE = "premiere"


class FrameForm(StrEnum):
    """How a frame is written."""

    JPEG = "jpeg"
    PNG = "png"
