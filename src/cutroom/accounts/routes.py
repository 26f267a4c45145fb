"""Accounts over HTTP: the first start, signing in and out, tokens."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import (
    SignedIn,
    browser_of,
    check_origin,
    cookie_secret,
    forget_cookie,
    person_of,
    set_cookie,
)
from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.factors import second
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.models import ApiToken, User
from cutroom.accounts.passwords import check_password, hash_password
from cutroom.accounts.schemas import MadeToken, Me, NewToken, Setup, SignIn, Token
from cutroom.accounts.sessions import Browser, close_session
from cutroom.accounts.setup import check_setup_link, set_up
from cutroom.accounts.signing_in import begin_session
from cutroom.accounts.tokens import make_token, revoke_token, tokens_of
from cutroom.core.clock import now
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter(tags=["accounts"])


@router.post("/setup", status_code=201, responses=problems(404, 429))
async def make_first_administrator(new: Setup, request: Request, response: Response, here: Here) -> Me:
    """Make the first administrator with the link that the server showed when it started, and sign in."""
    check_origin(request, required=False)
    user, secret = await first_start(here, new, browser_of(request))
    set_cookie(request, response, secret)
    return Me.of(user)


async def first_start(here: Instance, new: Setup, browser: Browser) -> tuple[User, str]:
    """Make the first administrator and the session of the browser that asked for it.

    Raises:
        InvalidInput: If the password cannot be taken.
        LinkUsed: If the link was used, or there never was one.
    """
    link, password = new.token.get_secret_value(), new.password.get_secret_value()
    await count_attempt(here.database, browser.address)
    async with here.database.reading() as session:
        await check_setup_link(session, link)
    await check_password(password, new.name)
    kept = await hash_password(password)

    async def make(session: AsyncSession) -> tuple[User, str]:
        user = await set_up(session, link, new.name, kept)
        return user, await begin_session(session, user, browser)

    return await here.database.write(make)


@router.post("/session", status_code=201, responses=problems(401, 429))
async def sign_in(given: SignIn, request: Request, response: Response, here: Here) -> Me:
    """Sign in with a name and a password; the answer sets the session's cookie.

    An account with a second factor is not signed in yet: the answer is 401 with the type `second-factor-needed`, and
    beside the members of a problem it has `challenge` (good for five minutes), `expires_at`, `means` (of `code`,
    `recovery_code`, `passkey`) and `passkey` (what `navigator.credentials.get` takes, or null).
    """
    check_origin(request, required=False)
    user, secret = await second.sign_in(here, given, browser_of(request))
    set_cookie(request, response, secret)
    return Me.of(user)


@router.get("/session")
async def read_session(viewer: SignedIn) -> Me:
    """Tell who is signed in."""
    return Me(id=viewer.user_id, name=viewer.name, role=viewer.role)


@router.delete("/session", status_code=204)
async def sign_out(viewer: SignedIn, request: Request, response: Response, here: Here) -> None:
    """Sign this browser out, at once and everywhere that its cookie was."""
    secret = cookie_secret(request)
    if viewer.by == "session" and secret is not None:
        await here.database.write(lambda session: close_session(session, secret))
    forget_cookie(request, response)


@router.get("/tokens")
async def list_tokens(viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE) -> Page[Token]:
    """List your tokens, newest first."""
    rows, following = await read_page(
        session, tokens_of(viewer.user_id), [ApiToken.id], after=after, limit=limit, descending=True
    )
    return Page(items=[Token.model_validate(row) for row in rows], next=following)


@router.post("/tokens", status_code=201)
async def create_token(new: NewToken, viewer: SignedIn, here: Here) -> MadeToken:
    """Make a token for a program; its secret is in this answer and nowhere else.

    It takes no idempotency key: an answer kept for later would keep the secret.
    """
    user_id = person_of(viewer)
    expires_at = now() + timedelta(days=new.expires_in_days) if new.expires_in_days else None
    token, secret = await here.database.write(
        lambda session: make_token(session, user_id, new.name, scopes=new.scopes, expires_at=expires_at)
    )
    return MadeToken(**Token.model_validate(token).model_dump(), secret=secret)


@router.delete("/tokens/{token_id}", status_code=204, responses=problems(404))
async def delete_token(token_id: UUID, viewer: SignedIn, here: Here) -> None:
    """Revoke a token; what sends it is refused from now on."""
    user_id = person_of(viewer)
    await here.database.write(lambda session: revoke_token(session, user_id, token_id))
