"""What workers are forked from: what a supervisor starts, and nobody else."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pkgutil import resolve_name
from typing import NoReturn

from cutroom.core.loading import loading
from cutroom.core.logging import configure_logging
from cutroom.jobs.execution import Engine
from cutroom.jobs.forking import Plan
from cutroom.jobs.host import die_with
from cutroom.jobs.models import Queue
from cutroom.jobs.observing import observed
from cutroom.jobs.slots import run_slot

_log = logging.getLogger(__name__)

#: Whoever waits for an answer of the interface goes first.
_NICE = 5
#: Those that fork hear of their children by the first; the rest is for whoever stops the whole.
_MINE = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main() -> None:
    """Load everything, then fork a worker for each plan that is read; tell that it began and how it ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True, help="module:function that opens the engine")
    parser.add_argument("--parent", type=int, required=True)
    options = parser.parse_args()
    die_with(options.parent)
    parent = os.getpid()
    for number in _MINE[1:]:
        signal.signal(number, signal.SIG_IGN)  # the supervisor ends the workers first
    with loading():
        resolve_name(options.engine)
    reports = os.dup(1)
    os.dup2(2, 1)  # what workers print goes where their warnings go
    signal.signal(signal.SIGCHLD, lambda *_: _reap(reports))
    for line in iter(sys.stdin.buffer.readline, b""):
        queues, threads, celery = json.loads(line)
        plan = Plan(tuple(map(Queue, queues)), threads, celery)
        # Until its beginning is told, its end waits.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if not pid:
            os.close(reports)
            _become(plan, options.engine, parent)
        _tell(reports, pid, None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _reap(reports: int) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        _tell(reports, pid, os.waitstatus_to_exitcode(status))


def _tell(reports: int, pid: int, status: int | None) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody is left who would hear it
        os.write(reports, json.dumps([pid, status]).encode() + b"\n")


def _become(plan: Plan, engine: str, parent: int) -> NoReturn:
    """Go on as a worker."""
    status = 1
    try:
        for number in _MINE:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.setsid()
        die_with(parent)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        # For the libraries that load later, which are those that compute most.
        os.environ["OMP_NUM_THREADS"] = str(plan.threads)
        os.nice(_NICE)
        configure_logging(level=logging.WARNING)
        _work(plan, engine)
        status = 0
    except Exception:  # noqa: BLE001 - it ends here, and says why
        _log.exception("a worker for %s ended", ", ".join(plan.queues))
    finally:
        sys.stdout.flush()
        os._exit(status)  # libraries' threads may take their time; ours have finished


def _work(plan: Plan, engine: str) -> None:
    if plan.celery:
        from cutroom.jobs.celery import serve  # it needs an extra

        serve(engine, plan.queues, slots=plan.celery, threads=plan.threads)
        return
    opened: Engine = resolve_name(engine)()
    with observed(opened.settings, "worker"):
        asyncio.run(_serve(opened, plan.queues, plan.threads))


async def _serve(engine: Engine, queues: Sequence[Queue], threads: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await run_slot(
            engine.database,
            engine.catalogue,
            engine.storage,
            engine.settings,
            queues,
            stop=stop,
            threads=threads,
            unlock=engine.unlock,
        )
    finally:
        await engine.database.close()


if __name__ == "__main__":
    main()
