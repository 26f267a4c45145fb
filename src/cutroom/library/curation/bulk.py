"""One change to many assets: each is changed or refused alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.core.errors import CutroomError, InvalidInput, NotFound
from cutroom.library.assets import delete_asset, find_asset
from cutroom.library.curation.categories import find_category
from cutroom.library.curation.collections import find_collection, put_item
from cutroom.library.curation.describing import file_under
from cutroom.library.curation.schemas import (
    BulkChange,
    Categorise,
    Collect,
    Delete,
    Restore,
    TagThem,
    UntagThem,
)
from cutroom.library.curation.tags import add_tags, remove_tags
from cutroom.library.trash import restore_asset

Refusals = dict[UUID, CutroomError | None]
_Do = Callable[[UUID], Awaitable[object]]


async def change_many(session: AsyncSession, viewer: Viewer, ids: Sequence[UUID], change: BulkChange) -> Refusals:
    """Make one change to assets, in one transaction.

    Returns:
        By asset, why it was not changed; ``None`` where it was.

    Raises:
        NotFound: If the category or the collection is not there.
        NotAllowed: If the collection is not theirs to change.
    """
    do = await _doing(session, viewer, change)
    found: Refusals = dict.fromkeys(ids)
    # A collection takes them in the order in which they are given; otherwise all take rows in the same order, so that
    # two who change the same ones at once do not wait for each other for ever.
    for asset_id in found if isinstance(change, Collect) else sorted(found):
        try:
            async with session.begin_nested():
                await do(asset_id)
        except (InvalidInput, NotFound) as error:
            found[asset_id] = error
        except CutroomError as error:
            if error.status != 403:
                raise
            found[asset_id] = error
    return found


async def _doing(session: AsyncSession, viewer: Viewer, change: BulkChange) -> _Do:
    match change:
        case TagThem(tags=tags):
            return lambda asset_id: _tag(session, viewer, asset_id, tags)
        case UntagThem(tags=tags):
            return lambda asset_id: _untag(session, viewer, asset_id, tags)
        case Categorise(category_id=category_id):
            if category_id is not None:
                await find_category(session, category_id)
            return lambda asset_id: _categorise(session, viewer, asset_id, category_id)
        case Collect(collection_id=collection_id):
            await find_collection(session, viewer, collection_id, to_change=True)
            return lambda asset_id: put_item(session, viewer, collection_id, asset_id)
        case Delete():
            return lambda asset_id: delete_asset(session, viewer, asset_id)
        case Restore():
            return lambda asset_id: restore_asset(session, viewer, asset_id)


async def _tag(session: AsyncSession, viewer: Viewer, asset_id: UUID, tags: Sequence[str]) -> None:
    await find_asset(session, viewer, asset_id, to_change=True)
    await add_tags(session, asset_id, tags)


async def _untag(session: AsyncSession, viewer: Viewer, asset_id: UUID, tags: Sequence[str]) -> None:
    await find_asset(session, viewer, asset_id, to_change=True)
    await remove_tags(session, asset_id, tags)


async def _categorise(session: AsyncSession, viewer: Viewer, asset_id: UUID, category_id: UUID | None) -> None:
    await file_under(session, await find_asset(session, viewer, asset_id, to_change=True), category_id)
