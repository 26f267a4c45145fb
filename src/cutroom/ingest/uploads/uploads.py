"""Uploads: promise, find, list, join, write down how far they are, give up."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.config.settings import InstanceSettings, read_config
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.models import Scope
from cutroom.accounts.quotas.errors import QuotaExceeded
from cutroom.accounts.quotas.reservations import release, reserve
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, InvalidInput
from cutroom.core.files import output_failed
from cutroom.core.ids import new_id
from cutroom.core.pagination import read_page
from cutroom.core.settings import Settings
from cutroom.core.text import one_line
from cutroom.ingest.errors import UploadNotFound, UploadUnreadable
from cutroom.ingest.uploads.limits import check_disk, check_length, check_name, check_recipes
from cutroom.ingest.uploads.models import Upload, UploadKind, UploadState
from cutroom.jobs.recipes import Catalogue
from cutroom.library.versions import check_replaceable

#: An upload that ended is told of so long.
KEEP_ENDED = timedelta(days=7)
#: Of a direct upload: an object store's unfinished uploads are given up after a day.
DIRECT_LIFE = timedelta(hours=20)
#: What the quota gives at a time to an upload whose length is not known.
STEP_BYTES = 64 << 20
OPEN = (UploadState.RECEIVING, UploadState.RECEIVED)

_UNNAMED = "recording"
_TITLE = 300


@dataclass(frozen=True, slots=True)
class Replaces:
    """Whose source an upload becomes.

    Attributes:
        source_version: Of the source that it replaces; unset for whichever it has.
    """

    asset_id: UUID
    source_version: int | None = None


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What is promised.

    Attributes:
        length: ``None`` when it is told later.
        given: ``Upload-Metadata`` as it was sent.
        start: Recipes to start; none leaves the choice to us.
        sha256: What the bytes must hash to, where that was told.
        replaces: Whose source it becomes; unset for a new asset.
        more: Further columns.
        id: Its name, before there is a row.
    """

    kind: UploadKind
    length: int | None
    file_name: str
    title: str | None = None
    given: str | None = None
    start: list[str] | None = None
    sha256: str | None = None
    replaces: Replaces | None = None
    more: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


def folder_of(settings: Settings) -> Path:
    """Give the folder of bytes that are on their way; nothing ever scans or serves it."""
    return settings.data_dir.absolute() / "uploads"


def path_of(settings: Settings, upload_id: UUID) -> Path:
    """Give the file of an upload's bytes."""
    return folder_of(settings) / str(upload_id)


async def create_upload(
    session: AsyncSession, settings: Settings, catalogue: Catalogue, viewer: Viewer, new: NewUpload
) -> Upload:
    """Promise room for an upload: all that can be refused is refused here, before its bytes flow.

    Raises:
        FileTooLarge: If it is larger than files may be.
        QuotaExceeded: If less is left of the week's quota.
        DiskFull: If the disk would be too full.
        UnsupportedMedia: If its name says that it is of a format that is not taken.
        RecipeNotFound: If there is no recipe that is to be started.
        AssetNotFound: If the viewer sees no asset that it is to replace the source of.
        NotAllowed: If the viewer may not change that.
        Conflict: If that has another source than was expected, or this very one.
    """
    config = await read_config(session)
    check_length(config, new.length)
    check_name(config, new.file_name)
    await _check_replaced(session, viewer, new)
    if "remote" not in new.more:  # what goes to an object store takes no room here
        await check_disk(session, settings, new.length or 0)
    upload = Upload(
        id=new.id,
        owner_id=viewer.user_id,
        kind=new.kind,
        length=new.length,
        given=new.given,
        file_name=new.file_name or _UNNAMED,
        title=one_line(new.title or "", _TITLE) or None,
        start=[] if new.kind is UploadKind.PART else check_recipes(catalogue, new.start),
        sha256=new.sha256,
        **_replaced(new),
        expires_at=expiry(config, new.kind),
        **new.more,
    )
    session.add(upload)
    await session.flush()
    if new.length:
        await hold_quota(session, config, upload, new.length)
    return upload


async def hold_quota(session: AsyncSession, config: InstanceSettings, upload: Upload, size_bytes: int) -> None:
    """Hold so many bytes of the owner's quota for an upload, in all.

    Raises:
        QuotaExceeded: If less is left.
    """
    await reserve(session, config, upload.owner_id, upload.id, size_bytes)
    upload.reserved_bytes = size_bytes


