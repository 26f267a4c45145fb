"""What a stage may ask of the worker that runs it, over the rows and storage."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.database import Database
from cutroom.core.files import sha256_of
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import name_blob
from cutroom.jobs.budgets import take
from cutroom.jobs.claims import Claimed, Standing, beat, measure_run, running_steps, standing
from cutroom.jobs.disk import lack_of_room
from cutroom.jobs.effects import arm, settle
from cutroom.jobs.errors import OutcomeUnknown, ValueLost
from cutroom.jobs.events import add_event
from cutroom.jobs.failpoints import failpoint
from cutroom.media.process import Stopped
from cutroom.providers.storage import FileMissing, Storage, StoredFile

T = TypeVar("T")
#: Gives the settings of this process with the keys that are kept in the database, sealed.
Unlock = Callable[[Database], Coroutine[Any, Any, Settings]]

#: A budget that is free again this soon is waited for; longer, and the slot does something else meanwhile.
_PATIENCE_S = 10.0
#: Below the data folder: a folder for each attempt at a step, and what was fetched from storage that is not a disk.
SCRATCH, FETCHED = "work", "fetched"
#: How much of what was fetched stays for the next step that wants it.
FETCHED_BYTES = 32 << 30


class PutOff(BaseException):
    """The step must wait and gives its slot away; no library takes it for a failure of its own."""

    def __init__(self, after_s: float, message: str) -> None:
        super().__init__(message)
        self.after_s = after_s
        self.message = message


class StepWork:
    """The :class:`cutroom.jobs.stages.Work` of a claimed step.

    Its calls come from the stage's threads; the loop that it was made in reports what they said.
    """

    def __init__(
        self,
        database: Database,
        storage: Storage,
        settings: Settings,
        claimed: Claimed,
        *,
        threads: int,
        unlock: Unlock | None = None,
    ) -> None:
        self.settings = settings
        self.folder = settings.data_dir / SCRATCH / f"{claimed.step_id}-{claimed.attempt}"
        self.threads = threads
        self.run_id = claimed.run_id
        self.key = str(claimed.step_id)
        self.units: dict[str, float] = {}
        self._fraction = 0.0
        self._message = ""
        self._claimed = claimed
        self._unlock = unlock
        self._database = database
        self._storage = storage
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self._spent_s = _processor_s()

    @property
    def cpu_s(self) -> float:
        """Processor time of this process and of the children that have ended, in seconds."""
        return _processor_s() - self._spent_s

    def stop(self) -> None:
        """Let every call from now on raise :class:`Stopped`."""
        self._stopped.set()

    async def report(self, session: AsyncSession) -> bool:
        """Write down what was said so far; ``False`` when the step is no longer this worker's."""
        return await beat(
            session,
            self._claimed,
            progress=self._fraction,
            message=self._message,
            cpu_s=self.cpu_s,
            units=dict(self.units),
        )

    def provider_settings(self) -> Settings:
        """Give the settings with the keys of providers that an administrator set."""
        self._check()
        if self._unlock is None:
            return self.settings
        return asyncio.run_coroutine_threadsafe(self._unlock(self._database), self._loop).result()

    def progress(self, fraction: float, /) -> None:
        """Tell the share that is finished."""
        self._check()
        self._fraction = max(self._fraction, min(1.0, fraction))

    def say(self, message: str) -> None:
        """Tell what is being done."""
        self._check()
        self._message = message

    def note(self, sentence: str) -> None:
        """Tell the person something that stays with the run."""
        self._change(
            lambda session: add_event(session, self.run_id, "note", {"step": self._claimed.key, "note": sentence})
        )

    def fetch(self, file: StoredFile) -> Path:
        """Give a local file with the stored bytes."""
        self._check()
        target = self.folder / f"{file.sha256}{file.suffix}"
        if target.exists():
            return target
        copy = self.settings.data_dir / FETCHED / file.sha256
        try:
            found = self._storage.fetch(file.sha256, copy)
        except FileMissing as error:
            raise ValueLost(files=[file.sha256]) from error
        if found == copy:  # its last use; when it was written stays, because storage knows an unchanged file by that
            os.utime(copy, ns=(time.time_ns(), copy.stat().st_mtime_ns))
        try:
            os.link(found, target)
        except FileExistsError:  # another thread of the stage was as fast
            pass
        except OSError:  # another disk
            target.symlink_to(found.absolute())
        return target

    def keep(self, path: Path) -> StoredFile:
        """Put a finished file into storage."""
        self._check()
        file = StoredFile(sha256_of(path), path.stat().st_size, path.suffix)
        self._ask(lambda session: name_blob(session, file.sha256, file.size_bytes))
        self._storage.put(path, file.sha256)
        failpoint("kept")
        return file

    def measure(self, media_s: float) -> None:
        """Tell how long the run's medium is."""
        self._change(lambda session: measure_run(session, self.run_id, media_s))

    def spend(self, budget: str, units: float = 1.0, *, per_s: float | None = None, burst: float = 1.0) -> None:
        """Count units of a provider, and wait or give way while all workers together would exceed its budget."""
        self._check()
        if per_s is not None:
            rate = per_s
            while wait_s := self._ask(lambda session: take(session, budget, units=units, per_s=rate, burst=burst)):
                if wait_s > _PATIENCE_S:
                    raise PutOff(wait_s, f"{budget} allows no more at the moment.")
                if self._stopped.wait(wait_s):
                    raise Stopped
        self.units[budget] = self.units.get(budget, 0.0) + units

    def once(
        self,
        effect: str,
        do: Callable[[], dict[str, Any]],
        look_up: Callable[[], dict[str, Any] | None] | None = None,
    ) -> dict[str, Any]:
        """Do something outside that must not be done twice."""
        key = f"{effect}:{self.key}"
        before = self._change(lambda session: arm(session, key))
        if before.reference is not None:
            return before.reference
        reference = None
        if not before.first:
            if look_up is None:
                raise OutcomeUnknown(
                    f"Whether '{effect}' was done is unknown: the worker was lost in the middle of it. Look at the "
                    "other side, and start a new run if it was not."
                )
            reference = look_up()
        done = do() if reference is None else reference
        self._ask(lambda session: settle(session, key, done))
        return done

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Stopped

    def _ask(self, change: Callable[[AsyncSession], Awaitable[T]]) -> T:
        self._check()
        return asyncio.run_coroutine_threadsafe(self._database.write(change), self._loop).result()

    def _change(self, change: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Change something only while the step is this worker's."""

        async def fenced(session: AsyncSession) -> T:
            if await standing(session, self._claimed) is not Standing.HELD:
                raise Stopped
            return await change(session)

        return self._ask(fenced)


async def sweep_scratch(database: Database, settings: Settings) -> None:
    """Remove the scratch folders that no running step owns, and what was fetched longest ago when it is much."""
    # The folders first: one that is made meanwhile belongs to a step that is running by then.
    folders = await asyncio.to_thread(_entries, settings.data_dir / SCRATCH)
    async with database.reading() as session:
        owned = {f"{step.step_id}-{step.attempt}" for step in await running_steps(session)}
    for folder in folders:
        if folder.name not in owned:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    await asyncio.to_thread(_forget_fetched, settings)


def _forget_fetched(settings: Settings) -> None:
    allowed = FETCHED_BYTES if lack_of_room(settings) is None else 0
    total = 0
    found = [(path.stat(), path) for path in _entries(settings.data_dir / FETCHED)]
    for status, path in sorted(found, key=lambda each: -each[0].st_atime):
        total += status.st_size
        if total > allowed:
            path.unlink(missing_ok=True)  # a step that uses it has it under another name


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _processor_s() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
