"""Health: whether the instance works, answered within a second whatever hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import text

from cutroom.accounts.instance import Instance
from cutroom.core.database import DatabaseUnusable
from cutroom.core.errors import CutroomError
from cutroom.core.schema import status
from cutroom.jobs.workers import live_workers

#: An answer comes by then, so that one second holds with the way there and back.
PATIENCE_S = 0.7
#: Asked more often, the last answer is given again.
_FRESH_S = 1.0


class Verdict(StrEnum):
    """How a part does."""

    OK = "ok"
    WAITING = "waiting"  # it did not answer in time
    FAILING = "failing"
    ABSENT = "absent"  # nobody does this part now: work waits, and everything else goes on


#: Raises when something is wrong; may give another verdict than that all is well.
Check = Callable[[], Awaitable[Verdict | None]]


class Health(BaseModel):
    """How the instance does, part by part."""

    status: Verdict = Field(examples=["ok"])
    parts: dict[str, Verdict] = Field(examples=[{"database": "ok", "storage": "ok"}])


class Watch:
    """One check: at most one is under way, and a hanging one piles nothing up."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._task: asyncio.Task[Verdict] | None = None
        self._ended_at = 0.0

    async def ask(self) -> Verdict:
        """Tell how the part does, within the patience."""
        if self._task is None or (self._task.done() and time.monotonic() - self._ended_at > _FRESH_S):
            self._task = asyncio.create_task(self._run())
        done, _ = await asyncio.wait({self._task}, timeout=PATIENCE_S)
        return self._task.result() if done else Verdict.WAITING

    async def _run(self) -> Verdict:
        try:
            return await self._check() or Verdict.OK
        except (CutroomError, OSError):
            return Verdict.FAILING
        finally:
            self._ended_at = time.monotonic()


def watches(instance: Instance, more: Mapping[str, Check]) -> dict[str, Watch]:
    """Give the checks of an instance, and further ones by name."""

    async def database() -> None:
        async with instance.database.reading() as session:
            await session.execute(text("SELECT 1"))

    async def schema() -> None:
        if not (await status(instance.database)).current:
            raise DatabaseUnusable("The database was made by another version: 'cutroom db status' tells more.")

    async def storage() -> None:
        await asyncio.to_thread(instance.storage.probe)

    async def workers() -> Verdict | None:
        async with instance.database.reading() as session:
            return None if await live_workers(session) else Verdict.ABSENT

    checks: dict[str, Check] = {"database": database, "schema": schema, "storage": storage, "workers": workers, **more}
    return {name: Watch(check) for name, check in checks.items()}


def _watches(request: Request) -> dict[str, Watch]:
    return cast(dict[str, Watch], request.app.state.watches)


router = APIRouter(tags=["health"])
_UNFIT: dict[int | str, dict[str, Any]] = {
    503: {"model": Health, "description": "Something that it needs does not work.", "x-plain": True}
}


@router.get("/health", responses=_UNFIT)
@router.get("/health/ready", responses=_UNFIT, operation_id="read_readiness")
async def read_health(response: Response, found: Annotated[dict[str, Watch], Depends(_watches)]) -> Health:
    """Tell whether the instance can do its work; 503 when it cannot."""
    verdicts = await asyncio.gather(*(watch.ask() for watch in found.values()))
    parts = dict(zip(found, verdicts, strict=True))
    worst = next((each for each in (Verdict.FAILING, Verdict.WAITING) if each in verdicts), Verdict.OK)
    response.status_code = 200 if worst is Verdict.OK else 503
    return Health(status=worst, parts=parts)


@router.get("/health/live", operation_id="read_liveness")
async def read_liveness() -> Health:
    """Tell that the process answers; nothing else is asked."""
    return Health(status=Verdict.OK, parts={})
