"""Tell in the audit log that a backup was restored, signed: what was signed of the state before is not missed for ever.

A restored log is shorter than what was signed of the one that it replaces. The entry that follows its end says so, and
only who has the key can write it: a log that was cut off has none.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.anchors import Anchor
from cutroom.accounts.audit.log import BEGINNING, record
from cutroom.accounts.audit.models import AuditEntry, AuditHead
from cutroom.accounts.models import Role
from cutroom.core.clock import now

_ACTION = "instance.restored"
_HERE = Viewer(None, "", Role.ADMIN, "here")


@dataclass(frozen=True, slots=True)
class RestoreEntry:
    """An entry that tells of a restore, and is signed.

    Attributes:
        number: Of the entry; all before it were in the backup.
        at: When.
    """

    number: int
    at: datetime

    def replaced(self, anchor: Anchor) -> bool:
        """Tell whether an anchor is of what this restore took the place of."""
        return anchor.number >= self.number and datetime.fromisoformat(anchor.at) < self.at


async def record_restore(session: AsyncSession, key: bytes, made_at: datetime) -> None:
    """Write down that the log, as it is, came from a backup.

    Args:
        key: What heads are signed with.
        made_at: When the backup was made.
    """
    query = select(AuditHead.number, AuditHead.digest).where(AuditHead.id == 1).with_for_update()
    number, digest = (await session.execute(query)).one_or_none() or (0, BEGINNING)
    at = now().isoformat()
    signature = _sign(key, number, digest, at)
    await record(session, _HERE, _ACTION, ("backup", made_at.isoformat()), restored_at=at, signature=signature)


def read_restore(entry: AuditEntry, key: bytes) -> RestoreEntry | None:
    """Give what an entry tells of a restore; ``None`` when it tells of none, or is not signed with this key."""
    at, signature = entry.details.get("restored_at"), entry.details.get("signature")
    if entry.action != _ACTION or not isinstance(at, str) or not isinstance(signature, str):
        return None
    if not hmac.compare_digest(signature.encode(), _sign(key, entry.number - 1, entry.previous, at).encode()):
        return None
    return RestoreEntry(entry.number, datetime.fromisoformat(at))


def _sign(key: bytes, number: int, digest: str, at: str) -> str:
    # Never what an anchor signs: who has anchors alone cannot make a restore of one.
    return hmac.digest(key, f"restored {number} {digest} {at}".encode(), hashlib.sha256).hex()
