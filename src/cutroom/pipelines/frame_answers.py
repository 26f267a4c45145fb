"""A frame of an export as an answer, given again to who has it already."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from cutroom.accounts.instance import Instance
from cutroom.media.timeline import Timeline
from cutroom.pipelines.edit_schemas import FrameForm
from cutroom.pipelines.previewing import give_frame, name_frame

#: What a route that answers so declares.
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The frame.",
        "content": {f"image/{form}": {"schema": {"type": "string", "format": "binary"}} for form in FrameForm},
    },
    304: {"description": "It is the picture whose tag was sent."},
}


async def answer_frame(request: Request, here: Instance, timeline: Timeline, at: int, form: FrameForm) -> Response:
    """Answer with a frame, or that it is the one whose tag was sent.

    Raises:
        InvalidInput: If the programme has no such frame.
        FileMissing: If a source is not here.
    """
    headers = {"ETag": f'"{name_frame(timeline, at, form)}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    picture = await give_frame(here.storage, here.settings, timeline, at, form)
    return Response(picture, headers=headers, media_type=f"image/{form}")
