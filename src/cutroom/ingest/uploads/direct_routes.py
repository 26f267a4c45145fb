"""Uploads to signed addresses over HTTP: promise, send pieces, put together."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request

from cutroom.accounts.access import Uploader
from cutroom.accounts.instance import Here
from cutroom.core.problems import problems
from cutroom.ingest.uploads import direct, protocol, uploads
from cutroom.ingest.uploads.models import UploadKind
from cutroom.ingest.uploads.schemas import DirectUpload, NewDirectUpload, PieceAddress, UploadView, view_upload

router = APIRouter()

#: Above what any piece has, so that the refusal is ours.
_BODY: Final = 1 << 62


@router.post("/uploads/direct", status_code=201, responses=problems(404, 409, 413, 415, 507))
async def create_direct_upload(new: NewDirectUpload, viewer: Uploader, here: Here) -> DirectUpload:
    """Promise an upload and sign where its pieces go: to the object store itself, or to this server.

    Each address works once, for the bytes of its piece alone, until the upload expires.
    """
    promised = uploads.NewUpload(
        kind=UploadKind.DIRECT,
        length=new.size_bytes,
        file_name=protocol.safe_name(new.file_name),
        title=new.title,
        start=new.start,
        sha256=new.sha256,
        replaces=uploads.Replaces(new.replaces, new.source_version) if new.replaces else None,
    )
    upload = await direct.begin_direct(here, viewer, promised)
    pieces = zip(direct.pieces_of(upload), direct.addresses_of(here, upload), strict=True)
    return DirectUpload(
        id=upload.id,
        media_type=direct.MEDIA_TYPE,
        expires_at=upload.expires_at,
        pieces=[
            PieceAddress(
                number=piece.number,
                start=(piece.number - 1) * (upload.piece_bytes or 0),
                size_bytes=piece.size_bytes,
                url=url,
            )
            for piece, url in pieces
        ],
    )


@router.put(
    "/uploads/direct/{upload_id}/pieces/{number}",
    status_code=204,
    max_body_size=_BODY,
    responses=problems(403, 409, 413, 415, 423, 507),
)
async def send_piece(
    upload_id: UUID,
    number: Annotated[int, Path(ge=1, le=10_000)],
    request: Request,
    here: Here,
    expires: Annotated[int, Query(ge=0, le=1 << 40)] = 0,
    signature: Annotated[str, Query(max_length=64, pattern=r"^[0-9a-f]*$")] = "",
) -> None:
    """Take a piece at the address that was signed for it; whoever has the address needs no account."""
    await direct.take_piece(request, here, upload_id, number, expires, signature)


@router.post("/uploads/direct/{upload_id}/complete", responses=problems(404, 409, 410))
async def complete_direct_upload(upload_id: UUID, viewer: Uploader, here: Here) -> UploadView:
    """Say that all pieces were sent; they are looked at, read, and become a recording soon after."""
    return view_upload(await direct.complete_direct(here, viewer, upload_id))


@router.delete("/uploads/direct/{upload_id}", status_code=204, responses=problems(404))
async def end_direct_upload(upload_id: UUID, viewer: Uploader, here: Here) -> None:
    """Give an upload up; what it became already stays."""
    await direct.end_direct(here, viewer, upload_id)
