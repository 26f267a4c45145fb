"""The audit log over HTTP; for administrators."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from sqlalchemy import select

from cutroom.accounts.access import admin_only
from cutroom.accounts.audit.anchors import FILE, PURPOSE, read_anchors
from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.audit.schemas import AuditEntryView, AuditVerification
from cutroom.accounts.audit.verify import verify_log
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.limits import heavy
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[admin_only])

_Word = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


@router.get("")
async def list_audit_entries(
    session: Reading,
    after: After = None,
    limit: Limit = PAGE,
    actor_id: UUID | None = None,
    action: Annotated[_Word, Query(description="Such as `settings.changed`.")] = None,
    subject_kind: _Word = None,
    subject_id: _Word = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Page[AuditEntryView]:
    """List what was done, newest first."""
    wanted = {
        AuditEntry.actor_id: actor_id,
        AuditEntry.action: action,
        AuditEntry.subject_kind: subject_kind,
        AuditEntry.subject_id: subject_id,
    }
    entries = select(AuditEntry).where(*(column == value for column, value in wanted.items() if value is not None))
    if since is not None:
        entries = entries.where(AuditEntry.at >= since)
    if until is not None:
        entries = entries.where(AuditEntry.at < until)
    rows, following = await read_page(session, entries, [AuditEntry.number], after=after, limit=limit, descending=True)
    return Page(items=[AuditEntryView.model_validate(row) for row in rows], next=following)


@router.get("/verification", dependencies=[heavy])
async def verify_audit_log(here: Here) -> AuditVerification:
    """Compare all entries with their digests and with the heads that this machine signed; names the first wrong one."""
    anchors = await asyncio.to_thread(read_anchors, here.settings.data_dir / FILE)
    async with here.database.reading() as session:
        return AuditVerification.model_validate(await verify_log(session, anchors, here.key_for(PURPOSE)))
