"""The way to the identity provider and back, by one browser, once.

The browser holds one secret, in a cookie; everything that it must show at the end is made of that secret, so a state
that leaked is worth nothing to another browser, and nothing secret is kept here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.factors.challenges import new_challenge, use_challenge
from cutroom.accounts.factors.errors import ChallengeOver
from cutroom.accounts.factors.models import Purpose
from cutroom.accounts.factors.second import note_refusal
from cutroom.accounts.instance import Instance
from cutroom.accounts.oidc.errors import NoIdentityProvider, SignInDenied, SignInOver
from cutroom.accounts.oidc.linking import account_of, link_account
from cutroom.accounts.oidc.provider import Provider
from cutroom.accounts.sessions import Browser
from cutroom.accounts.signing_in import begin_session

#: Of the browser that is on its way.
COOKIE = "cutroom-oidc"
LIFE = timedelta(minutes=10)
CALLBACK = "/oidc/callback"
_OVER = "This sign-in was not begun in this browser, took too long, or is done already: begin again."
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Arrived:
    """How it ended.

    Attributes:
        session: The secret of the new session; none where an account was only linked.
        path: Where to go on, on this server.
    """

    session: str | None
    path: str


async def begin(here: Instance, provider: Provider, path: str, viewer: Viewer | None = None) -> tuple[str, str]:
    """Give where to send the browser, and the secret that it must hold meanwhile.

    Args:
        path: Where to go on afterwards; another server's is not taken.
        viewer: Whose account is to be linked; to sign in when unset.

    Raises:
        IdentityProviderFailed: If the provider does not answer.
    """
    user_id = viewer.user_id if viewer else None
    details = {"path": own_path(path)}
    secret, _ = await here.database.write(
        partial(new_challenge, purpose=Purpose.OIDC, user_id=user_id, details=details, life=LIFE)
    )
    address = await provider.address(
        here.url + CALLBACK, _made(secret, "state"), _made(secret, "nonce"), _made(secret, "verifier")
    )
    return address, secret


async def finish(
    here: Instance,
    provider: Provider,
    said: Mapping[str, str],
    secret: str | None,
    viewer: Viewer | None,
    browser: Browser,
) -> Arrived:
    """Take what the provider sent the browser back with.

    Args:
        said: The query of the address that it came back to.
        secret: What the browser's cookie holds.
        viewer: Who is signed in.

    Raises:
        SignInOver: If it is not this browser's, not this provider's, or over.
        SignInDenied: If the provider did not sign the person in, or nobody here is that person.
        Conflict: If somebody else here is.
        IdentityProviderFailed: If the provider does not answer, or its answer proves nothing.
    """
    if secret is None or not hmac.compare_digest(said.get("state", "").encode(), _made(secret, "state").encode()):
        raise SignInOver(_OVER)
    try:
        begun = await here.database.write(partial(use_challenge, secret=secret, purpose=Purpose.OIDC))
    except ChallengeOver as error:
        raise SignInOver(_OVER) from error
    code = said.get("code")
    # Some that name themselves in every answer do not in a refusal, which gives nothing away.
    if code or "iss" in said:
        await provider.check_issuer(said.get("iss"))
    if "error" in said or not code:
        why = said.get("error", "")
        shown = f" ({why})" if _CODE.fullmatch(why) else ""
        raise SignInDenied(f"The identity provider did not sign you in{shown}: try again, or sign in otherwise.")
    profile = await provider.profile(code, here.url + CALLBACK, _made(secret, "nonce"), _made(secret, "verifier"))
    path = str(begun.details["path"])
    if begun.user_id is not None:
        if viewer is None or viewer.user_id != begun.user_id:
            raise SignInOver("Somebody else is signed in now than when this was begun: begin again.")
        await here.database.write(partial(link_account, viewer=viewer, user_id=begun.user_id, profile=profile))
        return Arrived(None, path)

    async def sign_in(session: AsyncSession) -> str:
        user = await account_of(session, provider, profile, browser)
        return await begin_session(session, user, browser, means="identity provider")

    try:
        return Arrived(await here.database.write(sign_in), path)
    except SignInDenied:
        await note_refusal(here.database, None, browser, "identity provider")
        raise


def own_path(path: str) -> str:
    """Give a path on this server, the front page's where it is anything else."""
    # Browsers read a second slash, either way round, as the beginning of a host, and leave out what is not printed.
    odd = path.startswith("//") or "\\" in path or not path.isprintable()
    return path if path.startswith("/") and not odd else "/"


def provider_of(request: Request) -> Provider | None:
    """Give the identity provider of this instance, if it has one."""
    return cast("Provider | None", request.app.state.identity_provider)


def required_provider(request: Request) -> Provider:
    """Give the identity provider of this instance.

    Raises:
        NoIdentityProvider: If it has none.
    """
    found = provider_of(request)
    if found is None:
        raise NoIdentityProvider("This server has no identity provider: sign in with your password.")
    return found


#: The identity provider.
AtProvider = Annotated[Provider, Depends(required_provider)]


def _made(secret: str, what: str) -> str:
    """Make one of the values of a sign-in: 256 bits that tell nothing of the secret, nor of the others."""
    return urlsafe_b64encode(hmac.digest(secret.encode(), what.encode(), hashlib.sha256)).decode().rstrip("=")
