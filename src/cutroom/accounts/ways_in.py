"""Ways to sign in: nobody takes away their own last one."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.factors.models import Passkey
from cutroom.accounts.models import User
from cutroom.accounts.oidc.models import Identity
from cutroom.core.errors import Conflict


async def keep_a_way_in(session: AsyncSession, user: User, issuer: str | None) -> None:
    """Refuse what was just done in this transaction where it leaves a user no way to sign in.

    Args:
        user: Held by the caller, so that two ways are not taken away at once.
        issuer: The identity provider that people may sign in at; accounts at another one open nothing.

    Raises:
        Conflict: If no way is left.
    """
    if user.password_hash is not None:
        return
    ways = (
        exists().where(Passkey.user_id == user.id),
        exists().where(Identity.user_id == user.id, Identity.issuer == issuer),
    )
    if not await session.scalar(select(or_(*ways))):
        raise Conflict("There would be no way in any more: set a password first, with a link by mail.")
