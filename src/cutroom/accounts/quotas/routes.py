"""Quotas over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select

from cutroom.accounts.access import SignedIn, admin_only
from cutroom.accounts.config.settings import read_config
from cutroom.accounts.instance import Reading
from cutroom.accounts.models import User
from cutroom.accounts.quotas.models import QuotaEntry
from cutroom.accounts.quotas.reservations import read_used
from cutroom.accounts.quotas.schemas import LedgerEntry, Quota
from cutroom.core.errors import NotFound
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter(tags=["quotas"])


@router.get("/quota", responses=problems(404))
async def read_quota(viewer: SignedIn, session: Reading) -> Quota:
    """Tell what you may bring this week, and what of it is used."""
    return await _quota(session, viewer.user_id)


@router.get("/quota/entries")
async def list_quota_entries(
    viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[LedgerEntry]:
    """List all that was counted for you, newest first; within a week it sums to what is used."""
    own = select(QuotaEntry).where(QuotaEntry.user_id == viewer.user_id)
    rows, following = await read_page(session, own, [QuotaEntry.id], after=after, limit=limit, descending=True)
    return Page(items=[LedgerEntry.model_validate(row) for row in rows], next=following)


@router.get("/users/{user_id}/quota", dependencies=[admin_only], responses=problems(404))
async def read_quota_of_user(user_id: UUID, session: Reading) -> Quota:
    """Tell what a user may bring this week, and what of it is used."""
    return await _quota(session, user_id)


async def _quota(session: Reading, user_id: UUID | None) -> Quota:
    if user_id is None:
        raise NotFound("Nobody has an account yet, so there is no quota: make the first one with the setup link.")
    if await session.get(User, user_id) is None:
        raise NotFound(f"There is no user {user_id}: list those that there are.")
    return Quota.model_validate(await read_used(session, await read_config(session), user_id))
