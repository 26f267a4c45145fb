"""Assets: add, find, list, rename and delete recordings; whoever may not see one does not find it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cutroom.accounts.access import Viewer
from cutroom.accounts.errors import NotAllowed
from cutroom.core.clock import now
from cutroom.core.pagination import read_page
from cutroom.core.text import one_line
from cutroom.jobs.models import Run, RunState
from cutroom.jobs.runs import cancel_run
from cutroom.library.announcing import announce_asset
from cutroom.library.errors import AssetNotFound, FileNotFound
from cutroom.library.models import Asset, AssetFile, AssetState
from cutroom.library.search.writing import index_asset
from cutroom.library.visibility import Onlooker, changeable_by, only_visible
from cutroom.providers.storage import StoredFile

_TITLE = 300
_UNTITLED = "Recording"


class AssetOrder(StrEnum):
    """What a list of assets may be ordered by; a minus turns it round."""

    OLDEST = "created"
    NEWEST = "-created"
    TITLE = "title"
    TITLE_REVERSED = "-title"


async def add_asset(
    session: AsyncSession, owner_id: UUID | None, file: StoredFile, file_name: str, title: str | None = None
) -> Asset:
    """Add a recording whose bytes are in storage."""
    name = one_line(file_name, _TITLE)
    asset = Asset(
        owner_id=owner_id,
        title=title or one_line(PurePath(name).stem.replace("_", " "), _TITLE) or _UNTITLED,
        file_name=name or _UNTITLED,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
    )
    session.add(asset)
    await session.flush()
    await index_asset(session, asset.id)
    await announce_asset(session, "asset.created", asset)
    return asset


async def find_asset(session: AsyncSession, viewer: Onlooker, asset_id: UUID, *, to_change: bool = False) -> Asset:
    """Give an asset that the viewer may see.

    Args:
        to_change: Whether the viewer must be allowed to change it; the row is kept to this transaction then.

    Raises:
        AssetNotFound: If there is none, it was deleted, or the viewer may not see it.
        NotAllowed: If the viewer may see it and not change it.
    """
    query = only_visible(select(Asset, changeable_by(viewer)).where(Asset.id == asset_id), viewer)
    row = (await session.execute(query.with_for_update(of=Asset) if to_change else query)).one_or_none()
    if row is None:
        raise AssetNotFound(f"There is no asset {asset_id}: list those that there are.")
    asset, changeable = row
    if to_change and not changeable:
        raise NotAllowed(f"You may watch '{asset.title}' and not change it: ask its owner.")
    return asset


async def list_assets(
    session: AsyncSession,
    viewer: Viewer,
    *,
    order: AssetOrder = AssetOrder.NEWEST,
    state: AssetState | None = None,
    words: str | None = None,
    after: str | None,
    limit: int,
) -> tuple[list[Asset], str | None]:
    """List assets that the viewer may see.

    Args:
        words: Part of the title, whatever the case.

    Raises:
        InvalidInput: If the cursor is not of this list in this order.
    """
    query, keys = list_query(viewer, order=order, state=state, words=words)
    return await read_page(session, query, keys, after=after, limit=limit, descending=order.startswith("-"))


def list_query(
    viewer: Viewer, *, order: AssetOrder, state: AssetState | None = None, words: str | None = None
) -> tuple[Select[Asset], list[InstrumentedAttribute[Any]]]:
    """Ask for assets that the viewer may see, and say by what they are ordered."""
    query = only_visible(select(Asset), viewer)
    if state is not None:
        query = query.where(Asset.state == state)
    if words:
        query = query.where(Asset.title.icontains(words, autoescape=True))
    return query, [Asset.id] if order in {AssetOrder.OLDEST, AssetOrder.NEWEST} else [Asset.title, Asset.id]


async def rename_asset(session: AsyncSession, viewer: Viewer, asset_id: UUID, title: str) -> Asset:
    """Give an asset another title.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    asset.title = title
    await index_asset(session, asset_id)
    return asset


async def delete_asset(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> None:
    """Delete an asset, and end what is at work on it; its bytes go when nothing names them any more.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    asset.deleted_at = now()
    await announce_asset(session, "asset.deleted", asset)
    at_work = select(Run.id).where(Run.subject_id == asset_id, Run.state.in_((RunState.QUEUED, RunState.RUNNING)))
    for run_id in (await session.execute(at_work.order_by(Run.id))).scalars().all():
        await cancel_run(session, run_id)


async def files_of(session: AsyncSession, assets: Iterable[Asset]) -> dict[UUID, Sequence[AssetFile]]:
    """Give the files that were made of assets, by asset; those of a playlist are told by it."""
    found: dict[UUID, list[AssetFile]] = {asset.id: [] for asset in assets}
    if found:
        query = select(AssetFile).where(AssetFile.asset_id.in_(found), ~AssetFile.name.contains("/"))
        for file in (await session.execute(query.order_by(AssetFile.name))).scalars():
            found[file.asset_id].append(file)
    return {**found}


async def find_file(session: AsyncSession, viewer: Onlooker, asset_id: UUID, name: str) -> AssetFile:
    """Give a file that was made of an asset.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        FileNotFound: If it has no file of that name.
    """
    await find_asset(session, viewer, asset_id)
    file = await session.get(AssetFile, (asset_id, name))
    if file is None:
        raise FileNotFound(f"The asset has no file {name!r}: its 'files' list those that it has.")
    return file
