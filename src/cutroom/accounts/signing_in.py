"""Signing in: a name and its password are verified, and a session of this browser opens."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.audit.log import record
from cutroom.accounts.errors import NotSignedIn
from cutroom.accounts.instance import Instance
from cutroom.accounts.models import Role, User
from cutroom.accounts.passwords import password_fits
from cutroom.accounts.schemas import SignIn
from cutroom.accounts.sessions import Browser, close_session, open_session
from cutroom.accounts.users import find_user


async def verify(here: Instance, given: SignIn, browser: Browser) -> User:
    """Give the user whose name and password these are.

    Raises:
        NotSignedIn: If they do not go together; the answer and its time are the same for a name that nobody has.
        TooManyAttempts: If too many were tried.
    """
    await count_attempt(here.database, browser.address, given.name)
    async with here.database.reading() as session:
        user = await find_user(session, given.name)
    fits = await password_fits(given.password.get_secret_value(), user.password_hash if user else None)
    if user is None or not fits:
        await here.database.write(lambda session: refuse_session(session, user, browser, "password"))
        raise NotSignedIn("This name and password do not go together: check both.")
    return user


async def begin_session(session: AsyncSession, user: User, browser: Browser, means: str = "password") -> str:
    """Open a session for somebody who has proved who they are, and write it down; give the secret for the cookie.

    It is a new one always: what the browser had before ends.

    Args:
        means: What proved it.
    """
    if browser.secret is not None:
        await close_session(session, browser.secret)
    secret = await open_session(session, user, browser)
    viewer = Viewer(user.id, user.display_name, user.role, "session", address=browser.address)
    await record(session, viewer, "session.opened", ("user", user.id), browser=browser.name, means=means)
    return secret


async def refuse_session(session: AsyncSession, user: User | None, browser: Browser, means: str) -> None:
    """Write down that somebody could not prove who they are.

    Args:
        user: Whom they said to be; what they typed is not kept where it is nobody's name, for it may be a password.
        means: What did not prove it.
    """
    viewer = Viewer(None, "", Role.VIEWER, "session", address=browser.address)
    subject = ("user", user.id) if user else ("user", "unknown")
    await record(session, viewer, "session.refused", subject, browser=browser.name, means=means)
