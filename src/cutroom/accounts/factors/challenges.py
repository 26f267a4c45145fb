"""Challenges: secrets that are answered soon, once, and for the purpose that they were made for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.factors.errors import ChallengeOver
from cutroom.accounts.factors.models import Challenge, Purpose
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.core.clock import now

LIFE = timedelta(minutes=5)
#: A challenge that was answered wrongly so often is over.
TRIES = 5

_OVER = "This took too long, was tried too often, or was answered already: begin again."


async def new_challenge(
    session: AsyncSession,
    purpose: Purpose,
    user_id: UUID | None = None,
    details: dict[str, Any] | None = None,
    *,
    life: timedelta = LIFE,
) -> tuple[str, datetime]:
    """Make a challenge; what it is answered with is kept as a hash.

    Returns:
        The secret, which is 32 bytes in base 64 for addresses, and when it is over.
    """
    await session.execute(delete(Challenge).where(Challenge.expires_at <= now()))
    secret, end = new_secret(), now() + life
    row = Challenge(
        token_hash=hash_secret(secret), purpose=purpose, user_id=user_id, details=details or {}, expires_at=end
    )
    session.add(row)
    await session.flush()
    return secret, end


async def use_challenge(session: AsyncSession, secret: str, purpose: Purpose) -> Challenge:
    """Take a challenge out: whoever comes second, at the same moment too, finds none.

    Raises:
        ChallengeOver: If there is none of this purpose.
    """
    taken = await session.execute(
        delete(Challenge)
        .where(Challenge.token_hash == hash_secret(secret), Challenge.purpose == purpose, Challenge.expires_at > now())
        .returning(Challenge)
    )
    found = taken.scalar_one_or_none()
    if found is None:
        raise ChallengeOver(_OVER)
    return found


async def count_try(session: AsyncSession, secret: str, purpose: Purpose) -> UUID | None:
    """Count an answer before it is looked at, and give who is to answer.

    Raises:
        ChallengeOver: If there is none of this purpose, or it has had all its tries.
    """
    counted = await session.execute(
        update(Challenge)
        .where(
            Challenge.token_hash == hash_secret(secret),
            Challenge.purpose == purpose,
            Challenge.expires_at > now(),
            Challenge.tries < TRIES,
        )
        .values(tries=Challenge.tries + 1)
        .returning(Challenge.user_id)
    )
    found = counted.first()
    if found is None:
        raise ChallengeOver(_OVER)
    return found[0]
