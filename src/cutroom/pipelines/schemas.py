"""What recipes, runs and their results look like over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.analysis.models import CandidateRow, Decision
from cutroom.core.inputs import Text
from cutroom.edit.models import Edit
from cutroom.jobs.models import RunState
from cutroom.jobs.schemas import EventView, RunStatus, StepStatus
from cutroom.library.models import Asset
from cutroom.library.schemas import FileView, PersonView, Rightful, Title, view_licence
from cutroom.library.starting import FILLED
from cutroom.media.transcript import Sentence, Word
from cutroom.pipelines.params import CaptionStyle, CaptionText, Export, LayoutMode, Preset
from cutroom.pipelines.result import Candidate
from cutroom.render.models import ClipFile, ClipRow

#: Higher ones go first; a person's own preference needs no more.
_PRIORITY = 100
#: Letters of a parameter that a run's status shows.
_SHOWN = 300


class RecipeView(BaseModel):
    """Something that can be made of an asset."""

    name: str = Field(examples=["highlights"])
    title: str
    params: dict[str, Any] = Field(description="JSON schema of what may be chosen.")


class Recipes(BaseModel):
    """All recipes."""

    items: list[RecipeView]


class NewRun(BaseModel):
    """A recipe to be started on an asset."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"recipe": "highlights", "asset_id": "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11", "params": {"count": 5}}
            ]
        },
    )

    recipe: Annotated[str, Field(min_length=1, max_length=64)]
    asset_id: UUID
    params: dict[str, Any] = Field(default_factory=dict, description="As the recipe's schema says; defaults else.")
    priority: int = Field(default=0, ge=-_PRIORITY, le=_PRIORITY, description="Higher ones go first.")


class RunView(RunStatus):
    """A run as it stands, and where to ask on."""

    subject: str | None = Field(
        description="What the recording is called that it works on; null where there is none, or the viewer finds none."
    )
    events_url: str = Field(description="Its events: as JSON, or as server-sent events.")
    steps_url: str


class Steps(BaseModel):
    """All steps of a run, in the order of their making."""

    items: list[StepStatus]


class Events(BaseModel):
    """Some of a run's events, in order."""

    items: list[EventView]
    state: RunState = Field(description="Of the run now.")
    last: int = Field(description="Ask with `after` set to it for what follows.")
    more: bool = Field(description="Whether more are there already.")


class ProgressView(BaseModel):
    """How far a run is; told between events, with no number of its own."""

    stage: str | None
    percent: float
    eta_s: float | None
    message: str


class CandidateEdit(BaseModel):
    """What a person made of a candidate."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int


class CandidateView(Candidate):
    """A stretch that was proposed, and what became of it."""

    id: UUID
    asset_id: UUID
    position: int = Field(description="Best first, from 0.")
    decision: Decision | None = Field(description="What a person thinks of it; null while nobody has said.")
    decided_by_id: UUID | None
    decided_at: datetime | None
    edit: CandidateEdit | None = Field(description="Rendered in its place; null where nobody changed anything.")


class CandidateChange(BaseModel):
    """What a person thinks of a candidate."""

    model_config = ConfigDict(extra="forbid")

    decision: Decision | None = Field(description="Null takes back what was said.")


class RenderCandidates(BaseModel):
    """Which candidates of a run are rendered, and how; what is left out is as in that run, or as it was edited."""

    model_config = ConfigDict(extra="forbid")

    candidate_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=50, description="In the order of their clips; those accepted when null."
    )
    preset: Preset | None = None
    layout: LayoutMode | None = None
    captions: CaptionStyle | None = None
    tighten: bool | None = None
    exports: list[Export] | None = Field(default=None, max_length=4, description="Projects for other editors.")


class StartedRuns(BaseModel):
    """The runs that were started."""

    items: list[RunView]


class ClipView(Rightful):
    """A clip, with the files of its newest rendition; its licence is that of its recording."""

    id: UUID
    run_id: UUID
    asset_id: UUID
    rank: int
    title: str
    score: float
    start_s: float = Field(description="Seconds of the recording.")
    end_s: float
    duration_s: float = Field(description="Of the clip's file, after cuts.")
    width: int
    height: int
    version: int = Field(description="Counts changes; send it with the next one.")
    edit_id: UUID | None = Field(description="The edit that it is rendered from, where somebody opened one.")
    edit_version: int | None = Field(description="The edit's version that it shows.")
    created_at: datetime
    stale: bool = Field(description="Whether its recording has another source by now.")
    files: list[FileView]


class ClipDetails(ClipView):
    """A clip with all that is known of it."""

    details: dict[str, Any] = Field(description="Its part of `result.json`: cuts, crops, loudness.")
    timeline: dict[str, Any] = Field(description="What was rendered: tracks, captions, size and rate.")


class ClipChange(BaseModel):
    """What is changed of a clip; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"version": 1, "texts": [{"number": 0, "text": "Why is the sky red?"}]}]},
    )

    version: int = Field(ge=1, le=2**31 - 1, description="The clip's version that is changed; another is refused.")
    title: Title | None = Field(default=None, description="It is not in the picture.")
    captions: CaptionStyle | None = Field(default=None, description="A caption style, or none.")
    texts: list[CaptionText] = Field(
        default_factory=list, max_length=2000, description="Captions that say something else."
    )


