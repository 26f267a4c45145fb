"""Do one claimed step, whoever rang: resolve, reuse or compute, keep, finish."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.database import Database, DatabaseUnavailable
from cutroom.core.errors import CutroomError
from cutroom.core.settings import Settings
from cutroom.core.tracing import note, span
from cutroom.jobs.claims import Claimed, Standing, fail_step, finish_step, hand_back, standing
from cutroom.jobs.errors import StepTimedOut
from cutroom.jobs.failpoints import failpoint
from cutroom.jobs.failures import failure_of
from cutroom.jobs.kept import (
    Kept,
    damaged_files,
    find_result,
    keep_result,
    own_key,
    resolve_arguments,
    result_key,
    spoil_result,
)
from cutroom.jobs.recipes import Catalogue
from cutroom.jobs.stages import Recording, Retry, Stage
from cutroom.jobs.work import PutOff, StepWork, Unlock
from cutroom.media.process import Stopped, allow_children, stop_children
from cutroom.providers.storage import Storage

T = TypeVar("T")

_log = logging.getLogger(__name__)

#: A stage that does not come back this long after its children were killed is ended with its process.
_LAST_WORDS_S = 3.0
#: What a stopping worker gives to the step that it is doing.
GRACE_S = 5.0
#: Between attempts to write down an outcome while the database is away.
_AWAY_S = 1.0

#: Threads that live as long as the process.
_threads = ThreadPoolExecutor(32, "stage")


@dataclass(frozen=True, slots=True)
class Engine:
    """What a worker's process opens once."""

    database: Database
    catalogue: Catalogue
    storage: Storage
    settings: Settings
    unlock: Unlock | None = None


class _Lost(Exception):
    """The step was cancelled or given to another worker: nothing that this one writes counts."""


def leave() -> NoReturn:
    """End this process at once, with whatever hangs in it."""
    os._exit(1)


async def execute(
    database: Database,
    catalogue: Catalogue,
    storage: Storage,
    settings: Settings,
    claimed: Claimed,
    *,
    threads: int = 1,
    stopping: asyncio.Event | None = None,
    leave: Callable[[], object] = leave,
    unlock: Unlock | None = None,
) -> None:
    """Do a step to its end, and write down what came of it.

    Args:
        threads: How many cores the stage may use.
        stopping: Once set, the step has :data:`GRACE_S` left and is then handed back.
        leave: Called when a stage hangs in a call that nothing but the end of the process ends.
        unlock: Adds the keys of providers to the settings; without it, those of the environment are all there are.
    """
    work = StepWork(database, storage, settings, claimed, threads=threads, unlock=unlock)
    execution = _Execution(Engine(database, catalogue, storage, settings), claimed, work, stopping)
    try:
        async with execution.beating():
            with span(f"step {claimed.stage}", **_about(claimed)):
                await execution.settle()
    finally:
        if work.folder.is_dir():
            await asyncio.to_thread(shutil.rmtree, work.folder, ignore_errors=True)
    if execution.hangs:
        leave()


def _about(claimed: Claimed) -> dict[str, str | int]:
    about: dict[str, str | int] = {
        "cutroom.run_id": str(claimed.run_id),
        "cutroom.step": claimed.key,
        "cutroom.attempt": claimed.attempt,
    }
    if claimed.correlation_id is not None:
        about["cutroom.correlation_id"] = claimed.correlation_id
    return about


