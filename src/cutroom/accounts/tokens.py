"""Tokens: keys with which programs do what their owner may."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import ApiToken, Scope, User
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.core.clock import now
from cutroom.core.errors import NotFound

#: By which people and scanners of secrets know one.
PREFIX = "cutroom_"


async def make_token(
    session: AsyncSession,
    user_id: UUID,
    name: str,
    *,
    scopes: Iterable[Scope] = Scope,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; its secret is given here and never again."""
    secret = new_secret(PREFIX)
    token = ApiToken(
        user_id=user_id,
        name=name,
        token_hash=hash_secret(secret),
        scopes=[scope.value for scope in Scope if scope in set(scopes)],
        expires_at=expires_at,
    )
    session.add(token)
    await session.flush()
    return token, secret


def token_of(secret: str) -> Select[User, ApiToken]:
    """Find the user for whom a token speaks."""
    return (
        select(User, ApiToken)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.token_hash == hash_secret(secret),
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now()),
            User.disabled_at.is_(None),
        )
    )


def tokens_of(user_id: UUID | None) -> Select[ApiToken]:
    """List a user's tokens that were not revoked."""
    return select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))


async def revoke_token(session: AsyncSession, user_id: UUID, token_id: UUID) -> None:
    """End a token, at once and for good.

    Raises:
        NotFound: If the user has no such token.
    """
    ended = await session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(ApiToken.id)
    )
    if ended.first() is None:
        raise NotFound(f"There is no token {token_id}: list those that there are.")
