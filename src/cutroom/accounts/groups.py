"""Groups: who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Group, Member, Role, User
from cutroom.accounts.users import fold_name
from cutroom.core.errors import Conflict, NotFound
from cutroom.jobs.upserts import insert_or


def select_groups(viewer: Viewer) -> Select[Group]:
    """Select the groups that a viewer is in; administrators look after all of them."""
    if viewer.role is Role.ADMIN:
        return select(Group)
    return select(Group).where(Group.id.in_(select(Member.group_id).where(Member.user_id == viewer.user_id)))


def select_names(words: str | None) -> Select[Group]:
    """Select the groups with which something can be shared, by part of their name."""
    return select(Group).where(Group.name.contains(fold_name(words), autoescape=True)) if words else select(Group)


async def find_group(session: AsyncSession, viewer: Viewer, group_id: UUID) -> Group:
    """Give a group that the viewer is in.

    Raises:
        NotFound: If there is none.
    """
    group = (await session.execute(select_groups(viewer).where(Group.id == group_id))).scalar_one_or_none()
    if group is None:
        raise NotFound(f"There is no group {group_id}: list those that there are.")
    return group


async def create_group(session: AsyncSession, name: str, description: str) -> Group:
    """Make a group without anybody in it.

    Raises:
        Conflict: If another one has the name.
    """
    group = Group(name=fold_name(name), display_name=" ".join(name.split()), description=description)
    session.add(group)
    await _flush(session)
    return group


async def change_group(session: AsyncSession, group: Group, *, name: str | None, description: str | None) -> None:
    """Give a group another name or description; what is unset stays.

    Raises:
        Conflict: If another one has the name.
    """
    if name is not None:
        group.name, group.display_name = fold_name(name), " ".join(name.split())
    if description is not None:
        group.description = description
    await _flush(session)


async def delete_group(session: AsyncSession, group: Group) -> None:
    """Delete a group; what was shared with it is shared with it no more."""
    await session.execute(delete(Group).where(Group.id == group.id))


def select_members(group: Group) -> Select[User]:
    """Select those who are in a group."""
    return select(User).join(Member, Member.user_id == User.id).where(Member.group_id == group.id)


async def count_members(session: AsyncSession, groups: Iterable[Group]) -> dict[UUID, int]:
    """Count who is in each of these groups."""
    counts = {group.id: 0 for group in groups}
    query = select(Member.group_id, func.count()).where(Member.group_id.in_(counts)).group_by(Member.group_id)
    return counts | dict(iter(await session.execute(query)))


async def add_member(session: AsyncSession, group_id: UUID, user_id: UUID) -> bool:
    """Put a user into a group.

    Returns:
        Whether they were not in it before.
    """
    added = insert_or(session, Member).values(group_id=group_id, user_id=user_id)
    return (await session.execute(added.on_conflict_do_nothing().returning(Member.user_id))).first() is not None


async def remove_member(session: AsyncSession, group: Group, user_id: UUID) -> None:
    """Take a user out of a group.

    Raises:
        NotFound: If they are not in it.
    """
    theirs = delete(Member).where(Member.group_id == group.id, Member.user_id == user_id)
    if (await session.execute(theirs.returning(Member.user_id))).first() is None:
        raise NotFound(f"{user_id} is not in {group.display_name}: list its members.")


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise Conflict("Another group has this name already: take another.") from error
