"""Views over HTTP: a player tells what is watched; an owner asks what was."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, SignedIn
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.instance import Here, Reading
from cutroom.core.pagination import PAGE, After, Limit, Page
from cutroom.core.problems import problems
from cutroom.library.assets import find_asset
from cutroom.library.shown import views_of
from cutroom.library.views.counting import add_watched, count_view, viewer_key
from cutroom.library.views.models import Viewing
from cutroom.library.views.queries import Counts, count_of, forget_viewer, list_watching, position_of, retention_of
from cutroom.library.views.schemas import (
    CountedView,
    DayView,
    PositionView,
    RetentionView,
    ViewsView,
    Watched,
    WatchingView,
)
from cutroom.library.visibility import rights_of
from cutroom.media.span import Span

router = APIRouter(tags=["views"])


@router.post("/assets/{asset_id}/views", responses=problems(404))
async def count_asset_view(asset_id: UUID, viewer: SignedIn, here: Here) -> CountedView:
    """Count a view: a player asks for it after some seconds, and each viewer is counted once a window."""

    async def count(session: AsyncSession) -> CountedView:
        asset = await find_asset(session, viewer, asset_id)
        counted = await count_view(session, asset, viewer_key(viewer))
        counts = await count_of(session, asset_id)
        return CountedView(counted=counted, **_counts(counts))

    return await here.database.write(count)


@router.get("/assets/{asset_id}/views", responses=problems(404))
async def read_asset_views(asset_id: UUID, viewer: SignedIn, session: Reading) -> ViewsView:
    """Tell how often a recording was viewed."""
    await find_asset(session, viewer, asset_id)
    counts = await count_of(session, asset_id)
    return ViewsView(**_counts(counts))


@router.post("/assets/{asset_id}/watched", responses=problems(404, 409))
async def tell_asset_watched(asset_id: UUID, watched: Watched, viewer: SignedIn, here: Here) -> PositionView:
    """Count what was played since the last report, every few seconds, and keep where the viewer is."""
    played = [Span(each.start_s, each.end_s) for each in watched.played]

    async def add(session: AsyncSession) -> PositionView:
        asset = await find_asset(session, viewer, asset_id)
        await add_watched(session, asset, viewer_key(viewer), played, watched.position_s)
        return _view(await position_of(session, viewer, asset_id))

    return await here.database.write(add)


@router.get("/assets/{asset_id}/position", responses=problems(404))
async def read_asset_position(asset_id: UUID, viewer: SignedIn, session: Reading) -> PositionView:
    """Tell where the viewer left off."""
    await find_asset(session, viewer, asset_id)
    return _view(await position_of(session, viewer, asset_id))


@router.get("/assets/{asset_id}/retention", responses=problems(404))
async def read_asset_retention(
    asset_id: UUID,
    viewer: Editor,
    session: Reading,
    bucket_s: Annotated[int, Query(ge=1, le=3600, description="Seconds that are told together.")] = 1,
    days: Annotated[int, Query(ge=1, le=3650, description="Of views by the day.")] = 365,
) -> RetentionView:
    """Tell how often each second of a recording was played; for who may change it."""
    asset = await find_asset(session, viewer, asset_id)
    if not (await rights_of(session, viewer, [asset]))[asset_id].may_change:
        raise NotAllowed(f"Who watched '{asset.title}' is told to who may change it: ask its owner.")
    found = await retention_of(session, asset, bucket_s=bucket_s, days=days)
    return RetentionView(
        **_counts(found.counts),
        watched_s=found.counts.watched_s,
        bucket_s=found.bucket_s,
        played=found.played,
        days=[DayView(day=day.date(), views=views) for day, views in found.days],
    )


@router.get("/watching")
async def list_all_watching(
    viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[WatchingView]:
    """List recordings that the viewer began and did not finish, the last watched first."""
    rows, following = await list_watching(session, viewer, after=after, limit=limit)
    shown = await views_of(session, viewer, [asset for _, asset in rows])
    items = [WatchingView(**_view(row).model_dump(), asset=asset) for (row, _), asset in zip(rows, shown, strict=True)]
    return Page(items=items, next=following)


@router.delete("/watching", status_code=204)
async def forget_all_watching(viewer: SignedIn, here: Here) -> None:
    """Forget what the viewer watched and where; what was counted stays counted."""
    await here.database.write(lambda session: forget_viewer(session, viewer))


def _counts(counts: Counts) -> dict[str, int]:
    return {"views": counts.views, "guest_views": counts.guest_views, "viewers": counts.viewers}


def _view(row: Viewing | None) -> PositionView:
    if row is None:
        return PositionView(position_s=0.0, finished=False, watched_at=None)
    return PositionView(
        position_s=0.0 if row.finished else row.position_s, finished=row.finished, watched_at=row.watched_at
    )
