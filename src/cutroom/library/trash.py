"""What was deleted: had back while it is there, and gone for good when its time has come or its owner says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.config.settings import read_config
from cutroom.core.database import Database
from cutroom.core.pagination import read_page
from cutroom.jobs.models import Result, Run, Step
from cutroom.library.assets import end_work
from cutroom.library.errors import AssetNotFound
from cutroom.library.models import Asset

#: Assets looked for at a time; each goes in a transaction of its own.
_PORTION = 100


@dataclass(frozen=True, slots=True)
class Trashed:
    """An asset that was deleted, and when it goes for good."""

    asset: Asset
    deleted_at: datetime
    gone_at: datetime


async def list_trash(
    session: AsyncSession, viewer: Viewer, *, after: str | None, limit: int
) -> tuple[list[Trashed], str | None]:
    """Give what was deleted of the viewer's, what was deleted last first; administrators are given everybody's.

    Raises:
        InvalidInput: If the cursor is not of this list.
    """
    query = viewer.only_own(select(Asset).where(Asset.deleted_at.is_not(None)), Asset.owner_id)
    keys = [Asset.deleted_at, Asset.id]
    rows, following = await read_page(session, query, keys, after=after, limit=limit, descending=True)
    keep = timedelta(days=(await read_config(session)).keep_deleted_days)
    return [Trashed(row, row.deleted_at, row.deleted_at + keep) for row in rows if row.deleted_at], following


async def restore_asset(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> Asset:
    """Have a deleted asset back as it was, with its shares; what was at work on it is to be started again.

    Raises:
        AssetNotFound: If none was deleted, or it is somebody else's.
    """
    asset = await _find(session, viewer, asset_id)
    asset.deleted_at = asset.deleted_by_id = None
    await record(session, viewer, "asset.restored", ("asset", asset_id), title=asset.title)
    return asset


async def purge_asset(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> None:
    """Remove a deleted asset for good: its rows now, and its bytes a day after nothing names them.

    What its bytes took of a week's quota is not given back.

    Raises:
        AssetNotFound: If none was deleted, or it is somebody else's.
    """
    asset = await _find(session, viewer, asset_id)
    await _drop(session, asset)
    await record(session, viewer, "asset.purged", ("asset", asset_id), title=asset.title)


async def drop_expired(database: Database, before: datetime) -> int:
    """Remove assets that were deleted before a moment.

    Returns:
        How many.
    """
    due = select(Asset.id).where(Asset.deleted_at < before).order_by(Asset.deleted_at, Asset.id).limit(_PORTION)
    dropped = 0
    while True:
        async with database.reading() as session:
            ids = (await session.scalars(due)).all()
        if not ids:
            return dropped
        dropped += sum([await _drop_expired(database, asset_id, before) for asset_id in ids])


async def _drop_expired(database: Database, asset_id: UUID, before: datetime) -> bool:
    async def drop(session: AsyncSession) -> bool:
        # It may have been restored meanwhile.
        held = select(Asset).where(Asset.id == asset_id, Asset.deleted_at < before).with_for_update()
        asset = await session.scalar(held)
        if asset is not None:
            await _drop(session, asset)
        return asset is not None

    return await database.write(drop)


async def _drop(session: AsyncSession, asset: Asset) -> None:
    """Remove an asset with its runs, and with what these gave unless others use it."""
    await end_work(session, asset.id)
    runs = select(Run.id).where(Run.subject_id == asset.id)
    given = select(Step.result_key).where(Step.run_id.in_(runs), Step.result_key.is_not(None))
    elsewhere = exists().where(Step.result_key == Result.key, Step.run_id.not_in(runs))
    keys = (await session.scalars(select(Result.key).where(Result.key.in_(given), ~elsewhere))).all()
    quietly = {"synchronize_session": False}
    await session.execute(delete(Run).where(Run.subject_id == asset.id), execution_options=quietly)
    await session.execute(delete(Result).where(Result.key.in_(keys)), execution_options=quietly)
    await session.execute(delete(Asset).where(Asset.id == asset.id), execution_options=quietly)


async def _find(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> Asset:
    query = select(Asset).where(Asset.id == asset_id, Asset.deleted_at.is_not(None))
    asset = await session.scalar(viewer.only_own(query, Asset.owner_id).with_for_update())
    if asset is None:
        raise AssetNotFound(f"No recording {asset_id} of yours was deleted: it may be gone for good.")
    return asset
