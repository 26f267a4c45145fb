"""Uploads whose pieces go to signed addresses: the object store's own, or ours where media lies on this disk.

An address of ours is for one piece of one upload of one person, for so many bytes of one type until a moment, and for
once. All of that is signed, and none of it but the moment is read from the address.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import time
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.instance import Instance
from cutroom.accounts.models import User
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, UnsupportedMedia
from cutroom.ingest.errors import AddressRefused, FileTooLarge, UploadGone
from cutroom.ingest.uploads import uploads
from cutroom.ingest.uploads.finishing import give_up, judge_beginning
from cutroom.ingest.uploads.holding import held
from cutroom.ingest.uploads.models import Upload, UploadPiece, UploadState
from cutroom.ingest.uploads.receiving import Intake, append
from cutroom.jobs.execution import Engine
from cutroom.jobs.upserts import insert_or
from cutroom.providers.storage import DirectStore, Piece, PiecesMissing

#: Of every piece; the store's own addresses take any.
MEDIA_TYPE: Final = "application/octet-stream"
_PIECE_BYTES: Final = 16 << 20
#: A store takes 10,000 of one file.
_MOST_PIECES: Final = 9_000
_REFUSED: Final = "This address is used up, too old, or was signed for something else: ask for the upload anew."


def piece_bytes_for(size_bytes: int) -> int:
    """Choose how long the pieces of a file are."""
    return max(_PIECE_BYTES, -(-size_bytes // _MOST_PIECES))


def pieces_of(upload: Upload) -> list[Piece]:
    """Give the pieces that an upload comes in."""
    length, each = upload.length or 0, upload.piece_bytes or _PIECE_BYTES
    return [Piece(number, min(each, length - start)) for number, start in enumerate(range(0, length, each), start=1)]


async def begin_direct(here: Instance, viewer: Viewer, new: uploads.NewUpload) -> Upload:
    """Promise an upload whose pieces go to signed addresses.

    Raises:
        FileTooLarge: If it is larger than files may be, here or in the store.
        QuotaExceeded: If less is left of the week's quota.
        DiskFull: If the disk would be too full.
        StorageUnavailable: If the store cannot be reached.
    """
    store = here.storage.direct()
    if store is not None:
        if (new.length or 0) > store.most_bytes:
            raise FileTooLarge(
                f"At most {store.most_bytes / 1e9:.1f} GB go to the store directly: send it to /api/v1/uploads instead."
            )
        new.more["remote"] = {"number": await asyncio.to_thread(store.begin, str(new.id))}
    new.more["piece_bytes"] = piece_bytes_for(new.length or 0)
    await asyncio.to_thread(uploads.make_file, here.settings, new.id)
    try:
        return await here.database.write(
            lambda session: uploads.create_upload(session, here.settings, here.catalogue, viewer, new)
        )
    except BaseException:
        await asyncio.to_thread(uploads.drop_files, here.settings, new.id)
        if store is not None:
            await asyncio.to_thread(store.give_up, str(new.id), new.more["remote"]["number"])
        raise


def addresses_of(here: Instance, upload: Upload) -> list[str]:
    """Sign where the pieces of an upload go, in order."""
    store = _store_of(here, upload)
    if store is None:
        return [_address(here, upload, piece) for piece in pieces_of(upload)]
    life_s = max(1, int((upload.expires_at - now()).total_seconds()))
    number = _number(upload)
    return [store.address(str(upload.id), number, piece.number, expires_s=life_s) for piece in pieces_of(upload)]


async def take_piece(
    request: Request, here: Instance, upload_id: UUID, number: int, expires: int, signature: str
) -> None:
    """Take a piece that comes to an address of ours.

    Raises:
        AddressRefused: If it is not as it was signed, or was used.
        UnsupportedMedia: If it is the beginning of no recording; the upload has failed then.
        UploadBusy: If it comes on another connection.
        DiskFull: If there is no room.
    """
    async with here.database.reading() as session:
        upload = await session.get(Upload, upload_id)
        owner = await session.get(User, upload.owner_id) if upload and upload.owner_id else None
    if upload is None or upload.piece_bytes is None or upload.remote is not None:
        raise AddressRefused(_REFUSED)
    piece = next((each for each in pieces_of(upload) if each.number == number), None)
    if piece is None or not hmac.compare_digest(_signature(here, upload, piece, expires).encode(), signature.encode()):
        raise AddressRefused(_REFUSED)
    as_signed = (request.headers.get("content-length"), request.headers.get("content-type"))
    if expires < time.time() or as_signed != (str(piece.size_bytes), MEDIA_TYPE):
        raise AddressRefused(_REFUSED)
    if upload.state is not UploadState.RECEIVING or (owner is not None and owner.disabled_at is not None):
        raise AddressRefused(_REFUSED)
    path = uploads.path_of(here.settings, upload_id)
    lock = path.with_name(f"{path.name}.{number}")
    with contextlib.suppress(FileExistsError):
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    async with held(lock) as hold:
        async with here.database.reading() as session:
            if await session.get(UploadPiece, (upload_id, number)) is not None:
                raise AddressRefused(_REFUSED)
        if not path.is_file():
            raise AddressRefused(_REFUSED)
        start = (number - 1) * upload.piece_bytes
        stop = start + piece.size_bytes
        intake = Intake(
            start=start,
            limit=stop,
            free_space=here.settings.free_space,
            judge=judge_beginning if number == 1 else None,
        )
        try:
            reached = await append(request.stream(), hold, intake, target=path)
        except UnsupportedMedia as error:
            engine = Engine(here.database, here.catalogue, here.storage, here.settings)
            await give_up(engine, upload_id, str(error), 0)
            raise
        if reached != stop:
            raise Conflict("The piece did not arrive whole: send it again to the same address.")
        await here.database.write(lambda session: _note_piece(session, upload_id, number, piece.size_bytes))


async def complete_direct(here: Instance, viewer: Viewer, upload_id: UUID) -> Upload:
    """Put the pieces of an upload together, once all are here; what browsers say of that proves nothing.

    Raises:
        UploadNotFound: If the viewer has no such upload.
        PiecesMissing: If some are not here.
        StorageUnavailable: If the store cannot be reached.
    """
    async with here.database.reading() as session:
        upload = await uploads.find_upload(session, viewer, upload_id, direct=True)
        arrived = set(await session.scalars(select(UploadPiece.number).where(UploadPiece.upload_id == upload_id)))
    if upload.state is UploadState.FAILED:
        raise UploadGone(f"{upload.reason}")
    if upload.state is UploadState.RECEIVING:
        store = _store_of(here, upload)
        if store is not None:
            await asyncio.to_thread(store.finish, str(upload_id), _number(upload), pieces_of(upload))
        elif missing := [piece.number for piece in pieces_of(upload) if piece.number not in arrived]:
            raise PiecesMissing(missing)
        await here.database.write(lambda session: uploads.note_progress(session, upload_id, upload.length or 0))
    async with here.database.reading() as session:
        return await uploads.find_upload(session, viewer, upload_id, direct=True)


async def end_direct(here: Instance, viewer: Viewer, upload_id: UUID) -> None:
    """Give an upload up; what it became already stays.

    Raises:
        UploadNotFound: If the viewer has no such upload.
    """
    async with here.database.reading() as session:
        upload = await uploads.find_upload(session, viewer, upload_id, direct=True)
    await here.database.write(lambda session: uploads.drop_upload(session, upload_id))
    store = _store_of(here, upload)
    if store is not None:
        await asyncio.to_thread(store.give_up, str(upload_id), _number(upload))
    await asyncio.to_thread(uploads.drop_files, here.settings, upload_id)


async def _note_piece(session: AsyncSession, upload_id: UUID, number: int, size_bytes: int) -> None:
    upload = (
        await session.execute(select(Upload).where(Upload.id == upload_id).with_for_update())
    ).scalar_one_or_none()
    if upload is None or upload.state is not UploadState.RECEIVING:
        raise AddressRefused(_REFUSED)
    added = insert_or(session, UploadPiece).values(upload_id=upload_id, number=number, received_at=now())
    row = await session.execute(added.on_conflict_do_nothing().returning(UploadPiece.number))
    if row.scalar_one_or_none() is not None:
        upload.received_bytes += size_bytes


def _store_of(here: Instance, upload: Upload) -> DirectStore | None:
    return here.storage.direct() if upload.remote is not None else None


def _number(upload: Upload) -> str:
    return str((upload.remote or {}).get("number", ""))


def _address(here: Instance, upload: Upload, piece: Piece) -> str:
    expires = _seconds(upload.expires_at)
    signature = _signature(here, upload, piece, expires)
    return f"{here.url}/api/v1/uploads/direct/{upload.id}/pieces/{piece.number}?expires={expires}&signature={signature}"


def _signature(here: Instance, upload: Upload, piece: Piece, expires: int) -> str:
    signed = ["PUT", str(upload.id), piece.number, piece.size_bytes, MEDIA_TYPE, expires, str(upload.owner_id)]
    return hmac.new(here.key_for("pieces"), json.dumps(signed).encode(), hashlib.sha256).hexdigest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
