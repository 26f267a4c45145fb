"""What is done again and again, for as long as a process lives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from cutroom.core.errors import CutroomError

_log = logging.getLogger(__name__)

_AWAY_S = 1.0


async def every(seconds: float, act: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    """Act again and again until ``stop`` is set; what goes wrong is logged once and tried again.

    Nothing that an act raises ends the caller: a full disk under the database must not take the server with it.

    Args:
        seconds: The pause after each act; at least a second after one that went wrong.
    """
    wrong = ""
    while not stop.is_set():
        pause_s = seconds
        try:
            await act()
            wrong = ""
        except Exception as error:  # noqa: BLE001 - the clockwork must not stop; the log has it
            if repr(error) != wrong:
                unforeseen = None if isinstance(error, CutroomError) else error
                _log.warning("%s", error, exc_info=unforeseen)
            wrong, pause_s = repr(error), max(seconds, _AWAY_S)
        await pause(stop, pause_s)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait for some seconds, or until ``stop`` is set."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
