"""Assets as they are shown to somebody: with their files, tags, category, people, and what the viewer may do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import User
from cutroom.library.assets import files_of
from cutroom.library.models import Asset, AssetFile, AssetTag, Category, Tag
from cutroom.library.schemas import AssetView, CategoryName, GroupView, PersonView, view_file, view_licence
from cutroom.library.visibility import rights_of


async def views_of(session: AsyncSession, viewer: Viewer, assets: Sequence[Asset]) -> list[AssetView]:
    """Put assets into words, in their order."""
    files, rights = await files_of(session, assets), await rights_of(session, viewer, assets)
    tags = await tags_of(session, [asset.id for asset in assets])
    categories = await _categories(session, {asset.category_id for asset in assets} - {None})
    people = await people_of(session, (asset.brought_by_id for asset in assets))
    views = []
    for asset in assets:
        at, own = f"/api/v1/assets/{asset.id}", rights[asset.id]
        views.append(
            AssetView(
                id=asset.id,
                title=asset.title,
                description=asset.description,
                category=categories.get(asset.category_id),
                tags=tags[asset.id],
                licence=view_licence(asset.licence),
                licence_note=asset.licence_note,
                attribution=asset.attribution,
                source_url=asset.source_url,
                file_name=asset.file_name,
                state=asset.state,
                reason=asset.reason,
                size_bytes=asset.size_bytes,
                duration_s=asset.duration_s or None,
                width=asset.width,
                height=asset.height,
                owner_id=asset.owner_id,
                visibility=asset.visibility,
                groups=[GroupView.model_validate(each, from_attributes=True) for each in own.groups],
                may_change=own.may_change,
                created_at=asset.created_at,
                source_kind=asset.source_kind,
                source_version=asset.source_version,
                brought_by=people.get(asset.brought_by_id),
                brought_at=asset.brought_at,
                stale=is_stale(asset, files[asset.id]),
                original_url=f"{at}/original",
                files=[view_file(at, file) for file in files[asset.id]],
            )
        )
    return views


async def view_of(session: AsyncSession, viewer: Viewer, asset: Asset) -> AssetView:
    """Put an asset into words."""
    await session.flush()
    [view] = await views_of(session, viewer, [asset])
    return view


def is_stale(asset: Asset, files: Iterable[AssetFile]) -> bool:
    """Tell whether files were made of an earlier source."""
    return any(file.made_of not in {None, asset.sha256} for file in files)


async def tags_of(session: AsyncSession, asset_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Give the tags of assets, by asset and in order."""
    found: dict[UUID, list[str]] = {each: [] for each in asset_ids}
    if found:
        query = select(AssetTag.asset_id, Tag.display_name).join(Tag, Tag.id == AssetTag.tag_id)
        for asset_id, name in await session.execute(query.where(AssetTag.asset_id.in_(found)).order_by(Tag.name)):
            found[asset_id].append(name)
    return found


async def people_of(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID | None, PersonView]:
    """Give people by id."""
    known = {each for each in ids if each is not None}
    if not known:
        return {}
    query = select(User.id, User.display_name).where(User.id.in_(known))
    return {row.id: PersonView(id=row.id, name=row.display_name) for row in await session.execute(query)}


async def _categories(session: AsyncSession, ids: Collection[UUID | None]) -> dict[UUID | None, CategoryName]:
    if not ids:
        return {}
    query = select(Category.id, Category.display_name).where(Category.id.in_(ids))
    return {row.id: CategoryName(id=row.id, name=row.display_name) for row in await session.execute(query)}
