"""Imports from links over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import SignedIn, Uploader
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.request_keys import Once
from cutroom.core.egress.addresses import Guard
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.ingest.imports.imports import delete_import, find_import, import_link, imports_of
from cutroom.ingest.imports.models import Import
from cutroom.ingest.imports.schemas import ImportView, NewImport, view_import
from cutroom.ingest.imports.starts import check_starts
from cutroom.jobs.models import Run

router = APIRouter(tags=["imports"])


@router.post("/imports", status_code=201, dependencies=[heavy], responses=problems(404))
async def create_import(new: NewImport, viewer: Uploader, here: Here, once: Once) -> ImportView:
    """Bring a recording in from a link, or each of a list; the site is asked first, and refusals come at once."""
    Guard.of(here.settings).parse(new.url)
    start = check_starts(here.catalogue, new.start)

    async def begin(session: AsyncSession) -> ImportView:
        made = await import_link(
            session, here.catalogue, viewer.user_id, new.url, basis=new.basis, start=start, title=new.title
        )
        return (await _views(session, [made]))[0]

    return await once(ImportView, begin)


@router.get("/imports")
async def list_imports(
    viewer: SignedIn, session: Reading, parent_id: UUID | None = None, after: After = None, limit: Limit = PAGE
) -> Page[ImportView]:
    """List imports, newest first; those of one list when its id is given."""
    query = imports_of(viewer)
    if parent_id is not None:
        query = query.where(Import.parent_id == parent_id)
    rows, following = await read_page(session, query, [Import.id], after=after, limit=limit, descending=True)
    return Page(items=await _views(session, rows), next=following)


@router.get("/imports/{import_id}", responses=problems(404))
async def read_import(import_id: UUID, viewer: SignedIn, session: Reading) -> ImportView:
    """Tell how an import stands."""
    return (await _views(session, [await find_import(session, viewer, import_id)]))[0]


@router.delete("/imports/{import_id}", status_code=204, responses=problems(404))
async def remove_import(import_id: UUID, viewer: Uploader, here: Here) -> None:
    """Forget an import; what is under way of it ends, what it brought stays."""
    await here.database.write(lambda session: delete_import(session, viewer, import_id))


async def _views(session: AsyncSession, rows: Sequence[Import]) -> list[ImportView]:
    ids = {row.run_id for row in rows if row.run_id}
    runs = {run.id: run for run in await session.scalars(select(Run).where(Run.id.in_(ids)))} if ids else {}
    return [view_import(row, runs.get(row.run_id) if row.run_id else None) for row in rows]
