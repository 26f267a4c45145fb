"""Fork workers from a process that has loaded everything, instead of loading everything in each of them.

Loading takes seconds of a core and a hundred megabytes; a fork takes milliseconds and shares what was loaded. What is
forked from has one thread and opens nothing: it loads, forks when it is told to, and tells who ended and how.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from dataclasses import dataclass
from typing import TypeVar, cast

from cutroom.jobs.models import Queue

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plan:
    """A process to keep alive.

    Attributes:
        queues: What it serves.
        threads: How many cores a stage may use.
        celery: How many steps it does at a time, as a Celery worker; 0 for a slot of our own.
    """

    queues: tuple[Queue, ...]
    threads: int
    celery: int = 0


class Forked:
    """A forked process.

    Attributes:
        ended: How it ended, once it has: its status, or the negative number of the signal.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to it, unless it has ended."""
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)


class Template:
    """The process that workers are forked from; it is started with the first, and again where it was killed.

    Args:
        engine: ``module:function`` that opens a worker's engine.
        threads: How many cores the libraries may use that are loaded before a fork.
    """

    def __init__(self, engine: str, threads: int) -> None:
        self._engine = engine
        self._threads = threads
        self._process: Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._asked: deque[asyncio.Future[Forked]] = deque()
        self._workers: dict[int, Forked] = {}

    async def fork(self, plan: Plan) -> Forked:
        """Start a worker."""
        async with self._starting:
            if self._process is None or self._listening is None or self._listening.done():
                self._process = await self._start()
                self._listening = asyncio.create_task(self._listen(self._process))
            forked: asyncio.Future[Forked] = asyncio.get_running_loop().create_future()
            self._asked.append(forked)
            plans = cast("asyncio.StreamWriter", self._process.stdin)
            plans.write(json.dumps([plan.queues, plan.threads, plan.celery]).encode() + b"\n")
        return await forked

    async def close(self) -> None:
        """End it; workers that have not ended end with it."""
        if self._process is not None and self._listening is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._listening

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cutroom.jobs", "--engine", self._engine, "--parent", str(os.getpid())),
            stdin=PIPE,
            stdout=PIPE,
            # A session of its own: a Ctrl-C in the terminal reaches us alone, and we tell the workers.
            start_new_session=True,
            # Libraries that compute take every core they see unless they are told before they load.
            env={**os.environ, "OMP_NUM_THREADS": str(self._threads)},
        )

    async def _listen(self, process: Process) -> None:
        """Hear who was forked, in the order in which that was asked for, and who ended, until it is gone itself."""
        async for line in cast("asyncio.StreamReader", process.stdout):
            pid, status = json.loads(line)
            if status is None:
                worker = self._workers[pid] = Forked(pid)
                _answer(self._asked.popleft(), worker)
            else:
                _answer(self._workers.pop(pid).ended, status)
        status = await process.wait()
        for worker in self._workers.values():  # the kernel ends what was forked with what it was forked from
            _answer(worker.ended, -signal.SIGKILL)
        self._workers.clear()
        while self._asked:
            unborn = Forked(process.pid)
            _answer(unborn.ended, status)
            _answer(self._asked.popleft(), unborn)


def _answer(waiting: asyncio.Future[_T], answer: _T) -> None:
    if not waiting.done():
        waiting.set_result(answer)
