"""Hand out stored files: whole or one range of them, from any storage, without keeping the loop from others."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from cutroom.library.errors import RangeNotSatisfiable
from cutroom.library.links import Served
from cutroom.providers.storage import FileMissing, Storage, attachment

_CONTENT = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
#: How a route that hands out a file declares it.
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file.", "content": _CONTENT},
    206: {"description": "The range that was asked for.", "content": _CONTENT},
    304: {"description": "It is the file whose tag was sent."},
}

#: Nothing that was brought here runs in our origin, whatever a browser takes it for.
_POLICY = "sandbox; default-src 'none'"
#: No length has more digits.
_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


async def serve_file(request: Request, storage: Storage, file: Served, *, save: bool = False) -> Response:
    """Answer with a file.

    One range is given as asked (RFC 9110, section 14); several at once are answered with the whole, as is a range of
    another version than the one that is here.

    Args:
        save: Make the browser save it instead of showing it.

    Raises:
        FileMissing: If storage does not hold it whole.
        RangeNotSatisfiable: If the range lies behind its end.
    """
    tag = f'"{file.sha256}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # it may change, and may be taken away: its tag is asked for
        "Content-Disposition": _disposition(file, save=save),
        "Content-Security-Policy": _POLICY,
    }
    if tag in request.headers.get("if-none-match", "").replace(",", " ").split():
        return Response(status_code=304, headers=headers)
    # A range is defined for GET alone, and one of another version is not wanted.
    wanted = request.method == "GET" and request.headers.get("if-range", tag) == tag
    part = requested_range(request.headers.get("range", ""), file.size_bytes) if wanted else None
    start, stop = part or (0, file.size_bytes)
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size_bytes}"
    headers["Content-Length"] = str(stop - start)
    if await asyncio.to_thread(storage.size, file.sha256) != file.size_bytes:
        raise FileMissing(f"The file {file.sha256[:12]}… is not whole in storage.")
    if request.method == "HEAD":
        return Response(headers=headers, media_type=file.media_type)
    pieces = await asyncio.to_thread(storage.read, file.sha256, start, stop)
    return StreamingResponse(iterate_in_threadpool(pieces), 206 if part else 200, headers, file.media_type)


def requested_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """Give the one range that a header asks for.

    Returns:
        Its first byte and the one after its last; ``None`` for the whole, also when the header cannot be read.

    Raises:
        RangeNotSatisfiable: If it begins behind the end.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if found[1]:
        start, stop = int(found[1]), min(int(found[2] or size_bytes) + 1, size_bytes)
        if found[2] and int(found[2]) < start:
            return None
    else:
        start, stop = max(0, size_bytes - int(found[2])), size_bytes
    if start >= stop:
        raise RangeNotSatisfiable(
            f"The file has {size_bytes} bytes: ask for a range that begins within it.", size_bytes
        )
    return start, stop


def _disposition(file: Served, *, save: bool) -> str:
    said = attachment(file.file_name)
    return said.replace("attachment", "inline", 1) if file.inline and not save else said
