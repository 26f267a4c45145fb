"""What ``cutroom up``, ``cutroom api`` and ``cutroom worker`` do until a signal asks for the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Awaitable, Callable

import typer

from cutroom.accounts.setup import make_setup_link
from cutroom.api.serving import listen
from cutroom.app import opened, serve
from cutroom.cli.connection import connected
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.logging import configure_logging
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings, get_settings
from cutroom.core.text import one_line
from cutroom.jobs.execution import Engine
from cutroom.jobs.models import Queue
from cutroom.jobs.observing import observed
from cutroom.jobs.supervisor import suitable_slots
from cutroom.narration.lecture import make_lecture
from cutroom.providers import registry
from cutroom.providers.storage import StorageUnavailable


def run_all(host: str | None, port: int | None, queues: str | None, *, demo: bool) -> None:
    """Serve and work, and fill a new instance with the sample lecture where asked."""
    settings = get_settings()
    key = secrets.token_urlsafe(32)

    async def live(engine: Engine, stop: asyncio.Event) -> None:
        link = await _prepare(engine)

        def ready(url: str) -> None:
            _greet(settings.url or url, link)
            if demo:
                threading.Thread(target=_start_demo, args=(settings, url, key), name="demo", daemon=True).start()

        await serve(
            engine,
            listener=listen(host or settings.host, settings.port if port is None else port),
            stop=stop,
            workers=slots(settings, queues),
            local_key=key,
            ready=ready,
            sends_mail=True,
        )

    _run(live)


def run_api(host: str | None, port: int | None) -> None:
    """Serve alone."""
    settings = get_settings()

    async def live(engine: Engine, stop: asyncio.Event) -> None:
        link = await _prepare(engine)
        await serve(
            engine,
            listener=listen(host or settings.host, settings.port if port is None else port),
            stop=stop,
            ready=lambda url: _greet(settings.url or url, link),
            sends_mail=True,
        )

    _run(live)


def run_worker(queues: str | None) -> None:
    """Do steps alone."""
    wanted = slots(get_settings(), queues)

    async def live(engine: Engine, stop: asyncio.Event) -> None:
        await upgrade(engine.database)
        typer.echo(f"At work: {', '.join(f'{count} × {queue}' for queue, count in wanted.items() if count)}")
        sys.stdout.flush()
        await serve(engine, listener=None, stop=stop, workers=wanted)

    _run(live)


def slots(settings: Settings, wanted: str | None = None) -> dict[Queue, int]:
    """Read how many steps may run at a time, by queue.

    Args:
        wanted: ``cpu=2,io=4``, or names alone for a number that suits the machine.

    Raises:
        InvalidInput: If it cannot be read.
    """
    suitable = suitable_slots(settings)
    if wanted is None:
        return suitable
    chosen: dict[Queue, int] = {}
    for part in wanted.split(","):
        name, _, count = part.strip().partition("=")
        try:
            queue = Queue(name)
            chosen[queue] = int(count) if count else max(1, suitable.get(queue, 1))
        except ValueError as error:
            raise InvalidInput(f"--queues '{part.strip()}' is not a queue: write it like cpu=2,io=4,gpu=1.") from error
    if any(count < 0 for count in chosen.values()) or not any(chosen.values()):
        raise InvalidInput(f"--queues '{wanted}' leaves nothing to do: give at least one slot, as in cpu=1.")
    return chosen


def _run(live: Callable[[Engine, asyncio.Event], Awaitable[None]]) -> None:
    """Run until a signal asks for the end, then end in order."""

    async def whole() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, stop.set)
        async with opened(get_settings()) as engine:
            await _look_at_storage(engine)
            await live(engine, stop)

    # A person at a terminal wants to know of trouble; whoever collects logs wants everything.
    configure_logging(level=logging.WARNING if sys.stderr.isatty() else logging.INFO)
    try:
        with observed(get_settings(), "server"):
            asyncio.run(whole())
    except BaseExceptionGroup as group:
        raise _first(group) from group


def _first(group: BaseExceptionGroup) -> BaseException:
    """Give the failure that ended the others."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def _look_at_storage(engine: Engine) -> None:
    """End the start where storage refuses us; storage that is away may come back, and work waits for it."""
    try:
        await asyncio.to_thread(engine.storage.probe)
    except StorageUnavailable as error:
        typer.echo(f"cutroom: {one_line(str(error))}", err=True)


async def _prepare(engine: Engine) -> str | None:
    """Bring the database up to date, and make the link for the first administrator while there is none."""
    await upgrade(engine.database)
    async with engine.database.writing() as session:
        return await make_setup_link(session)


def _greet(url: str, token: str | None) -> None:
    typer.echo(f"Cutroom is at {url}")
    if token:
        typer.echo(f"Make the first administrator, once: {url}/setup?token={token}")
    sys.stdout.flush()


def _start_demo(settings: Settings, url: str, key: str) -> None:
    """Make the sample lecture and start its highlights; the server is up whatever comes of it."""
    try:
        lecture = settings.data_dir / "sample" / "lecture.mp4"
        typer.echo("Making the sample lecture: slides, a spoken script, a presenter.")
        if not lecture.is_file():
            name, model = registry.split(settings.text_to_speech)
            make_lecture(lecture, registry.load("text_to_speech", name)(settings, model))
        with connected(settings, url, key, workers=False) as connection:
            asset = connection.ask("POST", "/assets", {"path": str(lecture), "title": "Sample lecture"})
            run = connection.ask("POST", "/runs", {"recipe": "highlights", "asset_id": asset["id"], "params": {}})
        typer.echo(f"Cutting it: cutroom runs watch {run['id']}")
    except CutroomError as error:
        with contextlib.suppress(OSError):
            typer.echo(f"The sample lecture could not be made: {one_line(str(error))}", err=True)
    sys.stdout.flush()
