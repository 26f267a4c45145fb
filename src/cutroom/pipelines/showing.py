"""Runs as people are told of them: how they stand, and what the recording is called that they work on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.jobs.runs import describe_run
from cutroom.jobs.schemas import RunStatus
from cutroom.library.models import Asset
from cutroom.library.visibility import only_visible
from cutroom.pipelines.schemas import RunView, view_run


async def show_run(session: AsyncSession, viewer: Viewer, run_id: UUID) -> RunView:
    """Tell how a run stands."""
    (shown,) = await show_runs(session, viewer, [await describe_run(session, run_id)])
    return shown


async def show_runs(session: AsyncSession, viewer: Viewer, statuses: Sequence[RunStatus]) -> list[RunView]:
    """Add to each what its recording is called, where the viewer finds it."""
    ids = {status.subject_id for status in statuses if status.subject_id is not None}
    titles: dict[UUID, str] = {}
    if ids:
        query = only_visible(select(Asset.id, Asset.title).where(Asset.id.in_(ids)), viewer)
        titles = {row.id: row.title for row in await session.execute(query)}
    return [view_run(status, titles.get(status.subject_id) if status.subject_id else None) for status in statuses]
