"""Assets: add, find, list and delete recordings; whoever may not see one does not find it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.users import fold_name
from cutroom.core.clock import now
from cutroom.core.pagination import read_page
from cutroom.core.text import one_line
from cutroom.jobs.models import Run, RunState
from cutroom.jobs.runs import cancel_run
from cutroom.library.announcing import announce_asset
from cutroom.library.errors import AssetNotFound, FileNotFound
from cutroom.library.models import (
    Asset,
    AssetFile,
    AssetState,
    AssetTag,
    Collection,
    CollectionItem,
    Tag,
    Visibility,
)
from cutroom.library.provenance import FROM_DISK, Origin
from cutroom.library.search.writing import index_asset
from cutroom.library.visibility import (
    Onlooker,
    changeable_by,
    only_visible,
    only_visible_collections,
    ways_to_see,
)
from cutroom.providers.storage import StoredFile

_TITLE = 300
_ATTRIBUTION = 1000
_UNTITLED = "Recording"
#: The playlist of all sizes, where they were made.
_LADDER = "hls/master.m3u8"


class AssetOrder(StrEnum):
    """What a list of assets may be ordered by; a minus turns it round."""

    OLDEST = "created"
    NEWEST = "-created"
    TITLE = "title"
    TITLE_REVERSED = "-title"
    SHORTEST = "duration"
    LONGEST = "-duration"
    SMALLEST = "size"
    LARGEST = "-size"


_KEYS: dict[str, list[InstrumentedAttribute[Any]]] = {
    "created": [Asset.id],
    "title": [Asset.title, Asset.id],
    "duration": [Asset.duration_s, Asset.id],
    "size": [Asset.size_bytes, Asset.id],
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of assets is narrowed to; all of it together.

    Attributes:
        words: Part of the title, whatever the case.
        tag: However it is written.
    """

    state: AssetState | None = None
    words: str | None = None
    category_id: UUID | None = None
    tag: str | None = None
    collection_id: UUID | None = None
    owner_id: UUID | None = None
    visibility: Visibility | None = None
    licence: str | None = None


async def add_asset(
    session: AsyncSession,
    owner_id: UUID | None,
    file: StoredFile,
    file_name: str,
    title: str | None = None,
    *,
    description: str = "",
    origin: Origin = FROM_DISK,
) -> Asset:
    """Add a recording whose bytes are in storage."""
    name = one_line(file_name, _TITLE)
    asset = Asset(
        owner_id=owner_id,
        title=title or one_line(PurePath(name).stem.replace("_", " "), _TITLE) or _UNTITLED,
        description=description,
        file_name=name or _UNTITLED,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        brought_by_id=owner_id,
        source_kind=origin.kind,
        source_url=origin.url,
        licence=origin.licence,
        licence_note=origin.licence_note,
        attribution=origin.attribution[:_ATTRIBUTION],
        provenance=origin.chain(file.sha256, name),
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
    return _judged(asset_id, row, to_change=to_change)


async def find_changeable(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> Asset:
    """Give an asset that the viewer may change, to be looked at: its row is not kept.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If the viewer may see it and not change it.
    """
    query = only_visible(select(Asset, changeable_by(viewer)).where(Asset.id == asset_id), viewer)
    return _judged(asset_id, (await session.execute(query)).one_or_none())


async def list_assets(
    session: AsyncSession,
    viewer: Viewer,
    *,
    order: AssetOrder = AssetOrder.NEWEST,
    wanted: Wanted = Wanted(),
    after: str | None,
    limit: int,
) -> tuple[list[Asset], str | None]:
    """List assets that the viewer may see.

    Raises:
        InvalidInput: If the cursor is not of this list in this order.
    """
    query, keys = list_query(viewer, order=order, wanted=wanted)
    descending, ways = order.startswith("-"), ways_to_see(viewer)
    return await read_page(session, query, keys, after=after, limit=limit, descending=descending, either=ways)


def list_query(
    viewer: Viewer, *, order: AssetOrder, wanted: Wanted = Wanted()
) -> tuple[Select[Asset], list[InstrumentedAttribute[Any]]]:
    """Ask for assets that the viewer may see, and say by what they are ordered."""
    query = only_visible(select(Asset), viewer)
    for column, value in (
        (Asset.state, wanted.state),
        (Asset.category_id, wanted.category_id),
        (Asset.owner_id, wanted.owner_id),
        (Asset.visibility, wanted.visibility),
        (Asset.licence, wanted.licence),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.words:
        query = query.where(Asset.title.icontains(wanted.words, autoescape=True))
    if wanted.tag is not None:
        tag_id = select(Tag.id).where(Tag.name == fold_name(wanted.tag)).scalar_subquery()
        query = query.where(exists().where(AssetTag.asset_id == Asset.id, AssetTag.tag_id == tag_id))
    if wanted.collection_id is not None:
        # What is in a collection that the viewer may not see is not told.
        visible = select(Collection.id).where(Collection.id == wanted.collection_id)
        collection_id = only_visible_collections(visible, viewer).scalar_subquery()
        held = (CollectionItem.asset_id == Asset.id, CollectionItem.collection_id == collection_id)
        query = query.where(exists().where(*held))
    return query, _KEYS[order.removeprefix("-")]


async def delete_asset(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> None:
    """Delete an asset, and end what is at work on it; its bytes go when nothing names them any more.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    asset.deleted_at, asset.deleted_by_id = now(), viewer.user_id
    await end_work(session, asset_id)
    await announce_asset(session, "asset.deleted", asset)
    await record(session, viewer, "asset.deleted", ("asset", asset_id), title=asset.title)


async def end_work(session: AsyncSession, asset_id: UUID) -> None:
    """Cancel the runs that are at work on an asset."""
    at_work = select(Run.id).where(Run.subject_id == asset_id, Run.state.in_((RunState.QUEUED, RunState.RUNNING)))
    for run_id in (await session.execute(at_work.order_by(Run.id))).scalars().all():
        await cancel_run(session, run_id)


async def files_of(session: AsyncSession, assets: Iterable[Asset]) -> dict[UUID, Sequence[AssetFile]]:
    """Give the files that were made of assets, by asset; what a playlist is made of is told by it."""
    found: dict[UUID, list[AssetFile]] = {asset.id: [] for asset in assets}
    if found:
        told = or_(~AssetFile.name.contains("/"), AssetFile.name == _LADDER)
        query = select(AssetFile).where(AssetFile.asset_id.in_(found), told)
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


def _judged(asset_id: UUID, row: Row[Asset, bool] | None, *, to_change: bool = True) -> Asset:
    if row is None:
        raise AssetNotFound(f"There is no asset {asset_id}: list those that there are.")
    asset, changeable = row
    if to_change and not changeable:
        raise NotAllowed(f"You may watch '{asset.title}' and not change it: ask its owner.")
    return asset
