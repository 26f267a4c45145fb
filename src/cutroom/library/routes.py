"""The library over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Admin, Editor, SignedIn, Viewer
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.kept_answers import answer
from cutroom.accounts.request_keys import Once
from cutroom.core.answers import Kind
from cutroom.core.pagination import PAGE, After, Limit, Page
from cutroom.core.problems import problems
from cutroom.library import assets
from cutroom.library.curation.describing import describe_asset
from cutroom.library.imports import bring_in, import_roots
from cutroom.library.links import Served, make_link, read_link
from cutroom.library.models import Asset, AssetFile, AssetState, Visibility
from cutroom.library.schemas import AddedAsset, AssetChange, AssetView, Link, NewAsset, NewLink, TagName
from cutroom.library.serving import BYTES, serve_file
from cutroom.library.shown import view_of, views_of
from cutroom.library.starting import find_recipe, start_on_asset

router = APIRouter(tags=["assets"])
_ASSETS = Kind("assets", time_s=30.0)


def _wanted(
    state: AssetState | None = None,
    q: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$", description="Part of the title.")] = None,
    category: UUID | None = None,
    tag: Annotated[TagName | None, Query(description="However it is written.")] = None,
    collection: UUID | None = None,
    owner: UUID | None = None,
    visibility: Visibility | None = None,
    licence: Annotated[str | None, Query(max_length=40, pattern=r"^[\x20-\x7e]*$", examples=["CC-BY-4.0"])] = None,
) -> assets.Wanted:
    return assets.Wanted(
        state=state,
        words=q,
        category_id=category,
        tag=tag,
        collection_id=collection,
        owner_id=owner,
        visibility=visibility,
        licence=licence,
    )


#: What a list of assets is narrowed to.
Chosen = Annotated[assets.Wanted, Depends(_wanted)]

#: What is brought is saved and never shown: it may be anything.
_ORIGINAL = "application/octet-stream"
ORIGINAL = "original"


@router.post("/assets", status_code=201, responses=problems(404, 415, 507))
async def create_asset(new: NewAsset, viewer: Admin, here: Here, once: Once) -> AddedAsset:
    """Add a recording from the server's own disk; it is copied, and may be removed there afterwards."""
    answered = await once.answered(AddedAsset)
    if answered is not None:
        return answered
    for name in new.start:
        find_recipe(here.catalogue, name)
    roots = None if viewer.by == "here" else import_roots(here.settings)
    file, file_name = await bring_in(here.database, here.storage, here.settings, Path(new.path), roots)

    async def add(session: AsyncSession) -> AddedAsset:
        asset = await assets.add_asset(session, viewer.user_id, file, file_name, new.title)
        runs = [
            await start_on_asset(session, here.catalogue, name, {}, asset, owner_id=viewer.user_id)
            for name in new.start
        ]
        return AddedAsset(**(await view_of(session, viewer, asset)).model_dump(), run_ids=[run.id for run in runs])

    return await once(AddedAsset, add)


@router.get("/assets", response_model=Page[AssetView])
async def list_assets(
    request: Request,
    here: Here,
    viewer: SignedIn,
    session: Reading,
    wanted: Chosen,
    sort: assets.AssetOrder = assets.AssetOrder.NEWEST,
    after: After = None,
    limit: Limit = PAGE,
) -> Response:
    """List recordings, newest first unless asked otherwise."""

    async def page() -> Page[AssetView]:
        found, following = await assets.list_assets(
            session, viewer, order=sort, wanted=wanted, after=after, limit=limit
        )
        return Page[AssetView](items=await views_of(session, viewer, found), next=following)

    return await answer(request, here, viewer, session, _ASSETS, page)


@router.get("/assets/{asset_id}", responses=problems(404))
async def read_asset(asset_id: UUID, viewer: SignedIn, session: Reading) -> AssetView:
    """Give a recording and the files made of it."""
    return await view_of(session, viewer, await assets.find_asset(session, viewer, asset_id))


@router.patch("/assets/{asset_id}", responses=problems(404))
async def change_asset(asset_id: UUID, change: AssetChange, viewer: Editor, here: Here) -> AssetView:
    """Change what is said of a recording: title, description, category, tags, licence, whom to name."""
    said = change.model_dump(exclude_unset=True)

    async def describe(session: AsyncSession) -> AssetView:
        return await view_of(session, viewer, await describe_asset(session, viewer, asset_id, said))

    return await here.database.write(describe)


@router.delete("/assets/{asset_id}", status_code=204, responses=problems(404))
async def delete_asset(asset_id: UUID, viewer: Editor, here: Here) -> None:
    """Delete a recording with all that was made of it, and cancel what is at work on it."""
    await here.database.write(lambda session: assets.delete_asset(session, viewer, asset_id))


@router.head("/assets/{asset_id}/original", include_in_schema=False)
@router.get("/assets/{asset_id}/original", response_class=Response, responses={**BYTES, **problems(404, 416)})
async def read_original(asset_id: UUID, request: Request, viewer: SignedIn, session: Reading, here: Here) -> Response:
    """Give the bytes that were brought, for saving; one range of them when asked for."""
    file = original(await assets.find_asset(session, viewer, asset_id))
    await session.close()
    return await serve_file(request, here.storage, file)


@router.head("/assets/{asset_id}/files/{name:path}", include_in_schema=False)
@router.get("/assets/{asset_id}/files/{name:path}", response_class=Response, responses={**BYTES, **problems(404, 416)})
async def read_asset_file(
    asset_id: UUID,
    name: str,
    request: Request,
    viewer: SignedIn,
    session: Reading,
    here: Here,
    download: Annotated[bool, Query(description="Save it instead of showing it.")] = False,  # noqa: FBT002 - a query
) -> Response:
    """Give a file that was made of a recording, whole or one range of it."""
    file = await _served(session, viewer, asset_id, name)
    await session.close()
    return await serve_file(request, here.storage, file, save=download)


@router.post("/assets/{asset_id}/link", status_code=201, responses=problems(404))
async def create_asset_link(asset_id: UUID, new: NewLink, viewer: Editor, here: Here) -> Link:
    """Sign a link to a file of a recording: it works for a while for whoever has it."""
    async with here.database.reading() as session:
        file = await _served(session, viewer, asset_id, new.file)
    return Link(url=await make_link(here, file, expires_s=new.expires_s))


@router.head("/files/{signed}", include_in_schema=False)
@router.get("/files/{signed}", response_class=Response, responses={**BYTES, **problems(404, 416)})
async def read_signed_file(signed: str, request: Request, here: Here) -> Response:
    """Give the file that a signed link names; whoever has the link needs no account."""
    return await serve_file(request, here.storage, read_link(here, signed))


async def _served(session: AsyncSession, viewer: Viewer, asset_id: UUID, name: str) -> Served:
    if name == ORIGINAL:
        return original(await assets.find_asset(session, viewer, asset_id))
    return served(await assets.find_file(session, viewer, asset_id, name))


def served(file: AssetFile) -> Served:
    """Hand out a file that was made of an asset."""
    return Served(file.sha256, file.size_bytes, file.media_type, Path(file.name).name, inline=True)


def original(asset: Asset) -> Served:
    """Hand out what was brought, to be saved."""
    return Served(asset.sha256, asset.size_bytes, _ORIGINAL, asset.file_name, inline=False)
