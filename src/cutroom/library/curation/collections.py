"""Collections: recordings in an order that somebody chose.

Positions have gaps, so that putting one between two others changes one row; whoever changes the order holds the
collection's row, so two changes at once happen one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.models import Group, Member, Role
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, InvalidInput
from cutroom.core.pagination import read_page
from cutroom.library.assets import find_asset
from cutroom.library.errors import AssetNotFound, CollectionNotFound
from cutroom.library.models import Asset, Collection, CollectionGroup, CollectionItem, Visibility
from cutroom.library.sharing.errors import GroupNotFound
from cutroom.library.visibility import GivenTo, collections_changeable_by, only_visible, only_visible_collections

#: Between two neighbours: 20 times one can be put in the same place before all are numbered anew.
_GAP = 1 << 20
#: As many as one person sorts by hand; it bounds what numbering anew takes.
MOST = 5000


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection as somebody finds it.

    Attributes:
        items: As many of its recordings as the viewer may see.
        groups: Whom it was given to; empty for who may not change it.
    """

    collection: Collection
    items: int
    may_change: bool
    groups: tuple[GivenTo, ...]


async def create_collection(session: AsyncSession, viewer: Viewer, title: str, description: str) -> Collection:
    """Make an empty collection that its maker alone sees."""
    made = Collection(owner_id=viewer.user_id, title=title, description=description)
    session.add(made)
    await session.flush()
    return made


async def find_collection(
    session: AsyncSession, viewer: Viewer, collection_id: UUID, *, to_change: bool = False
) -> Collection:
    """Give a collection that the viewer may see.

    Args:
        to_change: Whether the viewer must be allowed to change it; the row is kept to this transaction then.

    Raises:
        CollectionNotFound: If there is none, it was deleted, or the viewer may not see it.
        NotAllowed: If the viewer may see it and not change it.
    """
    query = select(Collection, collections_changeable_by(viewer)).where(Collection.id == collection_id)
    query = only_visible_collections(query, viewer)
    row = (await session.execute(query.with_for_update(of=Collection) if to_change else query)).one_or_none()
    if row is None:
        raise _missing(collection_id)
    found, changeable = row
    if to_change and not changeable:
        raise NotAllowed(f"You may look at '{found.title}' and not change it: ask its owner.")
    return found


async def list_collections(
    session: AsyncSession, viewer: Viewer, *, words: str | None, after: str | None, limit: int
) -> tuple[list[Collection], str | None]:
    """Give the collections that a viewer finds, by title.

    Args:
        words: Part of the title, whatever the case.

    Raises:
        InvalidInput: If the cursor is not of this list.
    """
    query = only_visible_collections(select(Collection), viewer)
    if words:
        query = query.where(Collection.title.icontains(words, autoescape=True))
    return await read_page(session, query, [Collection.title, Collection.id], after=after, limit=limit)


async def shelves_of(session: AsyncSession, viewer: Viewer, collections: Iterable[Collection]) -> list[Shelf]:
    """Tell of collections what the viewer finds in them and may do with them."""
    rows = {each.id: each for each in collections}
    changeable = set(
        await session.scalars(select(Collection.id).where(Collection.id.in_(rows), collections_changeable_by(viewer)))
    )
    counted = select(CollectionItem.collection_id, func.count()).join(Asset, Asset.id == CollectionItem.asset_id)
    counted = only_visible(counted.where(CollectionItem.collection_id.in_(rows)), viewer)
    counts = {row[0]: row[1] for row in await session.execute(counted.group_by(CollectionItem.collection_id))}
    given: dict[UUID, list[GivenTo]] = {}
    query = select(CollectionGroup, Group.display_name).join(Group, Group.id == CollectionGroup.group_id)
    for row, name in await session.execute(
        query.where(CollectionGroup.collection_id.in_(changeable)).order_by(Group.name)
    ):
        given.setdefault(row.collection_id, []).append(GivenTo(row.group_id, name, row.may_edit))
    return [Shelf(each, counts.get(key, 0), key in changeable, tuple(given.get(key, ()))) for key, each in rows.items()]


