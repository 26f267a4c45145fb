"""What the interface and the pages do for those who come with a link: join, or set a new password."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.audit.log import record
from cutroom.accounts.errors import LinkUsed, ResetRefused
from cutroom.accounts.instance import Instance
from cutroom.accounts.invitations import Invited, accept_invitation, read_invitation
from cutroom.accounts.models import User
from cutroom.accounts.passwords import check_password, hash_password
from cutroom.accounts.resets import ask_for_reset, read_reset_link, reset_password
from cutroom.accounts.schemas import Forgotten, Join, Reset
from cutroom.accounts.sessions import Browser
from cutroom.accounts.signing_in import begin_session


async def open_invitation(here: Instance, secret: str, browser: Browser) -> Invited:
    """Tell whoever has its link what an invitation is for.

    Raises:
        LinkUsed: If it was used, withdrawn or has expired, or there never was one.
        TooManyAttempts: If too many were tried.
    """
    try:
        async with here.database.reading() as session:
            return await read_invitation(session, secret)
    except LinkUsed:
        await _count_guess(here, browser)
        raise


async def join(here: Instance, new: Join, browser: Browser) -> tuple[User, str]:
    """Make the account that an invitation is for, and the session of the browser that asked for it.

    Raises:
        LinkUsed: If the invitation cannot be used.
        InvalidInput: If the password cannot be taken.
        Conflict: If somebody has the name.
        TooManyAttempts: If too many were tried.
    """
    secret, password = new.token.get_secret_value(), new.password.get_secret_value()
    invited = await open_invitation(here, secret, browser)
    await check_password(password, new.name, invited.invitation.email)
    kept = await hash_password(password)

    async def make(session: AsyncSession) -> tuple[User, str]:
        user = await accept_invitation(session, secret, new.name, kept)
        await record(session, _by_link(user, browser), "invitation.accepted", ("user", user.id), role=user.role)
        return user, await begin_session(session, user, browser)

    return await here.database.write(make)


async def forget_password(here: Instance, who: Forgotten, browser: Browser) -> None:
    """Have a link for a new password mailed; nothing tells whether anybody has this name or address.

    Raises:
        TooManyAttempts: If it was asked too often.
    """
    await count_attempt(here.database, browser.address, who.name)
    await here.database.write(lambda session: ask_for_reset(session, who.name))


async def renew_password(here: Instance, new: Reset, browser: Browser) -> None:
    """Set a new password with a link; whoever did signs in with it afterwards, with all that this takes.

    Raises:
        ResetRefused: If the link cannot be used.
        InvalidInput: If the password cannot be taken.
        TooManyAttempts: If too many were tried.
    """
    secret, password = new.token.get_secret_value(), new.password.get_secret_value()
    try:
        async with here.database.reading() as session:
            user = await read_reset_link(session, secret)
    except ResetRefused:
        await _count_guess(here, browser)
        raise
    await check_password(password, user.display_name, user.email)
    kept = await hash_password(password)

    async def renew(session: AsyncSession) -> None:
        user = await reset_password(session, secret, kept)
        await record(session, _by_link(user, browser), "password.reset", ("user", user.id))

    await here.database.write(renew)


async def _count_guess(here: Instance, browser: Browser) -> None:
    # Links that work are not counted: a whole class joins from one address.
    await count_attempt(here.database, browser.address, purpose="link")


def _by_link(user: User, browser: Browser) -> Viewer:
    return Viewer(user.id, user.display_name, user.role, "link", address=browser.address)
