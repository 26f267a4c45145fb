"""Resumable uploads over HTTP: tus 1.0.0, and a list of what one brought."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from cutroom.accounts.access import Uploader, Viewer
from cutroom.accounts.config.settings import read_config
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.core.errors import CutroomError
from cutroom.core.pagination import PAGE, After, Limit, Page
from cutroom.core.problems import problems
from cutroom.ingest.errors import (
    ContentUnknown,
    UploadGone,
    UploadUnreadable,
)
from cutroom.ingest.uploads import protocol, uploads
from cutroom.ingest.uploads.adding import add_bytes
from cutroom.ingest.uploads.direct_routes import router as direct
from cutroom.ingest.uploads.finishing import join_parts
from cutroom.ingest.uploads.holding import held
from cutroom.ingest.uploads.models import UploadKind, UploadState
from cutroom.ingest.uploads.schemas import SameFile, UploadStatus, UploadView, view_upload
from cutroom.jobs.execution import Engine
from cutroom.library.duplicates.queries import same_files

#: Above what any file may have, so that the refusal is ours.
_BODY: Final = 1 << 62
_PATH: Final = "/api/v1/uploads"

Text = Annotated[str | None, Header()]


class Told(BaseModel):
    """What the headers of a request tell."""

    tus_resumable: str | None = None
    upload_length: str | None = None
    upload_checksum: str | None = None


class Promised(Told):
    """What the headers tell of a new upload."""

    upload_defer_length: str | None = None
    upload_metadata: str | None = None
    upload_concat: str | None = None


class Sent(Told):
    """What the headers tell of bytes."""

    content_type: str | None = None
    upload_offset: str | None = None


class Meant(Sent):
    """What the headers tell of bytes, and what is meant instead of a POST."""

    x_http_method_override: str | None = None


class TusRoute(APIRoute):
    """A route whose refusals, too, say which version of the protocol is spoken."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap what answers."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await handle(request)
            except CutroomError as error:
                error.headers = {"Tus-Resumable": protocol.VERSION, **getattr(error, "headers", {})}  # type: ignore[attr-defined] # any error may have headers
                raise
            response.headers["Tus-Resumable"] = protocol.VERSION
            return response

        return answer


router = APIRouter(tags=["uploads"])
tus = APIRouter(route_class=TusRoute)


@tus.options("/uploads", status_code=204, response_class=Response)
async def read_upload_options(viewer: Uploader, session: Reading) -> Response:  # noqa: ARG001 - an account is wanted
    """Tell what of tus is spoken here, and how large a file may be."""
    config = await read_config(session)
    headers = {
        "Tus-Version": protocol.VERSION,
        "Tus-Extension": ",".join(protocol.EXTENSIONS),
        "Tus-Max-Size": str(config.max_file_bytes),
        "Tus-Checksum-Algorithm": ",".join(protocol.CHECKSUMS),
    }
    return Response(status_code=204, headers=headers)


@tus.post(
    "/uploads",
    status_code=201,
    response_class=Response,
    max_body_size=_BODY,
    responses=problems(400, 404, 409, 412, 413, 415, 422, 423, 460, 507),
)
async def create_upload(
    request: Request,
    viewer: Uploader,
    here: Here,
    told: Annotated[Promised, Header()],
) -> Response:
    """Promise an upload (tus creation), with its first bytes where they are sent along, or join parts to one.

    `Upload-Metadata` may hold `filename`, `title`, `sha256` and `start`: names of recipes to start on it, with commas
    between them (`share` when left out). With `replaces`, the id of a recording, the upload becomes its source under
    the same address; `source_version` is the number of the source that is replaced, where another is to be left alone.
    """
    protocol.check_version(told.tus_resumable)
    parts = protocol.read_parts(told.upload_concat)
    new = _new_upload(told.upload_metadata)
    if parts is not None:
        if told.upload_length is not None or told.upload_defer_length is not None:
            raise UploadUnreadable("What is joined is as long as its parts: leave Upload-Length out.")
        return await _join(here, viewer, new, parts)
    length = protocol.read_length(told.upload_length, told.upload_defer_length)
    new = replace(new, kind=UploadKind.WHOLE if told.upload_concat is None else UploadKind.PART, length=length)
    with_bytes = request.headers.get("content-type") == protocol.OCTETS
    protocol.read_checksum(told.upload_checksum)  # refused before anything is promised
    await asyncio.to_thread(uploads.make_file, here.settings, new.id)
    try:
        upload = await here.database.write(
            lambda session: uploads.create_upload(session, here.settings, here.catalogue, viewer, new)
        )
    except BaseException:
        await asyncio.to_thread(uploads.drop_files, here.settings, new.id)
        raise
    headers = {"Location": f"{_PATH}/{upload.id}", "Upload-Expires": _date(upload.expires_at)}
    if with_bytes:
        size, expires_at = await add_bytes(request, here, viewer, upload.id, 0, None, told.upload_checksum)
        headers |= {"Upload-Offset": str(size), "Upload-Expires": _date(expires_at)}
    elif length == 0:
        await here.database.write(lambda session: uploads.note_progress(session, upload.id, 0))
    return Response(status_code=201, headers=headers)