class _Execution:
    """One attempt at a step."""

    def __init__(self, engine: Engine, claimed: Claimed, work: StepWork, stopping: asyncio.Event | None) -> None:
        self.hangs = False
        self._engine = engine
        self._claimed = claimed
        self._work = work
        self._stopping = stopping
        self._beats: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat until the block ends."""
        self._beats = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            self._beats.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._beats

    async def settle(self) -> None:
        """Do the step and write down its outcome."""
        claimed, work, stage = self._claimed, self._work, self._engine.catalogue.stages.get(self._claimed.stage)
        try:
            await self._do()
            failpoint("finished")
        except (_Lost, Stopped):
            _log.info("step %s was taken away", claimed.step_id)
        except PutOff as later:
            await self._give_back(later.after_s, later.message)
        except DatabaseUnavailable as error:  # no fault of the step
            await self._give_back(_AWAY_S, str(error))
        except Exception as error:  # noqa: BLE001 - what a stage may raise; it is written down, whatever it is
            failure = failure_of(error, claimed.stage)
            retry = stage.retry if stage else Retry()
            unforeseen = None if isinstance(error, CutroomError) else error
            note(failure=type(error).__name__)
            level = logging.ERROR if unforeseen else logging.WARNING  # a fault of ours is one, whoever is told of those
            _log.log(level, "step %s (%s) failed: %s", claimed.step_id, claimed.stage, error, exc_info=unforeseen)
            await self._persist(
                lambda session: fail_step(session, claimed, failure, retry=retry, cpu_s=work.cpu_s, units=work.units)
            )

    async def _give_back(self, after_s: float, message: str) -> None:
        await self._persist(lambda session: hand_back(session, self._claimed, after_s=after_s, message=message))

    async def _do(self) -> None:
        failpoint("claimed")
        engine, claimed = self._engine, self._claimed
        async with engine.database.reading() as session:
            given = await resolve_arguments(session, engine.catalogue, claimed)
            stage = engine.catalogue.stages[claimed.stage]
            key = result_key(stage, given.digests)
            kept = None if stage.records else await find_result(session, stage, key)
        if stage.records:
            await self._record(stage, given.values)
            return
        if kept is not None and await self._is_whole(kept):
            # Whatever the answer: a value that was dropped since puts the step back, and that is to be committed.
            await self._persist(lambda session: self._finish(session, key, reused=True))
            return
        value = await self._compute(stage, given.values)
        failpoint("computed")

        async def keep(session: AsyncSession) -> None:
            await keep_result(session, stage, key, value)
            if not await self._finish(session, key):
                raise _Lost

        await self._persist(keep)

    async def _is_whole(self, kept: Kept) -> bool:
        """Tell whether storage holds every file that a kept value names."""
        if not kept.files or not await asyncio.to_thread(damaged_files, self._engine.storage, kept.files):
            return True
        await self._persist(lambda session: spoil_result(session, kept.key))
        return False

    async def _record(self, stage: Stage[Any, Any], values: dict[str, Any]) -> None:
        """Let a stage write rows in the transaction that finishes the step."""
        claimed, key = self._claimed, own_key(self._claimed.step_id)

        async def write(session: AsyncSession) -> None:
            match await standing(session, claimed):
                case Standing.LOST:
                    raise _Lost
                case Standing.DONE:  # the commit's answer was lost
                    return
            recording = Recording(
                session, claimed.run_id, claimed.run_owner_id, claimed.run_subject_id, self._engine.catalogue
            )
            await keep_result(session, stage, key, await stage.function(recording, **values))
            await self._finish(session, key)

        try:
            async with asyncio.timeout(stage.time_limit_s):
                await self._persist(write)
        except TimeoutError as error:
            raise _too_long(stage) from error

    async def _finish(self, session: AsyncSession, key: str, *, reused: bool = False) -> bool:
        cpu_s, units = self._work.cpu_s, self._work.units
        return await finish_step(session, self._claimed, result_key=key, reused=reused, cpu_s=cpu_s, units=units)

    async def _compute(self, stage: Stage[Any, Any], values: dict[str, Any]) -> object:
        """Run the stage's function in a thread, until it returns or is no longer wanted."""
        work = self._work
        allow_children()
        work.folder.mkdir(parents=True, exist_ok=True)
        running = asyncio.get_running_loop().run_in_executor(_threads, _call, stage, work, values)
        telling = asyncio.create_task(self._told_to_stop())
        watched: set[asyncio.Future[Any]] = {running, telling}
        if self._beats is not None:
            watched.add(self._beats)
        try:
            await asyncio.wait(watched, timeout=stage.time_limit_s, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                return running.result()
            why = self._why_stopped(stage)
        finally:
            telling.cancel()
            if not running.done():
                work.stop()
                stop_children()
                running.add_done_callback(_forget)
        _, hanging = await asyncio.wait({running}, timeout=_LAST_WORDS_S)
        self.hangs = bool(hanging)
        raise why

    def _why_stopped(self, stage: Stage[Any, Any]) -> BaseException:
        if self._beats is not None and self._beats.done():
            return self._beats.exception() or _Lost()
        if self._stopping is not None and self._stopping.is_set():
            return PutOff(0.0, "")
        return _too_long(stage)

    async def _told_to_stop(self) -> None:
        await (self._stopping or asyncio.Event()).wait()
        await asyncio.sleep(GRACE_S)

    async def _beat(self) -> None:
        """Tell that the step is worked on, and end when it is no longer this worker's."""
        while True:
            await asyncio.sleep(self._engine.settings.beat_s)
            try:
                async with self._engine.database.writing() as session:
                    held = await self._work.report(session)
                if not held:
                    return
            except DatabaseUnavailable as error:  # the work goes on; the fence judges it when the database is back
                _log.warning("%s", error)

    async def _persist(self, change: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Write down an outcome, however long the database is away: it may have taken hours to get."""
        while True:
            try:
                return await self._engine.database.write(change)
            except DatabaseUnavailable as error:
                _log.warning("%s", error)
                if self._stopping is not None and self._stopping.is_set():
                    raise
                await asyncio.sleep(_AWAY_S)


def _call(stage: Stage[Any, Any], work: StepWork, values: dict[str, Any]) -> object:
    try:
        return stage.function(work, **values)
    except SystemExit as error:  # a library's; here it would end the loop
        raise RuntimeError(f"{stage.name} wanted to end the program") from error


def _too_long(stage: Stage[Any, Any]) -> StepTimedOut:
    return StepTimedOut(f"'{stage.name}' took longer than the {stage.time_limit_s:.0f} s that it may.")


def _forget(running: asyncio.Future[object]) -> None:
    """Look at what a stopped stage ended with, so that nobody complains that it was not looked at."""
    if not running.cancelled():
        running.exception()
