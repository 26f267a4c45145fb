"""What people say of an asset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.library.assets import find_asset
from cutroom.library.curation.categories import find_category
from cutroom.library.curation.tags import set_tags
from cutroom.library.licences import find_licence
from cutroom.library.models import Asset
from cutroom.library.search.writing import index_asset

_PLAIN = ("title", "description", "licence_note", "attribution", "source_url")


async def describe_asset(session: AsyncSession, viewer: Viewer, asset_id: UUID, said: Mapping[str, Any]) -> Asset:
    """Change what is said of an asset.

    Args:
        said: Of ``title``, ``description``, ``category_id``, ``tags``, ``licence``, ``licence_note``, ``attribution``
            and ``source_url``; what is left out stays.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs to change.
        CategoryNotFound: If there is no such category.
        InvalidInput: If no licence is known by that name.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    for name in _PLAIN:
        if name in said:
            setattr(asset, name, said[name])
    if "licence" in said:
        asset.licence = find_licence(said["licence"]).key if said["licence"] is not None else None
    if "category_id" in said:
        await file_under(session, asset, said["category_id"])
    if "tags" in said:
        await set_tags(session, asset_id, said["tags"])
    await index_asset(session, asset_id)
    return asset


async def file_under(session: AsyncSession, asset: Asset, category_id: UUID | None) -> None:
    """Put an asset into a category, or into none.

    Raises:
        CategoryNotFound: If there is no such category.
    """
    if category_id is not None:
        await find_category(session, category_id)
    asset.category_id = category_id
