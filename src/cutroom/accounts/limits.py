"""How many requests an account may send, or an address that has none: counted over all processes together.

The count is a row, which a process takes from in blocks, so that it is written once for many requests. Over all time no
more requests pass than the rate allows; a process may hold up to a block of it ahead, and what it holds when it ends is
lost to the client.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import cast

from fastapi import Depends, Request

from cutroom.accounts.access import SAFE, Viewer, has_credentials, viewer_of
from cutroom.accounts.addresses import address_of, is_loopback, network_of
from cutroom.accounts.errors import NotAllowed, NotSignedIn, TooManyRequests
from cutroom.accounts.instance import Here
from cutroom.core.database import Database
from cutroom.core.errors import CutroomError
from cutroom.core.settings import Settings
from cutroom.jobs.budgets import take

#: A block is this part of what is allowed a minute.
_PARTS = 20
#: A request waits no longer for the count and goes on; it is counted later. Limits must not close what still works.
_PATIENCE_S = 5.0
#: Clients that a process remembers; who is forgotten takes a new block.
_CLIENTS = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What each client may do: so many at once, and so many a minute in the long run; 0 is no limit.

    Attributes:
        name: What is counted, for a person.
    """

    name: str
    per_minute: int

    @property
    def block(self) -> int:
        """What a process takes at a time."""
        return max(1, self.per_minute // _PARTS)


class _Purse:
    """What a process may still let a client do."""

    __slots__ = ("asking", "closed_until", "units")

    def __init__(self) -> None:
        self.units = 0
        self.closed_until = 0.0
        self.asking: asyncio.Task[None] | None = None


class Limiter:
    """The limits of one process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.reads = Allowance("requests", settings.limit_reads)
        self.writes = Allowance("changes", settings.limit_writes)
        self.heavy = Allowance("requests that take much work", settings.limit_heavy)
        self.spare_loopback = settings.spare_loopback
        self._database = database
        self._purses: OrderedDict[str, _Purse] = OrderedDict()

    async def count(self, allowance: Allowance, client: str) -> None:
        """Count a request.

        Raises:
            TooManyRequests: If there were too many.
        """
        if not allowance.per_minute:
            return
        key = f"{allowance.name} {client}"
        purse = self._purses.setdefault(key, _Purse())
        self._purses.move_to_end(key)
        if len(self._purses) > _CLIENTS:
            self._purses.popitem(last=False)
        while purse.units < 1:
            wait_s = purse.closed_until - time.monotonic()
            if wait_s > 0:
                raise TooManyRequests(
                    f"These are more than {allowance.per_minute:,} {allowance.name} a minute: try again in "
                    f"{math.ceil(wait_s)} s.",
                    wait_s,
                )
            if purse.asking is None:
                purse.asking = asyncio.create_task(self._fill(purse, allowance, key))
            done, _ = await asyncio.wait({purse.asking}, timeout=_PATIENCE_S)
            if not done:
                break
        purse.units = max(purse.units - 1, -allowance.per_minute)

    async def _fill(self, purse: _Purse, allowance: Allowance, key: str) -> None:
        per_s, burst = allowance.per_minute / 60, float(allowance.per_minute)
        asked = partial(take, key=key, units=float(allowance.block), per_s=per_s, burst=burst)
        try:
            wait_s = await self._database.write(asked, patience_s=0)
        except CutroomError:  # a database that is away or full says so where it is needed
            wait_s = 0.0
        finally:
            purse.asking = None
        if wait_s > 0:
            purse.closed_until = time.monotonic() + wait_s
        else:
            purse.units += allowance.block


async def _limited(request: Request, here: Here) -> None:
    limiter = _limiter(request)
    viewer = await _viewer(request, here)
    request.state.viewer = viewer
    address = address_of(request)
    spared = (viewer is not None and viewer.by == "here") or (limiter.spare_loopback and is_loopback(address))
    account = f"user {viewer.user_id}" if viewer and viewer.user_id else f"from {network_of(address)}"
    request.state.client = None if spared else account
    if not spared:
        await limiter.count(limiter.reads if request.method in SAFE else limiter.writes, account)


async def _viewer(request: Request, here: Here) -> Viewer | None:
    if not has_credentials(request):
        return None
    try:
        async with here.database.reading() as session:
            return await viewer_of(request, here, session)
    except (NotSignedIn, NotAllowed):  # the route says so itself, if it wants to know
        return None


async def _heavy(request: Request) -> None:
    client: str | None = request.state.client
    if client is not None:
        limiter = _limiter(request)
        await limiter.count(limiter.heavy, client)


def _limiter(request: Request) -> Limiter:
    return cast(Limiter, request.app.state.limiter)


#: Of all routes of the interface.
limited = Depends(_limited)
#: Of those that make the machine work for long, or somebody else's.
heavy = Depends(_heavy)
