"""``cutroom up``, ``cutroom api`` and ``cutroom worker``: everything in one command, or its parts on many machines."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from cutroom.accounts.setup import make_setup_link
from cutroom.app import listen, opened, serve
from cutroom.cli.connection import connected, slots
from cutroom.cli.root import app
from cutroom.core.errors import CutroomError
from cutroom.core.logging import configure_logging
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings, get_settings
from cutroom.core.text import one_line
from cutroom.jobs.execution import Engine
from cutroom.narration.lecture import make_lecture
from cutroom.providers import registry

Host = Annotated[str | None, typer.Option(help="The address to listen on; CUTROOM_HOST when left out.")]
Port = Annotated[int | None, typer.Option(help="The port to listen on; CUTROOM_PORT when left out, 0 for any.")]
Queues = Annotated[
    str | None, typer.Option(help="Steps at a time by queue, like cpu=2,io=4; what suits the machine when left out.")
]


@app.command()
def up(
    host: Host = None,
    port: Port = None,
    queues: Queues = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill it with the sample lecture and make clips of it.")] = False,
) -> None:
    """Start everything on this machine: the interface, its workers and the scheduler."""
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
        )

    _run(live)


@app.command()
def api(host: Host = None, port: Port = None) -> None:
    """Serve the interface alone; workers run elsewhere."""
    settings = get_settings()

    async def live(engine: Engine, stop: asyncio.Event) -> None:
        link = await _prepare(engine)
        await serve(
            engine,
            listener=listen(host or settings.host, settings.port if port is None else port),
            stop=stop,
            ready=lambda url: _greet(settings.url or url, link),
        )

    _run(live)


@app.command()
def worker(queues: Queues = None) -> None:
    """Do the steps of runs, here and on any number of machines; Celery wakes them where a broker is set."""
    settings = get_settings()
    wanted = slots(settings, queues)

    async def live(engine: Engine, stop: asyncio.Event) -> None:
        await upgrade(engine.database)
        typer.echo(f"At work: {', '.join(f'{count} × {queue}' for queue, count in wanted.items() if count)}")
        await serve(engine, listener=None, stop=stop, workers=wanted)

    _run(live)


def _run(live: Callable[[Engine, asyncio.Event], Awaitable[None]]) -> None:
    """Run until a signal asks for the end, then end in order."""

    async def whole() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, stop.set)
        async with opened(get_settings()) as engine:
            await live(engine, stop)

    # A person at a terminal wants to know of trouble; whoever collects logs wants everything.
    configure_logging(level=logging.WARNING if sys.stderr.isatty() else logging.INFO)
    try:
        asyncio.run(whole())
    except BaseExceptionGroup as group:
        raise _first(group) from group


def _first(group: BaseExceptionGroup) -> BaseException:
    """Give the failure that ended the others."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


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
