"""What a run does to bring a recording in: look, make sure that there is room for it, fetch, write down."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

from cutroom.accounts.config.settings import read_config
from cutroom.accounts.quotas.reservations import read_used, reserve, settle
from cutroom.core.clock import now
from cutroom.core.egress.addresses import Guard
from cutroom.core.errors import DiskFull, NotFound
from cutroom.core.text import one_line
from cutroom.ingest.imports.imports import import_link
from cutroom.ingest.imports.models import Import, ImportKind
from cutroom.ingest.links.errors import LinkRefused
from cutroom.ingest.links.fetching import LinkInfo, Rules, download, look
from cutroom.jobs.models import Queue
from cutroom.jobs.stages import Recording, Retry, Work, record, stage
from cutroom.library.assets import add_asset
from cutroom.library.imports import copy_recording, import_roots
from cutroom.library.models import SourceKind
from cutroom.library.provenance import FROM_DISK, Origin
from cutroom.library.starting import start_on_asset
from cutroom.media.sniff import HEAD_BYTES, name_other
from cutroom.providers.storage import StoredFile

_PATIENT = Retry(attempts=4, first_wait_s=10.0)
_HOURS_S = 8 * 3600.0
_TITLE = 300
_URL = 2000


@dataclass(frozen=True, slots=True)
class Allowed:
    """How much an import may bring; nothing where it was a list, whose entries are imports of their own."""

    size_bytes: int
    imports: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A recording that is in storage, and what its source said of it."""

    file: StoredFile
    file_name: str
    info: LinkInfo


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    asset_id: UUID | None
    imports: tuple[UUID, ...] = ()


@stage(version=1, queue=Queue.IO, time_limit_s=600.0, retry=_PATIENT, share=0.0)
def look_at_link(work: Work, url: str, sites: tuple[str, ...], fresh: str) -> LinkInfo:  # noqa: ARG001 - each asks anew
    """Look at the link."""
    return look(url, _folder(work), Rules(Guard.of(work.settings), sites))


@record(version=1)
async def begin_import(recording: Recording, import_id: UUID, info: LinkInfo, longest_s: float) -> Allowed:
    """Make sure that there is room."""
    session, held = recording.session, await _held(recording, import_id)
    held.info = info.model_dump(mode="json", exclude={"entries"})
    if info.entries is not None:
        if held.parent_id is not None:
            raise LinkRefused("This entry of a list is a list itself: give its own link.")
        made = [
            await import_link(
                session,
                recording.catalogue,
                held.owner_id,
                entry.url,
                basis=held.basis,
                start=held.start,
                parent_id=held.id,
            )
            for entry in info.entries
        ]
        held.settled_at = now()
        return Allowed(0, tuple(each.id for each in made))
    config = await read_config(session)
    if info.live:
        raise LinkRefused("This is live and has no end yet: give the link again when it is over.")
    if info.duration is not None and info.duration > longest_s:
        raise LinkRefused(
            f"The recording is {info.duration / 3600:.1f} h long, and {longest_s / 3600:.0f} h is the longest."
        )
    if info.size_bytes is not None and info.size_bytes > config.max_file_bytes:
        raise LinkRefused(
            f"The recording has {info.size_bytes / 1e6:,.0f} MB, and {config.max_file_bytes / 1e6:,.0f} MB is the most."
        )
    await reserve(session, config, held.owner_id, held.id, info.size_bytes or 0)
    # A site may not tell the size, or guess it: what comes is counted to the byte when it is here, and no more may come
    # than is left now.
    most = config.max_file_bytes
    if held.owner_id is not None:
        used = await read_used(session, config, held.owner_id)
        most = min(most, used.limit_bytes - used.used_bytes + (info.size_bytes or 0))
    if most <= 0:
        raise LinkRefused("Nothing of your quota is left this week: wait for the next, or ask an administrator.")
    return Allowed(most)


@stage(version=1, queue=Queue.IO, time_limit_s=_HOURS_S, retry=_PATIENT, share=0.05)
def download_link(
    work: Work,
    url: str,
    sites: tuple[str, ...],
    info: LinkInfo,
    allowed: Allowed,
    fresh: str,  # noqa: ARG001 - each import downloads anew
) -> Fetched | None:
    """Download it."""
    if allowed.imports or info.entries is not None:
        return None
    _want_room(work, info.size_bytes or 0)
    rules = Rules(Guard.of(work.settings), sites)
    later, path = download(url, _folder(work), rules, size_bytes=allowed.size_bytes, progress=work.progress)
    with path.open("rb") as file:
        other = name_other(file.read(HEAD_BYTES))
    if other is not None:
        raise LinkRefused(f"The link leads to {other}, not to a recording.")
    title = one_line(later.title or info.title, _TITLE) or "Recording"
    return Fetched(work.keep(path), f"{title[:200]}{path.suffix}", later)


@stage(version=1, queue=Queue.IO, time_limit_s=_HOURS_S, share=0.02)
def bring_file(work: Work, path: str, allowed: Allowed, fresh: str) -> Fetched:  # noqa: ARG001 - as above
    """Copy it."""
    source, copy = Path(path), _folder(work) / "recording"
    copy_recording(source, import_roots(work.settings), copy, work.settings.free_space)
    if (size := copy.stat().st_size) > allowed.size_bytes:
        raise LinkRefused(f"{source.name} has {size / 1e6:,.0f} MB, more than a file may have here.")
    return Fetched(work.keep(copy), source.name, LinkInfo(title=source.stem[:_TITLE]))


@record(version=1)
async def record_import(recording: Recording, import_id: UUID, allowed: Allowed, fetched: Fetched | None) -> Imported:
    """Add it to the library."""
    if fetched is None:
        return Imported(None, allowed.imports)
    session, held = recording.session, await _held(recording, import_id)
    await settle(session, held.id, fetched.file.size_bytes)
    title, description, origin = held.title, "", FROM_DISK
    if held.kind is ImportKind.LINK:
        title = title or one_line(fetched.info.title, _TITLE)
        description, origin = fetched.info.description, _origin(fetched.info, held.source)
    asset = await add_asset(
        session, held.owner_id, fetched.file, fetched.file_name, title, description=description, origin=origin
    )
    held.asset_id, held.settled_at = asset.id, now()
    for each in held.start:
        await start_on_asset(
            session, recording.catalogue, each["recipe"], each["params"], asset, owner_id=held.owner_id
        )
    return Imported(asset.id)


def _origin(info: LinkInfo, source: str) -> Origin:
    return Origin(
        SourceKind.LINK,
        tool=f"yt-dlp {version('yt-dlp')}",
        url=(info.webpage_url or source)[:_URL],
        attribution=one_line(info.uploader),
        licence_note=one_line(info.license),  # the site's word; which licence it is, a person says
    )


async def _held(recording: Recording, import_id: UUID) -> Import:
    held = await recording.session.get(Import, import_id, with_for_update=True)
    if held is None:
        raise NotFound("The import was deleted meanwhile.")
    return held


def _folder(work: Work) -> Path:
    folder = work.folder / "got"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _want_room(work: Work, size_bytes: int) -> None:
    usage = shutil.disk_usage(work.folder)
    if usage.free - 2 * size_bytes < work.settings.free_space * usage.total:
        raise DiskFull(
            f"The download has {size_bytes / 1e6:,.0f} MB and the disk only {usage.free / 1e6:,.0f} MB free: "
            "free some space."
        )


STAGES = (look_at_link, begin_import, download_link, bring_file, record_import)
