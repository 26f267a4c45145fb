"""What people without an account see of a share, over HTTP; a pass in the address proves that they may."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from cutroom.accounts.addresses import address_of
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.core.pagination import PAGE, After, Limit
from cutroom.core.problems import problems
from cutroom.library.assets import find_asset, find_file
from cutroom.library.links import Served
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

#: The pass in the address is all that proves anything, so pages and players elsewhere may have what it opens too:
#: no cookie of ours goes along.
FOR_OTHERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}

router = APIRouter(prefix="/shared", tags=["sharing"])


@router.post("", responses=problems(403, 404, 429))
async def open_share(opening: Opening, request: Request, here: Here) -> OpenedView:
    """Open a share: what its link says is exchanged for a pass, which stands in the addresses of its files."""
    opened = await look_up(here, opening.secret.get_secret_value(), address=address_of(request))
    await enter(here, opened, opening.password.get_secret_value() if opening.password else None)
    await note_opening(here, opened)
    key = make_pass(here, opened.link.id)
    async with here.database.reading() as session:
        shown = await view_shared(here, session, opened, key)
    return OpenedView(**shown.model_dump(), key=key)


@router.get("/{key}", responses=problems(404))
async def read_shared(
    key: str, opened: Passed, session: Reading, here: Here, after: After = None, limit: Limit = PAGE
) -> SharedView:
    """Give what a link shows: a recording, those of a collection in its order, or those of a category."""
    return await view_shared(here, session, opened, key, after, limit)


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
    return await _serve(request, here, file)


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
    return await _serve(request, here, file, save=download)


@router.post("/{key}/assets/{asset_id}/watched", status_code=204, responses=problems(404))
async def tell_watched(
    key: str, asset_id: UUID, watched: Watched, opened: Passed, session: Reading, here: Here
) -> None:
    """Tell what was played of a shared recording since it was told last; a pass's first report of a day is a view."""
    asset = await find_asset(session, opened.guest, asset_id)
    await session.close()
    await note_watching(here, opened.guest, key, asset, watched.seconds)


async def _serve(request: Request, here: Instance, file: Served, *, save: bool = False) -> Response:
    answer = await serve_file(request, here.storage, file, save=save)
    answer.headers.update(FOR_OTHERS)
    return answer


def _check_saving(guest: Guest) -> None:
    if not guest.may_save:
        raise NotForSaving("This was shared for watching and not for saving: ask whoever sent you the link.")


def _begins(request: Request) -> bool:
    """Tell a download from what a player or a resumed download asks for next."""
    return request.method == "GET" and request.headers.get("range", "bytes=0-").startswith("bytes=0-")
