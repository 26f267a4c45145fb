"""Edits over HTTP: list, read, save, take back. They are opened and rendered where recipes are."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor
from cutroom.accounts.instance import Here, Reading
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.edit.brands.brands import brand_of
from cutroom.edit.composed import compose_edit
from cutroom.edit.composing import check_fit
from cutroom.edit.edits import (
    delete_edit,
    edits_of,
    find_edit,
    find_version,
    list_versions,
    made_of,
    read_document,
    restore_version,
    save_edit,
)
from cutroom.edit.keeping import load_material
from cutroom.edit.models import Edit
from cutroom.edit.programmes import CaptionLooks, EditProgramme, view_looks, view_programme
from cutroom.edit.schemas import (
    EditRestore,
    EditSave,
    EditSummary,
    EditVersions,
    EditVersionSummary,
    EditVersionView,
    EditView,
    view_edit,
    view_summary,
    view_version,
)

router = APIRouter(tags=["edits"])

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
AtVersion = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The newest when left out.")]


@router.get("/edits")
async def list_edits(
    viewer: Editor, session: Reading, asset_id: UUID | None = None, after: After = None, limit: Limit = PAGE
) -> Page[EditSummary]:
    """List the edits of recordings that one may change, newest first."""
    query = edits_of(viewer, asset_id)
    rows, following = await read_page(session, query, [Edit.id], after=after, limit=limit, descending=True)
    return Page(items=[view_summary(row) for row in rows], next=following)


@router.get("/edits/{edit_id}", responses=problems(404))
async def read_edit(edit_id: UUID, viewer: Editor, session: Reading) -> EditView:
    """Give an edit as it is."""
    edit = await find_edit(session, viewer, edit_id)
    return view_edit(edit, await read_document(session, edit))


@router.get("/edits/{edit_id}/programme", responses=problems(404))
async def read_edit_programme(
    edit_id: UUID, viewer: Editor, session: Reading, here: Here, version: AtVersion = None
) -> EditProgramme:
    """Give an edit as it plays: how every kept stretch is composed, and its captions, as the export has them."""
    edit = await find_edit(session, viewer, edit_id)
    return view_programme((await compose_edit(session, here.storage, edit, version)).programme)


@router.get("/caption-styles")
async def list_caption_styles(viewer: Editor) -> CaptionLooks:  # noqa: ARG001 - for whoever edits
    """Give what every caption style looks like."""
    return view_looks()


@router.put("/edits/{edit_id}", responses=problems(404, 409))
async def put_edit(edit_id: UUID, save: EditSave, viewer: Editor, here: Here) -> EditView:
    """Save an edit; a save on top of another version than the newest is refused, and the answer names the newest."""
    async with here.database.reading() as session:
        files = made_of(await find_edit(session, viewer, edit_id))
    check_fit(save.document, await load_material(here.storage, files.material))

    async def write(session: AsyncSession) -> EditView:
        edit = await find_edit(session, viewer, edit_id, to_change=True)
        await brand_of(session, save.document.brand_id, save.document.preset)  # one that there is
        await save_edit(session, viewer, edit, save.document, version=save.version, name=save.name)
        return view_edit(edit, save.document)

    return await here.database.write(write)


@router.delete("/edits/{edit_id}", status_code=204, responses=problems(404))
async def remove_edit(edit_id: UUID, viewer: Editor, here: Here) -> None:
    """Delete an edit; clips that were made of it stay."""

    async def write(session: AsyncSession) -> None:
        await delete_edit(session, viewer, await find_edit(session, viewer, edit_id, to_change=True))

    await here.database.write(write)


@router.get("/edits/{edit_id}/versions", responses=problems(404))
async def list_edit_versions(edit_id: UUID, viewer: Editor, session: Reading) -> EditVersions:
    """List the versions of an edit, newest first."""
    rows = await list_versions(session, await find_edit(session, viewer, edit_id))
    return EditVersions(items=[EditVersionSummary.model_validate(row) for row in rows])


@router.get("/edits/{edit_id}/versions/{number}", responses=problems(404))
async def read_edit_version(edit_id: UUID, number: Number, viewer: Editor, session: Reading) -> EditVersionView:
    """Give an edit as it was."""
    return view_version(await find_version(session, await find_edit(session, viewer, edit_id), number))


@router.post("/edits/{edit_id}/versions/{number}/restore", responses=problems(404, 409))
async def restore_edit_version(
    edit_id: UUID, number: Number, restore: EditRestore, viewer: Editor, here: Here
) -> EditView:
    """Let an edit say again what it said, as a new version; none is lost."""

    async def write(session: AsyncSession) -> EditView:
        edit = await find_edit(session, viewer, edit_id, to_change=True)
        await restore_version(session, viewer, edit, number, version=restore.version)
        return view_edit(edit, await read_document(session, edit))

    return await here.database.write(write)
