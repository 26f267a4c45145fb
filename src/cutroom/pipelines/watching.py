"""Watch a run: its events as they are committed, by whichever process, and how far it is in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

from fastapi.sse import format_sse_event
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.core.database import Database
from cutroom.core.errors import CutroomError
from cutroom.jobs.advancing import FINAL_RUN
from cutroom.jobs.errors import RunNotFound
from cutroom.jobs.events import read_events
from cutroom.jobs.models import Run, RunState
from cutroom.jobs.runs import describe_run
from cutroom.pipelines.schemas import Events, ProgressView

#: How soon an event is told after its commit; the look is one row by its key.
LOOK_S = 0.25
#: How often progress is told at most.
PROGRESS_S = 1.0
#: A line that says nothing keeps proxies from taking the connection for a dead one, and shows that a client has gone.
HEARTBEAT_S = 15.0
#: When a browser connects again after the connection broke.
_RETRY_MS = 2000
_PAGE = 200


async def find_run(session: AsyncSession, viewer: Viewer, run_id: UUID, *, to_change: bool = False) -> Run:
    """Give a run that the viewer may see.

    Raises:
        RunNotFound: If there is none, or it is somebody else's.
    """
    query = viewer.only_own(select(Run).where(Run.id == run_id), Run.owner_id)
    run = await session.scalar(query.with_for_update(key_share=True) if to_change else query)
    if run is None:
        raise not_found(run_id)
    return run


def not_found(run_id: UUID) -> RunNotFound:
    """Say that there is no such run, as for one that never was."""
    return RunNotFound(f"There is no run {run_id}.")


async def events_after(session: AsyncSession, run: Run, after: int, limit: int) -> Events:
    """Give a run's events that follow a number."""
    items = await read_events(session, run.id, after=after, limit=limit)
    last = items[-1].number if items else min(after, run.last_event)
    return Events(items=items, state=run.state, last=last, more=last < run.last_event)


async def stream(
    database: Database, run_id: UUID, after: int, still_allowed: Callable[[AsyncSession], Awaitable[object]]
) -> AsyncIterator[bytes]:
    """Give a run's events from a number on, as server-sent events, until its last one.

    No connection to the database is held while it waits.

    Args:
        still_allowed: Raises when the client may not see the run any more.
    """
    yield format_sse_event(retry=_RETRY_MS)
    spoken = looked = time.monotonic()
    looked -= PROGRESS_S
    shown: ProgressView | None = None
    while True:
        pieces: list[bytes] = []
        try:
            async with database.reading() as session:
                state, last = await _standing(session, run_id)
                while after < last:
                    for event in await read_events(session, run_id, after=after, limit=_PAGE):
                        pieces.append(
                            format_sse_event(data_str=event.model_dump_json(), event=event.kind, id=str(event.number))
                        )
                        after = event.number
                ended = state in FINAL_RUN
                if not ended and time.monotonic() - looked >= PROGRESS_S:
                    looked = time.monotonic()
                    await still_allowed(session)
                    status = await describe_run(session, run_id)
                    now = ProgressView.model_validate(status, from_attributes=True)
                    if now != shown:
                        shown = now
                        pieces.append(format_sse_event(data_str=now.model_dump_json(), event="progress"))
        except CutroomError:
            return  # the client connects again with its last number, and is told then
        if not pieces and time.monotonic() - spoken >= HEARTBEAT_S:
            pieces.append(format_sse_event(comment="still here"))
        if pieces:
            spoken = time.monotonic()
            yield b"".join(pieces)
        if ended:
            return
        await asyncio.sleep(LOOK_S)


async def _standing(session: AsyncSession, run_id: UUID) -> tuple[RunState, int]:
    row = (await session.execute(select(Run.state, Run.last_event).where(Run.id == run_id))).one_or_none()
    if row is None:
        raise not_found(run_id)
    return row.state, row.last_event
