"""Invitations over HTTP, and what those do who come with a link."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts import invitations, joining
from cutroom.accounts.access import Admin, admin_only, browser_of, check_origin, set_cookie
from cutroom.accounts.audit.log import record
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.models import Invitation
from cutroom.accounts.schemas import (
    Forgotten,
    InvitationView,
    InvitedView,
    Join,
    LinkSecret,
    MadeInvitation,
    Me,
    NewInvitation,
    Reset,
    made_invitation,
)
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter()


@router.get("/invitations", dependencies=[admin_only], tags=["people"])
async def list_invitations(
    session: Reading,
    only_open: Annotated[bool, Query(alias="open", description="Leave out what cannot be accepted any more.")] = False,  # noqa: FBT002 - a query
    after: After = None,
    limit: Limit = PAGE,
) -> Page[InvitationView]:
    """List invitations, newest first."""
    found, following = await read_page(
        session,
        invitations.select_invitations(only_open=only_open),
        [Invitation.id],
        after=after,
        limit=limit,
        descending=True,
    )
    return Page(items=[InvitationView.model_validate(each) for each in found], next=following)


@router.post("/invitations", status_code=201, responses=problems(404, 409), tags=["people"])
async def create_invitation(new: NewInvitation, viewer: Admin, here: Here) -> MadeInvitation:
    """Invite somebody; the link is in this answer and nowhere else, but that another one is mailed to an address.

    It takes no idempotency key: an answer kept for later would keep the link.
    """

    async def invite(session: AsyncSession) -> MadeInvitation:
        life = timedelta(days=new.expires_in_days)
        made, secret = await invitations.invite(
            session, viewer, new.role, email=new.email, group_id=new.group_id, life=life
        )
        about = {"role": made.role, "email": made.email, "group_id": str(made.group_id) if made.group_id else None}
        await record(session, viewer, "invitation.created", ("invitation", made.id), **about)
        return made_invitation(made, f"{here.url}/join?token={secret}")

    return await here.database.write(invite)


@router.delete("/invitations/{invitation_id}", status_code=204, responses=problems(404), tags=["people"])
async def revoke_invitation(invitation_id: UUID, viewer: Admin, here: Here) -> None:
    """Withdraw an invitation; its link stops working."""

    async def revoke(session: AsyncSession) -> None:
        await invitations.revoke_invitation(session, invitation_id)
        await record(session, viewer, "invitation.revoked", ("invitation", invitation_id))

    await here.database.write(revoke)


@router.post("/join/invitation", responses=problems(404, 429), tags=["accounts"])
async def read_invitation(sent: LinkSecret, request: Request, here: Here) -> InvitedView:
    """Tell what an invitation is for; this uses nothing up."""
    invited = await joining.open_invitation(here, sent.token.get_secret_value(), browser_of(request))
    return InvitedView(
        role=invited.invitation.role,
        email=invited.invitation.email,
        group=invited.group,
        invited_by=invited.by,
        expires_at=invited.invitation.expires_at,
    )


@router.post("/join", status_code=201, responses=problems(404, 409, 429), tags=["accounts"])
async def join(new: Join, request: Request, response: Response, here: Here) -> Me:
    """Make the account that an invitation is for, once, and sign in."""
    check_origin(request, required=False)
    user, secret = await joining.join(here, new, browser_of(request))
    set_cookie(request, response, secret)
    return Me.of(user)


@router.post("/password/forgotten", status_code=202, responses=problems(429), tags=["accounts"])
async def forget_password(who: Forgotten, request: Request, here: Here) -> None:
    """Have a link for a new password mailed to whoever has this name or address; the answer is the same for all."""
    check_origin(request, required=False)
    await joining.forget_password(here, who, browser_of(request))


@router.post("/password", status_code=204, responses=problems(400, 429), tags=["accounts"])
async def reset_password(new: Reset, request: Request, here: Here) -> None:
    """Set a new password with a link that works once; every session of the account ends."""
    check_origin(request, required=False)
    await joining.renew_password(here, new, browser_of(request))
