"""What a provider allows all workers together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.jobs.models import Budget
from cutroom.jobs.upserts import insert_or

#: Moments are kept to the microsecond, so what is due within one is due.
_TICK = timedelta(microseconds=1)


async def take(session: AsyncSession, key: str, *, units: float, per_s: float, burst: float) -> float:
    """Count units of a budget, unless that would exceed what is allowed over all processes.

    Args:
        key: Names the budget.
        units: What the call costs; more than ``burst`` is let through when nothing was counted lately.
        per_s: Units a second in the long run.
        burst: Units at once.

    Returns:
        0.0 when they were counted, else the seconds after which to ask again.

    Source: the generic cell rate algorithm as virtual scheduling, ITU-T I.371, annex A.
    """
    moment = now()
    entered = insert_or(session, Budget).values(key=key, free_at=moment)
    await session.execute(entered.on_conflict_do_nothing())
    budget = await session.scalar(
        select(Budget).where(Budget.key == key).with_for_update(), execution_options={"populate_existing": True}
    )
    if budget is None:
        raise AssertionError  # it was entered above; this tells the type checker
    # While the row was waited for, time has passed.
    moment = now()
    arrival = max(budget.free_at, moment)
    due = arrival + timedelta(seconds=units / per_s) - timedelta(seconds=max(burst, units) / per_s)
    if due > moment + _TICK:
        return (due - moment).total_seconds()
    budget.free_at = arrival + timedelta(seconds=units / per_s)
    return 0.0