async def change_collection(
    session: AsyncSession, viewer: Viewer, collection_id: UUID, said: Mapping[str, Any]
) -> Collection:
    """Change a collection's ``title`` or ``description``; what is left out stays.

    Raises:
        CollectionNotFound: If the viewer sees no such collection.
        NotAllowed: If it is not theirs to change.
    """
    found = await find_collection(session, viewer, collection_id, to_change=True)
    for name, value in said.items():
        setattr(found, name, value)
    found.changed_at = now()
    return found


async def show_collection(
    session: AsyncSession, viewer: Viewer, collection_id: UUID, visibility: Visibility, groups: Mapping[UUID, bool]
) -> Collection:
    """Say who finds a collection; in it they find what they may see anyway.

    Args:
        groups: Whom it is given to, and whether its editors may change it; for the visibility ``group`` alone.

    Raises:
        CollectionNotFound: If the viewer sees no such collection.
        NotAllowed: If it is not theirs.
        GroupNotFound: If a group is not there, or is new to the collection and the viewer is not in it.
        InvalidInput: If groups and visibility do not go together.
    """
    found = await find_collection(session, viewer, collection_id, to_change=True)
    if not viewer.sees(found.owner_id):
        raise NotAllowed(f"Who sees '{found.title}' is its owner's to say: ask them.")
    if (visibility is Visibility.GROUP) != bool(groups):
        raise InvalidInput("Groups go with the visibility 'group' and with no other: give both or neither.")
    known = select(Group.id).where(Group.id.in_(groups))
    if viewer.role is not Role.ADMIN:
        own = select(Member.group_id).where(Member.user_id == viewer.user_id)
        kept = select(CollectionGroup.group_id).where(CollectionGroup.collection_id == collection_id)
        known = known.where(or_(Group.id.in_(own), Group.id.in_(kept)))
    missing = set(groups) - set(await session.scalars(known))
    if missing:
        raise GroupNotFound(f"There is no group {min(missing)} that you are in: give it to one of yours.")
    found.visibility = visibility
    await session.execute(delete(CollectionGroup).where(CollectionGroup.collection_id == collection_id))
    session.add_all(
        CollectionGroup(collection_id=collection_id, group_id=group_id, may_edit=may_edit)
        for group_id, may_edit in groups.items()
    )
    given = {str(group_id): may_edit for group_id, may_edit in groups.items()}
    subject = ("collection", collection_id)
    await record(session, viewer, "collection.audience", subject, visibility=visibility.value, groups=given)
    return found


async def delete_collection(session: AsyncSession, viewer: Viewer, collection_id: UUID) -> None:
    """Delete a collection, which its owner can have back for a while; what is in it stays where it is.

    Raises:
        CollectionNotFound: If the viewer sees no such collection.
        NotAllowed: If it is not theirs to change.
    """
    found = await find_collection(session, viewer, collection_id, to_change=True)
    found.deleted_at, found.deleted_by_id = now(), viewer.user_id
    await record(session, viewer, "collection.deleted", ("collection", collection_id), title=found.title)


async def restore_collection(session: AsyncSession, viewer: Viewer, collection_id: UUID) -> Collection:
    """Have a deleted collection back as it was.

    Raises:
        CollectionNotFound: If none was deleted, or it is somebody else's.
    """
    query = select(Collection).where(Collection.id == collection_id, Collection.deleted_at.is_not(None))
    found = await session.scalar(viewer.only_own(query, Collection.owner_id).with_for_update())
    if found is None:
        raise CollectionNotFound(f"No collection {collection_id} of yours was deleted: it may be gone for good.")
    found.deleted_at = found.deleted_by_id = None
    await record(session, viewer, "collection.restored", ("collection", collection_id), title=found.title)
    return found


async def list_items(
    session: AsyncSession, viewer: Viewer, collection_id: UUID, *, after: str | None, limit: int
) -> tuple[list[Asset], str | None]:
    """Give the recordings of a collection that the viewer may see, in its order.

    Raises:
        CollectionNotFound: If the viewer sees no such collection.
        InvalidInput: If the cursor is not of this list.
    """
    await find_collection(session, viewer, collection_id)
    held = select(CollectionItem).join(Asset, Asset.id == CollectionItem.asset_id)
    held = only_visible(held.where(CollectionItem.collection_id == collection_id), viewer)
    keys = [CollectionItem.position, CollectionItem.asset_id]
    items, following = await read_page(session, held, keys, after=after, limit=limit)
    query = select(Asset).where(Asset.id.in_([item.asset_id for item in items]))
    found = {asset.id: asset for asset in await session.scalars(query)}
    return [found[item.asset_id] for item in items], following


