"""Things done outside that must not be done twice: armed in a row before, settled in it after.

Between the two nobody knows: a worker that finds an effect armed by an earlier attempt looks it up at the other side,
or leaves it to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.jobs.models import Effect
from cutroom.jobs.upserts import insert_or

_ARMED, _SETTLED = "armed", "settled"


@dataclass(frozen=True, slots=True)
class Armed:
    """How an effect stands.

    Attributes:
        first: Whether it was armed just now, so that it was surely not done.
        reference: What the other side calls it, when it was done.
    """

    first: bool
    reference: dict[str, Any] | None


async def arm(session: AsyncSession, key: str) -> Armed:
    """Enter that an effect is about to be done; it must be committed before it is."""
    entered = insert_or(session, Effect).values(key=key, state=_ARMED, armed_at=now())
    first = await session.scalar(entered.on_conflict_do_nothing().returning(Effect.key))
    if first is not None:
        return Armed(first=True, reference=None)
    return Armed(first=False, reference=await session.scalar(select(Effect.reference).where(Effect.key == key)))


async def settle(session: AsyncSession, key: str, reference: dict[str, Any]) -> None:
    """Enter that an effect was done, and what the other side calls it; the first reference stays."""
    await session.execute(
        update(Effect)
        .where(Effect.key == key, Effect.state == _ARMED)
        .values(state=_SETTLED, reference=reference, settled_at=now())
    )
