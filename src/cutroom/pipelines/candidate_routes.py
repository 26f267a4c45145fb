"""Candidates as their clips would be, over HTTP: nothing is saved, rendered or measured."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from cutroom.accounts.access import Editor
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.limits import heavy
from cutroom.core.problems import problems
from cutroom.edit.composing import compose
from cutroom.edit.documents import EditDocument
from cutroom.edit.programmes import EditProgramme, view_programme
from cutroom.pipelines.edit_schemas import FrameForm
from cutroom.pipelines.edit_source import playable
from cutroom.pipelines.frame_answers import PICTURE, answer_frame
from cutroom.pipelines.opening import open_candidate
from cutroom.pipelines.params import CaptionStyle, LayoutMode, Preset
from cutroom.pipelines.results import find_candidate

router = APIRouter(tags=["results"])


class WantedLook(BaseModel):
    """How the clip would be; what is left out is as in the run."""

    model_config = ConfigDict(extra="forbid")

    preset: Preset | None = None
    layout: LayoutMode | None = None
    captions: CaptionStyle | None = None


class WantedFrame(WantedLook):
    """Which frame of it."""

    at: Annotated[int, Field(ge=0, le=2**31 - 1, description="The clip's frame, from 0.")]
    form: FrameForm = FrameForm.JPEG


class CandidatePreview(BaseModel):
    """A candidate as its clip would be."""

    document: EditDocument = Field(description="What an edit of it would begin with.")
    programme: EditProgramme
    rate: str = Field(description="Frames per second, a fraction.", examples=["30000/1001"])
    width: int = Field(description="Pixels of the recording as shown; 0 without picture.")
    height: int
    play_url: str | None = Field(description="The recording, as it plays in a browser; null while it is not ready.")


@router.get("/candidates/{candidate_id}/preview", responses=problems(404))
async def preview_candidate(
    candidate_id: UUID, wanted: Annotated[WantedLook, Query()], viewer: Editor, session: Reading, here: Here
) -> CandidatePreview:
    """Give a candidate as its clip would play: what is kept, how it is composed, and its captions."""
    candidate = await find_candidate(session, viewer, candidate_id)
    opened = await open_candidate(session, here.catalogue, viewer, candidate, wanted.model_dump())
    urls = await playable(session, candidate.asset_id, opened.source.sha256)
    await session.close()
    material = opened.material
    programme = await asyncio.to_thread(compose, opened.document, material)
    return CandidatePreview(
        document=opened.document,
        programme=view_programme(programme),
        rate=f"{material.rate.numerator}/{material.rate.denominator}",
        width=material.media.width,
        height=material.media.height,
        play_url=urls.get("play.mp4") or urls.get("play.m4a"),
    )


_ANSWERS: dict[int | str, dict[str, Any]] = {**PICTURE, **problems(404)}


@router.get("/candidates/{candidate_id}/frame", response_class=Response, dependencies=[heavy], responses=_ANSWERS)
async def read_candidate_frame(
    candidate_id: UUID,
    wanted: Annotated[WantedFrame, Query()],
    request: Request,
    viewer: Editor,
    session: Reading,
    here: Here,
) -> Response:
    """Give a frame as the clip of a candidate would have it: the same cut, crop, colours and captions."""
    candidate = await find_candidate(session, viewer, candidate_id)
    opened = await open_candidate(session, here.catalogue, viewer, candidate, wanted.model_dump())
    await session.close()
    programme = await asyncio.to_thread(compose, opened.document, opened.material)
    return await answer_frame(request, here, programme.timeline, wanted.at, wanted.form)
