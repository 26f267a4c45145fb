"""Make assets of uploads whose bytes are all here, exactly one of each, whatever died in between; end the rest.

It is looked for them in the rows and in the folder, not called for: an upload that was whole when the power went is
found like any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.config.settings import InstanceSettings, read_config
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.models import Role, User
from cutroom.accounts.quotas.reservations import settle
from cutroom.accounts.webhooks.events import emit
from cutroom.core.clock import now
from cutroom.core.clockwork import every
from cutroom.core.errors import Conflict, CutroomError, UnsupportedMedia
from cutroom.ingest.errors import UploadBusy, UploadGone
from cutroom.ingest.uploads.holding import held
from cutroom.ingest.uploads.joining import join_files
from cutroom.ingest.uploads.limits import check_container
from cutroom.ingest.uploads.models import Upload, UploadKind, UploadState
from cutroom.ingest.uploads.receiving import in_thread
from cutroom.ingest.uploads.uploads import (
    KEEP_ENDED,
    OPEN,
    drop_files,
    fail_upload,
    folder_of,
    note_progress,
    parts_of,
    path_of,
)
from cutroom.jobs.blobs import keep_file, name_blob
from cutroom.jobs.execution import Engine
from cutroom.jobs.recipes import Catalogue
from cutroom.library.assets import add_asset
from cutroom.library.errors import AssetNotFound
from cutroom.library.models import Asset, SourceKind
from cutroom.library.provenance import Origin
from cutroom.library.settling import RECIPE
from cutroom.library.starting import start_on_asset
from cutroom.library.versions import replace_source
from cutroom.media.sniff import HEAD_BYTES, name_container, name_other
from cutroom.providers.storage import DirectStore, StoredFile

_log = logging.getLogger(__name__)

_EVERY_S = 0.5
#: How often what is past its time is looked for.
_SWEEP_S = 60.0
#: After a failure that may pass, an upload is left alone so long.
_REST_S = 30.0
#: Files without a row are of a moment ago, or left.
_STRAY_S = 3600.0
_AT_ONCE = 2
_LATE = "It was given up, because nothing more of it came for too long: start it anew."


async def keep_uploads_finished(engine: Engine, stop: asyncio.Event) -> None:
    """Look twice a second until ``stop`` is set."""
    async with asyncio.TaskGroup() as both:
        both.create_task(every(_EVERY_S, Finisher(engine).finish_all, stop))
        both.create_task(every(_SWEEP_S, partial(sweep, engine), stop))


@dataclass
class Finisher:
    """Finishes what can be, and leaves alone for a while what could not.

    Attributes:
        rests: Until when each of these is left alone.
    """

    engine: Engine
    rests: dict[UUID, float] = field(default_factory=dict)

    async def finish_all(self) -> int:
        """Finish every upload of this machine that is whole; gives how many were."""
        async with self.engine.database.reading() as session:
            query = select(Upload).where(
                Upload.state.in_(OPEN), Upload.kind != UploadKind.PART, Upload.length.is_not(None)
            )
            found = (await session.execute(query)).scalars().all()
        clock = time.monotonic()
        whole = [each for each in found if self.rests.get(each.id, 0) <= clock and self._is_whole(each)]
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(upload: Upload) -> bool:
            async with turns:
                return await self._finish(upload)

        return sum(await asyncio.gather(*map(one, whole)))

    def _is_whole(self, upload: Upload) -> bool:
        if upload.remote is not None or upload.kind is UploadKind.DIRECT:
            return upload.state is UploadState.RECEIVED
        if upload.kind is UploadKind.JOINED and upload.state is UploadState.RECEIVING:
            return True
        with contextlib.suppress(OSError):
            return path_of(self.engine.settings, upload.id).stat().st_size == upload.length
        return False

    async def _finish(self, upload: Upload) -> bool:
        try:
            return await finish_upload(self.engine, upload.id)
        except UploadBusy:
            return False
        except CutroomError as error:
            _log.warning("upload.delayed", extra={"upload": str(upload.id), "detail": str(error)})
            self.rests[upload.id] = time.monotonic() + _REST_S
            return False


async def finish_upload(engine: Engine, upload_id: UUID) -> bool:
    """Make an asset of an upload, or write down why none comes of it.

    Returns:
        Whether it ended.

    Raises:
        UploadBusy: If somebody else is at it.
        OutputFailed: If there is no room or no right to write.
        StorageUnavailable: If storage cannot be reached.
        DatabaseUnavailable: If the database does not answer.
    """
    async with engine.database.reading() as session:
        upload = await session.get(Upload, upload_id)
        parts = await parts_of(session, upload_id)
    if upload is None:
        return False
    paths = [path_of(engine.settings, each.id) for each in (upload, *parts)]
    try:
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(held(*paths[:2], patience_s=0))
            except UploadGone:
                return False  # its bytes are another machine's
            async with engine.database.reading() as session:
                upload = await session.get(Upload, upload_id)
                config = await read_config(session)
            if upload is None or upload.state not in OPEN:
                await asyncio.to_thread(drop_files, engine.settings, upload_id)
                return False
            if upload.kind is UploadKind.JOINED and upload.state is UploadState.RECEIVING:
                await join_parts(engine, upload, parts)
            if upload.remote is not None:
                return await _finish_remote(engine, upload, config)
            return await _finish_held(engine, upload, config)
    except UploadGone as error:
        return await give_up(engine, upload_id, str(error), 0)


async def join_parts(engine: Engine, upload: Upload, parts: list[Upload]) -> None:
    """Join the parts of an upload, and forget them.

    Raises:
        UploadGone: If one of them is not there any more.
        OutputFailed: If it cannot be written.
    """
    files = [(path_of(engine.settings, part.id), part.length or 0) for part in parts]
    await in_thread(join_files, path_of(engine.settings, upload.id), files)

    async def note(session: AsyncSession) -> None:
        await note_progress(session, upload.id, upload.length or 0)
        await session.execute(delete(Upload).where(Upload.joined_id == upload.id))

    await engine.database.write(note)


async def _finish_held(engine: Engine, upload: Upload, config: InstanceSettings) -> bool:
    path = path_of(engine.settings, upload.id)
    size_bytes = path.stat().st_size
    if size_bytes != upload.length:
        return False
    try:
        await asyncio.to_thread(judge_file, path, config)
    except UnsupportedMedia as error:
        return await give_up(engine, upload.id, str(error), size_bytes)
    file = await keep_file(engine.database, engine.storage, path)
    return await settle_upload(engine, upload.id, file)


async def _finish_remote(engine: Engine, upload: Upload, config: InstanceSettings) -> bool:
    """Read what somebody sent to the object store, and keep it by its content."""
    store, name = engine.storage.direct(), str(upload.id)
    if store is None or upload.state is not UploadState.RECEIVED:
        return False
    size_bytes = await asyncio.to_thread(store.size, name) or 0
    if size_bytes != upload.length:
        return await give_up(engine, upload.id, "What the store has is not as long as what was promised.", size_bytes)
    try:
        sha256 = await asyncio.to_thread(_read_remote, store, name, config)
    except UnsupportedMedia as error:
        return await give_up(engine, upload.id, str(error), size_bytes)
    await engine.database.write(lambda session: name_blob(session, sha256, size_bytes))
    if await asyncio.to_thread(engine.storage.size, sha256) != size_bytes:
        await asyncio.to_thread(store.adopt, name, sha256)
    return await settle_upload(engine, upload.id, StoredFile(sha256, size_bytes))


def _read_remote(store: DirectStore, name: str, config: InstanceSettings) -> str:
    """Read a file once: what it begins with decides whether it is taken, all of it what it is called."""
    digest, head = hashlib.sha256(), b""
    for piece in store.read(name):
        if len(head) < HEAD_BYTES:
            head += piece[: HEAD_BYTES - len(head)]
            if len(head) == HEAD_BYTES:
                judge_whole(head, config)
        digest.update(piece)
    judge_whole(head, config)
    return digest.hexdigest()


def judge_file(path: Path, config: InstanceSettings) -> None:
    """Refuse a file that is none of the formats that are taken, by what it begins with.

    Raises:
        UnsupportedMedia: If it is none.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    judge_whole(head, config)


