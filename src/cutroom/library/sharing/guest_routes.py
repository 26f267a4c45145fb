"""What people without an account see of a share, over HTTP; a pass in the address proves that they may."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from cutroom.accounts.access import address_of
from cutroom.accounts.instance import Here, Reading
from cutroom.core.problems import problems
from cutroom.library.assets import files_of, find_asset, find_file
from cutroom.library.routes import original, served
from cutroom.library.serving import BYTES, serve_file
from cutroom.library.sharing.errors import NotForSaving
from cutroom.library.sharing.guests import (
    Passed,
    enter,
    look_up,
    make_pass,
    note_opening,
    note_saving,
    note_watching,
)
from cutroom.library.sharing.schemas import OpenedView, Opening, SharedView, Watched, view_shared
from cutroom.library.visibility import Guest

router = APIRouter(prefix="/shared", tags=["sharing"])


@router.post("", responses=problems(403, 404, 429))
async def open_share(opening: Opening, request: Request, here: Here) -> OpenedView:
    """Open a share: what its link says is exchanged for a pass, which stands in the addresses of its files."""
    opened = await look_up(here, opening.secret.get_secret_value(), address=address_of(request))
    await enter(here, opened, opening.password.get_secret_value() if opening.password else None)
    await note_opening(here, opened)
    key = make_pass(here, opened.link.id)
    async with here.database.reading() as session:
        shown = view_shared(opened, await files_of(session, opened.assets), key)
    return OpenedView(**shown.model_dump(), key=key)


@router.get("/{key}", responses=problems(404))
async def read_shared(key: str, opened: Passed, session: Reading) -> SharedView:
    """Give what a link shows."""
    return view_shared(opened, await files_of(session, opened.assets), key)


@router.head("/{key}/assets/{asset_id}/original", include_in_schema=False)
@router.get(
    "/{key}/assets/{asset_id}/original", response_class=Response, responses={**BYTES, **problems(403, 404, 416)}
)
async def read_shared_original(
    asset_id: UUID, request: Request, opened: Passed, session: Reading, here: Here
) -> Response:
    """Give the bytes that were brought, for saving, where the share allows it."""
    file = original(await find_asset(session, opened.guest, asset_id))
    _check_saving(opened.guest)
    await session.close()
    if _begins(request):
        await note_saving(here, opened.guest)
    return await serve_file(request, here.storage, file)


@router.head("/{key}/assets/{asset_id}/files/{name:path}", include_in_schema=False)
@router.get(
    "/{key}/assets/{asset_id}/files/{name:path}",
    response_class=Response,
    responses={**BYTES, **problems(403, 404, 416)},
)
async def read_shared_file(
    asset_id: UUID,
    name: str,
    request: Request,
    opened: Passed,
    session: Reading,
    here: Here,
    download: Annotated[bool, Query(description="Save it, where the share allows it.")] = False,  # noqa: FBT002
) -> Response:
    """Give a file that a shared recording is watched by, whole or one range of it."""
    file = served(await find_file(session, opened.guest, asset_id, name))
    if download:
        _check_saving(opened.guest)
    await session.close()
    if download and _begins(request):
        await note_saving(here, opened.guest)
    return await serve_file(request, here.storage, file, save=download)


@router.post("/{key}/assets/{asset_id}/watched", status_code=204, responses=problems(404))
async def tell_watched(asset_id: UUID, watched: Watched, opened: Passed, session: Reading, here: Here) -> None:
    """Tell what was played of a shared recording since it was told last."""
    await find_asset(session, opened.guest, asset_id)
    await session.close()
    await note_watching(here, opened.guest, watched.seconds)


def _check_saving(guest: Guest) -> None:
    if not guest.may_save:
        raise NotForSaving("This was shared for watching and not for saving: ask whoever sent you the link.")


def _begins(request: Request) -> bool:
    """Tell a download from what a player or a resumed download asks for next."""
    return request.method == "GET" and request.headers.get("range", "bytes=0-").startswith("bytes=0-")
