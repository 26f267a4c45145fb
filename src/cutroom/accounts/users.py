"""Users: who there is, what they are called, and what becomes of their accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import ApiToken, Group, Invitation, Member, ResetLink, Role, User
from cutroom.accounts.sessions import end_sessions
from cutroom.accounts.vault.models import Secret
from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Named:
    """What anybody may know of a person or a group."""

    id: UUID
    name: str


def fold_name(name: str) -> str:
    """Put a name into the form that is compared: no two people differ by case, width or spaces alone."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def new_user(name: str, password_hash: str | None, role: Role) -> User:
    """Make a user's row."""
    return User(name=fold_name(name), display_name=" ".join(name.split()), password_hash=password_hash, role=role)


async def add_user(session: AsyncSession, user: User) -> None:
    """Add a user.

    Raises:
        Conflict: If the name or the address is somebody else's.
    """
    session.add(user)
    await _flush(session)


async def find_user(session: AsyncSession, name: str) -> User | None:
    """Give the user of that name who may sign in."""
    return (
        await session.execute(select(User).where(User.name == fold_name(name), User.disabled_at.is_(None)))
    ).scalar_one_or_none()


async def find_by_name_or_email(session: AsyncSession, text: str) -> list[User]:
    """Give the users who may sign in and have that name or that address: two, where a name looks like an address."""
    same = or_(User.name == fold_name(text), User.email == text.strip().lower())
    return list(await session.scalars(select(User).where(same, User.disabled_at.is_(None)).order_by(User.id)))


async def read_user(session: AsyncSession, user_id: UUID) -> User:
    """Give a user, disabled or not.

    Raises:
        NotFound: If there is none.
    """
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound(f"There is no user {user_id}: list those that there are.")
    return user


def select_users(*, active: bool | None = None, role: Role | None = None, words: str | None = None) -> Select[User]:
    """Select users.

    Args:
        active: Whether they may sign in.
        words: Part of the name or the address.
    """
    wanted: list[ColumnElement[bool]] = []
    if active is not None:
        wanted.append(User.disabled_at.is_(None) if active else User.disabled_at.is_not(None))
    if role is not None:
        wanted.append(User.role == role)
    if words:
        named = User.name.contains(fold_name(words), autoescape=True)
        wanted.append(or_(named, User.email.contains(words.strip().lower(), autoescape=True)))
    return select(User).where(*wanted)


def select_people(words: str | None) -> Select[User]:
    """Select those with whom something can be shared, by part of their name."""
    active = select(User).where(User.disabled_at.is_(None))
    return active.where(User.name.contains(fold_name(words), autoescape=True)) if words else active


async def groups_of(session: AsyncSession, user_ids: Iterable[UUID]) -> dict[UUID, list[Named]]:
    """Give the groups that each of these users is in, by name."""
    found: dict[UUID, list[Named]] = {user_id: [] for user_id in user_ids}
    query = (
        select(Member.user_id, Group.id, Group.display_name)
        .join(Group, Group.id == Member.group_id)
        .where(Member.user_id.in_(found))
        .order_by(Group.name)
    )
    for user_id, group_id, name in await session.execute(query):
        found[user_id].append(Named(group_id, name))
    return found


async def rename_user(session: AsyncSession, user: User, name: str) -> None:
    """Give a user another name, to be known and to sign in by.

    Raises:
        Conflict: If it is somebody else's.
    """
    user.name, user.display_name = fold_name(name), " ".join(name.split())
    await _flush(session)


async def change_email(session: AsyncSession, user: User, email: str | None, *, proved: bool) -> None:
    """Give a user another address, or none.

    Args:
        proved: Whether somebody besides the user says that it is theirs.

    Raises:
        Conflict: If it is somebody else's.
    """
    user.email, user.email_proved = email.lower() if email else None, proved and email is not None
    await _flush(session)


async def change_role(session: AsyncSession, user: User, role: Role) -> None:
    """Give a user another role, which holds from their next request on.

    Raises:
        Conflict: If nobody would be left who administers.
    """
    others = await _other_administrators(session, user)
    if user.role is Role.ADMIN and role is not Role.ADMIN:
        _leave_one(user, others)
        await _withdraw_links(session, user)
    user.role = role
    await session.flush()


async def disable_user(session: AsyncSession, user: User) -> None:
    """Keep a user out from now on: their sessions and tokens end, and so do links that they made or were given.

    Raises:
        Conflict: If nobody would be left who administers.
    """
    others = await _other_administrators(session, user)
    if user.disabled_at is not None:
        return
    if user.role is Role.ADMIN:
        _leave_one(user, others)
    user.disabled_at = now()
    await session.flush()
    await end_sessions(session, user.id)
    await end_tokens(session, user.id)
    await session.execute(delete(ResetLink).where(ResetLink.user_id == user.id))
    await _withdraw_links(session, user)


async def enable_user(session: AsyncSession, user: User) -> None:
    """Let a user in again, who signs in anew."""
    user.disabled_at = None
    await session.flush()


async def end_tokens(session: AsyncSession, user_id: UUID) -> int:
    """Revoke all of a user's tokens.

    Returns:
        How many ended.
    """
    theirs = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    return len((await session.execute(theirs.values(revoked_at=now()).returning(ApiToken.id))).all())


async def forget_user(session: AsyncSession, user: User, heir: User | None) -> None:
    """Remove a disabled user with all that says who they were; what they made stays.

    Args:
        heir: Whose it is from now on; nobody's but the administrators' when unset.

    Raises:
        Conflict: If the user is not disabled, or would be their own heir.
    """
    if heir is not None and (heir.id == user.id or heir.disabled_at is not None):
        raise Conflict(f"{heir.display_name} cannot take over what is left: choose somebody who can sign in.")
    if heir is not None:
        for table in Base.metadata.sorted_tables:
            if "owner_id" in table.columns:
                theirs = update(table).where(table.c.owner_id == user.id)
                await session.execute(theirs.values(owner_id=heir.id))
    await session.execute(delete(Secret).where(Secret.name.endswith(f"/{user.id}", autoescape=True)))
    gone = delete(User).where(User.id == user.id, User.disabled_at.is_not(None)).returning(User.id)
    if (await session.execute(gone)).first() is None:
        raise Conflict(f"{user.display_name} can still sign in: disable the account first.")


async def _other_administrators(session: AsyncSession, user: User) -> set[UUID]:
    """Give those who administer besides a user, whose row is read again.

    All of them are held until the commit: two who would stop at once go one after the other.
    """
    active = select(User.id).where(User.role == Role.ADMIN, User.disabled_at.is_(None)).order_by(User.id)
    found = set(await session.scalars(active.with_for_update()))
    await session.refresh(user, with_for_update=True)
    return found - {user.id}


def _leave_one(user: User, others: set[UUID]) -> None:
    if user.disabled_at is None and not others:
        raise Conflict(f"{user.display_name} is the only administrator: make somebody else one first.")


async def _withdraw_links(session: AsyncSession, user: User) -> None:
    """End the links that a user made for others, who would otherwise be a way back in."""
    made = update(Invitation).where(Invitation.made_by == user.id, Invitation.used_at.is_(None))
    await session.execute(made.where(Invitation.revoked_at.is_(None)).values(revoked_at=now()))
    await session.execute(delete(ResetLink).where(ResetLink.made_by == user.id))


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise Conflict("Somebody has this name or this mail address already: take another.") from error
