"""Answers that were given lately, given again for as long as nothing has changed.

An answer is kept under everything that it depends on: what was asked, who asked, and the generation of the rows. A
change that this process commits begins a new generation before whoever made it has an answer. With Redis, all
processes share one; without, another process's change is seen when an answer's time is over, two seconds at most.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cashews import Cache
from cashews.exceptions import BackendNotAvailableError, CacheError

from cutroom.core.errors import MissingCapability
from cutroom.core.settings import Settings

_log = logging.getLogger(__name__)

#: How old an answer may be where another process's change is not heard of.
ALONE_S = 2.0
#: Answers kept in memory; the least used go first.
_KEPT = 200
_GENERATION = "cutroom:generation"
#: Tables that change all the time and that no answer which is kept shows: the engine's, and notes of who came by.
UNSEEN = frozenset(
    {
        *("blob", "result", "result_blob", "run", "step", "step_edge", "event", "worker", "rate", "budget", "effect"),
        *("schedule", "schedule_fire", "queue_limit", "session", "api_token", "request_key", "challenge", "reset_link"),
        *("audit_entry", "audit_head", "webhook", "webhook_event", "webhook_delivery", "mail", "secret"),
        *("upload", "upload_piece", "quota_week", "quota_entry", "import", "seen_item", "subscription"),
        *("viewing", "view_day", "watch_edge", "share_link", "fingerprint", "fingerprint_key"),
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer.

    Attributes:
        name: As metrics call it.
        time_s: How old one may be where every change is heard of.
    """

    name: str
    time_s: float


class Answers:
    """Keeps answers in memory, or in Redis where that is set.

    Attributes:
        count: Told the kind and ``hit`` or ``miss`` of each request.
    """

    def __init__(self, settings: Settings, count: Callable[[str, str], None] = lambda _kind, _outcome: None) -> None:
        self.count = count
        self._shared = settings.redis_url is not None
        self._cache = Cache()
        try:
            # Values are bytes, never pickles: who can write to Redis must not thereby run programs here.
            if settings.redis_url is not None:
                self._cache.setup(settings.redis_url.get_secret_value(), pickle_type="null", suppress=False)
            else:
                self._cache.setup("mem://", size=_KEPT, check_interval=0)
        except BackendNotAvailableError as error:
            raise MissingCapability("CUTROOM_REDIS_URL needs redis: pip install 'cutroom[redis]'.") from error

    async def give(self, kind: Kind, asked: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """Give an answer that was kept, or make it and keep it.

        Args:
            asked: All that the answer depends on, besides the rows.
        """
        # Read before the rows are: what is made of older ones is then kept under the older generation.
        generation = (await self._read(_GENERATION) or b"").decode()
        digest = hashlib.sha256(f"{kind.name}\0{generation}\0{asked}".encode()).hexdigest()
        kept = await self._read(f"cutroom:answer:{digest}")
        self.count(kind.name, "miss" if kept is None else "hit")
        if kept is not None:
            return kept
        answer = await make()
        time_s = kind.time_s if self._shared else min(kind.time_s, ALONE_S)
        await self._write(f"cutroom:answer:{digest}", answer, time_s)
        return answer

    async def forget(self, tables: frozenset[str]) -> None:
        """Begin a new generation, if one of these tables is seen in an answer."""
        if not tables <= UNSEEN:
            await self._write(_GENERATION, secrets.token_hex(8).encode())

    async def _read(self, key: str) -> bytes | None:
        try:
            found: bytes | None = await self._cache.get(key)
        except CacheError as error:
            _log.warning("kept answers cannot be read, so all are made anew: %s", error.__cause__ or error)
            return None
        return found

    async def _write(self, key: str, value: bytes, time_s: float | None = None) -> None:
        try:
            await self._cache.set(key, value, expire=time_s)
        except CacheError as error:
            _log.warning("answers cannot be kept: %s", error.__cause__ or error)

    async def close(self) -> None:
        """Close the connections."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it closes redis by an older name
            await self._cache.close()
