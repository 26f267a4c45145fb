"""Users over HTTP, for administrators; and whom everybody may share with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts import users
from cutroom.accounts.access import Admin, SignedIn, admin_only, person_of
from cutroom.accounts.audit.log import record
from cutroom.accounts.groups import select_names
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.mails import select_mails, tell
from cutroom.accounts.models import Group, Mail, Role, User
from cutroom.accounts.resets import make_reset_link
from cutroom.accounts.schemas import (
    Forgetting,
    MailView,
    NameView,
    ResetLinkView,
    UserChange,
    UserView,
    Words,
    view_user,
)
from cutroom.accounts.sessions import end_sessions
from cutroom.core.errors import Conflict
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter(tags=["people"])


@router.get("/directory/people")
async def list_people(
    viewer: SignedIn,  # noqa: ARG001 - whoever is signed in
    session: Reading,
    q: Words = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[NameView]:
    """List those with whom something can be shared, by name."""
    found, following = await read_page(session, users.select_people(q), [User.name], after=after, limit=limit)
    return Page(items=[NameView(id=each.id, name=each.display_name) for each in found], next=following)


@router.get("/directory/groups")
async def list_group_names(
    viewer: SignedIn,  # noqa: ARG001 - whoever is signed in
    session: Reading,
    q: Words = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[NameView]:
    """List the groups with which something can be shared, by name."""
    found, following = await read_page(session, select_names(q), [Group.name], after=after, limit=limit)
    return Page(items=[NameView(id=each.id, name=each.display_name) for each in found], next=following)


@router.get("/users", dependencies=[admin_only])
async def list_users(
    session: Reading,
    state: Annotated[Literal["active", "disabled"] | None, Query(description="Whether they may sign in.")] = None,
    role: Role | None = None,
    q: Annotated[Words, Query(description="Part of the name or of the mail address.")] = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[UserView]:
    """List the people who have an account, by name."""
    active = None if state is None else state == "active"
    chosen = users.select_users(active=active, role=role, words=q)
    found, following = await read_page(session, chosen, [User.name], after=after, limit=limit)
    return Page(items=await _views(session, found), next=following)


@router.get("/users/{user_id}", dependencies=[admin_only], responses=problems(404))
async def read_user(user_id: UUID, session: Reading) -> UserView:
    """Give a person's account."""
    return (await _views(session, [await users.read_user(session, user_id)]))[0]


@router.patch("/users/{user_id}", responses=problems(404, 409))
async def change_user(user_id: UUID, change: UserChange, viewer: Admin, here: Here) -> UserView:
    """Change a person's name, role, mail address or quota; the role holds from their next request on."""
    given = change.model_fields_set

    async def apply(session: AsyncSession, user: User) -> None:
        before = {"name": user.display_name, "role": user.role, "email": user.email, "quota_bytes": user.quota_bytes}
        if change.role is not None:
            await users.change_role(session, user, change.role)
        if change.name is not None:
            await users.rename_user(session, user, change.name)
        if "email" in given and before["email"] != change.email:
            await tell(session, user, "An administrator changed the mail address of your account.")
            await users.change_email(session, user, change.email, proved=True)
        if "quota_bytes" in given:
            user.quota_bytes = change.quota_bytes
        after = {"name": user.display_name, "role": user.role, "email": user.email, "quota_bytes": user.quota_bytes}
        changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        if changes:
            await record(session, viewer, "user.changed", ("user", user.id), **changes)

    return await _change(here, user_id, apply)


@router.post("/users/{user_id}/disable", responses=problems(404, 409))
async def disable_user(user_id: UUID, viewer: Admin, here: Here) -> UserView:
    """Keep a person out: sessions and tokens end at once, and so do invitations that they made."""

    async def apply(session: AsyncSession, user: User) -> None:
        await users.disable_user(session, user)
        await record(session, viewer, "user.disabled", ("user", user.id), name=user.display_name)

    return await _change(here, user_id, apply)


@router.post("/users/{user_id}/enable", responses=problems(404))
async def enable_user(user_id: UUID, viewer: Admin, here: Here) -> UserView:
    """Let a person sign in again; tokens stay revoked."""

    async def apply(session: AsyncSession, user: User) -> None:
        await users.enable_user(session, user)
        await record(session, viewer, "user.enabled", ("user", user.id), name=user.display_name)

    return await _change(here, user_id, apply)


@router.delete("/users/{user_id}/sessions", status_code=204, responses=problems(404))
async def end_user_sessions(user_id: UUID, viewer: Admin, here: Here) -> None:
    """Sign a person out everywhere."""

    async def apply(session: AsyncSession, user: User) -> None:
        ended = await end_sessions(session, user.id)
        await record(session, viewer, "user.signed_out", ("user", user.id), sessions=ended)

    await _change(here, user_id, apply)


@router.post("/users/{user_id}/reset-link", status_code=201, responses=problems(404, 409))
async def create_reset_link(user_id: UUID, viewer: Admin, here: Here) -> ResetLinkView:
    """Make a link with which a person sets a new password once, within an hour; hand it over yourself."""
    made_by = person_of(viewer)

    async def make(session: AsyncSession) -> ResetLinkView:
        user = await users.read_user(session, user_id)
        if user.disabled_at is not None:
            raise Conflict(f"{user.display_name} is disabled: enable the account first.")
        secret, expires_at = await make_reset_link(session, user, made_by=made_by)
        await record(session, viewer, "user.reset_link_made", ("user", user.id), name=user.display_name)
        return ResetLinkView(link=f"{here.url}/reset?token={secret}", expires_at=expires_at)

    return await here.database.write(make)


@router.post("/users/{user_id}/forget", status_code=204, responses=problems(404, 409))
async def forget_user(user_id: UUID, what: Forgetting, viewer: Admin, here: Here) -> None:
    """Remove a disabled person's account, name and address for good; what they made stays, or is handed on."""

    async def forget(session: AsyncSession) -> None:
        user = await users.read_user(session, user_id)
        heir = await users.read_user(session, what.heir_id) if what.heir_id else None
        await users.forget_user(session, user, heir)
        await record(session, viewer, "user.forgotten", ("user", user_id), heir_id=str(heir.id) if heir else None)

    await here.database.write(forget)


@router.get("/mails", dependencies=[admin_only])
async def list_mails(session: Reading, after: After = None, limit: Limit = PAGE) -> Page[MailView]:
    """List the mails that wait to be sent or were given up, newest first, and why."""
    found, following = await read_page(session, select_mails(), [Mail.id], after=after, limit=limit, descending=True)
    return Page(items=[MailView.model_validate(each) for each in found], next=following)


async def _change(here: Here, user_id: UUID, apply: Callable[[AsyncSession, User], Awaitable[None]]) -> UserView:
    async def change(session: AsyncSession) -> UserView:
        user = await users.read_user(session, user_id)
        await apply(session, user)
        return (await _views(session, [user]))[0]

    return await here.database.write(change)


async def _views(session: AsyncSession, found: Sequence[User]) -> list[UserView]:
    groups = await users.groups_of(session, [user.id for user in found])
    return [view_user(user, groups[user.id]) for user in found]
