"""Subscriptions: made, found, changed and ended by who owns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.core.clock import now
from cutroom.core.errors import NotFound
from cutroom.ingest.subscriptions.models import Subscription


class SubscriptionNotFound(NotFound):
    """There is no such subscription, or it is somebody else's."""


def subscriptions_of(viewer: Viewer) -> Select[Subscription]:
    """List the viewer's subscriptions; an administrator's are everybody's."""
    return viewer.only_own(select(Subscription), Subscription.owner_id)


async def add_subscription(session: AsyncSession, made: Subscription) -> Subscription:
    """Enter a subscription; it is looked at within seconds."""
    session.add(made)
    await session.flush()
    return made


async def find_subscription(
    session: AsyncSession, viewer: Viewer, subscription_id: UUID, *, to_change: bool = False
) -> Subscription:
    """Give a subscription of the viewer's.

    Raises:
        SubscriptionNotFound: If there is none, or it is somebody else's.
    """
    query = subscriptions_of(viewer).where(Subscription.id == subscription_id)
    found = await session.scalar(query.with_for_update() if to_change else query)
    if found is None:
        raise SubscriptionNotFound(f"There is no subscription {subscription_id}: list those that there are.")
    return found


async def change_subscription(
    session: AsyncSession, viewer: Viewer, subscription_id: UUID, changes: Mapping[str, Any]
) -> Subscription:
    """Change a subscription; one that is switched on is looked at soon.

    Raises:
        SubscriptionNotFound: If there is none, or it is somebody else's.
    """
    found = await find_subscription(session, viewer, subscription_id, to_change=True)
    if changes.get("enabled") and not found.enabled:
        found.next_at = now()
    for name, value in changes.items():
        setattr(found, name, value)
    await session.flush()
    return found


async def look_soon(session: AsyncSession, viewer: Viewer, subscription_id: UUID) -> Subscription:
    """Have a subscription looked at within seconds.

    Raises:
        SubscriptionNotFound: If there is none, or it is somebody else's.
    """
    found = await find_subscription(session, viewer, subscription_id, to_change=True)
    found.next_at = now()
    await session.flush()
    return found


async def delete_subscription(session: AsyncSession, viewer: Viewer, subscription_id: UUID) -> None:
    """End a subscription; what it brought stays.

    Raises:
        SubscriptionNotFound: If there is none, or it is somebody else's.
    """
    await session.delete(await find_subscription(session, viewer, subscription_id, to_change=True))
