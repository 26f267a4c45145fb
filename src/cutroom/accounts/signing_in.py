"""Signing in: a name and its password are verified, and a session of this browser opens."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.audit.log import record
from cutroom.accounts.errors import NotSignedIn
from cutroom.accounts.instance import Instance
from cutroom.accounts.models import User
from cutroom.accounts.passwords import password_fits
from cutroom.accounts.schemas import SignIn
from cutroom.accounts.sessions import Browser, close_session, open_session
from cutroom.accounts.users import find_user

_log = logging.getLogger(__name__)


async def sign_in(here: Instance, given: SignIn, browser: Browser) -> tuple[User, str]:
    """Sign in with a name and a password; give the user and the secret for the cookie.

    Raises:
        NotSignedIn: If they do not go together.
        TooManyAttempts: If too many were tried.
    """
    user = await verify(here, given, browser)
    return user, await here.database.write(lambda session: begin_session(session, user, browser))


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
        _log.warning("sign-in refused", extra={"client": browser.address})
        raise NotSignedIn("This name and password do not go together: check both.")
    return user


async def begin_session(session: AsyncSession, user: User, browser: Browser) -> str:
    """Open a session for somebody who has proved who they are, and write it down; give the secret for the cookie.

    It is a new one always: what the browser had before ends.
    """
    if browser.secret is not None:
        await close_session(session, browser.secret)
    secret = await open_session(session, user, browser)
    viewer = Viewer(user.id, user.display_name, user.role, "session", address=browser.address)
    await record(session, viewer, "session.opened", ("user", user.id), browser=browser.name)
    return secret
