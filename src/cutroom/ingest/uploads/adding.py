"""Add what a request brings to an upload: the rules of who goes on where, around the bytes themselves."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import Request

from cutroom.accounts.access import Viewer
from cutroom.accounts.instance import Instance
from cutroom.core.errors import UnsupportedMedia
from cutroom.ingest.errors import FileTooLarge, NotToBeChanged, OffsetMismatch, UploadGone
from cutroom.ingest.uploads import protocol, uploads
from cutroom.ingest.uploads.finishing import give_up, judge_beginning
from cutroom.ingest.uploads.holding import Hold, held
from cutroom.ingest.uploads.models import Upload, UploadKind, UploadState
from cutroom.ingest.uploads.receiving import Intake, append
from cutroom.jobs.execution import Engine

#: Where so little is still to come, nothing is spared by refusing a file before it is whole.
_WORTH_REFUSING: Final = 1 << 20


async def add_bytes(
    request: Request,
    here: Instance,
    viewer: Viewer,
    upload_id: UUID,
    offset: int,
    length: int | None,
    checksum: str | None,
) -> tuple[int, datetime]:
    """Add what a request brings.

    Args:
        offset: Where its first byte goes.
        length: Of the whole, where that is told only now.
        checksum: ``Upload-Checksum``, as it was sent.

    Returns:
        How much is here then, and until when it waits for more.

    Raises:
        UploadNotFound: If the viewer has no such upload.
        UploadGone: If it was given up.
        OffsetMismatch: If those are not the bytes that come next.
        UploadBusy: If another connection does not let go of it.
        FileTooLarge: If more arrives than may.
        ChecksumMismatch: If it is not what was sent.
        UnsupportedMedia: If it is no recording; the upload has failed then.
        DiskFull: If there is no room for it.
    """
    wanted = protocol.read_checksum(checksum)
    path = uploads.path_of(here.settings, upload_id)
    async with here.database.reading() as session:
        upload = await uploads.find_upload(session, viewer, upload_id, direct=False)
    _check_open(upload, offset)
    # A request that does not go on from here need not disturb the one that does.
    with contextlib.suppress(OSError):
        _check_offset(offset, path.stat().st_size)
    async with held(path) as hold:
        _check_offset(offset, hold.size)
        if length is not None:
            await here.database.write(
                lambda session: uploads.declare_length(session, here.settings, upload_id, length, offset)
            )
        async with here.database.reading() as session:
            upload = await uploads.find_upload(session, viewer, upload_id, direct=False)
        _check_open(upload, offset)
        try:
            await _take(request, here, upload, hold, wanted)
        except UnsupportedMedia as error:
            engine = Engine(here.database, here.catalogue, here.storage, here.settings)
            await give_up(engine, upload_id, str(error), hold.size)
            raise
        finally:
            size = hold.size
            expires_at = await here.database.write(lambda session: uploads.note_progress(session, upload_id, size))
    return size, expires_at


async def _take(
    request: Request, here: Instance, upload: Upload, hold: Hold, checksum: protocol.Checksum | None
) -> None:
    start = hold.size
    announced = request.headers.get("content-length", "")
    if upload.length is not None and announced.isdigit() and int(announced) > upload.length - start:
        raise FileTooLarge(
            f"The upload has {upload.length:,} bytes, of which {upload.length - start:,} are still to come: "
            f"{int(announced):,} are too many."
        )

    async def more(wanted: int) -> int:
        return await here.database.write(lambda session: uploads.hold_more(session, upload.id, wanted))

    left = None if upload.length is None else upload.length - start
    judged = upload.kind is UploadKind.WHOLE and (left is None or left > _WORTH_REFUSING)
    intake = Intake(
        start=start,
        limit=upload.reserved_bytes if upload.length is None else upload.length,
        free_space=here.settings.free_space,
        more=more if upload.length is None else None,
        judge=judge_beginning if judged else None,
        checksum=checksum,
    )
    await append(request.stream(), hold, intake)


def _check_open(upload: Upload, offset: int) -> None:
    if upload.kind is UploadKind.JOINED:
        raise NotToBeChanged("This upload was joined of parts: it takes no bytes of its own.")
    if upload.state is UploadState.FAILED:
        raise UploadGone(f"{upload.reason}")
    if upload.state is not UploadState.RECEIVING:
        raise OffsetMismatch(f"All {upload.length:,} bytes of this upload are here: none goes to {offset:,}.")


def _check_offset(offset: int, size: int) -> None:
    if offset != size:
        raise OffsetMismatch(f"The next byte of this upload goes to {size:,}, not to {offset:,}: ask for its offset.")
