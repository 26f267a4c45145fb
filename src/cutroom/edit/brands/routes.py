"""Brand kits over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, SignedIn
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.request_keys import Once
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.edit.brands.brands import add_brand, all_brands, change_brand, delete_brand, find_brand, set_logo
from cutroom.edit.brands.logos import keep_logo
from cutroom.edit.brands.models import BrandKit
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

    async def write(session: AsyncSession) -> BrandView:
        brand = await find_brand(session, brand_id, viewer=viewer, to_change=True)
        await change_brand(session, brand, change.model_dump(exclude_unset=True))
        return view_brand(brand)

    return await here.database.write(write)


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
    brand = await find_brand(session, brand_id)
    await session.close()
    if brand.logo_sha256 is None:
        raise BrandNotFound(f"The brand kit '{brand.name}' has no logo yet: send one.")
    file = Served(brand.logo_sha256, brand.logo_size_bytes, "image/png", "logo.png", inline=True)
    return await serve_file(request, here.storage, file)


@router.put("/{brand_id}/logo", dependencies=[heavy], responses=problems(404, 413, 415), openapi_extra=_PICTURE)
async def put_brand_logo(brand_id: UUID, request: Request, viewer: Editor, here: Here) -> BrandView:
    """Give a brand kit a logo: PNG, JPEG or WebP, at most 1 MiB; it is drawn anew, and no SVG is taken."""
    async with here.database.reading() as session:
        await find_brand(session, brand_id, viewer=viewer)
    logo = await keep_logo(here.database, here.storage, here.settings, await request.body())

    async def write(session: AsyncSession) -> BrandView:
        brand = await find_brand(session, brand_id, viewer=viewer, to_change=True)
        await set_logo(session, brand, logo)
        return view_brand(brand)

    return await here.database.write(write)


@router.delete("/{brand_id}/logo", responses=problems(404))
async def remove_brand_logo(brand_id: UUID, viewer: Editor, here: Here) -> BrandView:
    """Take a brand kit's logo away."""

    async def write(session: AsyncSession) -> BrandView:
        brand = await find_brand(session, brand_id, viewer=viewer, to_change=True)
        await set_logo(session, brand, None)
        return view_brand(brand)

    return await here.database.write(write)
