"""Groups over HTTP: administrators look after them, and everybody sees their own."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts import groups
from cutroom.accounts.access import Admin, SignedIn
from cutroom.accounts.audit.log import record
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.models import Group, User
from cutroom.accounts.request_keys import Once
from cutroom.accounts.schemas import GroupChange, GroupView, NameView, NewGroup, view_group
from cutroom.accounts.users import read_user
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter(tags=["people"], prefix="/groups")


@router.get("")
async def list_groups(viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE) -> Page[GroupView]:
    """List the groups that you are in, by name; administrators see all."""
    found, following = await read_page(session, groups.select_groups(viewer), [Group.name], after=after, limit=limit)
    counts = await groups.count_members(session, found)
    return Page(items=[view_group(group, counts[group.id]) for group in found], next=following)


@router.post("", status_code=201, responses=problems(409))
async def create_group(new: NewGroup, viewer: Admin, once: Once) -> GroupView:
    """Make a group without anybody in it."""

    async def create(session: AsyncSession) -> GroupView:
        group = await groups.create_group(session, new.name, new.description)
        await record(session, viewer, "group.created", ("group", group.id), name=group.display_name)
        return view_group(group, 0)

    return await once(GroupView, create)


@router.get("/{group_id}", responses=problems(404))
async def read_group(group_id: UUID, viewer: SignedIn, session: Reading) -> GroupView:
    """Give a group that you are in."""
    return await _view(session, await groups.find_group(session, viewer, group_id))


@router.patch("/{group_id}", responses=problems(404, 409))
async def change_group(group_id: UUID, change: GroupChange, viewer: Admin, here: Here) -> GroupView:
    """Give a group another name or description."""

    async def apply(session: AsyncSession) -> GroupView:
        group = await groups.find_group(session, viewer, group_id)
        await groups.change_group(session, group, name=change.name, description=change.description)
        await record(session, viewer, "group.changed", ("group", group.id), name=group.display_name)
        return await _view(session, group)

    return await here.database.write(apply)


@router.delete("/{group_id}", status_code=204, responses=problems(404))
async def delete_group(group_id: UUID, viewer: Admin, here: Here) -> None:
    """Delete a group; what was shared with it is shared with it no more."""

    async def delete(session: AsyncSession) -> None:
        group = await groups.find_group(session, viewer, group_id)
        await groups.delete_group(session, group)
        await record(session, viewer, "group.deleted", ("group", group_id), name=group.display_name)

    await here.database.write(delete)


@router.get("/{group_id}/members", responses=problems(404))
async def list_members(
    group_id: UUID, viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[NameView]:
    """List who is in a group of yours, by name."""
    group = await groups.find_group(session, viewer, group_id)
    found, following = await read_page(session, groups.select_members(group), [User.name], after=after, limit=limit)
    return Page(items=[NameView(id=each.id, name=each.display_name) for each in found], next=following)


@router.put("/{group_id}/members/{user_id}", status_code=204, responses=problems(404))
async def add_member(group_id: UUID, user_id: UUID, viewer: Admin, here: Here) -> None:
    """Put somebody into a group."""

    async def add(session: AsyncSession) -> None:
        group, user = await groups.find_group(session, viewer, group_id), await read_user(session, user_id)
        if await groups.add_member(session, group.id, user.id):
            await record(session, viewer, "group.joined", ("group", group.id), user_id=str(user.id))

    await here.database.write(add)


@router.delete("/{group_id}/members/{user_id}", status_code=204, responses=problems(404))
async def remove_member(group_id: UUID, user_id: UUID, viewer: Admin, here: Here) -> None:
    """Take somebody out of a group, who sees nothing of it from then on."""

    async def remove(session: AsyncSession) -> None:
        group = await groups.find_group(session, viewer, group_id)
        await groups.remove_member(session, group, user_id)
        await record(session, viewer, "group.left", ("group", group.id), user_id=str(user_id))

    await here.database.write(remove)


async def _view(session: AsyncSession, group: Group) -> GroupView:
    return view_group(group, (await groups.count_members(session, [group]))[group.id])
