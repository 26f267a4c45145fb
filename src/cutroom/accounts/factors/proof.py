"""Proof that the person at a browser is still the one who signed in: wanted where the account itself is changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import SignedIn, Viewer
from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.factors.errors import ProofNeeded, ProofWrong
from cutroom.accounts.factors.second import count_code, note_refusal
from cutroom.accounts.factors.totp import code_fits
from cutroom.accounts.instance import Here, Instance
from cutroom.accounts.models import Session, User
from cutroom.accounts.passwords import password_fits
from cutroom.accounts.sessions import Browser
from cutroom.core.clock import now

#: Signing in, or proving it again, is good for so long.
LASTS = timedelta(minutes=10)


def person(viewer: Viewer) -> UUID:
    """Give whose account a browser's session is of.

    Raises:
        NotAllowed: If no person is signed in: a token that leaked must not change what guards the account.
    """
    if viewer.by != "session" or viewer.user_id is None:
        raise NotAllowed("What guards an account is changed by a person who is signed in, not with a token.")
    return viewer.user_id


async def prove(here: Instance, viewer: Viewer, browser: Browser, *, password: str | None, code: str | None) -> None:
    """Take the password or a one-time password as proof; it lasts ten minutes.

    Raises:
        ProofWrong: If it is not right.
        TooManyAttempts: If too many were tried.
    """
    user_id = person(viewer)
    await count_attempt(here.database, browser.address, viewer.name)
    if password is not None:
        async with here.database.reading() as session:
            kept = await session.scalar(select(User.password_hash).where(User.id == user_id))
        if not await password_fits(password, kept):
            await note_refusal(here.database, user_id, browser, "password")
            raise ProofWrong("This is not your password: try again.")
    else:
        await count_code(here.database, user_id)

    async def note(session: AsyncSession) -> bool:
        if code is not None and not await code_fits(session, here.keyring, user_id, code):
            return False
        await session.execute(update(Session).where(Session.id == viewer.proof_id).values(proved_at=now()))
        return True

    if not await here.database.write(note):
        await note_refusal(here.database, user_id, browser, "one-time password")
        raise ProofWrong("This code was not taken: each works once and for half a minute. Try the next one.")


async def lately(session: AsyncSession, viewer: Viewer) -> bool:
    """Tell whether the person at a browser proved lately who they are."""
    proved_at = await session.scalar(select(Session.proved_at).where(Session.id == viewer.proof_id))
    return proved_at is not None and now() - proved_at <= LASTS


async def _proved(viewer: SignedIn, here: Here) -> Viewer:
    person(viewer)
    async with here.database.reading() as session:
        if not await lately(session, viewer):
            raise ProofNeeded(
                "Show first that it is you: send your password or a code to /api/v1/session/proof, or sign in again."
            )
    return viewer


#: A person who proved lately who they are.
Proved = Annotated[Viewer, Depends(_proved)]
