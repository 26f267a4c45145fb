"""Look at what is due: links by a run, folders at once, for whoever can see them."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.accounts.config.settings import read_config
from cutroom.core.clock import now
from cutroom.core.clockwork import every
from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.ingest.imports.imports import import_file
from cutroom.ingest.imports.params import CheckParams
from cutroom.ingest.subscriptions.models import SeenItem, Subscription, SubscriptionKind
from cutroom.ingest.subscriptions.seeing import key_of
from cutroom.jobs.advancing import FINAL_RUN
from cutroom.jobs.models import Run, RunState
from cutroom.jobs.recipes import Catalogue
from cutroom.jobs.runs import start_run
from cutroom.library.imports import import_roots

#: The recipe that looks at a link.
CHECK = "check"
_EVERY_S = 5.0
_AT_ONCE = 20
#: A file that did not change for so long is whole; recorders write all the time.
SETTLED_S = 10.0
_MOST_FILES = 10_000
#: What recorders and cameras write.
_SUFFIXES = re.compile(r"\.(mp4|m4v|mov|avi|mkv|webm|mpe?g|ts|mp3|m4a|wav|flac|ogg)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a watched folder."""

    path: Path
    size_bytes: int
    modified_ns: int


async def look_at_due(database: Database, catalogue: Catalogue, settings: Settings) -> int:
    """Look at the subscriptions whose time has come; each time is one process's, however many look.

    Returns:
        How many were due.

    Raises:
        DatabaseUnavailable: If the database does not answer.
    """
    async with database.reading() as session:
        due = select(Subscription).where(Subscription.enabled, Subscription.next_at <= now()).limit(_AT_ONCE)
        found = (await session.scalars(due)).all()
    for each in found:
        if each.kind is SubscriptionKind.FOLDER:
            await _look_at_folder(database, catalogue, settings, each)
        else:
            await database.write(partial(_start_look, catalogue=catalogue, of=each))
    await _note_problems(database)
    return len(found)


async def keep_looking(database: Database, catalogue: Catalogue, settings: Settings, stop: asyncio.Event) -> None:
    """Look every few seconds until ``stop`` is set."""
    await every(_EVERY_S, partial(look_at_due, database, catalogue, settings), stop)


async def _claim(session: AsyncSession, of: Subscription) -> bool:
    moved = (
        update(Subscription)
        .where(Subscription.id == of.id, Subscription.next_at == of.next_at, Subscription.enabled)
        .values(next_at=now() + timedelta(minutes=of.every_minutes))
        .returning(Subscription.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(moved)).scalar_one_or_none() is not None


async def _start_look(session: AsyncSession, catalogue: Catalogue, of: Subscription) -> None:
    if not await _claim(session, of):
        return
    before = await session.get(Run, of.run_id) if of.run_id else None
    if before is not None and before.state not in FINAL_RUN:
        return  # the look before is still under way
    sites = (await read_config(session)).link_sites
    params = CheckParams(subscription_id=of.id, url=of.source, sites=sites)
    run = await start_run(session, catalogue.recipes[CHECK], params, owner_id=of.owner_id)
    await session.execute(update(Subscription).where(Subscription.id == of.id).values(run_id=run.id))


async def _look_at_folder(database: Database, catalogue: Catalogue, settings: Settings, of: Subscription) -> None:
    """Bring in the files that are whole; one is seen first, and brought in when it is the same at a later look."""
    try:
        files = await asyncio.to_thread(list_recordings, Path(of.source), import_roots(settings))
    except OSError as error:
        # Another machine of the instance may see it: whoever does looks.
        said = f"The folder cannot be read on this machine ({error.strerror or 'it is not there'})."
        await database.write(lambda session: _move_on(session, of.id, said))
        return

    async def bring(session: AsyncSession) -> None:
        if not await _claim(session, of):
            return
        held = await session.get_one(Subscription, of.id, with_for_update=True)
        first = held.looked_at is None
        for place, file in enumerate(files):
            item = await session.get(SeenItem, (of.id, key_of(file.path.name)))
            if item is None:
                session.add(_item(of.id, file, passed=first and place < len(files) - held.backfill))
            elif (item.size_bytes, item.modified_ns) != (file.size_bytes, file.modified_ns):
                if item.import_id is None and item.size_bytes is not None:
                    item.size_bytes, item.modified_ns, item.seen_at = file.size_bytes, file.modified_ns, now()
            elif item.import_id is None and now() - item.seen_at > timedelta(seconds=SETTLED_S):
                made = await import_file(
                    session, catalogue, of.owner_id, file.path, file.size_bytes, basis=of.basis, start=of.start
                )
                item.import_id = made.id
        held.looked_at, held.problem = now(), None

    await database.write(bring)


def _item(subscription_id: UUID, file: Found, *, passed: bool) -> SeenItem:
    """Note a file; one that was there before the subscription, and is not wanted, has no size to compare."""
    size, modified = (None, None) if passed else (file.size_bytes, file.modified_ns)
    name = file.path.name[:300]
    return SeenItem(
        subscription_id=subscription_id, key=key_of(name), title=name, size_bytes=size, modified_ns=modified
    )


async def _move_on(session: AsyncSession, subscription_id: UUID, problem: str) -> None:
    await session.execute(
        update(Subscription)
        .where(Subscription.id == subscription_id)
        .values(problem=problem, next_at=now() + timedelta(minutes=1))
    )


def list_recordings(folder: Path, roots: tuple[Path, ...]) -> list[Found]:
    """List the recordings that lie in a folder, by the ending of their names, oldest first; links are passed over.

    Raises:
        FileNotFoundError: If there is no such folder in one that recordings may be taken from.
        OSError: If it cannot be read.
    """
    real = folder.resolve(strict=True)
    if not any(real.is_relative_to(root.resolve()) for root in roots):
        raise FileNotFoundError
    found = []
    with os.scandir(real) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not _SUFFIXES.fullmatch(Path(entry.name).suffix):
                continue
            if not entry.name.isprintable():
                continue  # a name that is no text cannot be kept
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode) and status.st_size:
                found.append(Found(real / entry.name, status.st_size, status.st_mtime_ns))
    return sorted(found, key=lambda file: (file.modified_ns, file.path.name))[:_MOST_FILES]


async def _note_problems(database: Database) -> None:
    """Write down why the last look at a link failed."""
    run = aliased(Run)
    failed = (
        select(Subscription.id, run.error)
        .join(run, run.id == Subscription.run_id)
        .where(run.state == RunState.FAILED, Subscription.problem.is_(None))
        .where(or_(Subscription.looked_at.is_(None), run.ended_at > Subscription.looked_at))
        .limit(_AT_ONCE)
    )
    async with database.reading() as session:
        found = (await session.execute(failed)).all()
    for row in found:
        why = (row.error or {}).get("message", "It failed.")
        await database.write(partial(_write_down, subscription_id=row.id, problem=why))


async def _write_down(session: AsyncSession, subscription_id: UUID, problem: str) -> None:
    await session.execute(update(Subscription).where(Subscription.id == subscription_id).values(problem=problem))