def expiry(config: InstanceSettings, kind: UploadKind) -> datetime:
    """Tell until when an upload of which something just came waits for more."""
    life = timedelta(hours=config.keep_uploads_hours)
    return now() + (min(life, DIRECT_LIFE) if kind is UploadKind.DIRECT else life)


async def find_upload(session: AsyncSession, viewer: Viewer, upload_id: UUID, *, direct: bool | None = None) -> Upload:
    """Give an upload of the viewer's own: nobody else brings its bytes, and administrators do not either.

    Args:
        direct: Whether it must be one whose bytes go to signed addresses, or must not.

    Raises:
        UploadNotFound: If there is none.
    """
    query = select(Upload).where(Upload.id == upload_id, Upload.owner_id == viewer.user_id)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None or (direct is not None and direct != (found.kind is UploadKind.DIRECT)):
        raise UploadNotFound(f"There is no upload {upload_id}: start it anew.")
    return found


async def list_uploads(
    session: AsyncSession, viewer: Viewer, *, state: UploadState | None, after: str | None, limit: int
) -> tuple[list[Upload], str | None]:
    """List the viewer's own uploads, newest first; parts are told by what they are joined to."""
    query = select(Upload).where(Upload.owner_id == viewer.user_id, Upload.joined_id.is_(None))
    if state is not None:
        query = query.where(Upload.state == state)
    return await read_page(session, query, [Upload.id], after=after, limit=limit, descending=True)


async def declare_length(
    session: AsyncSession, settings: Settings, upload_id: UUID, length: int, size_bytes: int
) -> None:
    """Set the length of an upload that had none.

    Raises:
        FileTooLarge: If it is larger than files may be.
        QuotaExceeded: If less is left of the week's quota.
        DiskFull: If the disk would be too full.
        Conflict: If it has another length, or more has arrived already.
    """
    config = await read_config(session)
    check_length(config, length)
    query = select(Upload).where(Upload.id == upload_id, Upload.state == UploadState.RECEIVING).with_for_update()
    upload = (await session.execute(query)).scalar_one_or_none()
    if upload is None or upload.length == length:
        return
    if upload.length is not None or length < size_bytes:
        raise Conflict("The length of an upload is set once, and never below what has arrived: leave it as it is.")
    await check_disk(session, settings, length - size_bytes)
    if length > upload.reserved_bytes:
        await hold_quota(session, config, upload, length)
    upload.length = length


async def hold_more(session: AsyncSession, upload_id: UUID, wanted: int) -> int:
    """Hold more of the quota for an upload whose length nobody has told, and give how far it may go.

    Raises:
        FileTooLarge: If it is larger than files may be.
        QuotaExceeded: If less is left of the week's quota.
    """
    config = await read_config(session)
    check_length(config, wanted)
    upload = (await session.execute(select(Upload).where(Upload.id == upload_id).with_for_update())).scalar_one()
    try:
        await hold_quota(session, config, upload, max(wanted, min(wanted + STEP_BYTES, config.max_file_bytes)))
    except QuotaExceeded:
        await hold_quota(session, config, upload, wanted)
    return upload.reserved_bytes


async def note_progress(session: AsyncSession, upload_id: UUID, size_bytes: int) -> datetime:
    """Write down how much of an upload is here, and whether that is all; gives until when it waits for more."""
    config = await read_config(session)
    query = select(Upload).where(Upload.id == upload_id).with_for_update()
    upload = (await session.execute(query)).scalar_one_or_none()
    if upload is None or upload.state is not UploadState.RECEIVING:
        return now()
    upload.received_bytes = size_bytes
    upload.expires_at = expiry(config, upload.kind)
    if size_bytes == upload.length:
        upload.state = UploadState.RECEIVED
    return upload.expires_at


