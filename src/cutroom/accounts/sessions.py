"""Sessions: signed-in browsers, known to us by the hash of what their cookie holds."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import ApiToken, Session, User
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.core.clock import now

#: How long a browser stays signed in.
LIFE = timedelta(days=30)
#: Use is noted this often at most: a note is a write.
NOTED = timedelta(minutes=10)


async def open_session(session: AsyncSession, user: User) -> str:
    """Sign a user in and give the secret for the cookie."""
    secret = new_secret()
    session.add(Session(token_hash=hash_secret(secret), user_id=user.id, expires_at=now() + LIFE))
    await session.flush()
    return secret


def session_of(secret: str) -> Select[User, Session]:
    """Find the user whom a cookie signs in."""
    return (
        select(User, Session)
        .join(Session, Session.user_id == User.id)
        .where(Session.token_hash == hash_secret(secret), Session.expires_at > now(), User.disabled_at.is_(None))
    )


async def close_session(session: AsyncSession, secret: str) -> None:
    """Sign a browser out."""
    await session.execute(delete(Session).where(Session.token_hash == hash_secret(secret)))


async def note_use(session: AsyncSession, kept: Session | ApiToken) -> None:
    """Write down that a session or a token was used."""
    if isinstance(kept, Session):
        await session.execute(update(Session).where(Session.token_hash == kept.token_hash).values(seen_at=now()))
    else:
        await session.execute(update(ApiToken).where(ApiToken.id == kept.id).values(used_at=now()))


def is_stale(kept: Session | ApiToken) -> bool:
    """Tell whether its last use was noted long enough ago."""
    seen = kept.seen_at if isinstance(kept, Session) else kept.used_at
    return seen is None or now() - seen > NOTED