def judge_whole(head: bytes, config: InstanceSettings) -> None:
    """Refuse what is none of the formats that are taken, by its first bytes.

    Raises:
        UnsupportedMedia: If it is none.
    """
    if not head:
        raise UnsupportedMedia("The file is empty: bring a recording.")
    judge_beginning(head)
    check_container(config, name_container(head))


def judge_beginning(head: bytes) -> None:
    """Refuse what is surely no recording, by its first bytes.

    Raises:
        UnsupportedMedia: If it is something else.
    """
    other = name_other(head)
    if other is not None:
        raise UnsupportedMedia(f"The file is {other}: bring a recording.")


async def settle_upload(engine: Engine, upload_id: UUID, file: StoredFile) -> bool:
    """Turn an upload whose bytes are in storage into an asset, in one transaction; exactly one comes of it.

    Returns:
        Whether it ended here.
    """

    async def settle_it(session: AsyncSession) -> str | None:
        query = select(Upload).where(Upload.id == upload_id, Upload.state.in_(OPEN)).with_for_update()
        upload = (await session.execute(query)).scalar_one_or_none()
        if upload is None:
            return None
        if upload.sha256 is not None and upload.sha256 != file.sha256:
            return "The bytes that arrived are not those that were sent: their SHA-256 is another. Bring them again."
        asset = await _make_asset(session, engine.catalogue, upload, file)
        for name in upload.start:
            if upload.replaces_id is not None and name == RECIPE:
                continue  # started with its new source
            await start_on_asset(session, engine.catalogue, name, {}, asset, owner_id=upload.owner_id)
        await settle(session, upload_id, file.size_bytes)
        upload.state, upload.asset_id = UploadState.FINISHED, asset.id
        upload.received_bytes, upload.ended_at = file.size_bytes, now()
        upload.expires_at = upload.ended_at + KEEP_ENDED
        told = {"upload_id": str(upload_id), "asset_id": str(asset.id)}
        await emit(session, "upload.finished", told, owner_id=upload.owner_id)
        return None

    try:
        wrong = await engine.database.write(settle_it)
    except (AssetNotFound, NotAllowed, Conflict) as error:  # what it was to replace is not as it was
        wrong = str(error)
    if wrong is not None:
        return await give_up(engine, upload_id, wrong, file.size_bytes)
    await _drop_bytes(engine, upload_id)
    return True


