"""Celery as a doorbell: it carries the ids of ready steps to workers, and nothing that would be missed.

What must not be lost or done twice, in what order and how often, is in the rows. So messages are taken off the broker
before they are acted on, are never retried, give no results, and may come late, twice or not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
import warnings
from collections.abc import Coroutine, Sequence
from pkgutil import resolve_name
from typing import Any, TypeVar
from uuid import UUID

import psutil
from celery import Celery, shared_task
from celery.platforms import SecurityWarning
from celery.signals import worker_process_init, worker_process_shutdown, worker_shutting_down
from kombu import entity
from kombu.connection import Connection

from cutroom.core.errors import InvalidInput
from cutroom.core.logging import configure_logging
from cutroom.core.settings import Settings, get_settings
from cutroom.jobs.execution import Engine, execute
from cutroom.jobs.models import Queue
from cutroom.jobs.observing import observed
from cutroom.jobs.slots import at_work, claim

T = TypeVar("T")

TASK = "cutroom.step"
#: A pool's process is replaced after this many steps: what libraries leave behind in memory goes with it.
_STEPS_A_PROCESS = 50
#: A broker that does not answer for so long is taken for gone.
_BROKER_S = 5
#: A process of the pool that has not started by then is killed and started anew; on a busy machine that takes long.
_START_S = 120.0
_WORKER = "CUTROOM_WORKER"


class _Connection(Connection):
    """A connection that asks for its broker every few seconds, however long that was away."""

    def _ensure_connection(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - kombu's own shape
        connect: Any = super()._ensure_connection
        return connect(*args, **{"interval_start": 1, "interval_step": 1, "interval_max": 3, **kwargs})


def make_app(settings: Settings) -> Celery:
    """Make the application that sends and takes messages.

    Raises:
        InvalidInput: If no broker is set.
    """
    if settings.broker_url is None:
        raise InvalidInput("Celery needs a broker: set CUTROOM_BROKER_URL to redis://… or amqp://….")
    url = settings.broker_url.get_secret_value()
    on_redis = url.startswith("redis")
    app = Celery("cutroom", broker=url, include=[__name__])
    app.amqp.Connection = _Connection
    app.conf.update(
        task_queues=[
            # On RabbitMQ a quorum queue lives through a restart; Redis knows no kinds.
            _lasting_queue(queue_name(queue), kind=None if on_redis else "quorum")
            for queue in Queue
        ],
        task_default_queue=queue_name(Queue.CPU),
        result_backend=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=False,
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        worker_pool_start_method="spawn",  # libraries that compute start threads, which a fork would break
        worker_proc_alive_timeout=_START_S,
        worker_max_tasks_per_child=_STEPS_A_PROCESS,
        # Remote control stays on: without it, Celery 5.7 reads nothing more once Redis has been away.
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"socket_timeout": _BROKER_S, "socket_connect_timeout": _BROKER_S} if on_redis else {},
    )
    return app


def _lasting_queue(name: str, kind: str | None) -> object:
    exchange = entity.Exchange("cutroom")  # type: ignore[no-untyped-call]  # kombu has few types
    arguments = {"x-queue-type": kind} if kind else None
    return entity.Queue(name, exchange, routing_key=name, queue_arguments=arguments)  # type: ignore[no-untyped-call]


def queue_name(queue: Queue) -> str:
    """Name a queue on the broker."""
    return f"cutroom.{queue}"


def serve(engine: str, queues: Sequence[Queue], *, slots: int, threads: int) -> None:
    """Be a Celery worker until a signal ends it.

    Args:
        engine: ``module:function`` that opens what each process of the pool works with.
        queues: What it serves.
        slots: How many steps it does at a time.
        threads: How many cores a stage may use.
    """
    # The pool's processes start anew: all that they know is in the environment.
    os.environ[_WORKER] = " ".join([engine, ",".join(queues), str(threads)])
    # Its warning of root is about pickled messages; ours are JSON.
    warnings.simplefilter("ignore", SecurityWarning)
    make_app(get_settings()).worker_main(
        [
            *("--quiet", "worker", "--loglevel", "WARNING", "--hostname", f"{'-'.join(queues)}.{os.getpid()}@%h"),
            *("--queues", ",".join(map(queue_name, queues)), "--concurrency", str(slots), "-O", "fair"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


@shared_task(name=TASK)  # type: ignore[untyped-decorator]  # Celery has no types
def do_step(step_id: str) -> None:  # noqa: ARG001 - it rings the bell; the rows say what is most urgent now
    """Do the most urgent step that is ready."""
    _hand().work()


class _Hand:
    """A process of the pool. Its loop runs in a thread beside Celery's, so that it is heard of while it is idle."""

    def __init__(self) -> None:
        engine, queues, threads = os.environ[_WORKER].split(" ")
        self._engine: Engine = resolve_name(engine)()
        self._observed = contextlib.ExitStack()
        self._observed.enter_context(observed(self._engine.settings, "worker"))
        self._queues = [Queue(name) for name in queues.split(",")]
        self._threads = int(threads)
        self._stop = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="loop", daemon=True).start()
        self._presence = at_work(self._engine.database, self._engine.settings, self._queues)
        self._worker_id: UUID = self._wait(self._presence.__aenter__())

    def work(self) -> None:
        """Do the most urgent step that is ready, if there is one and this process may go on."""
        # Not sooner: the pool has its own handler, set after everything that it lets us do.
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        self._wait(self._work())

    def stop(self) -> None:
        """Give the step under way a few seconds, then hand it back."""
        self._loop.call_soon_threadsafe(self._stop.set)

    def leave(self) -> None:
        """Say good-bye."""
        self._wait(self._presence.__aexit__(None, None, None))
        self._observed.close()

    def _wait(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    async def _work(self) -> None:
        engine = self._engine
        if self._stop.is_set():
            return
        if claimed := await claim(engine.database, engine.settings, self._queues, self._worker_id):
            await execute(
                engine.database,
                engine.catalogue,
                engine.storage,
                engine.settings,
                claimed,
                threads=self._threads,
                stopping=self._stop,
                unlock=engine.unlock,
            )


_hands: list[_Hand] = []


def _hand() -> _Hand:
    (hand,) = _hands
    return hand


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _begin(**_: object) -> None:
    configure_logging(level=logging.WARNING)
    _hands.append(_Hand())


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _finish(**_: object) -> None:
    _hand().leave()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_pool(**_: object) -> None:
    """Tell the pool's processes what Celery does not: that the step under way has seconds left."""
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            child.terminate()