class ChapterView(BaseModel):
    """An entry of a recording's table of contents."""

    start_s: float
    end_s: float
    title: str


class Chapters(BaseModel):
    """A recording's table of contents."""

    items: list[ChapterView]


class SentenceText(BaseModel):
    """What a sentence says from now on."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=0, le=2**31 - 1, description="Which of the transcript's sentences as they are, from 0.")
    text: Annotated[Text, Field(max_length=2000)] = Field(
        description="Empty removes it.", examples=["Why is the sky red?"]
    )


class TranscriptChange(BaseModel):
    """Sentences that say something else."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=2**31 - 1, description="The transcript's that is corrected; another is refused.")
    sentences: Annotated[list[SentenceText], Field(min_length=1, max_length=2000)]


class TranscriptView(BaseModel):
    """What was said, and when: words, and the sentences that hold all of them."""

    version: int = Field(description="Counts what was heard and what was corrected; send it with a correction.")
    language: str = Field(description="ISO 639-1, or `und`.")
    source: str = Field(description="What made it.", examples=["faster_whisper/base"])
    corrected_by: PersonView | None = Field(description="Who corrected it last.")
    corrected_at: datetime | None
    stale: bool = Field(description="Whether an earlier source of the recording was heard.")
    words: tuple[Word, ...]
    sentences: tuple[Sentence, ...] = Field(description="Of `words[first:stop]` each.")


def view_run(status: RunStatus, subject: str | None) -> RunView:
    """Add to a run's status what it works on, and where to ask on."""
    at = f"/api/v1/runs/{status.id}"
    result = None
    if status.state is RunState.SUCCEEDED:
        result = {"output": f"{at}/result", "candidates": f"{at}/candidates", "clips": f"{at}/clips"}
    # What was checked once is not checked again: this is asked every second.
    own = {name: getattr(status, name) for name in RunStatus.model_fields}
    own |= {"result": result, "params": _shown(status.params)}
    return RunView.model_construct(**own, subject=subject, events_url=f"{at}/events", steps_url=f"{at}/steps")


def _shown(params: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was filled in, and the end of long texts: a poll is asked every second."""
    return {
        name: f"{value[:_SHOWN]}…" if isinstance(value, str) and len(value) > _SHOWN else value
        for name, value in params.items()
        if name not in FILLED
    }


def view_candidate(row: CandidateRow, edit: Edit | None) -> CandidateView:
    """Put a candidate into words, with what somebody made of it."""
    own = {name: getattr(row, name) for name in CandidateView.model_fields if name != "edit"}
    return CandidateView.model_validate(own | {"edit": edit}, from_attributes=True)


def view_clip(row: ClipRow, files: list[ClipFile], asset: Asset) -> ClipView:
    """Put a clip and its files into words.

    Args:
        asset: Of which it is a clip.
    """
    return ClipView(**_clip(row, files, asset))


def view_details(row: ClipRow, files: list[ClipFile], asset: Asset) -> ClipDetails:
    """Put a clip and all that is known of it into words."""
    return ClipDetails(**_clip(row, files, asset), details=row.details, timeline=row.timeline)


def _clip(row: ClipRow, files: list[ClipFile], asset: Asset) -> dict[str, Any]:
    said = {name: getattr(asset, name) for name in Rightful.model_fields} | {"licence": view_licence(asset.licence)}
    further = {"files", "stale", *said}
    own = said | {name: getattr(row, name) for name in ClipView.model_fields if name not in further}
    own["stale"] = row.cut_from not in {None, asset.sha256}
    at = f"/api/v1/clips/{row.id}/files"
    return own | {
        "files": [
            FileView(
                name=file.name,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                url=f"{at}/{file.name}",
            )
            for file in files
        ]
    }
