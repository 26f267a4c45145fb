"""Signing in with more than a password, over HTTP."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from cutroom.accounts.access import SignedIn, browser_of, check_origin, set_cookie
from cutroom.accounts.factors import proof, second
from cutroom.accounts.factors.passkeys import begin_sign_in
from cutroom.accounts.factors.schemas import Options, PasskeyAnswer, Proof, SecondFactor
from cutroom.accounts.instance import Here
from cutroom.accounts.schemas import Me
from cutroom.core.problems import problems

router = APIRouter(tags=["sign-in"], prefix="/session")


@router.post("/second-factor", status_code=201, responses=problems(401, 429))
async def give_second_factor(given: SecondFactor, request: Request, response: Response, here: Here) -> Me:
    """Sign in with a second factor, once the password was right; the answer sets the session's cookie."""
    check_origin(request, required=False)
    recovery_code = given.recovery_code.get_secret_value() if given.recovery_code else None
    user, secret = await second.finish_sign_in(
        here,
        given.challenge.get_secret_value(),
        second.Given(given.code, recovery_code, given.passkey),
        browser_of(request),
    )
    set_cookie(request, response, secret)
    return Me.of(user)


@router.post("/passkey/options", responses=problems(409))
async def begin_passkey_sign_in(request: Request, here: Here) -> Options:
    """Begin to sign in with a passkey alone: a page hands the answer to `navigator.credentials.get`."""
    check_origin(request, required=False)
    return await here.database.write(partial(begin_sign_in, url=here.url))


@router.post("/passkey", status_code=201, responses=problems(401, 409, 429))
async def sign_in_with_passkey(given: PasskeyAnswer, request: Request, response: Response, here: Here) -> Me:
    """Sign in with what the browser answered; the answer sets the session's cookie."""
    check_origin(request, required=False)
    user, secret = await second.sign_in_with_passkey(here, given.credential, browser_of(request))
    set_cookie(request, response, secret)
    return Me.of(user)


@router.post("/proof", status_code=204, responses=problems(429))
async def prove_session(given: Proof, viewer: SignedIn, request: Request, here: Here) -> None:
    """Show that it is still you, for changes of what guards your account in the next ten minutes."""
    password = given.password.get_secret_value() if given.password else None
    await proof.prove(here, viewer, browser_of(request), password=password, code=given.code)
