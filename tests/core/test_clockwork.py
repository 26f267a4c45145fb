"""What is done again and again goes on, whatever one turn raises."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from cutroom.core.clockwork import every, pause
from cutroom.core.errors import InvalidInput

pytestmark = pytest.mark.anyio


async def test_a_turn_that_fails_is_tried_again_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    stop, turns = asyncio.Event(), 0
    faults: list[Exception | None] = [
        OSError("the disk is full"),
        OSError("the disk is full"),
        None,
        InvalidInput("No."),
    ]

    async def act() -> None:
        nonlocal turns
        fault = faults[turns] if turns < len(faults) else None
        turns += 1
        if turns > len(faults):
            stop.set()
        if fault is not None:
            raise fault

    with caplog.at_level(logging.WARNING, "cutroom.core.clockwork"):
        await every(0.001, act, stop)
    assert turns == len(faults) + 1
    assert [record.getMessage() for record in caplog.records] == ["the disk is full", "No."]
    unforeseen, foreseen = caplog.records
    assert unforeseen.exc_info
    assert not foreseen.exc_info


async def test_being_stopped_ends_a_turn_that_waits() -> None:
    stop = asyncio.Event()

    async def act() -> None:
        stop.set()

    async with asyncio.timeout(5):
        await every(3600, act, stop)


async def test_a_pause_ends_early_when_stopped() -> None:
    stop = asyncio.Event()
    stop.set()
    started = time.monotonic()
    await pause(stop, 3600)
    assert time.monotonic() - started < 60
