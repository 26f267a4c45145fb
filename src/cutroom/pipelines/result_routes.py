"""What recipes found and made, over HTTP: candidates, clips, transcripts and chapters."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, SignedIn
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.request_keys import Once
from cutroom.analysis.corrections import correct_sentences
from cutroom.analysis.models import CandidateRow
from cutroom.core.errors import Conflict
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.library.assets import find_asset
from cutroom.library.links import Served, make_link
from cutroom.library.schemas import Link, NewLink
from cutroom.library.serving import BYTES, serve_file
from cutroom.library.starting import start_on_asset
from cutroom.media.subtitles import cues_of, write_srt, write_vtt
from cutroom.media.transcript import Transcript
from cutroom.pipelines.results import (
    assets_of,
    chapters_of,
    clips_of,
    clips_of_asset,
    files_of,
    find_clip,
    find_clip_file,
    show_candidates,
    transcript_of,
    transcript_view_of,
)
from cutroom.pipelines.schemas import (
    CandidateView,
    Chapters,
    ChapterView,
    ClipChange,
    ClipDetails,
    ClipView,
    RunView,
    TranscriptChange,
    TranscriptView,
    view_clip,
    view_details,
)
from cutroom.pipelines.showing import show_run
from cutroom.pipelines.watching import find_run
from cutroom.render.models import ClipFile, ClipRow

router = APIRouter(tags=["results"])

#: The recipe that makes one clip again.
CLIP = "clip"


class TranscriptForm(StrEnum):
    """What a transcript may be written as."""

    JSON = "json"
    SRT = "srt"
    VTT = "vtt"
    TXT = "txt"


_TYPES = {
    TranscriptForm.JSON: "application/json",
    TranscriptForm.SRT: "application/x-subrip",
    TranscriptForm.VTT: "text/vtt",
    TranscriptForm.TXT: "text/plain",
}
FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The transcript, in the form that was asked for.",
        "content": {
            media_type: {"schema": {"type": "object" if form is TranscriptForm.JSON else "string"}}
            for form, media_type in _TYPES.items()
        },
    }
}
_OWN: dict[int | str, dict[str, Any]] = {200: {**FORMS[200], "model": TranscriptView}}


@router.get("/runs/{run_id}/candidates", responses=problems(404))
async def list_candidates(
    run_id: UUID, viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[CandidateView]:
    """List the stretches that a run proposed, best first, with what became of each."""
    await find_run(session, viewer, run_id)
    rows, following = await read_page(
        session,
        select(CandidateRow).where(CandidateRow.run_id == run_id),
        [CandidateRow.position],
        after=after,
        limit=limit,
    )
    return Page(items=await show_candidates(session, rows), next=following)


@router.get("/runs/{run_id}/clips", responses=problems(404))
async def list_clips(
    run_id: UUID, viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[ClipView]:
    """List the clips that a run made, best first."""
    await find_run(session, viewer, run_id)
    rows, following = await read_page(session, clips_of(run_id), [ClipRow.rank, ClipRow.id], after=after, limit=limit)
    files = await files_of(session, rows)
    assets = await assets_of(session, rows)
    return Page(items=[view_clip(row, files[row.id], assets[row.asset_id]) for row in rows], next=following)


@router.get("/assets/{asset_id}/clips", responses=problems(404))
async def list_asset_clips(
    asset_id: UUID, viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[ClipView]:
    """List the clips that were made of a recording, newest first."""
    asset = await find_asset(session, viewer, asset_id)
    rows, following = await read_page(
        session, clips_of_asset(asset_id), [ClipRow.id], after=after, limit=limit, descending=True
    )
    files = await files_of(session, rows)
    return Page(items=[view_clip(row, files[row.id], asset) for row in rows], next=following)


@router.get("/clips/{clip_id}", responses=problems(404))
async def read_clip(clip_id: UUID, viewer: SignedIn, session: Reading) -> ClipDetails:
    """Give a clip with all that is known of it."""
    clip = await find_clip(session, viewer, clip_id)
    files, assets = await files_of(session, [clip]), await assets_of(session, [clip])
    return view_details(clip, files[clip.id], assets[clip.asset_id])


@router.patch("/clips/{clip_id}", status_code=202, dependencies=[heavy], responses=problems(404, 409))
async def change_clip(clip_id: UUID, change: ClipChange, viewer: Editor, here: Here, once: Once) -> RunView:
    """Change what a clip's captions say, how they look, or its title; the run that is given makes this clip again."""

    async def start(session: AsyncSession) -> RunView:
        clip = await find_clip(session, viewer, clip_id)
        if clip.version != change.version:
            raise Conflict(f"The clip is at version {clip.version}, not {change.version}: look at it again first.")
        asset = await find_asset(session, viewer, clip.asset_id, to_change=True)
        given = change.model_dump(exclude_unset=True) | {"clip_id": clip_id}
        run = await start_on_asset(session, here.catalogue, CLIP, given, asset, owner_id=viewer.user_id)
        return await show_run(session, viewer, run.id)

    return await once(RunView, start)


