"""Tags: words of anybody's, the same word however it is written, made with its first use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.models import Role
from cutroom.accounts.users import fold_name
from cutroom.core.errors import Conflict, InvalidInput
from cutroom.core.ids import new_id
from cutroom.core.pagination import read_page
from cutroom.jobs.upserts import insert_or
from cutroom.library.errors import TagNotFound
from cutroom.library.models import Asset, AssetTag, Tag
from cutroom.library.search.writing import index_asset
from cutroom.library.visibility import only_visible

#: Of one asset.
MOST = 50
_LENGTH = 50


async def set_tags(session: AsyncSession, asset_id: UUID, names: Iterable[str]) -> None:
    """Give an asset these tags and no others; the caller holds the asset."""
    tag_ids = await _tag_ids(session, names)
    await session.execute(delete(AssetTag).where(AssetTag.asset_id == asset_id, AssetTag.tag_id.not_in(tag_ids)))
    await _put(session, asset_id, tag_ids)


async def add_tags(session: AsyncSession, asset_id: UUID, names: Iterable[str]) -> None:
    """Give an asset further tags; the caller holds the asset.

    Raises:
        InvalidInput: If it would have too many.
    """
    await _put(session, asset_id, await _tag_ids(session, names))
    count = await session.scalar(select(func.count()).where(AssetTag.asset_id == asset_id)) or 0
    if count > MOST:
        raise InvalidInput(f"It would have {count} tags, and {MOST} is the most: take some away first.")
    await index_asset(session, asset_id)


async def remove_tags(session: AsyncSession, asset_id: UUID, names: Iterable[str]) -> None:
    """Take tags from an asset; the caller holds the asset."""
    named = select(Tag.id).where(Tag.name.in_([fold_name(name) for name in names]))
    await session.execute(delete(AssetTag).where(AssetTag.asset_id == asset_id, AssetTag.tag_id.in_(named)))
    await index_asset(session, asset_id)


async def list_tags(
    session: AsyncSession, viewer: Viewer, *, begins: str | None, after: str | None, limit: int
) -> tuple[list[tuple[Tag, int]], str | None]:
    """Give tags by name, each with how many assets that have it the viewer may see.

    A tag of which the viewer sees no asset is not told; administrators are told all.

    Raises:
        InvalidInput: If the cursor is not of this list.
    """
    used = only_visible(select(AssetTag.asset_id).join(Asset, Asset.id == AssetTag.asset_id), viewer)
    query = select(Tag)
    if viewer.role is not Role.ADMIN:
        query = query.where(exists(used.where(AssetTag.tag_id == Tag.id).correlate(Tag)))
    if begins:
        query = query.where(Tag.name.startswith(fold_name(begins), autoescape=True))
    rows, following = await read_page(session, query, [Tag.name], after=after, limit=limit)
    counted = only_visible(select(AssetTag.tag_id, func.count()).join(Asset, Asset.id == AssetTag.asset_id), viewer)
    counted = counted.where(AssetTag.tag_id.in_([row.id for row in rows])).group_by(AssetTag.tag_id)
    counts = {row[0]: row[1] for row in await session.execute(counted)}
    return [(row, counts.get(row.id, 0)) for row in rows], following


async def rename_tag(session: AsyncSession, viewer: Viewer, tag_id: UUID, name: str) -> Tag:
    """Write a tag otherwise.

    Raises:
        TagNotFound: If there is none.
        Conflict: If another one is written so.
    """
    tag = await _find(session, tag_id)
    before, tag.name, tag.display_name = tag.display_name, _folded(name), " ".join(name.split())
    try:
        await session.flush()
    except IntegrityError as error:
        raise Conflict(f"There is a tag {name!r} already: merge this one into it.") from error
    await _index(session, await _having(session, tag_id))
    await record(session, viewer, "tag.renamed", ("tag", tag_id), name=name, before=before)
    return tag


async def merge_tags(session: AsyncSession, viewer: Viewer, tag_id: UUID, into_id: UUID) -> Tag:
    """Give all that has a tag another one instead.

    Raises:
        TagNotFound: If either is not there.
        InvalidInput: If both are the same.
    """
    if tag_id == into_id:
        raise InvalidInput("A tag cannot be merged into itself: name another.")
    first, second = sorted([tag_id, into_id])  # two who merge crosswise do not wait for each other for ever
    found = {first: await _find(session, first), second: await _find(session, second)}
    asset_ids = await _having(session, tag_id)
    for asset_id in asset_ids:
        await _put(session, asset_id, [into_id])
    await session.delete(found[tag_id])
    await _index(session, asset_ids)
    gone, kept = found[tag_id].display_name, found[into_id]
    await record(session, viewer, "tag.merged", ("tag", tag_id), name=gone, into=kept.display_name)
    return kept


async def delete_tag(session: AsyncSession, viewer: Viewer, tag_id: UUID) -> None:
    """Take a tag from all that has it.

    Raises:
        TagNotFound: If there is none.
    """
    tag = await _find(session, tag_id)
    asset_ids = await _having(session, tag_id)
    await session.delete(tag)
    await _index(session, asset_ids)
    await record(session, viewer, "tag.deleted", ("tag", tag_id), name=tag.display_name)


async def _tag_ids(session: AsyncSession, names: Iterable[str]) -> list[UUID]:
    """Give the tags of these names, made where they are not there."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(_folded(name), " ".join(name.split()))
    for folded, name in sorted(wanted.items()):  # in one order, or two requests wait for each other for ever
        row = {"id": new_id(), "name": folded, "display_name": name}
        await session.execute(insert_or(session, Tag).values(row).on_conflict_do_nothing(index_elements=[Tag.name]))
    found = select(Tag.id).where(Tag.name.in_(wanted)).order_by(Tag.id).with_for_update(read=True)
    return list(await session.scalars(found))


async def _put(session: AsyncSession, asset_id: UUID, tag_ids: Iterable[UUID]) -> None:
    for tag_id in tag_ids:
        row = insert_or(session, AssetTag).values(asset_id=asset_id, tag_id=tag_id)
        await session.execute(row.on_conflict_do_nothing())


async def _having(session: AsyncSession, tag_id: UUID) -> Sequence[UUID]:
    query = select(AssetTag.asset_id).where(AssetTag.tag_id == tag_id).order_by(AssetTag.asset_id)
    return (await session.scalars(query)).all()


async def _index(session: AsyncSession, asset_ids: Iterable[UUID]) -> None:
    for asset_id in asset_ids:
        await index_asset(session, asset_id)


async def _find(session: AsyncSession, tag_id: UUID) -> Tag:
    tag = await session.scalar(select(Tag).where(Tag.id == tag_id).with_for_update())
    if tag is None:
        raise TagNotFound(f"There is no tag {tag_id}: list those that there are.")
    return tag


def _folded(name: str) -> str:
    """Put a tag into the form that is compared.

    Raises:
        InvalidInput: If folding makes it too long.
    """
    folded = fold_name(name)
    if not folded or len(folded) > _LENGTH:
        raise InvalidInput(f"The tag {name!r} cannot be kept: write one of 1 to {_LENGTH} letters.")
    return folded
