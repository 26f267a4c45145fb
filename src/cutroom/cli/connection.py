"""How commands reach the interface: a server's, or one that runs inside the command for as long as it takes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cutroom.app import listen, opened, serve
from cutroom.core.errors import CutroomError, InvalidInput, ProviderFailed
from cutroom.core.files import written_whole
from cutroom.core.http import Limits, RequestRefused, Server
from cutroom.core.logging import configure_logging
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings
from cutroom.jobs.models import Queue

_BLOCK = 1024 * 1024
_API = "/api/v1"


class Refused(CutroomError):
    """The interface said no, in its own words."""


class NotThere(Refused):
    """There is no such thing, or it is somebody else's."""

    exit_code = InvalidInput.exit_code


class Connection:
    """An interface that is asked."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Ask, and read the answer's JSON; ``None`` where there is none."""
        with _spoken():
            answer = self._server.ask(method, _API + path, json=body, headers=headers)
            return answer.json() if answer.body else None

    def save(self, path: str, target: Path) -> None:
        """Save an answer as a file, whole or not at all."""
        path = path.removeprefix(_API)
        with (
            _spoken(),
            written_whole(target) as part,
            part.open("wb") as file,
            self._server.open(_API + path) as response,
        ):
            for block in response.iter_bytes(_BLOCK):
                file.write(block)


def named(identifier: str) -> str:
    """Make what a person typed safe within a path."""
    return quote(identifier, safe="")


@contextlib.contextmanager
def connected(settings: Settings, server: str | None, token: str | None, *, workers: bool) -> Iterator[Connection]:
    """Connect to a server, or be one until the block ends.

    Args:
        server: Its address; none to work in this machine's own data folder.
        token: An API token of the server.
        workers: Whether steps must be done here when there is no server.
    """
    if server:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with _server(server, headers, token or "") as found:
            yield Connection(found)
        return
    with (
        _embedded(settings, workers=workers) as (url, key),
        _server(url, {"Authorization": f"Bearer {key}"}, key) as own,
    ):
        yield Connection(own)


@contextlib.contextmanager
def _server(url: str, headers: Mapping[str, str], secret: str) -> Iterator[Server]:
    limits = Limits(time_limit_s=60.0, attempts=4)
    with Server("the Cutroom server", url, headers, (secret,), limits) as server:
        yield server


@contextlib.contextmanager
def _embedded(settings: Settings, *, workers: bool) -> Iterator[tuple[str, str]]:
    key = secrets.token_urlsafe(32)
    inside = _Inside()
    configure_logging(level=logging.DEBUG if settings.debug else logging.ERROR)

    async def live() -> None:
        inside.loop, inside.stop = asyncio.get_running_loop(), asyncio.Event()
        async with opened(settings) as engine:
            await upgrade(engine.database)
            await serve(
                engine,
                listener=listen("127.0.0.1", 0),
                stop=inside.stop,
                workers=slots(settings) if workers else None,
                local_key=key,
                ready=inside.answer,
            )

    thread = threading.Thread(target=inside.run, args=(live,), name="cutroom")
    thread.start()
    try:
        yield inside.wait(), key
    finally:
        inside.end()
        thread.join()
    inside.explain()


class _Inside:
    """A loop in a thread of its own, and what came of it."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.stop: asyncio.Event | None = None
        self._url: str | None = None
        self._error: BaseException | None = None
        self._known = threading.Event()

    def run(self, live: Any) -> None:  # noqa: ANN401 - a coroutine function
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits
            self._error = error
        finally:
            self._known.set()

    def answer(self, url: str) -> None:
        self._url = url
        self._known.set()

    def wait(self) -> str:
        self._known.wait()
        self.explain()
        assert self._url is not None  # noqa: S101 - without an address there was an error
        return self._url

    def end(self) -> None:
        if self.loop is not None and self.stop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self.loop.call_soon_threadsafe(self.stop.set)

    def explain(self) -> None:
        error = self._error
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        if error is not None:
            raise error


def slots(settings: Settings, wanted: str | None = None) -> dict[Queue, int]:
    """Read how many steps may run at a time, by queue.

    Args:
        wanted: ``cpu=2,io=4``, or names alone for a number that suits the machine.

    Raises:
        InvalidInput: If it cannot be read.
    """
    from cutroom.jobs.supervisor import suitable_slots

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


@contextlib.contextmanager
def _spoken() -> Iterator[None]:
    """Give an answer's own sentence instead of one about an answer."""
    try:
        yield
    except RequestRefused as error:
        if not error.reason:
            raise
        kind = {404: NotThere, 422: InvalidInput, 415: InvalidInput, 409: InvalidInput}.get(
            error.answer_status, Refused
        )
        raise kind(error.reason) from error
    except ProviderFailed:
        raise
