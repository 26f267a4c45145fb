"""Users by name."""

from __future__ import annotations

import unicodedata

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import Role, User


def fold_name(name: str) -> str:
    """Put a name into the form that is compared: no two people differ by case, width or spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def new_user(name: str, password_hash: str | None, role: Role) -> User:
    """Make a user's row."""
    return User(name=fold_name(name), display_name=" ".join(name.split()), password_hash=password_hash, role=role)


async def find_user(session: AsyncSession, name: str) -> User | None:
    """Give the user of that name who may sign in."""
    return (
        await session.execute(select(User).where(User.name == fold_name(name), User.disabled_at.is_(None)))
    ).scalar_one_or_none()
