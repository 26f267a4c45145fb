"""Candidates as their clips would be, over HTTP: nothing is saved, rendered or measured."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, Viewer
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.limits import heavy
from cutroom.analysis.models import CandidateRow
from cutroom.core.problems import problems
from cutroom.edit.brands.brands import brand_of
from cutroom.edit.composed import Composed, compose_edit
from cutroom.edit.composing import compose
from cutroom.edit.documents import EditDocument
from cutroom.edit.edits import edit_of_candidate
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

    document: EditDocument = Field(description="What its edit says, or would begin with.")
    programme: EditProgramme
    rate: str = Field(description="Frames per second, a fraction.", examples=["30000/1001"])
    width: int = Field(description="Pixels of the recording as shown; 0 without picture.")
    height: int
    play_url: str | None = Field(description="The recording, as it plays in a browser; null while it is not ready.")


@router.get("/candidates/{candidate_id}/preview", responses=problems(404))
async def preview_candidate(
    candidate_id: UUID, wanted: Annotated[WantedLook, Query()], viewer: Editor, session: Reading, here: Here
) -> CandidatePreview:
    """Give a candidate as its clip would play: what is kept, how it is composed, and its captions.

    One that somebody edited plays as the edit does, however it is wanted.
    """
    candidate = await find_candidate(session, viewer, candidate_id)
    composed = await _composed(session, here, viewer, candidate, wanted)
    material = composed.material
    urls = await playable(session, candidate.asset_id, material.media.sha256)
    return CandidatePreview(
        document=composed.document,
        programme=view_programme(composed.programme),
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
    composed = await _composed(session, here, viewer, candidate, wanted)
    return await answer_frame(request, here, composed.programme.timeline, wanted.at, wanted.form)


async def _composed(
    session: AsyncSession, here: Instance, viewer: Viewer, candidate: CandidateRow, wanted: WantedLook
) -> Composed:
    """Compose what a person made of a candidate, or what its edit would begin with; the session is closed then."""
    edit = await edit_of_candidate(session, candidate.id)
    if edit is not None:
        return await compose_edit(session, here.storage, edit)
    opened = await open_candidate(session, here.catalogue, viewer, candidate, wanted.model_dump())
    brand = await brand_of(session, opened.document.brand_id, opened.document.preset)
    await session.close()
    programme = await asyncio.to_thread(compose, opened.document, opened.material, brand)
    return Composed(opened.document, opened.material, programme)
