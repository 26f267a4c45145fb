"""The log of a run: numbered without gaps, in the order of commits.

Whoever changes a run holds its row until the transaction ends, so the number that follows the last one is nobody
else's. The row is always taken before the rows of its steps; otherwise two workers could wait for each other.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.jobs.errors import RunNotFound
from cutroom.jobs.models import Event, Run
from cutroom.jobs.schemas import EventView


async def lock_run(session: AsyncSession, run_id: UUID) -> Run | None:
    """Take a run's row until the transaction ends and give it as it is now, or ``None`` when there is none."""
    # Rows that point at the run are inserted meanwhile, so its key is left free.
    taken = select(Run).where(Run.id == run_id).with_for_update(key_share=True)
    return await session.scalar(taken, execution_options={"populate_existing": True})


def log(session: AsyncSession, run: Run, kind: str, **data: Any) -> int:  # noqa: ANN401 - any JSON
    """Add an event to a run whose row is held, and give its number."""
    run.last_event += 1
    session.add(Event(run_id=run.id, number=run.last_event, kind=kind, data=without_nul(data)))
    return run.last_event


async def add_event(session: AsyncSession, run_id: UUID, kind: str, data: dict[str, Any]) -> int:
    """Add an event and give its number.

    Raises:
        RunNotFound: If there is no such run.
    """
    run = await lock_run(session, run_id)
    if run is None:
        raise RunNotFound(f"There is no run {run_id}.")
    return log(session, run, kind, **data)


async def read_events(session: AsyncSession, run_id: UUID, *, after: int = 0, limit: int = 100) -> list[EventView]:
    """Give a run's events that follow number ``after``, oldest first."""
    found = await session.scalars(
        select(Event).where(Event.run_id == run_id, Event.number > after).order_by(Event.number).limit(limit)
    )
    return [EventView.model_validate(event) for event in found]


def without_nul(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Leave out NUL characters, which PostgreSQL cannot keep."""
    match value:
        case str():
            return value.replace("\0", "")
        case dict():
            return {key: without_nul(each) for key, each in value.items()}
        case list():
            return [without_nul(each) for each in value]
        case _:
            return value
