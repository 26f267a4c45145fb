"""Edits over HTTP where they meet recipes: opening them, what they are cut from, rendering them, their files."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePath
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from cutroom.accounts.access import Editor, Viewer
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.request_keys import Once
from cutroom.core.problems import problems
from cutroom.edit.composed import compose_edit
from cutroom.edit.composing import Programme
from cutroom.edit.edits import MadeOf, add_edit, check_version, edit_of_candidate, find_edit, made_of, read_document
from cutroom.edit.keeping import keep_material, load_material
from cutroom.edit.models import Edit
from cutroom.edit.routes import AtVersion
from cutroom.edit.schemas import EditView, view_edit
from cutroom.jobs.models import Run
from cutroom.library.assets import find_asset, find_changeable
from cutroom.library.starting import start_on_asset
from cutroom.media.sources import SOURCE, located
from cutroom.media.span import Span
from cutroom.pipelines.clips import ClipContent
from cutroom.pipelines.edit_schemas import EditForm, EditRender, EditSource, FrameForm, NewEdit
from cutroom.pipelines.edit_source import describe_source, playable
from cutroom.pipelines.frame_answers import PICTURE, answer_frame
from cutroom.pipelines.names import slug
from cutroom.pipelines.opening import Opened, gather_known, look_of, open_candidate, open_clip, open_stretch, with_brand
from cutroom.pipelines.outputs import subtitles_of
from cutroom.pipelines.results import ClipNotFound, find_candidate, find_clip
from cutroom.pipelines.schemas import RunView
from cutroom.pipelines.showing import show_run
from cutroom.providers.storage import attachment
from cutroom.render.export import FORMATS
from cutroom.render.files import MEDIA_TYPES
from cutroom.render.models import ClipRow

router = APIRouter(tags=["edits"])

#: The recipe that renders an edit.
EDIT = "edit"
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string"}}}}
}
SourceFrame = Annotated[int | None, Query(ge=0, le=2**31 - 1, description="Frames of the recording.")]


@router.post("/edits", status_code=201, dependencies=[heavy], responses=problems(404, 409))
async def open_new_edit(new: NewEdit, viewer: Editor, here: Here, once: Once) -> EditView:
    """Open an edit of a clip, a candidate or a stretch of a recording.

    A clip that has an edit gives that one, and so does a candidate whose edit somebody saved.
    """
    if (answer := await once.answered(EditView)) is not None:
        return answer
    async with here.database.reading() as session:
        if new.clip_id is not None:
            clip = await find_own_clip(session, viewer, new.clip_id)
            existing = await _edit_of(session, clip)
            if existing is not None:
                return existing
            opened, asset_id = await _open_clip(session, here, viewer, clip), clip.asset_id
        elif new.candidate_id is not None:
            candidate = await find_candidate(session, viewer, new.candidate_id)
            edited = await edit_of_candidate(session, candidate.id)
            if edited is not None:
                return view_edit(edited, await read_document(session, edited))
            asset_id = candidate.asset_id
            opened = await open_candidate(session, here.catalogue, viewer, candidate, _asked(new), new.title)
        else:
            asset_id = new.asset_id or UUID(int=0)
            opened = await _open_span(session, here, viewer, asset_id, new)
    material = await keep_material(here.database, here.storage, here.settings, opened.material)

    async def make(session: AsyncSession) -> EditView:
        asset = await find_asset(session, viewer, asset_id, to_change=True)
        row = await find_clip(session, viewer, new.clip_id, to_change=True) if new.clip_id else None
        if row and (existing := await _edit_of(session, row)) is not None:
            return existing  # somebody else opened it meanwhile
        files = MadeOf(opened.source, material)
        edit = await add_edit(session, viewer, asset, opened.document, files, candidate_id=new.candidate_id)
        if row:
            row.edit_id, row.edit_version = edit.id, edit.version
        return view_edit(edit, opened.document)

    return await once(EditView, make)


@router.get("/edits/{edit_id}/source", responses=problems(404))
async def read_edit_source(
    edit_id: UUID,
    viewer: Editor,
    session: Reading,
    here: Here,
    start: SourceFrame = None,
    stop: SourceFrame = None,
) -> EditSource:
    """Give what an editor draws: words, shots, silences and waveform of what is kept and a minute around it."""
    edit = await find_edit(session, viewer, edit_id)
    document, files = await read_document(session, edit), made_of(edit)
    urls = await playable(session, edit.asset_id, files.source.sha256)
    await session.close()
    material = await load_material(here.storage, files.material)
    return await asyncio.to_thread(describe_source, document, material, urls, start, stop)


@router.get(
    "/edits/{edit_id}/frame", response_class=Response, dependencies=[heavy], responses={**PICTURE, **problems(404)}
)
async def read_edit_frame(
    edit_id: UUID,
    request: Request,
    viewer: Editor,
    session: Reading,
    here: Here,
    at: Annotated[int, Query(ge=0, le=2**31 - 1, description="The clip's frame, from 0.")],
    version: AtVersion = None,
    form: FrameForm = FrameForm.JPEG,
) -> Response:
    """Give a frame as the export will have it: the same cut, crop, colours and captions."""
    edit = await find_edit(session, viewer, edit_id)
    composed = await compose_edit(session, here.storage, edit, version)
    return await answer_frame(request, here, composed.programme.timeline, at, form)


@router.post("/edits/{edit_id}/render", status_code=202, dependencies=[heavy], responses=problems(404, 409))
async def render_edit(edit_id: UUID, render: EditRender, viewer: Editor, here: Here, once: Once) -> RunView:
    """Make the clip that an edit describes, and nothing that is as it was; the run's result names the clip."""

    async def start(session: AsyncSession) -> RunView:
        edit = await find_edit(session, viewer, edit_id)
        check_version(edit, render.version)
        asset = await find_asset(session, viewer, edit.asset_id, to_change=True)
        given = {**render.model_dump(), "edit_id": edit_id}
        run = await start_on_asset(session, here.catalogue, EDIT, given, asset, owner_id=viewer.user_id)
        return await show_run(session, viewer, run.id)

    return await once(RunView, start)


