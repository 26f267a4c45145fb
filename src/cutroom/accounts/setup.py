"""The first start: a link that works once makes the first administrator."""

from __future__ import annotations

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.errors import LinkUsed
from cutroom.accounts.models import Role, SetupLink, User
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.accounts.users import new_user
from cutroom.core.clock import now

_REFUSED = "This link has been used, or a newer one was made: the server's log shows the newest when it starts."


async def make_setup_link(session: AsyncSession) -> str | None:
    """Make the secret of the link that makes the first administrator; older ones stop working.

    Returns:
        ``None`` once somebody has an account.
    """
    if await _anybody(session):
        return None
    await session.execute(delete(SetupLink))
    secret = new_secret()
    session.add(SetupLink(token_hash=hash_secret(secret)))
    await session.flush()
    return secret


async def check_setup_link(session: AsyncSession, secret: str) -> None:
    """Refuse a link that cannot be used any more, before a password is hashed for it.

    Raises:
        LinkUsed: If it was used, replaced, or never made.
    """
    unused = select(SetupLink).where(SetupLink.token_hash == hash_secret(secret), SetupLink.used_at.is_(None))
    if (await session.execute(unused)).first() is None or await _anybody(session):
        raise LinkUsed(_REFUSED)


async def set_up(session: AsyncSession, secret: str, name: str, password_hash: str) -> User:
    """Make the first administrator, once.

    Raises:
        LinkUsed: If the link was used, replaced, or never made.
    """
    # All links at once: whoever holds another one at the same moment waits here, and then finds none.
    used = await session.execute(
        update(SetupLink).where(SetupLink.used_at.is_(None)).values(used_at=now()).returning(SetupLink.token_hash)
    )
    if hash_secret(secret) not in used.scalars().all() or await _anybody(session):
        raise LinkUsed(_REFUSED)
    user = new_user(name, password_hash, Role.ADMIN)
    session.add(user)
    await session.flush()
    return user


async def _anybody(session: AsyncSession) -> bool:
    return bool((await session.execute(select(exists().select_from(User)))).scalar())
