"""An instance inside a command, for as long as the command takes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from collections.abc import Iterator
from typing import Any

from cutroom.api.serving import listen
from cutroom.app import opened, serve
from cutroom.cli.serving import slots
from cutroom.core.logging import configure_logging
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings


@contextlib.contextmanager
def embedded(settings: Settings, *, workers: bool) -> Iterator[tuple[str, str]]:
    """Be an instance on a loopback port until the block ends; gives its address and the key to it.

    Args:
        workers: Whether steps are done meanwhile.
    """
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
