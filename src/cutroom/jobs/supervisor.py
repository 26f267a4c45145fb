"""Keep a machine's workers alive, and the engine's clockwork going."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import select

from cutroom.core.clockwork import every, pause
from cutroom.core.cores import count_cores
from cutroom.core.database import Database, DatabaseUnavailable
from cutroom.core.settings import Settings
from cutroom.jobs.forking import Forked, Plan, Template
from cutroom.jobs.host import host_name
from cutroom.jobs.models import Queue, Worker
from cutroom.jobs.reaper import Reaper
from cutroom.jobs.recipes import Catalogue
from cutroom.jobs.schedules import fire_due
from cutroom.jobs.work import sweep_scratch
from cutroom.providers.storage import Storage

_log = logging.getLogger(__name__)

#: Where a worker's process finds what it works with; the module that joins all parts lies downstream of this one.
ENGINE = "cutroom.app:open_engine"
_SLOT_BYTES = 2 << 30
_IO_SLOTS = 2
_TICK_S = 1.0
_PUMP_S = 0.2
_TIDY_S = 300.0
#: A stopping slot gives its step some seconds, then hands it back; one that does not is killed.
_STOP_S = 9.0
#: A process that ended sooner than this is started again after a pause that doubles.
_STEADY_S = 3.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0


def suitable_slots(settings: Settings) -> dict[Queue, int]:  # noqa: ARG001 - what may come to limit them
    """Choose how many steps may run at a time on this machine, by queue.

    Without a graphics processor there is no ``gpu`` entry, and ``cpu`` slots serve that queue too.
    """
    by_memory = max(1, psutil.virtual_memory().total // _SLOT_BYTES)
    slots = {Queue.CPU: min(count_cores(), by_memory), Queue.IO: _IO_SLOTS}
    if any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd")):
        slots[Queue.GPU] = 1
    return slots


def plan_slots(workers: Mapping[Queue, int], *, celery: bool) -> list[Plan]:
    """Plan the processes of a machine: one for each slot, or a Celery worker for each queue."""
    plans = []
    for queue, count in workers.items():
        queues = (queue, Queue.GPU) if queue is Queue.CPU and Queue.GPU not in workers else (queue,)
        threads = 1 if queue is Queue.IO else max(1, count_cores() // max(1, count))
        if celery and count:
            plans.append(Plan(queues, threads, count))
        else:
            plans += [Plan(queues, threads)] * count
    return plans


class Supervisor:
    """The workers of one machine, and what the engine does by the clock.

    Args:
        workers: Slots by queue; without an entry for ``gpu``, ``cpu`` slots serve it too.
        engine: ``module:function`` that opens a worker's :class:`cutroom.jobs.execution.Engine`.
        tidy: Called every few minutes.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        storage: Storage,
        settings: Settings,
        workers: Mapping[Queue, int],
        *,
        engine: str = ENGINE,
        tidy: Callable[[Database, Storage, Settings], Awaitable[object]] | None = None,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._storage = storage
        self._settings = settings
        self._plans = plan_slots(workers, celery=settings.broker_url is not None)
        self._template = Template(engine, max((plan.threads for plan in self._plans), default=1))
        self._tidy = tidy
        self._reaper = Reaper(database, lease_s=settings.lease_s, every_s=_TICK_S)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep everything going until ``stop`` is set; then end the workers, which hand their steps back."""
        clockwork = [
            asyncio.create_task(every(_TICK_S, self._reap, stop)),
            asyncio.create_task(every(_TICK_S, self._fire, stop)),
            asyncio.create_task(every(_TIDY_S, self._clean, stop)),
        ]
        if self._settings.broker_url:
            clockwork.append(asyncio.create_task(every(_PUMP_S, self._pump(), stop)))
        try:
            async with asyncio.TaskGroup() as keeping:
                keeping.create_task(stop.wait())
                for plan in self._plans:
                    keeping.create_task(self._keep(plan, stop))
        finally:
            await self._template.close()
            for each in clockwork:  # what it is in the middle of may take longer than we have
                each.cancel()
            await asyncio.gather(*clockwork, return_exceptions=True)

    async def _reap(self) -> None:
        await self._reaper.bury()
        if hanging := await self._reaper.look():
            await self._kill(hanging)

    async def _kill(self, workers: Collection[UUID]) -> None:
        """End those of our processes that hang where not even they can end themselves."""
        here = select(Worker.pid).where(Worker.id.in_(workers), Worker.host == host_name(), Worker.ended_at.is_(None))
        async with self._database.reading() as session:
            silent = set((await session.scalars(here)).all())
        for child in psutil.Process().children(recursive=True):
            if child.pid in silent:
                with contextlib.suppress(psutil.Error):
                    child.kill()

    async def _fire(self) -> None:
        await self._database.write(lambda session: fire_due(session, self._catalogue))

    def _pump(self) -> Callable[[], Awaitable[object]]:
        from cutroom.jobs.celery import make_app  # both need an extra
        from cutroom.jobs.pump import send_ready

        app = make_app(self._settings)
        return lambda: send_ready(self._database, app)

    async def _clean(self) -> None:
        await sweep_scratch(self._database, self._settings)
        if self._tidy is not None:
            await self._tidy(self._database, self._storage, self._settings)

    async def _keep(self, plan: Plan, stop: asyncio.Event) -> None:
        """Start a process again whenever it ends."""
        pause_s = _FIRST_PAUSE_S
        while not stop.is_set():
            started = time.monotonic()
            forking = asyncio.ensure_future(self._template.fork(plan))
            if not await _done(forking, stop):  # it loads still, and nobody wants it any more
                forking.cancel()
                return
            process = forking.result()
            if not await _done(process.ended, stop):
                await _end(process)
                return
            _log.warning("a worker for %s %s", ", ".join(plan.queues), _how(process.ended.result()))
            with contextlib.suppress(DatabaseUnavailable):  # the next look will see to it
                await self._bury(plan)
            if time.monotonic() - started >= _STEADY_S:
                pause_s = _FIRST_PAUSE_S
            else:
                await pause(stop, pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _bury(self, plan: Plan) -> None:
        await self._reaper.bury()
        await sweep_scratch(self._database, self._settings)
        if plan.celery:
            from cutroom.jobs.pump import forget_sent  # it needs an extra

            await self._database.write(lambda session: forget_sent(session, plan.queues))


async def _done(waiting: asyncio.Future[Any], stop: asyncio.Event) -> bool:
    """Wait for something or to be asked to stop; ``True`` if it is done."""
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({waiting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    return waiting.done()


async def _end(process: Forked) -> None:
    """Ask a process to end, and kill it when it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(asyncio.shield(process.ended), _STOP_S)
    except TimeoutError:
        process.send_signal(signal.SIGKILL)
        await process.ended


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was ended by {signal.Signals(-status).name}"
