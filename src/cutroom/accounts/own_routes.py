"""One's own account over HTTP: profile, password, and where one is signed in."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts import sessions, users
from cutroom.accounts.access import SignedIn, Viewer, person_of
from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.audit.log import record
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.mails import tell
from cutroom.accounts.models import Session, User
from cutroom.accounts.passwords import check_password, hash_password, password_fits
from cutroom.accounts.resets import set_password
from cutroom.accounts.schemas import NameView, OwnChange, PasswordChange, Profile, SessionView, view_session
from cutroom.core.errors import NotFound
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter(tags=["accounts"])


@router.get("/me", responses=problems(404))
async def read_own_account(viewer: SignedIn, session: Reading) -> Profile:
    """Give your own account."""
    if viewer.user_id is None:
        raise NotFound("Nobody has an account yet: open the link that the server showed when it started.")
    return await _profile(session, await users.read_user(session, viewer.user_id))


@router.patch("/me", responses=problems(409, 429))
async def change_own_account(change: OwnChange, viewer: SignedIn, here: Here) -> Profile:
    """Change your name or your mail address; the address only with the password."""
    user_id = person_of(viewer)
    moves = "email" in change.model_fields_set
    if moves:
        given = change.password.get_secret_value() if change.password else ""
        await _prove(here, viewer, user_id, given)

    async def apply(session: AsyncSession) -> Profile:
        user = await users.read_user(session, user_id)
        if change.name is not None and change.name != user.display_name:
            await record(session, viewer, "account.renamed", ("user", user_id), names=[user.display_name, change.name])
            await users.rename_user(session, user, change.name)
        if moves and change.email != user.email:
            await tell(session, user, "The mail address of your account was changed.")
            await users.change_email(session, user, change.email, proved=False)
            await record(session, viewer, "account.address_changed", ("user", user_id))
        return await _profile(session, user)

    return await here.database.write(apply)


@router.put("/me/password", status_code=204, responses=problems(429))
async def change_own_password(change: PasswordChange, viewer: SignedIn, here: Here) -> None:
    """Change your password; every other session of yours ends."""
    user_id, new = person_of(viewer), change.new.get_secret_value()
    proved = await _prove(here, viewer, user_id, change.old.get_secret_value())
    async with here.database.reading() as session:
        email = (await users.read_user(session, user_id)).email
    await check_password(new, viewer.name, email)
    kept = await hash_password(new)

    async def apply(session: AsyncSession) -> None:
        user = await users.read_user(session, user_id)
        if user.password_hash != proved:
            raise NotAllowed("The password was changed meanwhile: begin again.")
        await set_password(session, user, kept, staying=viewer.proof_id)
        revoked = await users.end_tokens(session, user_id) if change.revoke_tokens else 0
        await record(session, viewer, "password.changed", ("user", user_id), tokens_revoked=revoked)

    await here.database.write(apply)


@router.get("/sessions")
async def list_sessions(
    viewer: SignedIn, session: Reading, here: Here, after: After = None, limit: Limit = PAGE
) -> Page[SessionView]:
    """List where you are signed in, newest first."""
    mine = sessions.sessions_of(viewer.user_id, here.settings.session_idle)
    found, following = await read_page(session, mine, [Session.id], after=after, limit=limit, descending=True)
    return Page(items=[view_session(each, viewer.proof_id) for each in found], next=following)


@router.delete("/sessions/{session_id}", status_code=204, responses=problems(404))
async def end_session(session_id: UUID, viewer: SignedIn, here: Here) -> None:
    """Sign a browser of yours out from here."""
    user_id = person_of(viewer)

    async def end(session: AsyncSession) -> None:
        await sessions.end_session(session, user_id, session_id)
        await record(session, viewer, "session.ended", ("user", user_id), session_id=str(session_id))

    await here.database.write(end)


@router.delete("/sessions", status_code=204)
async def end_other_sessions(viewer: SignedIn, here: Here) -> None:
    """Sign out everywhere but here."""
    user_id = person_of(viewer)

    async def end(session: AsyncSession) -> None:
        ended = await sessions.end_sessions(session, user_id, but=viewer.proof_id)
        await record(session, viewer, "session.others_ended", ("user", user_id), sessions=ended)

    await here.database.write(end)


async def _prove(here: Instance, viewer: Viewer, user_id: UUID, password: str) -> str:
    """Give the hash of the password that the viewer has just proved to know.

    Raises:
        NotAllowed: If it is another one, or there is none.
    """
    async with here.database.reading() as session:
        kept = (await users.read_user(session, user_id)).password_hash
    if kept is None:
        raise NotAllowed("Your account has no password: ask for a link to set one.")
    await count_attempt(here.database, None, viewer.name, purpose="own password")
    if not await password_fits(password, kept):
        raise NotAllowed("This is not your password: try again.")
    return kept


async def _profile(session: AsyncSession, user: User) -> Profile:
    groups = (await users.groups_of(session, [user.id]))[user.id]
    return Profile(
        id=user.id,
        name=user.display_name,
        role=user.role,
        email=user.email,
        quota_bytes=user.quota_bytes,
        has_password=user.password_hash is not None,
        groups=[NameView.model_validate(each) for each in groups],
        created_at=user.created_at,
    )