@tus.head(
    "/uploads/{upload_id}",
    status_code=200,
    response_class=Response,
    responses=problems(404, 410, 412, 423),
)
async def read_upload_offset(
    upload_id: UUID, viewer: Uploader, session: Reading, here: Here, tus_resumable: Text = None
) -> Response:
    """Tell how much of an upload is here; whoever else still brings it is made to stop."""
    protocol.check_version(tus_resumable)
    upload = await uploads.find_upload(session, viewer, upload_id, direct=False)
    await session.close()  # the connection is others' while it is waited for whoever still brings it
    size: int | None = upload.length
    if upload.state is UploadState.FAILED and (upload.received_bytes != upload.length):
        raise UploadGone(f"{upload.reason}")
    if upload.state is UploadState.RECEIVING:
        size = None
        if upload.kind is not UploadKind.JOINED:
            async with held(uploads.path_of(here.settings, upload_id)) as hold:
                size = hold.size
    headers = {"Cache-Control": "no-store", "Upload-Expires": _date(upload.expires_at)}
    if size is not None:
        headers["Upload-Offset"] = str(size)
    if upload.length is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.length)
    if upload.given:
        headers["Upload-Metadata"] = upload.given
    if upload.kind is UploadKind.PART:
        headers["Upload-Concat"] = "partial"
    elif upload.kind is UploadKind.JOINED:
        headers["Upload-Concat"] = "final"
    return Response(status_code=200, headers=headers)


@tus.patch(
    "/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    max_body_size=_BODY,
    responses=problems(400, 404, 409, 410, 412, 413, 415, 423, 460, 507),
)
async def append_to_upload(
    upload_id: UUID,
    request: Request,
    viewer: Uploader,
    here: Here,
    told: Annotated[Sent, Header()],
) -> Response:
    """Add the next bytes of an upload (tus); what arrived before the line broke is kept."""
    protocol.check_version(told.tus_resumable)
    if told.content_type != protocol.OCTETS:
        raise ContentUnknown(f"The bytes of an upload come as {protocol.OCTETS}: set the Content-Type to it.")
    offset = protocol.read_number("Upload-Offset", told.upload_offset)
    length = protocol.read_number("Upload-Length", told.upload_length) if told.upload_length is not None else None
    size, expires_at = await add_bytes(request, here, viewer, upload_id, offset, length, told.upload_checksum)
    headers = {"Upload-Offset": str(size), "Upload-Expires": _date(expires_at)}
    return Response(status_code=204, headers=headers)


@tus.delete(
    "/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    responses=problems(404, 410, 412, 423),
)
async def end_upload(upload_id: UUID, viewer: Uploader, here: Here, tus_resumable: Text = None) -> Response:
    """Give an upload up (tus termination); what it became already stays."""
    protocol.check_version(tus_resumable)
    async with here.database.reading() as session:
        upload = await uploads.find_upload(session, viewer, upload_id, direct=False)
        parts = await uploads.parts_of(session, upload_id)
    async with contextlib.AsyncExitStack() as stack:
        if upload.state in uploads.OPEN:
            paths = [uploads.path_of(here.settings, each.id) for each in (upload, *parts)]
            with contextlib.suppress(UploadGone):
                await stack.enter_async_context(held(*paths[:2]))
        await here.database.write(lambda session: uploads.drop_upload(session, upload_id))
        for each in (upload, *parts):
            await asyncio.to_thread(uploads.drop_files, here.settings, each.id)
    return Response(status_code=204)


