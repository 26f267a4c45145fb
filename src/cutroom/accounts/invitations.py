"""Invitations: links that make one account each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.errors import LinkUsed
from cutroom.accounts.groups import add_member
from cutroom.accounts.mails import queue_mail
from cutroom.accounts.models import Group, Invitation, MailKind, Role, User
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.accounts.users import add_user, new_user
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, NotFound

#: How long one can be used, when nobody says otherwise.
LIFE = timedelta(days=7)
LONGEST_DAYS = 90
_REFUSED = "This invitation has been used or withdrawn, or has expired: ask an administrator for a new one."


@dataclass(frozen=True, slots=True)
class Invited:
    """An open invitation and what it tells whoever has its link."""

    invitation: Invitation
    group: str | None
    by: str | None


async def invite(
    session: AsyncSession,
    viewer: Viewer,
    role: Role,
    *,
    email: str | None = None,
    group_id: UUID | None = None,
    life: timedelta = LIFE,
) -> tuple[Invitation, str]:
    """Make an invitation and give the secret of its link; with an address, another link goes there by mail.

    Raises:
        Conflict: If somebody with this address has an account.
        NotFound: If there is no such group.
    """
    if group_id is not None and await session.get(Group, group_id) is None:
        raise NotFound(f"There is no group {group_id}: list those that there are.")
    email = email.lower() if email else None
    if email and await session.scalar(select(User.id).where(User.email == email)) is not None:
        raise Conflict(f"Somebody with the address {email} has an account already.")
    secret = new_secret()
    invitation = Invitation(
        token_hash=hash_secret(secret),
        role=role,
        email=email,
        group_id=group_id,
        made_by=viewer.user_id,
        expires_at=now() + life,
    )
    session.add(invitation)
    await session.flush()
    if email:
        await queue_mail(session, MailKind.INVITATION, invitation_id=str(invitation.id))
    return invitation, secret


def is_open() -> ColumnElement[bool]:
    """Tell which invitations can be accepted."""
    return and_(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now())


def select_invitations(*, only_open: bool) -> Select[Invitation]:
    """Select invitations."""
    return select(Invitation).where(is_open()) if only_open else select(Invitation)


async def revoke_invitation(session: AsyncSession, invitation_id: UUID) -> None:
    """Withdraw an invitation that nobody has accepted.

    Raises:
        NotFound: If there is no such invitation any more.
    """
    withdrawn = update(Invitation).where(Invitation.id == invitation_id, is_open()).values(revoked_at=now())
    if (await session.execute(withdrawn.returning(Invitation.id))).first() is None:
        raise NotFound(f"There is no open invitation {invitation_id}: list those that there are.")


async def read_invitation(session: AsyncSession, secret: str) -> Invited:
    """Give the open invitation that a link is of.

    Raises:
        LinkUsed: If it was used, withdrawn or has expired, or there never was one.
    """
    query = (
        select(Invitation, Group.display_name, User.display_name)
        .outerjoin(Group, Group.id == Invitation.group_id)
        .outerjoin(User, User.id == Invitation.made_by)
        .where(_has(secret), is_open())
    )
    row = (await session.execute(query)).first()
    if row is None:
        raise LinkUsed(_REFUSED)
    return Invited(*row)


async def accept_invitation(session: AsyncSession, secret: str, name: str, password_hash: str) -> User:
    """Make the account that an invitation is for, once.

    Raises:
        LinkUsed: If it was used, withdrawn or has expired, or there never was one.
        Conflict: If somebody has the name; the invitation stays open.
    """
    user = await _accept(session, _has(secret), name, password_hash)
    if user is None:
        raise LinkUsed(_REFUSED)
    return user


async def accept_by_address(session: AsyncSession, email: str, name: str) -> User | None:
    """Make the account that the newest open invitation of an address is for, whose owner has proved that it is theirs.

    Returns:
        ``None`` when there is none.

    Raises:
        Conflict: If somebody has the name; the invitation stays open.
    """
    theirs = select(Invitation.id).where(Invitation.email == email.lower(), is_open())
    newest = await session.scalar(theirs.order_by(Invitation.id.desc()).limit(1))
    return None if newest is None else await _accept(session, Invitation.id == newest, name, None)


async def _accept(
    session: AsyncSession, which: ColumnElement[bool], name: str, password_hash: str | None
) -> User | None:
    # Whoever accepts it at the same moment waits here, and then finds it used.
    used = update(Invitation).where(which, is_open()).values(used_at=now()).returning(Invitation)
    invitation = (await session.execute(used)).scalar_one_or_none()
    if invitation is None:
        return None
    user = new_user(name, password_hash, invitation.role)
    user.email, user.email_proved = invitation.email, invitation.email is not None
    await add_user(session, user)
    invitation.used_by = user.id
    if invitation.group_id is not None:
        await add_member(session, invitation.group_id, user.id)
    await session.flush()
    return user


async def renew_mailed_link(session: AsyncSession, invitation_id: UUID) -> tuple[Invited, str] | None:
    """Make the secret of the link that goes out by mail; an older mail's link stops working.

    Returns:
        ``None`` when the invitation is not open any more.
    """
    secret = new_secret()
    renewed = update(Invitation).where(Invitation.id == invitation_id, is_open())
    if (
        await session.execute(renewed.values(mailed_hash=hash_secret(secret)).returning(Invitation.id))
    ).first() is None:
        return None
    return await read_invitation(session, secret), secret


def _has(secret: str) -> ColumnElement[bool]:
    kept = hash_secret(secret)
    return or_(Invitation.token_hash == kept, Invitation.mailed_hash == kept)
