"""Imports: asked for, listed, ended; each is a run, and what it had reserved comes back when it brings nothing."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.config.settings import read_config
from cutroom.accounts.quotas.reservations import release
from cutroom.core.clock import now
from cutroom.core.clockwork import every
from cutroom.core.database import Database
from cutroom.core.errors import NotFound
from cutroom.core.ids import new_id
from cutroom.core.text import well_formed
from cutroom.ingest.imports.models import Basis, Import, ImportKind
from cutroom.ingest.imports.params import FileParams, LinkParams
from cutroom.jobs.models import Run, RunState
from cutroom.jobs.recipes import Catalogue
from cutroom.jobs.runs import cancel_run, start_run

#: The recipes that bring in.
FROM_LINK, FROM_FILE = "import", "import_file"
_EVERY_S = 2.0


class ImportNotFound(NotFound):
    """There is no such import, or it is somebody else's."""


async def import_link(
    session: AsyncSession,
    catalogue: Catalogue,
    owner_id: UUID | None,
    url: str,
    *,
    basis: Basis,
    start: list[Any],
    title: str | None = None,
    parent_id: UUID | None = None,
) -> Import:
    """Start bringing in what a link leads to.

    Args:
        start: As :func:`cutroom.ingest.imports.starts.check_starts` gave it.
    """
    made = _row(owner_id, ImportKind.LINK, url, basis=basis, start=start, title=title, parent_id=parent_id)
    sites = (await read_config(session)).link_sites
    return await _begin(session, catalogue, FROM_LINK, made, LinkParams(import_id=made.id, url=url, sites=sites))


async def import_file(
    session: AsyncSession,
    catalogue: Catalogue,
    owner_id: UUID | None,
    path: Path,
    size_bytes: int,
    *,
    basis: Basis,
    start: list[Any],
) -> Import:
    """Start bringing in a file of the server."""
    made = _row(owner_id, ImportKind.FILE, well_formed(str(path)), basis=basis, start=start)
    params = FileParams(import_id=made.id, path=str(path), size_bytes=size_bytes)
    return await _begin(session, catalogue, FROM_FILE, made, params)


async def find_import(session: AsyncSession, viewer: Viewer, import_id: UUID, *, to_change: bool = False) -> Import:
    """Give an import of the viewer's.

    Raises:
        ImportNotFound: If there is none, or it is somebody else's.
    """
    query = viewer.only_own(select(Import).where(Import.id == import_id), Import.owner_id)
    found = await session.scalar(query.with_for_update() if to_change else query)
    if found is None:
        raise ImportNotFound(f"There is no import {import_id}: list those that there are.")
    return found


def imports_of(viewer: Viewer) -> Select[Import]:
    """List the viewer's imports; an administrator's are everybody's."""
    return viewer.only_own(select(Import), Import.owner_id)


async def delete_import(session: AsyncSession, viewer: Viewer, import_id: UUID) -> None:
    """Forget an import; what is under way of it ends, what it brought stays.

    Raises:
        ImportNotFound: If there is none, or it is somebody else's.
    """
    found = await find_import(session, viewer, import_id, to_change=True)
    for run_id in [found.run_id, *await session.scalars(select(Import.run_id).where(Import.parent_id == found.id))]:
        if run_id is not None:
            await cancel_run(session, run_id)
    for each in [found, *await session.scalars(select(Import).where(Import.parent_id == found.id))]:
        await _give_back(session, each)
    await session.delete(found)


async def settle_imports(database: Database) -> int:
    """Give back what imports had reserved that ended without a recording, and tell of each.

    Returns:
        How many there were.

    Raises:
        DatabaseUnavailable: If the database does not answer.
    """
    ended = (
        select(Import.id)
        .join(Run, Run.id == Import.run_id)
        .where(Import.settled_at.is_(None), Run.state.in_((RunState.FAILED, RunState.CANCELED)))
        .limit(100)
    )
    async with database.reading() as session:
        found = (await session.scalars(ended)).all()

    async def settle(session: AsyncSession, import_id: UUID) -> None:
        held = await session.scalar(select(Import).where(Import.id == import_id).with_for_update())
        if held is None or held.settled_at is not None:
            return
        await _give_back(session, held)
        held.settled_at = now()

    for import_id in found:
        await database.write(partial(settle, import_id=import_id))
    return len(found)


async def keep_imports_settled(database: Database, stop: asyncio.Event) -> None:
    """Look every few seconds until ``stop`` is set."""
    await every(_EVERY_S, partial(settle_imports, database), stop)


def _row(
    owner_id: UUID | None,
    kind: ImportKind,
    source: str,
    *,
    basis: Basis,
    start: list[Any],
    title: str | None = None,
    parent_id: UUID | None = None,
) -> Import:
    return Import(
        id=new_id(),
        owner_id=owner_id,
        kind=kind,
        source=source,
        basis=basis,
        title=title,
        start=start,
        parent_id=parent_id,
    )


async def _begin(session: AsyncSession, catalogue: Catalogue, recipe: str, made: Import, params: BaseModel) -> Import:
    run = await start_run(session, catalogue.recipes[recipe], params, owner_id=made.owner_id)
    made.run_id = run.id
    session.add(made)
    await session.flush()
    return made


async def _give_back(session: AsyncSession, held: Import) -> None:
    if held.settled_at is None:
        await release(session, held.id)
