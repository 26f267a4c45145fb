"""Mail: who carries a message to a person."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol

from cutroom.core.errors import ProviderFailed, ProviderUnavailable


class MailRefused(ProviderFailed):
    """A server will not take this message, now or later."""


class MailUnavailable(ProviderUnavailable):
    """A server could not be reached, or did not take the message this time."""


class Mail(Protocol):
    """Takes messages to people."""

    async def send(self, message: EmailMessage) -> None:
        """Send a message to those whom it names.

        Raises:
            MailRefused: If it will never be taken.
            MailUnavailable: If it may be taken later.
        """
        ...

    async def probe(self) -> None:
        """See that messages could be sent now, and send none.

        Raises:
            MailUnavailable: If they could not.
        """
        ...
