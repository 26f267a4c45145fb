"""What was found of a shared recording, over HTTP, for people without an account."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from cutroom.accounts.instance import Here, Reading
from cutroom.core.problems import problems
from cutroom.library.sharing.feed import write_feed
from cutroom.library.sharing.guest_routes import FOR_OTHERS
from cutroom.library.sharing.guests import Passed
from cutroom.pipelines.feeds import gather_feed
from cutroom.pipelines.result_routes import FORMS, TranscriptForm, give_transcript
from cutroom.pipelines.results import chapters_of, transcript_of
from cutroom.pipelines.schemas import Chapters, ChapterView

_RSS: dict[int | str, dict[str, Any]] = {
    200: {"description": "RSS 2.0.", "content": {"application/rss+xml": {"schema": {"type": "string"}}}},
    304: {"description": "It is the feed whose tag was sent."},
}


class PodcastChapter(BaseModel):
    """Where a chapter begins."""

    startTime: float  # noqa: N815 - as the format has it
    title: str


class PodcastChapters(BaseModel):
    """Chapters as podcast programs read them (podcastindex.org, version 1.2)."""

    version: Literal["1.2.0"] = "1.2.0"
    chapters: list[PodcastChapter]


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
    answer = give_transcript(await transcript_of(session, opened.guest, asset_id), form, request)
    answer.headers.update(FOR_OTHERS)
    return answer


@router.get("/{key}/assets/{asset_id}/chapters", responses=problems(404))
async def list_shared_chapters(asset_id: UUID, opened: Passed, session: Reading) -> Chapters:
    """Give the table of contents of a shared recording; empty when it was not made."""
    rows = await chapters_of(session, opened.guest, asset_id)
    return Chapters(items=[ChapterView.model_validate(row, from_attributes=True) for row in rows])


@router.get("/{key}/assets/{asset_id}/chapters.json", responses=problems(404))
async def read_podcast_chapters(
    asset_id: UUID, opened: Passed, session: Reading, response: Response
) -> PodcastChapters:
    """Give the table of contents of a shared recording as podcast programs read it."""
    response.headers.update(FOR_OTHERS)
    rows = await chapters_of(session, opened.guest, asset_id)
    return PodcastChapters(chapters=[PodcastChapter(startTime=row.start_s, title=row.title) for row in rows])


@router.head("/{key}/feed", include_in_schema=False)
@router.get("/{key}/feed", response_class=Response, responses={**_RSS, **problems(404)})
async def read_feed(request: Request, key: str, opened: Passed, session: Reading, here: Here) -> Response:
    """Give a shared collection or category as a podcast feed."""
    feed = await gather_feed(here, session, opened, key)
    written = write_feed(feed)
    tag = f'"{hashlib.sha256(written).hexdigest()}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(feed.changed_at, usegmt=True),
        "Cache-Control": "private, no-cache",
        **FOR_OTHERS,
    }
    if tag in request.headers.get("if-none-match", "").replace(",", " ").replace("W/", "").split():
        return Response(status_code=304, headers=headers)
    return Response(written, headers=headers, media_type="application/rss+xml; charset=utf-8")
