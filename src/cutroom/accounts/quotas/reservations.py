"""Count what users bring, in the transaction that takes it: never a byte more than they may."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.config.settings import InstanceSettings, read_config
from cutroom.accounts.models import User
from cutroom.accounts.quotas.errors import QuotaExceeded
from cutroom.accounts.quotas.models import QuotaChange, QuotaEntry, QuotaWeek
from cutroom.accounts.quotas.weeks import week_ends_at, week_of
from cutroom.core.clock import now
from cutroom.jobs.upserts import insert_or

_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


@dataclass(frozen=True, slots=True)
class Used:
    """What a user used of this week's quota.

    Attributes:
        week: The date of its Sunday.
        limit_bytes: What the user may bring a week.
        used_bytes: What was reserved and brought; above the limit where that was lowered since.
        resets_at: When the next week begins.
    """

    week: str
    limit_bytes: int
    used_bytes: int
    resets_at: datetime


async def reserve(
    session: AsyncSession, config: InstanceSettings, user_id: UUID | None, subject_id: UUID, size_bytes: int
) -> None:
    """Count against this week what a user is about to bring; safe to repeat.

    Args:
        user_id: Whose it is; nobody's is not counted.
        subject_id: What it is for, such as an upload.
        size_bytes: As many as may come. A subject that was reserved before is brought to this size within its own week.

    Raises:
        QuotaExceeded: If there is not so much left.
    """
    if user_id is None:
        return
    counted = await _counted(session, subject_id)
    if counted is None:
        counted = _Counted(user_id, week_of(now(), config.zone), subject_id, None)
        entered = insert_or(session, QuotaWeek).values(user_id=user_id, week=counted.week, used_bytes=0)
        await session.execute(entered.on_conflict_do_nothing())
    await _bring(session, config, counted, size_bytes, QuotaChange.RESERVE)


async def settle(session: AsyncSession, subject_id: UUID, size_bytes: int) -> None:
    """Count what came instead of what was reserved, within the week of the reservation; safe to repeat.

    Raises:
        QuotaExceeded: If more came than was reserved, and there is no room for it.
    """
    counted = await _counted(session, subject_id)
    if counted is not None:
        await _bring(session, await read_config(session), counted, size_bytes, QuotaChange.SETTLE)


async def release(session: AsyncSession, subject_id: UUID) -> None:
    """Give back all that is counted for a subject, for nothing came of it; safe to repeat."""
    counted = await _counted(session, subject_id)
    if counted is not None:
        await _bring(session, await read_config(session), counted, 0, QuotaChange.RELEASE)


async def read_used(session: AsyncSession, config: InstanceSettings, user_id: UUID) -> Used:
    """Tell what a user used of this week's quota."""
    week = week_of(now(), config.zone)
    used = await session.scalar(select(QuotaWeek.used_bytes).where(*_is(user_id, week)))
    return Used(week, await _limit(session, config, user_id), used or 0, week_ends_at(week, config.zone))


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is counted for a subject, and where; ``size_bytes`` is unset before its first entry."""

    user_id: UUID
    week: str
    subject_id: UUID
    size_bytes: int | None


async def _counted(session: AsyncSession, subject_id: UUID) -> _Counted | None:
    """Give what is counted for a subject, and hold its week until the commit."""
    entry = select(QuotaEntry.user_id, QuotaEntry.week).where(QuotaEntry.subject_id == subject_id).limit(1)
    row = (await session.execute(entry)).one_or_none()
    if row is None:
        return None
    await session.execute(select(QuotaWeek.week).where(*_is(*row)).with_for_update())
    counted = await session.scalar(select(func.sum(QuotaEntry.size_bytes)).where(QuotaEntry.subject_id == subject_id))
    return _Counted(*row, subject_id, int(counted or 0))


async def _bring(
    session: AsyncSession, config: InstanceSettings, counted: _Counted, size_bytes: int, change: QuotaChange
) -> None:
    """Bring a subject to a size; where that is more than before, only as far as the limit goes."""
    more = size_bytes - (counted.size_bytes or 0)
    if counted.size_bytes is not None and more == 0:
        return
    week = _is(counted.user_id, counted.week)
    enlarged = update(QuotaWeek).where(*week).values(used_bytes=QuotaWeek.used_bytes + more)
    if more > 0:
        limit = await _limit(session, config, counted.user_id)
        enlarged = enlarged.where(QuotaWeek.used_bytes <= limit - more)
    done = await session.execute(enlarged.returning(QuotaWeek.week), execution_options={"synchronize_session": False})
    if done.one_or_none() is None:
        used = await session.scalar(select(QuotaWeek.used_bytes).where(*week))
        resets_at = week_ends_at(counted.week, config.zone).astimezone(config.zone)
        raise QuotaExceeded(
            f"This needs {_size(more, math.ceil)}, and {_size(max(0, limit - (used or 0)), math.floor)} of your "
            f"{_size(limit, math.floor)} a week are left: try again after {resets_at:%A %Y-%m-%d %H:%M} "
            f"({config.quota_zone}), or ask an administrator for more."
        )
    of = {"user_id": counted.user_id, "week": counted.week, "subject_id": counted.subject_id}
    session.add(QuotaEntry(**of, change=change, size_bytes=more))
    await session.flush()


def _is(user_id: UUID, week: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return QuotaWeek.user_id == user_id, QuotaWeek.week == week


async def _limit(session: AsyncSession, config: InstanceSettings, user_id: UUID) -> int:
    own = await session.scalar(select(User.quota_bytes).where(User.id == user_id))
    return config.weekly_quota_bytes if own is None else own


def _size(size_bytes: int, rounded: Callable[[float], int]) -> str:
    """Write a size so that what is needed never looks like less, nor what is left like more."""
    for unit, name in _UNITS:
        if size_bytes >= unit:
            return f"{rounded(size_bytes / unit * 100) / 100:g} {name}"
    return f"{size_bytes} {'byte' if size_bytes == 1 else 'bytes'}"
