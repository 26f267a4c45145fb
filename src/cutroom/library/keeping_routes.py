"""The trash, earlier sources and quality of recordings, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi import Path as PathParameter
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Admin, Editor, SignedIn, Viewer
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.request_keys import Once
from cutroom.core.pagination import PAGE, After, Limit, Page
from cutroom.core.problems import problems
from cutroom.jobs.models import Run
from cutroom.library import trash, versions
from cutroom.library.imports import bring_in, import_roots
from cutroom.library.models import Asset, AssetVersion
from cutroom.library.quality import quality_of
from cutroom.library.schemas import (
    AssetView,
    NewSource,
    OldSource,
    QualityView,
    Replaced,
    TrashedAsset,
    Versions,
    VersionView,
)
from cutroom.library.shown import people_of, view_of, views_of

router = APIRouter(tags=["library"])

Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="The source's own.")]


@router.get("/trash")
async def list_trash(
    viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[TrashedAsset]:
    """List what was deleted of yours, what was deleted last first; administrators are given everybody's."""
    found, following = await trash.list_trash(session, viewer, after=after, limit=limit)
    views = await views_of(session, viewer, [each.asset for each in found])
    people = await people_of(session, (each.asset.deleted_by_id for each in found))
    items = [
        TrashedAsset(
            **view.model_dump(),
            deleted_at=each.deleted_at,
            deleted_by=people.get(each.asset.deleted_by_id),
            gone_at=each.gone_at,
        )
        for each, view in zip(found, views, strict=True)
    ]
    return Page(items=items, next=following)


@router.post("/assets/{asset_id}/restore", responses=problems(404))
async def restore_asset(asset_id: UUID, viewer: Editor, here: Here) -> AssetView:
    """Have a deleted recording back as it was, with its shares; start anew what was at work on it."""

    async def restore(session: AsyncSession) -> AssetView:
        return await view_of(session, viewer, await trash.restore_asset(session, viewer, asset_id))

    return await here.database.write(restore)


@router.delete("/trash/{asset_id}", status_code=204, responses=problems(404))
async def purge_asset(asset_id: UUID, viewer: Editor, here: Here) -> None:
    """Remove a deleted recording for good, with its shares and all that was made of it; nothing brings it back."""
    await here.database.write(lambda session: trash.purge_asset(session, viewer, asset_id))


@router.post("/assets/{asset_id}/source", status_code=202, responses=problems(404, 409, 415, 507))
async def replace_source(asset_id: UUID, new: NewSource, viewer: Admin, here: Here, once: Once) -> Replaced:
    """Put a recording from the server's own disk in another's place, under the same address."""
    answered = await once.answered(Replaced)
    if answered is not None:
        return answered
    roots = None if viewer.by == "here" else import_roots(here.settings)
    file, file_name = await bring_in(here.database, here.storage, here.settings, Path(new.path), roots)

    async def replace(session: AsyncSession) -> Replaced:
        asset, run = await versions.replace_source(
            session, here.catalogue, viewer, asset_id, file, file_name, expected=new.source_version
        )
        return await _replaced(session, viewer, asset, run)

    return await once(Replaced, replace)


@router.get("/assets/{asset_id}/versions", responses=problems(404))
async def list_versions(asset_id: UUID, viewer: Editor, session: Reading) -> Versions:
    """List the sources that a recording has and had, newest first; for whoever may change it."""
    asset, earlier = await versions.list_versions(session, viewer, asset_id)
    named = [asset.brought_by_id, *(each for row in earlier for each in (row.brought_by_id, row.replaced_by_id))]
    people = await people_of(session, named)
    rows: list[Asset | AssetVersion] = [asset, *earlier]
    return Versions(
        items=[
            VersionView(
                number=row.source_version if isinstance(row, Asset) else row.number,
                current=isinstance(row, Asset),
                sha256=row.sha256,
                size_bytes=row.size_bytes,
                file_name=row.file_name,
                duration_s=row.duration_s or None,
                width=row.width,
                height=row.height,
                source_kind=row.source_kind,
                source_url=row.source_url,
                provenance=row.provenance,
                brought_by=people.get(row.brought_by_id),
                brought_at=row.brought_at,
                replaced_by=None if isinstance(row, Asset) else people.get(row.replaced_by_id),
                replaced_at=None if isinstance(row, Asset) else row.replaced_at,
            )
            for row in rows
        ]
    )


@router.post("/assets/{asset_id}/versions/{number}/restore", status_code=202, responses=problems(404, 409))
async def restore_version(
    asset_id: UUID, number: Number, old: OldSource, viewer: Editor, here: Here, once: Once
) -> Replaced:
    """Put a source that a recording had before in the present one's place."""

    async def restore(session: AsyncSession) -> Replaced:
        asset, run = await versions.bring_back(
            session, here.catalogue, viewer, asset_id, number, expected=old.source_version
        )
        return await _replaced(session, viewer, asset, run)

    return await once(Replaced, restore)


@router.get("/assets/{asset_id}/quality", responses=problems(404))
async def read_quality(asset_id: UUID, viewer: SignedIn, session: Reading) -> QualityView:
    """Tell how good a recording is, part by part, and what would mend it."""
    asset, row = await quality_of(session, viewer, asset_id)
    return QualityView(score=row.score, parts=row.parts, measured_at=row.measured_at, stale=row.made_of != asset.sha256)


async def _replaced(session: AsyncSession, viewer: Viewer, asset: Asset, run: Run) -> Replaced:
    return Replaced(**(await view_of(session, viewer, asset)).model_dump(), run_id=run.id)