@router.get("/edits/{edit_id}/files/{form}", response_class=Response, responses={**_FILES, **problems(404)})
async def read_edit_file(
    edit_id: UUID, form: EditForm, viewer: Editor, session: Reading, here: Here, version: AtVersion = None
) -> Response:
    """Give an edit's subtitles, or its project for another editor, as its clip would have them."""
    edit = await find_edit(session, viewer, edit_id)
    asset = await find_changeable(session, viewer, edit.asset_id)
    file_name = asset.file_name
    composed = await compose_edit(session, here.storage, edit, version)
    text, suffix = await asyncio.to_thread(_write, composed.programme, composed.material.language, form, file_name)
    headers = {"Content-Disposition": attachment(f"{slug(composed.document.title)}{suffix}")}
    return Response(text, media_type=MEDIA_TYPES[suffix], headers=headers)


async def find_own_clip(session: AsyncSession, viewer: Viewer, clip_id: UUID) -> ClipRow:
    """Give a clip of a recording that the viewer may change, with all that it is made of.

    Raises:
        ClipNotFound: If the viewer sees none.
        NotAllowed: If the viewer may watch it and not change it.
    """
    clip = await find_clip(session, viewer, clip_id)
    await find_changeable(session, viewer, clip.asset_id)
    row = await session.scalar(
        select(ClipRow).where(ClipRow.id == clip_id).options(undefer(ClipRow.timeline), undefer(ClipRow.words)),
        execution_options={"populate_existing": True},
    )
    if row is None:
        raise ClipNotFound(f"There is no clip {clip_id}: list those of a run.")
    return row


async def _edit_of(session: AsyncSession, clip: ClipRow) -> EditView | None:
    edit = await session.get(Edit, clip.edit_id) if clip.edit_id else None
    if edit is None or edit.deleted_at is not None:
        return None
    return view_edit(edit, await read_document(session, edit))


async def _open_clip(session: AsyncSession, here: Instance, viewer: Viewer, clip: ClipRow) -> Opened:
    asset, content = await find_changeable(session, viewer, clip.asset_id), ClipContent.of(clip)
    sha256 = content.timeline.source(SOURCE).sha256
    known = await gather_known(session, here.catalogue, asset, sha256, clip.run_id)
    opened = await asyncio.to_thread(open_clip, content, known)
    return await with_brand(session, opened, await session.get_one(Run, clip.run_id))


async def _open_span(session: AsyncSession, here: Instance, viewer: Viewer, asset_id: UUID, new: NewEdit) -> Opened:
    asset = await find_changeable(session, viewer, asset_id)
    known = await gather_known(session, here.catalogue, asset, asset.sha256)
    span = Span(new.start_s or 0.0, new.end_s or 0.0)
    return await asyncio.to_thread(open_stretch, span, new.title, known, look_of(_asked(new)))


def _asked(new: NewEdit) -> dict[str, Any]:
    return new.model_dump(include={"preset", "layout", "captions", "tighten"})


def _write(programme: Programme, language: str, form: EditForm, file_name: str) -> tuple[str, str]:
    """Write a file of an edit, and tell the ending of its name."""
    timeline = programme.timeline
    if form in {EditForm.SRT, EditForm.VTT}:
        return subtitles_of(programme.words, timeline, language)[f".{form}"], f".{form}"
    write, suffix = FORMATS[form]
    # The projects of others name the recording as the person does, and never where we keep it.
    shown = located(timeline, {timeline.source(SOURCE).sha256: Path("/", PurePath(file_name).name)})
    return write(shown), suffix
