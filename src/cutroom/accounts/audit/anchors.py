"""Signed heads of the audit log: who takes entries off its end cannot take back what was signed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.audit.models import AuditHead
from cutroom.core.clock import now
from cutroom.core.clockwork import every
from cutroom.core.database import Database, DatabaseUnavailable
from cutroom.core.errors import InvalidInput

_log = logging.getLogger(__name__)

#: Entries that are taken off sooner than this after they were made are not missed.
EVERY_S = 60.0
#: In the data folder.
FILE = "audit.anchors"
PURPOSE = "audit"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The log's last entry at a moment, signed.

    Attributes:
        number: Of the last entry.
        digest: Of the last entry.
        at: When it was signed.
        signature: Of these, with a key that is not in the database.
    """

    number: int
    digest: str
    at: str
    signature: str

    def is_signed(self, key: bytes) -> bool:
        """Tell whether it was signed with this key."""
        return hmac.compare_digest(self.signature, _sign(key, self.number, self.digest, self.at))

    def line(self) -> str:
        """Give it as a line of JSON."""
        return json.dumps({"anchor": asdict(self)})


async def sign_head(session: AsyncSession, key: bytes) -> Anchor | None:
    """Sign the log's last entry; ``None`` while there is none."""
    head = (await session.execute(select(AuditHead.number, AuditHead.digest).where(AuditHead.id == 1))).one_or_none()
    if head is None:
        return None
    at = now().isoformat()
    return Anchor(head.number, head.digest, at, _sign(key, head.number, head.digest, at))


async def keep_anchored(database: Database, key: bytes, file: Path, stop: asyncio.Event) -> None:
    """Write a signed head to a file and to the log whenever there are new entries, until ``stop`` is set."""
    last = 0

    async def anchor_head() -> None:
        nonlocal last
        async with database.reading() as session:
            anchor = await sign_head(session, key)
        if anchor is not None and anchor.number > last:
            await asyncio.to_thread(append_anchor, file, anchor)
            _log.info("audit.anchor", extra={"number": anchor.number, "anchor": anchor.line()})
            last = anchor.number

    await every(EVERY_S, anchor_head, stop)
    try:  # what was written since the last look
        await anchor_head()
    except (DatabaseUnavailable, OSError) as error:
        _log.warning("%s", error)


def append_anchor(file: Path, anchor: Anchor) -> None:
    """Add an anchor to a file that nobody else reads."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, anchor.line().encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_anchors(file: Path) -> list[Anchor]:
    """Read the anchors of a file, or of an export; none where there is no file.

    Raises:
        InvalidInput: If a line is neither an anchor nor an entry.
    """
    try:
        with file.open() as lines:
            return list(_parse(lines, file))
    except FileNotFoundError:
        return []


def _parse(lines: Iterable[str], file: Path) -> Iterable[Anchor]:
    for number, line in enumerate(lines, 1):
        try:
            found = json.loads(line).get("anchor")
            if found is not None:
                yield Anchor(int(found["number"]), str(found["digest"]), str(found["at"]), str(found["signature"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput(f"Line {number} of {file} is no anchor: take a file that Cutroom wrote.") from error


def _sign(key: bytes, number: int, digest: str, at: str) -> str:
    return hmac.digest(key, f"{number} {digest} {at}".encode(), hashlib.sha256).hex()
