"""Find recordings that are the same; whoever may not see one is not told of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.library.models import Asset
from cutroom.library.visibility import only_visible

#: Of one recording, at most so many others are told.
MOST = 50


async def same_files(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> list[Asset]:
    """Give other recordings with the same bytes, oldest first."""
    own = select(Asset.sha256).where(Asset.id == asset_id).scalar_subquery()
    query = only_visible(select(Asset).where(Asset.sha256 == own, Asset.id != asset_id), viewer)
    return list((await session.execute(query.order_by(Asset.id).limit(MOST))).scalars())
