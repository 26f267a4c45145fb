"""Send the mails that wait: until one was taken, or a day has passed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from functools import partial
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.letters import Writer, host_of, make_message, write_letters
from cutroom.accounts.models import Mail as MailRow
from cutroom.accounts.models import MailKind
from cutroom.core.clock import now
from cutroom.core.clockwork import every
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings
from cutroom.providers.mail import Mail, MailRefused, MailUnavailable

_log = logging.getLogger(__name__)

_EVERY_S = 2.0
#: Whoever takes a mail has so long to send it, before another process may.
_LEASE = timedelta(minutes=5)
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=1)
#: What could not be sent in so long is given up.
_PATIENCE = timedelta(days=1)
_NOTHING_ELSE: Mapping[MailKind, Writer] = MappingProxyType({})


class Postman:
    """Sends the mails of one instance; any number of them may, in any number of processes.

    Raises:
        InvalidInput: If the address that mails come from is none.
    """

    def __init__(
        self,
        database: Database,
        mail: Mail,
        settings: Settings,
        url: str,
        others: Mapping[MailKind, Writer] = _NOTHING_ELSE,
    ) -> None:
        self.database = database
        self.others = others
        self.mail = mail
        self.url = url.rstrip("/")
        self.sender = settings.mail_from or f"Cutroom <cutroom@{host_of(url)}>"
        if "@" not in parseaddr(self.sender)[1] or not self.sender.isprintable():
            raise InvalidInput("CUTROOM_MAIL_FROM is no address: write it like 'Cutroom <cutroom@school.example>'.")

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due, and look again every two seconds, until ``stop`` is set."""

        async def send_due() -> None:
            while not stop.is_set() and await self.send_next():
                pass

        await every(_EVERY_S, send_due, stop)

    async def send_next(self) -> bool:
        """Send the mail that has waited longest.

        Returns:
            Whether there was one.
        """
        async with self.database.reading() as session:
            if await session.scalar(_due()) is None:
                return False
        taken = await self.database.write(_take)
        if taken is None:
            return False
        letters = await self.database.write(lambda session: write_letters(session, taken, self.url, self.others))
        try:
            for letter in letters:
                await self.mail.send(make_message(letter, sender=self.sender, url=self.url))
        except (MailUnavailable, MailRefused, ValueError) as error:  # an address that no header takes is a ValueError
            await self.database.write(partial(_note, mail=taken, error=error))
        else:
            await self.database.write(lambda session: session.execute(delete(MailRow).where(MailRow.id == taken.id)))
        return True


def _due() -> Select[UUID]:
    return (
        select(MailRow.id).where(MailRow.failed_at.is_(None), MailRow.due_at <= now()).order_by(MailRow.due_at).limit(1)
    )


async def _take(session: AsyncSession) -> MailRow | None:
    """Take the mail that has waited longest, so that no other process sends it too."""
    taken: MailRow | None = await session.scalar(
        update(MailRow)
        .where(MailRow.id == _due().with_for_update(skip_locked=True).scalar_subquery())
        .values(due_at=now() + _LEASE, attempts=MailRow.attempts + 1)
        .returning(MailRow)
    )
    return taken


async def _note(session: AsyncSession, mail: MailRow, error: Exception) -> None:
    """Write down what stood in the way, and try again later where that may help."""
    pause = min(_FIRST_PAUSE * 2 ** (mail.attempts - 1), _LONGEST_PAUSE)
    final = not isinstance(error, MailUnavailable) or now() + pause > mail.created_at + _PATIENCE
    values = {"reason": str(error), "due_at": now() + pause, "failed_at": now() if final else None}
    await session.execute(update(MailRow).where(MailRow.id == mail.id).values(**values))
    _log.warning("mail %s: %s", "given up" if final else "not sent yet", error, extra={"mail_id": str(mail.id)})