async def join_uploads(
    session: AsyncSession, catalogue: Catalogue, viewer: Viewer, new: NewUpload, parts: list[UUID]
) -> Upload:
    """Promise an upload of parts that are here; what was held for them is held for it.

    Raises:
        UploadUnreadable: If one of them is not there, or is not whole.
        FileTooLarge: If together they are larger than files may be.
        AssetNotFound: If the viewer sees no asset that it is to replace the source of.
        NotAllowed: If the viewer may not change that.
        Conflict: If that has another source than was expected, or this very one.
    """
    query = select(Upload).where(Upload.id.in_(parts), Upload.owner_id == viewer.user_id).with_for_update()
    found = {each.id: each for each in (await session.execute(query)).scalars()}
    for part_id in parts:
        part = found.get(part_id)
        if part is None or part.kind is not UploadKind.PART or part.joined_id is not None:
            raise UploadUnreadable(f"There is no part {part_id} to be joined: bring it first, with 'partial'.")
        if part.state is not UploadState.RECEIVED:
            raise UploadUnreadable(f"The part {part_id} is not whole yet: bring the rest of it first.")
    config = await read_config(session)
    length = sum(each.length or 0 for each in found.values())
    check_length(config, length)
    check_name(config, new.file_name)
    await _check_replaced(session, viewer, new)
    joined = Upload(
        id=new.id,
        owner_id=viewer.user_id,
        kind=UploadKind.JOINED,
        length=length,
        given=new.given,
        file_name=new.file_name or _UNNAMED,
        title=one_line(new.title or "", _TITLE) or None,
        start=check_recipes(catalogue, new.start),
        sha256=new.sha256,
        **_replaced(new),
        expires_at=expiry(config, UploadKind.JOINED),
    )
    session.add(joined)
    await session.flush()
    for position, part_id in enumerate(parts):
        found[part_id].joined_id, found[part_id].position = joined.id, position
        await release(session, part_id)
        found[part_id].reserved_bytes = 0
    if length:
        await hold_quota(session, config, joined, length)
    return joined


async def parts_of(session: AsyncSession, upload_id: UUID) -> list[Upload]:
    """Give the parts of a joined upload, in order."""
    query = select(Upload).where(Upload.joined_id == upload_id).order_by(Upload.position)
    return list((await session.execute(query)).scalars())


async def drop_upload(session: AsyncSession, upload_id: UUID) -> None:
    """Forget an upload and what was held for it; an asset that it became stays."""
    query = select(Upload).where(Upload.id == upload_id).with_for_update()
    upload = (await session.execute(query)).scalar_one_or_none()
    if upload is None:
        return
    if upload.state in OPEN:
        await release(session, upload_id)
    for part in await parts_of(session, upload_id):
        await session.delete(part)
    await session.flush()
    await session.delete(upload)


async def fail_upload(session: AsyncSession, upload_id: UUID, reason: str, size_bytes: int) -> Upload | None:
    """Write down that nothing came of an upload, and give back what was held for it.

    Args:
        size_bytes: How much had arrived.

    Returns:
        The upload; ``None`` where it had ended before.
    """
    query = select(Upload).where(Upload.id == upload_id, Upload.state.in_(OPEN)).with_for_update()
    upload = (await session.execute(query)).scalar_one_or_none()
    if upload is None:
        return None
    upload.state, upload.reason, upload.received_bytes = UploadState.FAILED, reason, size_bytes
    upload.ended_at = now()
    upload.expires_at = upload.ended_at + KEEP_ENDED
    await release(session, upload_id)
    return upload


async def _check_replaced(session: AsyncSession, viewer: Viewer, new: NewUpload) -> None:
    if new.replaces is None:
        return
    if Scope.WRITE not in viewer.scopes:
        raise NotAllowed("This token may bring recordings and change none: make one with the scope 'write'.")
    if new.title:
        raise InvalidInput("A recording whose source is replaced keeps its title: leave the title out.")
    told = new.replaces
    await check_replaceable(session, viewer, told.asset_id, expected=told.source_version, sha256=new.sha256)


def _replaced(new: NewUpload) -> dict[str, Any]:
    if new.replaces is None or new.kind is UploadKind.PART:
        return {}
    return {"replaces_id": new.replaces.asset_id, "replaces_version": new.replaces.source_version}


def make_file(settings: Settings, upload_id: UUID) -> None:
    """Make the empty file of an upload, before anybody hears of it.

    Raises:
        OutputFailed: If the folder cannot be written.
    """
    path = path_of(settings, upload_id)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise output_failed(path, error) from error


def drop_files(settings: Settings, upload_id: UUID) -> None:
    """Remove all files of an upload."""
    path = path_of(settings, upload_id)
    for each in (path, *path.parent.glob(f"{path.name}.*")):
        with contextlib.suppress(OSError):
            each.unlink()
