"""Remember what a subscription has seen: each thing counts as new once."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.text import one_line
from cutroom.ingest.subscriptions.models import SeenItem

_TITLE = 300


def key_of(name: str) -> str:
    """Give what a row keeps of a thing's name."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()


async def see(session: AsyncSession, subscription_id: UUID, name: str, title: str = "") -> SeenItem | None:
    """Note that a thing was seen; whoever holds the subscription's row calls it.

    Returns:
        The new item, or ``None`` when it was seen before.
    """
    key = key_of(name)
    if await session.get(SeenItem, (subscription_id, key)) is not None:
        return None
    item = SeenItem(subscription_id=subscription_id, key=key, title=one_line(title, _TITLE))
    session.add(item)
    await session.flush()
    return item
