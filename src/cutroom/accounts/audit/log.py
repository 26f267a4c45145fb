"""Add to the audit log: each entry's digest covers the one before, so none can be changed or taken out unseen."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from asgi_correlation_id import correlation_id
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.models import AuditEntry, AuditHead
from cutroom.core.clock import now
from cutroom.jobs.upserts import insert_or

#: What the first entry follows.
BEGINNING = "0" * 64


async def record(
    session: AsyncSession,
    viewer: Viewer,
    action: str,
    subject: tuple[str, UUID | str],
    **details: Any,  # noqa: ANN401 - any JSON
) -> None:
    """Write down what is done in this transaction; both are committed or neither is.

    Args:
        action: What was done, such as ``user.invited``.
        subject: What it was done to: its kind and its id.
        details: JSON; no secrets.
    """
    # The row is there from the first entry on, and held until the commit.
    first = insert_or(session, AuditHead).values(id=1, number=0, digest=BEGINNING)
    await session.execute(first.on_conflict_do_nothing())
    head = (await session.execute(select(AuditHead).where(AuditHead.id == 1).with_for_update())).scalar_one()
    entry = AuditEntry(
        number=head.number + 1,
        at=now(),
        actor_id=viewer.user_id,
        actor=viewer.name,
        by=viewer.by,
        address=viewer.address,
        action=action,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        details=details,
        correlation_id=correlation_id.get(),
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    session.add(entry)
    head.number, head.digest = entry.number, entry.digest
    await session.flush()


def digest_of(entry: AuditEntry) -> str:
    """Give what an entry's digest must be.

    Returns:
        64 lower-case hexadecimal digits.
    """
    content = [
        entry.previous,
        entry.number,
        entry.at.isoformat(),
        str(entry.actor_id) if entry.actor_id else None,
        entry.actor,
        entry.by,
        entry.address,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.details,
        entry.correlation_id,
    ]
    written = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
