"""Send what is due: each try by one process, again for a day where it fails, and not at all to who is gone.

A claim is a conditional update that moves the delivery's time on; a process that dies while it sends leaves it to
another, which sends it again. So a receiver is told at least once, under the same ``webhook-id``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.vault.keyring import Keyring
from cutroom.accounts.vault.secrets import read_secret
from cutroom.accounts.webhooks.deliveries import Claimed, Outcome, claim, settle
from cutroom.accounts.webhooks.events import message_id
from cutroom.accounts.webhooks.signing import headers
from cutroom.accounts.webhooks.webhooks import previous_name, secret_name
from cutroom.core.clock import now
from cutroom.core.clockwork import every, pause
from cutroom.core.database import Database, DatabaseUnavailable
from cutroom.core.egress.addresses import Guard
from cutroom.core.egress.fetching import Fetcher
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.settings import Settings
from cutroom.core.text import one_line

_log = logging.getLogger(__name__)

#: For a try, from resolving the name to the answer's head.
TIME_LIMIT_S = 10.0
_ANSWER_BYTES = 1000
#: Sent at the same time by a process, and of these to one webhook: one that is slow does not hold up the others.
_AT_ONCE, _AT_ONCE_EACH = 16, 4
_EVERY_S, _AGAIN_S = 1.0, 0.05


class Sender:
    """What sends the deliveries that are due."""

    def __init__(self, database: Database, keyring: Keyring, fetcher: Fetcher) -> None:
        self._database = database
        self._keyring = keyring
        self._fetcher = fetcher
        self._sending: dict[asyncio.Task[None], UUID] = {}

    async def start_due(self) -> int:
        """Claim what is due and begin to send it, and count that.

        Raises:
            DatabaseUnavailable: If the database does not answer.
        """
        busy = Counter(self._sending.values())
        free = _AT_ONCE - len(self._sending)
        claimed = await claim(self._database, free, _AT_ONCE_EACH, busy) if free else []
        for each in claimed:
            task = asyncio.create_task(self._send(each))
            self._sending[task] = each.webhook_id
            task.add_done_callback(self._sending.pop)
        return len(claimed)

    async def finish(self) -> None:
        """Wait until all that was begun has been sent or has failed."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def _send(self, claimed: Claimed) -> None:
        try:
            outcome = await self._try(claimed)
            await self._database.write(lambda session: settle(session, claimed, outcome))
        except DatabaseUnavailable as error:
            _log.warning("%s", error)  # its lease runs out, and it is sent again

    async def _try(self, claimed: Claimed) -> Outcome:
        began = time.monotonic()
        try:
            async with self._database.reading() as session:
                signers = await _signers(session, self._keyring, claimed)
            sent = headers(signers, message_id(claimed.event_id), int(now().timestamp()), claimed.body)
            got = await self._fetcher.send(
                claimed.url, claimed.body.encode(), sent, time_s=TIME_LIMIT_S, kept_bytes=_ANSWER_BYTES
            )
        except DatabaseUnavailable:
            raise
        except CutroomError as error:
            return Outcome(None, time.monotonic() - began, problem=str(error))
        return Outcome(
            got.status,
            time.monotonic() - began,
            one_line(got.body.decode(errors="replace"), _ANSWER_BYTES),
            None if 200 <= got.status < 300 else _refusal(got.status),
            _wait(got.headers) if got.status in {429, 503} else None,
        )


async def keep_delivering(database: Database, keyring: Keyring, settings: Settings, stop: asyncio.Event) -> None:
    """Send what is due until ``stop`` is set, and then wait for what is on its way."""
    async with Fetcher(Guard.of(settings)) as fetcher:
        sender = Sender(database, keyring, fetcher)

        async def start_all_due() -> None:
            while not stop.is_set() and await sender.start_due():
                await pause(stop, _AGAIN_S)

        await every(_EVERY_S, start_all_due, stop)
        await sender.finish()


async def _signers(session: AsyncSession, keyring: Keyring, claimed: Claimed) -> list[str]:
    """Give the secret, and the one before while it is being replaced.

    Raises:
        InvalidInput: If the secret is gone.
        SecretSealed: If it cannot be opened.
    """
    secret = await read_secret(session, keyring, secret_name(claimed.webhook_id))
    if secret is None:
        raise InvalidInput("The webhook's secret is gone: make a new one.")
    if claimed.previous_until is None or claimed.previous_until <= now():
        return [secret]
    previous = await read_secret(session, keyring, previous_name(claimed.webhook_id))
    return [secret, previous] if previous else [secret]


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"The server sends us on to another address, HTTP {status}: write its final address in the webhook."
    return f"The server answered HTTP {status}; one that took the event answers 2xx."


def _wait(given: Mapping[str, str]) -> timedelta | None:
    """Read how long a server asks to be left alone: seconds or a date (RFC 9110 §10.2.3)."""
    text = given.get("retry-after", "")
    try:
        return timedelta(seconds=max(0.0, float(text)))
    except (ValueError, OverflowError):
        pass
    try:
        return max(timedelta(0), parsedate_to_datetime(text) - now())
    except (ValueError, TypeError):
        return None
