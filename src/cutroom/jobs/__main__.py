"""A worker's process: what a supervisor starts, and nobody else."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from pkgutil import resolve_name

from cutroom.core.logging import configure_logging
from cutroom.jobs.execution import Engine
from cutroom.jobs.host import die_with
from cutroom.jobs.models import Queue
from cutroom.jobs.observing import observed
from cutroom.jobs.slots import run_slot

#: Whoever waits for an answer of the interface goes first.
_NICE = 5


def main() -> None:
    """Be one slot, or a Celery worker with several."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True, help="module:function that opens the engine")
    parser.add_argument("--queues", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--celery", type=int, help="steps at a time")
    options = parser.parse_args()
    die_with(options.parent)
    configure_logging(level=logging.WARNING)
    os.nice(_NICE)
    queues = [Queue(name) for name in options.queues.split(",")]
    if options.celery:
        from cutroom.jobs.celery import serve

        serve(options.engine, queues, slots=options.celery, threads=options.threads)
        return
    engine: Engine = resolve_name(options.engine)()
    with observed(engine.settings, "worker"):
        asyncio.run(_serve(engine, queues, options.threads))
    os._exit(0)  # libraries' threads may take their time; ours have finished


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
