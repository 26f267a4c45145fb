"""All that is one's own, over HTTP."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from cutroom.accounts.access import SignedIn, person_of
from cutroom.accounts.audit.log import record
from cutroom.accounts.instance import Here
from cutroom.accounts.limits import heavy
from cutroom.core.problems import problems
from cutroom.pipelines.own_data import write_own_data

router = APIRouter(tags=["accounts"])

_CONTENT = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
_ZIP: dict[int | str, dict[str, Any]] = {200: {"description": "A ZIP file.", "content": _CONTENT}}
_PIECE = 256 * 1024


@router.get("/me/export", response_class=StreamingResponse, dependencies=[heavy], responses={**_ZIP, **problems(507)})
async def export_own_data(viewer: SignedIn, here: Here) -> StreamingResponse:
    """Give all that is kept of you and that you made, as JSON in a ZIP file; recordings themselves are left out."""
    user_id = person_of(viewer)
    # Without a name: it is gone with whoever reads it, however that ends.
    file: IO[bytes] = await asyncio.to_thread(tempfile.TemporaryFile, dir=here.settings.data_dir)
    try:
        async with here.database.reading() as session:
            await write_own_data(session, user_id, file)
        await here.database.write(lambda session: record(session, viewer, "account.exported", ("user", user_id)))
    except BaseException:
        file.close()
        raise
    size_bytes = file.tell()
    headers = {
        "Content-Disposition": 'attachment; filename="cutroom-own-data.zip"',
        "Content-Length": str(size_bytes),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(iterate_in_threadpool(_pieces(file)), headers=headers, media_type="application/zip")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
