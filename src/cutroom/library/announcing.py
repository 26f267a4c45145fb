"""Tell webhooks what becomes of assets."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.webhooks.events import emit
from cutroom.library.models import Asset


async def announce_asset(session: AsyncSession, kind: str, asset: Asset) -> None:
    """Enter an event about an asset, in the transaction of what happened to it."""
    about = {
        "asset_id": str(asset.id),
        "title": asset.title,
        "state": asset.state.value,
        "reason": asset.reason,
        "duration_s": asset.duration_s,
        "size_bytes": asset.size_bytes,
        "path": f"/api/v1/assets/{asset.id}",
    }
    await emit(session, kind, about, owner_id=asset.owner_id)


async def announce_changed(session: AsyncSession, kind: str, asset_id: UUID) -> None:
    """Do the same for an asset that a statement of this transaction changed, unless it was deleted."""
    asset = await session.get(Asset, asset_id, populate_existing=True)
    if asset is not None and asset.deleted_at is None:
        await announce_asset(session, kind, asset)
