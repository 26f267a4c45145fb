"""Brand kits over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, SignedIn, Viewer
from cutroom.accounts.config.settings import read_config
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.quotas.reservations import reserve
from cutroom.accounts.request_keys import Once
from cutroom.core.ids import new_id
from cutroom.core.inputs import Line
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.edit.brands.brands import (
    add_brand,
    all_brands,
    change_brand,
    delete_brand,
    find_brand,
    set_film,
    set_logo,
)
from cutroom.edit.brands.films import MOST_BYTES, film_of, keep_film
from cutroom.edit.brands.logos import keep_logo
from cutroom.edit.brands.models import BrandKit, End
from cutroom.edit.brands.schemas import BrandChange, BrandView, NewBrand, view_brand
from cutroom.edit.errors import BrandNotFound
from cutroom.library.links import Served
from cutroom.library.serving import BYTES, serve_file

router = APIRouter(prefix="/brands", tags=["brands"])

_PICTURE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/png", "image/jpeg", "image/webp")
        },
    }
}


_FILM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FileName = Annotated[Line, Field(max_length=200)]


@router.get("")
async def list_brands(
    viewer: SignedIn,  # noqa: ARG001 - everybody here sees them
    session: Reading,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[BrandView]:
    """List the brand kits, by name."""
    keys = [BrandKit.name, BrandKit.id]
    rows, following = await read_page(session, all_brands(), keys, after=after, limit=limit)
    return Page(items=[view_brand(row) for row in rows], next=following)


@router.post("", status_code=201)
async def create_brand(new: NewBrand, viewer: Editor, once: Once) -> BrandView:
    """Make a brand kit."""

    async def make(session: AsyncSession) -> BrandView:
        return view_brand(await add_brand(session, viewer, new.model_dump()))

    return await once(BrandView, make)


@router.get("/{brand_id}", responses=problems(404))
async def read_brand(
    brand_id: UUID,
    viewer: SignedIn,  # noqa: ARG001 - everybody here sees it
    session: Reading,
) -> BrandView:
    """Give a brand kit."""
    return view_brand(await find_brand(session, brand_id))


@router.patch("/{brand_id}", responses=problems(404))
async def change_brand_kit(brand_id: UUID, change: BrandChange, viewer: Editor, here: Here) -> BrandView:
    """Change a brand kit; edits that use it look so from now on, and clips when they are rendered again."""
    given = change.model_dump(exclude_unset=True)
    return await _change(here, viewer, brand_id, lambda session, brand: change_brand(session, brand, given))


@router.delete("/{brand_id}", status_code=204, responses=problems(404))
async def remove_brand(brand_id: UUID, viewer: Editor, here: Here) -> None:
    """Delete a brand kit; clips that were made with it stay as they are."""

    async def write(session: AsyncSession) -> None:
        await delete_brand(session, viewer, await find_brand(session, brand_id, viewer=viewer, to_change=True))

    await here.database.write(write)


@router.get("/{brand_id}/logo", response_class=Response, responses={**BYTES, **problems(404, 416)})
async def read_brand_logo(
    brand_id: UUID,
    request: Request,
    viewer: SignedIn,  # noqa: ARG001 - everybody here sees it
    session: Reading,
    here: Here,
) -> Response:
    """Give a brand kit's logo."""
    return await _serve(request, session, here, brand_id, "logo", _logo_file)


@router.put("/{brand_id}/logo", dependencies=[heavy], responses=problems(404, 413, 415), openapi_extra=_PICTURE)
async def put_brand_logo(brand_id: UUID, request: Request, viewer: Editor, here: Here) -> BrandView:
    """Give a brand kit a logo: PNG, JPEG or WebP, at most 1 MiB; it is drawn anew, and no SVG is taken."""
    async with here.database.reading() as session:
        await find_brand(session, brand_id, viewer=viewer)
    logo = await keep_logo(here.database, here.storage, here.settings, await request.body())
    return await _change(here, viewer, brand_id, lambda session, brand: set_logo(session, brand, logo))


@router.delete("/{brand_id}/logo", responses=problems(404))
async def remove_brand_logo(brand_id: UUID, viewer: Editor, here: Here) -> BrandView:
    """Take a brand kit's logo away."""
    return await _change(here, viewer, brand_id, lambda session, brand: set_logo(session, brand, None))


@router.get("/{brand_id}/{end}", response_class=Response, responses={**BYTES, **problems(404, 416)})
async def read_brand_film(
    brand_id: UUID,
    end: End,
    request: Request,
    viewer: SignedIn,  # noqa: ARG001 - everybody here sees it
    session: Reading,
    here: Here,
) -> Response:
    """Give a brand kit's intro or outro as it was sent."""
    return await _serve(request, session, here, brand_id, end, lambda brand: _film_file(brand, end))


@router.put(
    "/{brand_id}/{end}",
    dependencies=[heavy],
    max_body_size=MOST_BYTES,
    responses=problems(404, 413, 415, 507),
    openapi_extra=_FILM,
)
async def put_brand_film(
    brand_id: UUID,
    end: End,
    request: Request,
    viewer: Editor,
    here: Here,
    name: Annotated[FileName, Query(description="What the file is called.", examples=["intro.mp4"])],
) -> BrandView:
    """Give a brand kit an intro or an outro: a video of at most 15 seconds and 64 MiB, in any format that is read.

    Clips that are made with the kit from now on begin or end with it, fitted whole into their frame. Its bytes count
    against its sender's quota.
    """
    async with here.database.reading() as session:
        await find_brand(session, brand_id, viewer=viewer)
    film = await keep_film(here.database, here.storage, here.settings, end, name, request.stream())

    async def take(session: AsyncSession, brand: BrandKit) -> None:
        await reserve(session, await read_config(session), viewer.user_id, new_id(), film.size_bytes)
        await set_film(session, brand, end, film)

    return await _change(here, viewer, brand_id, take)


@router.delete("/{brand_id}/{end}", responses=problems(404))
async def remove_brand_film(brand_id: UUID, end: End, viewer: Editor, here: Here) -> BrandView:
    """Take a brand kit's intro or outro away."""
    return await _change(here, viewer, brand_id, lambda session, brand: set_film(session, brand, end, None))


def _logo_file(brand: BrandKit) -> Served | None:
    if brand.logo_sha256 is None:
        return None
    return Served(brand.logo_sha256, brand.logo_size_bytes, "image/png", "logo.png", inline=True)


def _film_file(brand: BrandKit, end: End) -> Served | None:
    film = film_of(brand, end)
    if film is None:
        return None
    return Served(film.media.sha256, film.size_bytes, "application/octet-stream", film.name, inline=False)


async def _serve(
    request: Request,
    session: AsyncSession,
    here: Instance,
    brand_id: UUID,
    what: str,
    file_of: Callable[[BrandKit], Served | None],
) -> Response:
    brand = await find_brand(session, brand_id)
    await session.close()
    file = file_of(brand)
    if file is None:
        raise BrandNotFound(f"The brand kit '{brand.name}' has no {what} yet: send one.")
    return await serve_file(request, here.storage, file)


async def _change(
    here: Instance, viewer: Viewer, brand_id: UUID, change: Callable[[AsyncSession, BrandKit], Awaitable[None]]
) -> BrandView:
    async def write(session: AsyncSession) -> BrandView:
        brand = await find_brand(session, brand_id, viewer=viewer, to_change=True)
        await change(session, brand)
        return view_brand(brand)

    return await here.database.write(write)
