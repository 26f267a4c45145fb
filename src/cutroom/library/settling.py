"""What becomes of an asset when the run that should make it ready ends without success.

A run ends in many ways: a stage fails, somebody cancels it, its worker is lost for good. This looks at how it ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.core.database import Database, DatabaseUnavailable
from cutroom.jobs.models import Run, RunState
from cutroom.library.models import Asset, AssetState

_log = logging.getLogger(__name__)

#: The recipe that makes assets ready.
RECIPE = "share"
_CANCELED = "It was cancelled before it was ready: run 'share' again."
_EVERY_S = 1.0


async def settle_assets(database: Database) -> int:
    """Tell of every asset in the making whose last run ended without success why it cannot be watched.

    Returns:
        How many there were; nothing is locked when there are none.

    Raises:
        DatabaseUnavailable: If the database does not answer.
    """
    async with database.reading() as session:
        ended = await _ended(session)
    if not ended:
        return 0

    async def settle(session: AsyncSession) -> None:
        for asset_id, reason in (await _ended(session)).items():
            await session.execute(
                update(Asset)
                .where(Asset.id == asset_id, Asset.state == AssetState.PROCESSING)
                .values(state=AssetState.FAILED, reason=reason)
                .execution_options(synchronize_session=False)
            )

    await database.write(settle)
    return len(ended)


async def keep_assets_settled(database: Database, stop: asyncio.Event) -> None:
    """Look once a second until ``stop`` is set."""
    while not stop.is_set():
        try:
            await settle_assets(database)
        except DatabaseUnavailable as error:
            _log.warning("%s", error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _EVERY_S)


async def _ended(session: AsyncSession) -> dict[UUID, str]:
    """Give the reasons of assets in the making whose newest run ended without success."""
    of_asset = aliased(Run)
    newest = (
        select(of_asset.id)
        .where(of_asset.subject_id == Asset.id, of_asset.recipe == RECIPE)
        .order_by(of_asset.id.desc())  # ids sort by the time they were made
        .limit(1)
        .correlate(Asset)
        .scalar_subquery()
    )
    query = (
        select(Asset.id, Run.error)
        .join(Run, Run.id == newest)
        .where(Asset.state == AssetState.PROCESSING, Run.state.in_((RunState.FAILED, RunState.CANCELED)))
    )
    return {row.id: (row.error or {}).get("message") or _CANCELED for row in await session.execute(query)}
