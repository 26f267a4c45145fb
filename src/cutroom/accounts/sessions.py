"""Sessions: signed-in browsers, known to us by the hash of what their cookie holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import ApiToken, Session, User
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.core.clock import now
from cutroom.core.errors import NotFound

#: How long a browser stays signed in at most, however much it is used.
LIFE = timedelta(days=30)
#: Use is noted this often at most: a note is a write.
NOTED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Browser:
    """What a request tells of the browser that sends it.

    Attributes:
        address: Where it is.
        name: What it calls itself, in words.
        secret: Of the session that it has already.
    """

    address: str = ""
    name: str = ""
    secret: str | None = None


async def open_session(session: AsyncSession, user: User, browser: Browser = Browser()) -> str:
    """Sign a user in and give the secret for the cookie."""
    secret = new_secret()
    session.add(
        Session(
            token_hash=hash_secret(secret),
            user_id=user.id,
            expires_at=now() + LIFE,
            address=browser.address,
            browser=browser.name,
        )
    )
    await session.flush()
    return secret


def session_of(secret: str, idle: timedelta) -> Select[User, Session]:
    """Find the user whom a cookie signs in.

    Args:
        idle: How long a session lasts that is not used.
    """
    return (
        select(User, Session)
        .join(Session, Session.user_id == User.id)
        .where(Session.token_hash == hash_secret(secret), *_lasting(idle), User.disabled_at.is_(None))
    )


async def close_session(session: AsyncSession, secret: str) -> None:
    """Sign a browser out."""
    await session.execute(delete(Session).where(Session.token_hash == hash_secret(secret)))


def sessions_of(user_id: UUID | None, idle: timedelta) -> Select[Session]:
    """List a user's sessions that have not expired."""
    return select(Session).where(Session.user_id == user_id, *_lasting(idle))


async def end_session(session: AsyncSession, user_id: UUID, session_id: UUID) -> None:
    """Sign a browser of a user's out from elsewhere.

    Raises:
        NotFound: If the user has no such session.
    """
    ended = await session.execute(
        delete(Session).where(Session.id == session_id, Session.user_id == user_id).returning(Session.id)
    )
    if ended.first() is None:
        raise NotFound(f"There is no session {session_id}: list those that there are.")


async def end_sessions(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> int:
    """Sign a user out everywhere, at once.

    Args:
        but: The session that stays.

    Returns:
        How many ended.
    """
    theirs = delete(Session).where(Session.user_id == user_id)
    ended = await session.execute((theirs if but is None else theirs.where(Session.id != but)).returning(Session.id))
    return len(ended.all())


def _lasting(idle: timedelta) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    moment = now()
    return Session.expires_at > moment, Session.seen_at > moment - idle


async def note_use(session: AsyncSession, kept: Session | ApiToken, address: str) -> None:
    """Write down when and from where a session or a token was used."""
    if isinstance(kept, Session):
        used = update(Session).where(Session.id == kept.id).values(seen_at=now(), address=address)
        await session.execute(used)
    else:
        await session.execute(update(ApiToken).where(ApiToken.id == kept.id).values(used_at=now(), used_from=address))


def is_stale(kept: Session | ApiToken) -> bool:
    """Tell whether its last use was noted long enough ago."""
    seen = kept.seen_at if isinstance(kept, Session) else kept.used_at
    return seen is None or now() - seen > NOTED
