"""New passwords for those who forgot theirs: by mail, or with a link that an administrator hands over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.errors import ResetRefused
from cutroom.accounts.mails import queue_mail, tell
from cutroom.accounts.models import MailKind, ResetLink, User
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.accounts.sessions import end_sessions
from cutroom.accounts.users import read_user
from cutroom.core.clock import now
from cutroom.jobs.budgets import take

LIFE = timedelta(hours=1)
#: Mails to one person: three at once, then one in twenty minutes, whoever asks for them.
_MAILS = (1 / 1200, 3.0)
_REFUSED = "This link has been used or has expired: ask for a new one."


async def ask_for_reset(session: AsyncSession, name: str) -> None:
    """Have a link mailed to whoever has this name or address.

    Whether anybody has it is found out when the mail is sent, so that neither the answer nor its time tells.
    """
    await queue_mail(session, MailKind.RESET, name=name)


async def may_mail(session: AsyncSession, user: User) -> bool:
    """Count a mail with a link to a user, and tell whether it may go."""
    per_s, burst = _MAILS
    return await take(session, f"reset {user.id}", units=1.0, per_s=per_s, burst=burst) == 0


async def make_reset_link(session: AsyncSession, user: User, *, made_by: UUID | None = None) -> tuple[str, datetime]:
    """Make a link with which a user sets a new password once; give its secret and when it expires."""
    secret, expires_at = new_secret(), now() + LIFE
    session.add(ResetLink(token_hash=hash_secret(secret), user_id=user.id, made_by=made_by, expires_at=expires_at))
    await session.flush()
    return secret, expires_at


async def read_reset_link(session: AsyncSession, secret: str) -> User:
    """Give the user whose password a link changes, before one is hashed for it.

    Raises:
        ResetRefused: If it was used or has expired, or there never was one.
    """
    query = select(User).join(ResetLink, ResetLink.user_id == User.id).where(_fits(secret), User.disabled_at.is_(None))
    user = (await session.execute(query)).scalar_one_or_none()
    if user is None:
        raise ResetRefused(_REFUSED)
    return user


async def reset_password(session: AsyncSession, secret: str, password_hash: str) -> User:
    """Set a new password once; every session ends, and so does every other link of the user's.

    Raises:
        ResetRefused: If the link was used or has expired, or there never was one.
    """
    used = update(ResetLink).where(_fits(secret)).values(used_at=now()).returning(ResetLink.user_id)
    user_id = await session.scalar(used)
    if user_id is None:
        raise ResetRefused(_REFUSED)
    user = await read_user(session, user_id)
    if user.disabled_at is not None:
        raise ResetRefused(_REFUSED)
    await set_password(session, user, password_hash)
    return user


async def set_password(session: AsyncSession, user: User, password_hash: str, *, staying: UUID | None = None) -> None:
    """Set a user's password, and tell them; sessions end, and so do links that would set another one.

    Args:
        staying: The session that goes on.
    """
    user.password_hash = password_hash
    await session.flush()
    await end_sessions(session, user.id, but=staying)
    await session.execute(delete(ResetLink).where(ResetLink.user_id == user.id, ResetLink.used_at.is_(None)))
    await tell(session, user, "The password of your account was changed.")


def _fits(secret: str) -> ColumnElement[bool]:
    return and_(ResetLink.token_hash == hash_secret(secret), ResetLink.used_at.is_(None), ResetLink.expires_at > now())
