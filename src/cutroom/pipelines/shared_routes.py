"""What was found of a shared recording, over HTTP, for people without an account."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from cutroom.accounts.instance import Reading
from cutroom.core.problems import problems
from cutroom.library.sharing.guests import Passed
from cutroom.pipelines.result_routes import FORMS, TranscriptForm, give_transcript
from cutroom.pipelines.results import chapters_of, transcript_of
from cutroom.pipelines.schemas import Chapters, ChapterView

router = APIRouter(prefix="/shared", tags=["sharing"])


@router.get("/{key}/assets/{asset_id}/transcript", response_class=Response, responses={**FORMS, **problems(404)})
async def read_shared_transcript(
    asset_id: UUID,
    request: Request,
    opened: Passed,
    session: Reading,
    form: Annotated[TranscriptForm | None, Query(description="As the Accept header asks, JSON else.")] = None,
) -> Response:
    """Give the transcript of a shared recording as JSON, SRT, WebVTT or plain text."""
    return give_transcript(await transcript_of(session, opened.guest, asset_id), form, request)


@router.get("/{key}/assets/{asset_id}/chapters", responses=problems(404))
async def list_shared_chapters(asset_id: UUID, opened: Passed, session: Reading) -> Chapters:
    """Give the table of contents of a shared recording; empty when it was not made."""
    rows = await chapters_of(session, opened.guest, asset_id)
    return Chapters(items=[ChapterView.model_validate(row, from_attributes=True) for row in rows])
