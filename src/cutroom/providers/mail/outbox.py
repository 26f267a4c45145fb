"""Mail without a network: each message becomes a file in the data folder, where an administrator finds it."""

from __future__ import annotations

import asyncio
import os
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from cutroom.core.clock import now
from cutroom.core.errors import CutroomError
from cutroom.core.files import written_whole
from cutroom.core.ids import new_id
from cutroom.core.settings import Settings
from cutroom.providers.mail import MailUnavailable


class Outbox:
    """A folder of messages, ``*.eml``, which mail programs open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: EmailMessage) -> None:
        """Write a message down.

        Raises:
            MailUnavailable: If the folder cannot be written.
        """
        try:
            await asyncio.to_thread(self._write, message.as_bytes(policy=SMTP))
        except (CutroomError, OSError) as error:
            raise MailUnavailable(f"The mail could not be written into {self.folder}: {error}") from error

    async def probe(self) -> None:
        """See that the folder, or the one around it, can be written.

        Raises:
            MailUnavailable: If it cannot.
        """
        if not any(os.access(folder, os.W_OK) for folder in (self.folder, *self.folder.parents) if folder.is_dir()):
            raise MailUnavailable(f"No mail could be written into {self.folder}: let the program write there.")

    def _write(self, content: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with written_whole(self.folder / f"{now():%Y%m%d-%H%M%S}-{new_id().hex[-8:]}.eml") as part:
            part.touch(mode=0o600)  # links in it are for one person
            part.write_bytes(content)


def create(settings: Settings, address: str) -> Outbox:  # noqa: ARG001 - it has no address
    """Open the outbox of the data folder."""
    return Outbox(settings.data_dir / "outbox")
