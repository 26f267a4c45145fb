"""What becomes of an asset when the run that should make it ready ends without success.

A run ends in many ways: a stage fails, somebody cancels it, its worker is lost for good. This looks at how it ended.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.core.clockwork import every
from cutroom.core.database import Database
from cutroom.jobs.models import Run, RunState
from cutroom.library.announcing import announce_changed
from cutroom.library.models import Asset, AssetState

#: The recipe that makes assets ready.
RECIPE = "share"
_CANCELED = "It was cancelled before it was ready: run 'share' again."
_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class _Change:
    """What an asset is not yet, and was."""

    asset_id: UUID
    before: AssetState
    state: AssetState
    reason: str | None


async def settle_assets(database: Database) -> int:
    """Bring assets that cannot be watched in line with the newest run that would make them ready.

    One that ended without success tells why; one that is tried again is in the making.

    Returns:
        How many changed; nothing is locked when there are none.

    Raises:
        DatabaseUnavailable: If the database does not answer.
    """
    async with database.reading() as session:
        if not await _changes(session):
            return 0

    async def settle(session: AsyncSession) -> int:
        changes = await _changes(session)
        for change in changes:
            changed = await session.execute(
                update(Asset)
                .where(Asset.id == change.asset_id, Asset.state == change.before)
                .values(state=change.state, reason=change.reason)
                .returning(Asset.id)
                .execution_options(synchronize_session=False)
            )
            if changed.first() is not None and change.state is AssetState.FAILED:
                await announce_changed(session, "asset.failed", change.asset_id)
        return len(changes)

    return await database.write(settle)


async def keep_assets_settled(database: Database, stop: asyncio.Event) -> None:
    """Look once a second until ``stop`` is set."""
    await every(_EVERY_S, partial(settle_assets, database), stop)


async def _changes(session: AsyncSession) -> list[_Change]:
    of_asset = aliased(Run)
    newest = (
        select(of_asset.id)
        .where(of_asset.subject_id == Asset.id, of_asset.recipe == RECIPE)
        .order_by(of_asset.id.desc())  # ids sort by the time they were made
        .limit(1)
        .correlate(Asset)
        .scalar_subquery()
    )
    failed = (Asset.state == AssetState.PROCESSING) & Run.state.in_((RunState.FAILED, RunState.CANCELED))
    tried_again = (Asset.state == AssetState.FAILED) & Run.state.in_((RunState.QUEUED, RunState.RUNNING))
    query = select(Asset.id, Asset.state, Run.error).join(Run, Run.id == newest).where(failed | tried_again)
    return [
        _Change(row.id, row.state, AssetState.FAILED, (row.error or {}).get("message") or _CANCELED)
        if row.state is AssetState.PROCESSING
        else _Change(row.id, row.state, AssetState.PROCESSING, None)
        for row in await session.execute(query)
    ]