@router.head("/clips/{clip_id}/files/{name}", include_in_schema=False)
@router.get("/clips/{clip_id}/files/{name}", response_class=Response, responses={**BYTES, **problems(404, 416)})
async def read_clip_file(
    clip_id: UUID,
    name: str,
    request: Request,
    viewer: SignedIn,
    session: Reading,
    here: Here,
    download: Annotated[bool, Query(description="Save it instead of showing it.")] = False,  # noqa: FBT002 - a query
) -> Response:
    """Give a clip's file, whole or one range of it."""
    clip, file = await find_clip_file(session, viewer, clip_id, name)
    await session.close()
    return await serve_file(request, here.storage, _served(clip, file), save=download)


@router.post("/clips/{clip_id}/link", status_code=201, responses=problems(404))
async def create_clip_link(clip_id: UUID, new: NewLink, viewer: Editor, here: Here) -> Link:
    """Sign a link to a clip's file: it works for a while for whoever has it."""
    async with here.database.reading() as session:
        clip, file = await find_clip_file(session, viewer, clip_id, new.file)
    return Link(url=await make_link(here, _served(clip, file), expires_s=new.expires_s))


@router.get("/assets/{asset_id}/transcript", response_class=Response, responses={**_OWN, **problems(404)})
async def read_transcript(
    asset_id: UUID,
    request: Request,
    viewer: SignedIn,
    session: Reading,
    form: Annotated[TranscriptForm | None, Query(description="As the Accept header asks, JSON else.")] = None,
) -> Response:
    """Give the newest transcript of a recording as JSON, SRT, WebVTT or plain text."""
    if (form or _accepted(request)) is TranscriptForm.JSON:
        view = await transcript_view_of(session, viewer, asset_id)
        return Response(view.model_dump_json(), media_type=_TYPES[TranscriptForm.JSON], headers={"Vary": "Accept"})
    return give_transcript(await transcript_of(session, viewer, asset_id), form, request)


@router.patch("/assets/{asset_id}/transcript", dependencies=[heavy], responses=problems(404, 409))
async def correct_transcript(asset_id: UUID, change: TranscriptChange, viewer: Editor, here: Here) -> TranscriptView:
    """Correct what sentences say: search, captions and clips that are made from now on follow.

    As many words as before keep their times; otherwise what is new shares the time of what it replaces.
    """
    texts = {each.number: each.text for each in change.sentences}

    async def write(session: AsyncSession) -> TranscriptView:
        await correct_sentences(session, viewer, asset_id, change.version, texts)
        return await transcript_view_of(session, viewer, asset_id)

    return await here.database.write(write)


@router.get("/assets/{asset_id}/chapters", responses=problems(404))
async def list_chapters(asset_id: UUID, viewer: SignedIn, session: Reading) -> Chapters:
    """Give the table of contents of a recording; empty when it was not made."""
    rows = await chapters_of(session, viewer, asset_id)
    return Chapters(items=[ChapterView.model_validate(row, from_attributes=True) for row in rows])


def give_transcript(transcript: Transcript, form: TranscriptForm | None, request: Request) -> Response:
    """Answer with a transcript, in a form or in that which the request accepts."""
    chosen = form or _accepted(request)
    return Response(write_transcript(transcript, chosen), media_type=_TYPES[chosen], headers={"Vary": "Accept"})


def write_transcript(transcript: Transcript, form: TranscriptForm) -> str:
    """Write a transcript in a form."""
    match form:
        case TranscriptForm.JSON:
            return TypeAdapter(Transcript).dump_json(transcript).decode()
        case TranscriptForm.TXT:
            return "".join(f"{sentence.text}\n" for sentence in transcript.sentences)
        case TranscriptForm.SRT:
            return write_srt(cues_of(transcript.words, transcript.language))
        case TranscriptForm.VTT:
            return write_vtt(cues_of(transcript.words, transcript.language), word_times=True)


def _accepted(request: Request) -> TranscriptForm:
    wanted = request.headers.get("accept", "")
    named = [form for form, media_type in _TYPES.items() if media_type in wanted]
    return min(named, key=lambda form: wanted.index(_TYPES[form]), default=TranscriptForm.JSON)


def _served(clip: ClipRow, file: ClipFile) -> Served:
    """Hand out a clip's file under a name that tells people which it is."""
    suffix = "".join(PurePath(file.name).suffixes[-1:])
    name = f"{clip.rank:02d} {clip.title}{suffix}".replace("/", "-")
    return Served(file.sha256, file.size_bytes, file.media_type, name, inline=True)
