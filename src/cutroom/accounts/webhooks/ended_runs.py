"""Tell of runs that ended: the engine knows nothing of webhooks, so this looks for what it has not told yet."""

from __future__ import annotations

import asyncio

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.webhooks.events import emit
from cutroom.core.clock import now
from cutroom.core.clockwork import every
from cutroom.core.database import Database
from cutroom.jobs.models import Run

#: Told of in one transaction: no writer waits long for it.
_PORTION = 50
_EVERY_S = 1.0


async def announce_runs(database: Database) -> int:
    """Enter the events of runs that ended, each once, and count them; nothing is locked when there are none.

    Raises:
        DatabaseUnavailable: If the database does not answer.
    """
    async with database.reading() as session:
        if await session.scalar(_untold().with_only_columns(Run.id).limit(1)) is None:
            return 0
    return await database.write(_announce)


async def keep_runs_announced(database: Database, stop: asyncio.Event) -> None:
    """Look once a second until ``stop`` is set."""

    async def announce_all() -> None:
        while await announce_runs(database) == _PORTION:
            pass

    await every(_EVERY_S, announce_all, stop)


def _untold() -> Select[Run]:
    return select(Run).where(Run.ended_at.is_not(None), Run.announced_at.is_(None))


async def _announce(session: AsyncSession) -> int:
    some = _untold().order_by(Run.ended_at).limit(_PORTION).with_for_update(skip_locked=True)
    runs = (await session.scalars(some)).all()
    for run in runs:
        about = {
            "run_id": str(run.id),
            "recipe": run.recipe,
            "subject_id": str(run.subject_id) if run.subject_id else None,
            "state": run.state.value,
            "error": run.error,
            "path": f"/api/v1/runs/{run.id}",
        }
        await emit(session, f"run.{run.state}", about, owner_id=run.owner_id)
        run.announced_at = now()
    return len(runs)