async def put_item(
    session: AsyncSession, viewer: Viewer, collection_id: UUID, asset_id: UUID, before_id: UUID | None = None
) -> None:
    """Put a recording into a collection, or elsewhere in it.

    Args:
        before_id: What it comes to lie before; the end when unset.

    Raises:
        CollectionNotFound: If the viewer sees no such collection.
        NotAllowed: If it is not theirs to change.
        AssetNotFound: If the viewer sees no such recording, or there is none in the collection to lie before.
        Conflict: If the collection is full.
    """
    found = await find_collection(session, viewer, collection_id, to_change=True)
    await find_asset(session, viewer, asset_id)
    if before_id is not None:
        await find_asset(session, viewer, before_id)
    item = await session.get(CollectionItem, (collection_id, asset_id), with_for_update=True)
    if item is None:
        own = select(func.count()).where(CollectionItem.collection_id == collection_id)
        if (await session.scalar(own) or 0) >= MOST:
            raise Conflict(f"'{found.title}' holds {MOST:,} recordings, which is the most: begin another collection.")
    elif asset_id == before_id:
        return
    position = await _place(session, collection_id, before_id, but=asset_id)
    if item is None:
        session.add(
            CollectionItem(
                collection_id=collection_id, asset_id=asset_id, position=position, added_by_id=viewer.user_id
            )
        )
    else:
        item.position = position
    found.changed_at = now()
    await session.flush()


async def remove_item(session: AsyncSession, viewer: Viewer, collection_id: UUID, asset_id: UUID) -> None:
    """Take a recording out of a collection.

    Raises:
        CollectionNotFound: If the viewer sees no such collection.
        NotAllowed: If it is not theirs to change.
        AssetNotFound: If it is not in it, or the viewer may not see it.
    """
    found = await find_collection(session, viewer, collection_id, to_change=True)
    await find_asset(session, viewer, asset_id)
    held = (CollectionItem.collection_id == collection_id, CollectionItem.asset_id == asset_id)
    gone = await session.execute(delete(CollectionItem).where(*held).returning(CollectionItem.asset_id))
    if gone.scalar_one_or_none() is None:
        raise _not_in(found, asset_id)
    found.changed_at = now()


async def _place(session: AsyncSession, collection_id: UUID, before_id: UUID | None, *, but: UUID) -> int:
    """Give a free position before another item, or at the end; the caller holds the collection."""
    others = (CollectionItem.collection_id == collection_id, CollectionItem.asset_id != but)
    last = select(func.max(CollectionItem.position)).where(*others)
    if before_id is None:
        return (await session.scalar(last) or 0) + _GAP
    mark = await session.get(CollectionItem, (collection_id, before_id))
    if mark is None:
        raise _not_in(await session.get_one(Collection, collection_id), before_id)
    lower = await session.scalar(last.where(CollectionItem.position < mark.position)) or 0
    if mark.position - lower < 2:
        await _spread(session, collection_id)
        return await _place(session, collection_id, before_id, but=but)
    return (lower + mark.position) // 2


async def _spread(session: AsyncSession, collection_id: UUID) -> None:
    """Number all anew, with gaps."""
    query = select(CollectionItem).where(CollectionItem.collection_id == collection_id)
    items = await session.scalars(query.order_by(CollectionItem.position, CollectionItem.asset_id))
    for number, item in enumerate(items, start=1):
        item.position = number * _GAP
    await session.flush()


def _missing(collection_id: UUID) -> CollectionNotFound:
    return CollectionNotFound(f"There is no collection {collection_id}: list those that there are.")


def _not_in(collection: Collection, asset_id: UUID) -> AssetNotFound:
    return AssetNotFound(f"There is no recording {asset_id} in '{collection.title}': list what is in it.")
