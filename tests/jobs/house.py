"""An instance of its own with processes that can be hurt: supervisors, their slots, and the programs those start."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from pydantic import BaseModel
from sqlalchemy import select
from tests.jobs import workshop

from cutroom.core.database import Database
from cutroom.jobs.events import read_events
from cutroom.jobs.models import Run, RunState, Step, StepState, Worker
from cutroom.jobs.recipes import Recipe
from cutroom.jobs.runs import describe_run, output_of, start_run
from cutroom.jobs.schemas import EventView, RunStatus

PROJECT = Path(__file__).resolve().parents[2]
#: Longer than anything here takes on a busy machine; whoever waits this long has failed.
PATIENCE_S = 90.0


class House:
    """One database and one data folder, with any number of supervisors as processes of their own."""

    def __init__(self, folder: Path, database: Database, **settings: object) -> None:
        self.folder = folder / "data"
        self.folder.mkdir(parents=True)
        self.database = database
        self.log = folder / "log"
        said = {"beat_s": 0.3, "lease_s": 3, **settings}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CUTROOM_", "COVERAGE"))},
            **{f"CUTROOM_{name.upper()}": str(value) for name, value in said.items()},
            "CUTROOM_DATA_DIR": str(self.folder),
            "CUTROOM_DATABASE_URL": database.url,
            "PYTHONPATH": str(PROJECT),
        }
        self._started: list[subprocess.Popen[bytes]] = []

    def up(self, *workers: str, limits: Mapping[int, int] | None = None, **environment: str) -> subprocess.Popen[bytes]:
        """Start a supervisor, as ``up("cpu=2", "io=1")``; ``limits`` are of :mod:`resource`."""

        def limit() -> None:
            for kind, value in (limits or {}).items():
                resource.setrlimit(kind, (value, value))

        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.workshop", *(workers or ("cpu=2", "io=1"))],
                cwd=PROJECT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                preexec_fn=limit,
            )
        self._started.append(process)
        return process

    def down(self) -> None:
        """Kill everything."""
        for started in self._started:
            with contextlib.suppress(ProcessLookupError):
                started.kill()
            started.wait()
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def processes(self) -> list[psutil.Process]:
        """Give every process that belongs to this house, supervisors included."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def slots(self) -> list[psutil.Process]:
        """Give the processes that do steps: those that were forked, without the one that they were forked from."""
        running = {each.pid: each for each in self.processes() if "cutroom.jobs" in _command(each)}
        return [each for each in running.values() if each.ppid() in running]

    def encoders(self) -> list[psutil.Process]:
        """Give the running programs that stages started."""
        return [each for each in self.processes() if "libx264" in _command(each)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return str(self.folder) in (_command(process) + process.environ().get("CUTROOM_DATA_DIR", ""))
        except psutil.Error:
            return False

    async def start(self, recipe: Recipe[Any], params: BaseModel, *, priority: int = 0) -> Run:
        """Start a run."""
        async with self.database.writing() as session:
            return await start_run(session, recipe, params, priority=priority)

    async def status(self, run: Run) -> RunStatus:
        """Tell how a run stands."""
        async with self.database.reading() as session:
            return await describe_run(session, run.id)

    async def steps(self, run: Run) -> dict[str, Step]:
        """Give a run's steps by key."""
        async with self.database.reading() as session:
            return {step.key: step for step in await session.scalars(select(Step).where(Step.run_id == run.id))}

    async def events(self, run: Run) -> list[EventView]:
        """Give all that happened to a run."""
        async with self.database.reading() as session:
            return await read_events(session, run.id, after=0, limit=10_000)

    async def finished_once(self, run: Run) -> None:
        """Make sure that every step counted once, however often it was tried."""
        names = [event.data["step"] for event in await self.events(run) if event.kind == "step.succeeded"]
        assert sorted(names) == sorted(await self.steps(run))

    async def value(self, run: Run) -> object:
        """Give what a run gave."""
        async with self.database.reading() as session:
            return await output_of(session, workshop.CATALOGUE, run)

    async def workers(self) -> list[Worker]:
        """Give the workers that have not ended."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(Worker).where(Worker.ended_at.is_(None))))

    async def until(self, so: Callable[[], Awaitable[bool] | bool], patience_s: float = PATIENCE_S) -> float:
        """Wait until something is so, and tell how long that took."""
        began = time.monotonic()
        while True:
            answer = so()
            if answer if isinstance(answer, bool) else await answer:
                return time.monotonic() - began
            assert time.monotonic() - began < patience_s, self.log.read_text()[-4000:] if self.log.exists() else ""
            await asyncio.sleep(0.02)

    async def ended(self, run: Run, patience_s: float = PATIENCE_S) -> RunStatus:
        """Wait for a run's end."""

        async def final() -> bool:
            return (await self.status(run)).ended_at is not None

        await self.until(final, patience_s)
        return await self.status(run)

    async def succeeded(self, run: Run) -> RunStatus:
        """Wait for a run's end, which must be a good one."""
        status = await self.ended(run)
        assert status.state is RunState.SUCCEEDED, status
        return status

    async def running(self, run: Run, stage: str) -> Step:
        """Wait until a worker does a step of a stage."""
        found: list[Step] = []

        async def so() -> bool:
            steps = (await self.steps(run)).values()
            found[:] = [step for step in steps if step.stage == stage and step.state is StepState.RUNNING]
            return bool(found)

        await self.until(so)
        return found[0]

    async def process_of(self, step: Step) -> psutil.Process:
        """Give the process that does a step."""
        async with self.database.reading() as session:
            worker = await session.get_one(Worker, step.worker_id or UUID(int=0))
        return psutil.Process(worker.pid)

    def stored(self) -> set[str]:
        """Name the files in storage."""
        return {path.name for path in (self.folder / "media").glob("??/*") if path.is_file()}

    def scratch(self) -> list[Path]:
        """Give what lies in scratch folders."""
        return list((self.folder / "work").glob("*"))


@contextlib.contextmanager
def house(folder: Path, database: Database, **settings: object) -> Iterator[House]:
    """Make a house, and leave nothing of it running."""
    made = House(folder, database, **settings)
    try:
        yield made
    finally:
        made.down()


def stop(process: subprocess.Popen[bytes], patience_s: float) -> int:
    """Ask a supervisor to end, and give its status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(patience_s)


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
