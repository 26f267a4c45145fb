"""Find the steps whose worker is gone, and give them to another."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from cutroom.core.database import Database
from cutroom.jobs.claims import reap_step, running_steps
from cutroom.jobs.host import host_name, is_gone
from cutroom.jobs.models import Worker
from cutroom.jobs.workers import end_worker

#: Looks further apart than this many times what was meant say nothing about the time in between.
_BLINK = 3.0


class Reaper:
    """Watches beats by its own clock: how long one has not changed, never what its time says.

    Args:
        lease_s: How long a worker may stay silent.
        every_s: How often :meth:`look` is meant to be called.
        clock: Monotonic.
    """

    def __init__(
        self, database: Database, *, lease_s: float, every_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._lease_s = lease_s
        self._blink_s = every_s * _BLINK
        self._clock = clock
        #: By step and attempt: the last beat, and how long it has been watched without a change.
        self._silent: dict[tuple[UUID, int], tuple[object, float]] = {}
        self._looked: float | None = None

    async def look(self) -> set[UUID]:
        """Look once, and reap what is due.

        Returns:
            The workers that were silent for a lease; they may hang for good.

        Raises:
            DatabaseUnavailable: If the rows cannot be read; nobody is taken for dead because of that.
        """
        async with self._database.reading() as session:
            running = await running_steps(session)
        watched_s = self._watched_s()
        hanging: set[UUID] = set()
        silent: dict[tuple[UUID, int], tuple[object, float]] = {}
        for step in running:
            name = (step.step_id, step.attempt)
            beat_at, silent_s = self._silent.get(name, (step.beat_at, 0.0))
            silent_s = silent_s + watched_s if beat_at == step.beat_at else 0.0
            silent[name] = (step.beat_at, silent_s)
            if silent_s >= self._lease_s:
                await self._reap(*name, f"nothing was heard of it for {silent_s:.0f} s.")
                hanging |= {step.worker_id} if step.worker_id else set()
        self._silent = silent
        return hanging

    async def bury(self) -> int:
        """Reap the steps of this machine's processes that are gone, without waiting for a lease.

        Returns:
            How many steps were reaped.
        """
        here = select(Worker.id, Worker.host, Worker.pid, Worker.process_started).where(
            Worker.ended_at.is_(None), Worker.host == host_name()
        )
        async with self._database.reading() as session:
            gone = {
                each.id for each in await session.execute(here) if is_gone(each.host, each.pid, each.process_started)
            }
            running = await running_steps(session) if gone else []
        reaped = 0
        for step in running:
            if step.worker_id in gone:
                reaped += await self._reap(step.step_id, step.attempt, "its process is gone.")
        for worker_id in gone:
            await self._end(worker_id)
        return reaped

    async def _end(self, worker_id: UUID) -> None:
        await self._database.write(lambda session: end_worker(session, worker_id))

    async def _reap(self, step_id: UUID, attempt: int, reason: str) -> bool:
        return await self._database.write(lambda session: reap_step(session, step_id, attempt, reason=reason))

    def _watched_s(self) -> float:
        """Tell how much of the time since the last look counts: none while this process or the database was away."""
        before, self._looked = self._looked, self._clock()
        passed_s = 0.0 if before is None else self._looked - before
        return passed_s if passed_s <= self._blink_s else 0.0