async def _make_asset(session: AsyncSession, catalogue: Catalogue, upload: Upload, file: StoredFile) -> Asset:
    """Make what an upload becomes: an asset, or the source of one that there is, with its owner's rights of now."""
    origin = Origin(SourceKind.UPLOAD)
    if upload.replaces_id is None:
        return await add_asset(session, upload.owner_id, file, upload.file_name, upload.title, origin=origin)
    asset, _ = await replace_source(
        session,
        catalogue,
        await _owner(session, upload),
        upload.replaces_id,
        file,
        upload.file_name,
        origin=origin,
        expected=upload.replaces_version,
    )
    return asset


async def _owner(session: AsyncSession, upload: Upload) -> Viewer:
    if upload.owner_id is None:
        return Viewer(None, "", Role.ADMIN, "here")
    user = await session.get_one(User, upload.owner_id)
    if user.disabled_at is not None:
        raise NotAllowed("The account that brought it was disabled, and changes no recording any more.")
    return Viewer(user.id, user.display_name, user.role, "here")


async def give_up(engine: Engine, upload_id: UUID, reason: str, size_bytes: int) -> bool:
    """End an upload that nothing comes of, and remove its bytes."""

    async def fail(session: AsyncSession) -> bool:
        failed = await fail_upload(session, upload_id, reason, size_bytes)
        if failed is not None:
            told = {"upload_id": str(upload_id), "reason": reason}
            await emit(session, "upload.failed", told, owner_id=failed.owner_id)
        return failed is not None

    ended = await engine.database.write(fail)
    await _drop_bytes(engine, upload_id)
    return ended


async def _drop_bytes(engine: Engine, upload_id: UUID) -> None:
    """Remove what is left of an upload that ended, here and in the object store."""
    async with engine.database.reading() as session:
        upload = await session.get(Upload, upload_id)
    store = engine.storage.direct()
    if store is not None and upload is not None and upload.remote is not None:
        try:
            await asyncio.to_thread(store.give_up, str(upload_id), str(upload.remote.get("number", "")))
        except CutroomError as error:  # the store's own sweep finds it
            _log.warning("upload.left", extra={"upload": str(upload_id), "detail": str(error)})
    await asyncio.to_thread(drop_files, engine.settings, upload_id)


async def sweep(engine: Engine) -> None:
    """End what waited too long, forget what ended long ago, and remove files that no row knows."""
    moment = now()
    async with engine.database.reading() as session:
        late = select(Upload).where(Upload.state.in_(OPEN), Upload.expires_at < moment, Upload.joined_id.is_(None))
        expired = (await session.execute(late)).scalars().all()
        # All that are open: the bytes of one that ended are gone, or are to go.
        known = set(await session.scalars(select(Upload.id).where(Upload.state.in_(OPEN))))
    for upload in expired:
        try:
            async with held(path_of(engine.settings, upload.id)):
                # What is whole is finished once that can be: whoever brought it has done their part.
                if upload.state is UploadState.RECEIVING or upload.kind is UploadKind.PART:
                    await give_up(engine, upload.id, _LATE, 0)
        except UploadBusy:
            continue
        except UploadGone:
            await give_up(engine, upload.id, _LATE, 0)
    past = delete(Upload).where(Upload.state.not_in(OPEN), Upload.expires_at < moment)
    await engine.database.write(lambda session: session.execute(past))
    await asyncio.to_thread(_drop_strays, folder_of(engine.settings), {str(each) for each in known})


def _drop_strays(folder: Path, known: set[str]) -> None:
    oldest = time.time() - _STRAY_S
    for path in folder.glob("*"):
        with contextlib.suppress(OSError):
            if path.name.partition(".")[0] not in known and path.stat().st_mtime < oldest:
                path.unlink()
