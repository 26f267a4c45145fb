"""Count views, and what of a recording was played: exactly, however many tell at once.

A viewer is counted once a window, which begins when they are. What decides is one row for each viewer and recording,
changed by one statement only if its window is over, so of any number of requests at once one is counted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.config.settings import read_config
from cutroom.core.clock import now
from cutroom.core.errors import Conflict
from cutroom.jobs.upserts import insert_or
from cutroom.library.models import Asset
from cutroom.library.views.models import ViewDay, Viewing, WatchEdge
from cutroom.media.span import Span

#: As fast as a player may play.
_FASTEST = 4.0
#: A player tells every few seconds; what it kept to itself for longer than this is not believed.
_LONGEST_S = 900.0
#: What is believed of the first report, and of a clock that is not quite ours.
_FIRST_S, _SLACK_S = 60.0, 5.0
#: The rest of a recording that nobody comes back for.
_END = 0.05
_END_S = 30.0


def viewer_key(viewer: Viewer) -> str:
    """Name a viewer without saying who it is: an account, or whoever runs the program."""
    name = f"user {viewer.user_id}" if viewer.user_id else "whoever runs it"
    return hashlib.sha256(name.encode()).hexdigest()


async def count_view(session: AsyncSession, asset: Asset, key: str) -> bool:
    """Count a view, unless this viewer's window of the recording is still open.

    Returns:
        Whether it was counted.
    """
    window = timedelta(minutes=(await read_config(session)).view_window_minutes)
    await _enter(session, asset, key)
    moment = now()
    counted = await session.execute(
        update(Viewing)
        .where(
            Viewing.asset_id == asset.id,
            Viewing.viewer_key == key,
            or_(Viewing.counted_at.is_(None), Viewing.counted_at <= moment - window),
        )
        .values(counted_at=moment, views=Viewing.views + 1)
        .returning(Viewing.viewer_key)
        .execution_options(synchronize_session=False)
    )
    if counted.scalar_one_or_none() is None:
        return False
    await _count_day(session, asset, moment)
    return True


async def count_guest_view(session: AsyncSession, asset: Asset, given: str) -> bool:
    """Count a view of somebody without an account, unless the same pass was counted today.

    Args:
        given: The pass that opening the share gave.

    Returns:
        Whether it was counted.
    """
    moment = now()
    key = hashlib.sha256(f"pass {given} on {begins(moment):%Y-%m-%d}".encode()).hexdigest()
    entered = insert_or(session, Viewing).values(
        asset_id=asset.id, viewer_key=key, guest=True, views=1, counted_at=moment, watched_at=moment
    )
    if await session.scalar(entered.on_conflict_do_nothing().returning(Viewing.viewer_key)) is None:
        return False
    await _count_day(session, asset, moment, guest=True)
    return True


async def _count_day(session: AsyncSession, asset: Asset, moment: datetime, *, guest: bool = False) -> None:
    first = insert_or(session, ViewDay).values(asset_id=asset.id, day=begins(moment), views=1, guest_views=int(guest))
    more = {"views": ViewDay.views + 1, "guest_views": ViewDay.guest_views + int(guest)}
    await session.execute(first.on_conflict_do_update(index_elements=[ViewDay.asset_id, ViewDay.day], set_=more))


async def add_watched(
    session: AsyncSession, asset: Asset, key: str, played: Sequence[Span], position_s: float | None = None
) -> float:
    """Count stretches that were played since the viewer's last report, and keep where they are.

    What lies behind the end is left out, and so is what nobody can have played in the time that has passed.

    Args:
        position_s: Where the viewer is; the end of what was played last when unset.

    Returns:
        Seconds that were counted.

    Raises:
        Conflict: If the recording was not measured yet.
    """
    if not asset.duration_s:
        raise Conflict(f"'{asset.title}' is not ready to be watched: try again when it is.")
    new = await _enter(session, asset, key)
    row = await session.get_one(Viewing, (asset.id, key), with_for_update=True, populate_existing=True)
    moment = now()
    passed_s = min((moment - row.watched_at).total_seconds(), _LONGEST_S) + _SLACK_S
    allowed = round((_FIRST_S if new or not row.watched_s else passed_s) * _FASTEST)
    changes, counted = _edges(played, asset.duration_s, allowed)
    await _add(session, asset, changes)
    last_s = position_s if position_s is not None else (played[-1].end_s if played else row.position_s)
    row.position_s = min(max(last_s, 0.0), asset.duration_s)
    row.finished = row.position_s >= asset.duration_s - min(_END * asset.duration_s, _END_S)
    row.watched_s += counted
    row.watched_at = moment
    return counted


def _edges(played: Sequence[Span], duration_s: float, allowed: int) -> tuple[dict[int, int], int]:
    """Tell at which seconds the count of what was played changes, and how many seconds that are."""
    changes: Counter[int] = Counter()
    counted = 0
    for span in played:
        # Rounded at both ends, so that what is told in parts is as long as what is told at once.
        start, stop = round(min(span.start_s, duration_s)), round(min(span.end_s, duration_s))
        stop = min(stop, start + allowed - counted)
        if stop > start:
            changes[start] += 1
            changes[stop] -= 1
            counted += stop - start
    return {second: change for second, change in sorted(changes.items()) if change}, counted


async def _add(session: AsyncSession, asset: Asset, changes: dict[int, int]) -> None:
    if not changes:
        return
    # In order, so that two reports wait for each other and never in a circle.
    rows = [{"asset_id": asset.id, "second": second, "change": change} for second, change in changes.items()]
    entered = insert_or(session, WatchEdge).values(rows)
    added = {"change": WatchEdge.change + entered.excluded.change}
    keys = [WatchEdge.asset_id, WatchEdge.second]
    await session.execute(entered.on_conflict_do_update(index_elements=keys, set_=added))


async def _enter(session: AsyncSession, asset: Asset, key: str) -> bool:
    """Make the viewer's row where there is none; tell whether it was made."""
    known = select(Viewing.viewer_key).where(Viewing.asset_id == asset.id, Viewing.viewer_key == key)
    if await session.scalar(known) is not None:
        return False
    entered = insert_or(session, Viewing).values(asset_id=asset.id, viewer_key=key, watched_at=now())
    made = entered.on_conflict_do_nothing().returning(Viewing.viewer_key)
    return await session.scalar(made) is not None


def begins(moment: datetime) -> datetime:
    """Give the beginning of a day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