@tus.post("/uploads/{upload_id}", include_in_schema=False, max_body_size=_BODY)
async def override_upload_method(
    upload_id: UUID,
    request: Request,
    viewer: Uploader,
    here: Here,
    told: Annotated[Meant, Header()],
) -> Response:
    """Do what a client meant whose network lets only POST through."""
    match (told.x_http_method_override or "").upper():
        case "PATCH":
            return await append_to_upload(upload_id, request, viewer, here, told)
        case "DELETE":
            return await end_upload(upload_id, viewer, here, told.tus_resumable)
        case _:
            raise UploadUnreadable("Name PATCH or DELETE in X-HTTP-Method-Override: an upload takes no other POST.")


@router.get("/uploads")
async def list_uploads(
    viewer: Uploader,
    session: Reading,
    state: UploadState | None = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[UploadView]:
    """List your own uploads of the last days, newest first."""
    found, following = await uploads.list_uploads(session, viewer, state=state, after=after, limit=limit)
    return Page(items=[view_upload(each) for each in found], next=following)


@router.get("/uploads/{upload_id}/state", responses=problems(404))
async def read_upload(upload_id: UUID, viewer: Uploader, session: Reading) -> UploadStatus:
    """Tell what became of an upload, and which recordings have the same bytes."""
    upload = await uploads.find_upload(session, viewer, upload_id)
    same = await same_files(session, viewer, upload.asset_id) if upload.asset_id else []
    return UploadStatus(
        **view_upload(upload).model_dump(), same_files=[SameFile(id=each.id, title=each.title) for each in same]
    )


def _new_upload(given: str | None) -> uploads.NewUpload:
    """Read what is told of an upload."""
    told = protocol.read_metadata(given)
    sha256 = told.get("sha256", "").lower() or None
    if sha256 is not None and not protocol.SHA256.fullmatch(sha256):
        raise UploadUnreadable("The sha256 in Upload-Metadata is none: it has 64 hexadecimal digits.")
    start = None if "start" not in told else [each.strip() for each in told["start"].split(",") if each.strip()]
    return uploads.NewUpload(
        kind=UploadKind.JOINED,
        length=None,
        file_name=protocol.safe_name(told.get("filename") or told.get("name") or ""),
        title=told.get("title"),
        given=given,
        start=start,
        sha256=sha256,
        replaces=_replaced(told),
    )


def _replaced(told: Mapping[str, str]) -> uploads.Replaces | None:
    """Read whose source an upload becomes."""
    if not told.get("replaces"):
        return None
    version = told.get("source_version")
    try:
        return uploads.Replaces(UUID(told["replaces"]), int(version) if version else None)
    except ValueError as error:
        raise UploadUnreadable(
            "Upload-Metadata does not say what the upload replaces: send a recording's id in 'replaces', and digits "
            "alone in 'source_version'."
        ) from error


async def _join(here: Instance, viewer: Viewer, new: uploads.NewUpload, parts: list[UUID]) -> Response:
    joined = await here.database.write(
        lambda session: uploads.join_uploads(session, here.catalogue, viewer, new, parts)
    )
    engine = Engine(here.database, here.catalogue, here.storage, here.settings)
    async with here.database.reading() as session:
        rows = await uploads.parts_of(session, joined.id)
    paths = [uploads.path_of(here.settings, each) for each in (joined.id, parts[0])]
    # Whoever looks for what is whole may have found it first.
    with contextlib.suppress(UploadGone):
        async with held(*paths):
            await join_parts(engine, joined, rows)
    return Response(
        status_code=201,
        headers={"Location": f"{_PATH}/{joined.id}", "Upload-Expires": _date(joined.expires_at)},
    )


def _date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


# Before those whose addresses begin with an upload's id.
router.include_router(direct)
router.include_router(tus)
