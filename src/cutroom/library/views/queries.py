"""What is known of views: how often, by how many, which seconds, and where a viewer left off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.core.clock import now
from cutroom.core.pagination import read_page
from cutroom.library.models import Asset
from cutroom.library.views.counting import begins, viewer_key
from cutroom.library.views.models import ViewDay, Viewing, WatchEdge
from cutroom.library.visibility import only_visible

#: A viewer who has not come back for so long is forgotten; counts stay.
KEEP_VIEWERS = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a recording was viewed, and by how many people with an account that are still known.

    Attributes:
        guest_views: How many of the views were guests'.
    """

    views: int
    guest_views: int
    viewers: int
    watched_s: int


@dataclass(frozen=True, slots=True)
class Retention:
    """What of a recording is watched.

    Attributes:
        played: How often each bucket was played on average over its seconds, in order.
        days: Views by the day, in UTC, oldest first.
    """

    counts: Counts
    bucket_s: int
    played: list[float]
    days: list[tuple[datetime, int]]


async def count_of(session: AsyncSession, asset_id: UUID) -> Counts:
    """Tell how often a recording was viewed."""
    counted = select(func.sum(ViewDay.views), func.sum(ViewDay.guest_views)).where(ViewDay.asset_id == asset_id)
    views, guest_views = (await session.execute(counted)).one()
    known = (Viewing.asset_id == asset_id, Viewing.views > 0, ~Viewing.guest)
    viewers, watched_s = (await session.execute(select(func.count(), func.sum(Viewing.watched_s)).where(*known))).one()
    return Counts(int(views or 0), int(guest_views or 0), viewers, int(watched_s or 0))


async def retention_of(session: AsyncSession, asset: Asset, *, bucket_s: int, days: int) -> Retention:
    """Tell which seconds of a recording were played how often."""
    rows = await session.execute(
        select(WatchEdge.second, WatchEdge.change).where(WatchEdge.asset_id == asset.id).order_by(WatchEdge.second)
    )
    length = round(asset.duration_s)
    changes = [0] * (length + 1)
    for second, change in rows:
        changes[min(second, length)] += change
    seconds = list(accumulate(changes))[:length]
    buckets = [seconds[start : start + bucket_s] for start in range(0, length, bucket_s)]
    since = begins(now()) - timedelta(days=days)
    viewed = select(ViewDay.day, ViewDay.views).where(ViewDay.asset_id == asset.id, ViewDay.day > since)
    return Retention(
        await count_of(session, asset.id),
        bucket_s,
        [round(sum(each) / len(each), 2) for each in buckets],
        [(row.day, row.views) for row in await session.execute(viewed.order_by(ViewDay.day))],
    )


async def position_of(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> Viewing | None:
    """Tell where a viewer is in a recording; ``None`` if they never were."""
    return await session.get(Viewing, (asset_id, viewer_key(viewer)))


async def list_watching(
    session: AsyncSession, viewer: Viewer, *, after: str | None, limit: int
) -> tuple[list[tuple[Viewing, Asset]], str | None]:
    """List recordings that the viewer began, did not finish and may still see, the last watched first."""
    seen = only_visible(select(Asset.id), viewer)
    began = select(Viewing).where(
        Viewing.viewer_key == viewer_key(viewer), Viewing.position_s > 0, ~Viewing.finished, Viewing.asset_id.in_(seen)
    )
    keys = [Viewing.watched_at, Viewing.asset_id]
    rows, following = await read_page(session, began, keys, after=after, limit=limit, descending=True)
    found = await session.scalars(select(Asset).where(Asset.id.in_([row.asset_id for row in rows])))
    assets = {asset.id: asset for asset in found}
    return [(row, assets[row.asset_id]) for row in rows], following


async def forget_viewer(session: AsyncSession, viewer: Viewer) -> None:
    """Forget what a viewer watched and where they are; counts stay."""
    await session.execute(delete(Viewing).where(Viewing.viewer_key == viewer_key(viewer)))


def is_forgotten(moment: datetime) -> ColumnElement[bool]:
    """Tell which viewers have not come back for so long that they are forgotten."""
    return Viewing.watched_at < moment - KEEP_VIEWERS
