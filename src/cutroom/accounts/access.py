"""Who asks: the user of a cookie or of a token, and whether a page of ours sent the request."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy import Select, SQLColumnExpression, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.addresses import address_of
from cutroom.accounts.browsers import browser_name
from cutroom.accounts.errors import NotAllowed, NotSignedIn
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.models import ApiToken, Role, Scope, Session, User
from cutroom.accounts.sessions import LIFE, Browser, is_stale, note_use, session_of
from cutroom.accounts.tokens import PREFIX, token_of
from cutroom.core.database import DatabaseUnavailable

Ts = TypeVar("Ts", bound=Select[*tuple[Any, ...]])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_COOKIE = "cutroom"
#: What our pages send along with a change: another site's page would have to ask first, and is not allowed to.
PAGE_HEADER = "X-Cutroom"

#: How the OpenAPI description says that a request proves who sent it.
_bearer = HTTPBearer(scheme_name="token", description="A token made under /api/v1/tokens.", auto_error=False)
_cookie = APIKeyCookie(
    name=_COOKIE,
    scheme_name="session",
    description=(
        "Set by POST /api/v1/session; `__Host-cutroom` over HTTPS. What changes something needs "
        f"`{PAGE_HEADER}: 1` beside it."
    ),
    auto_error=False,
)


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The user who sent a request.

    Attributes:
        user_id: Unset for whoever runs the program while nobody has an account.
        role: What the user may do, with this proof: an administrator's token without the scope is an editor's.
        by: What proved it; ``here`` is the program itself, on this machine, and ``link`` one that works once.
        scopes: What the proof is good for.
        address: Where the request came from; empty when that is unknown.
        proof_id: Of the session or the token.
    """

    user_id: UUID | None
    name: str
    role: Role
    by: Literal["session", "token", "here", "link"]
    scopes: frozenset[Scope] = ALL_SCOPES
    address: str = ""
    proof_id: UUID | None = None

    def sees(self, owner_id: UUID | None) -> bool:
        """Tell whether a thing of this owner is there for the viewer."""
        return self.role is Role.ADMIN or owner_id == self.user_id

    def only_own(self, statement: Ts, owner_id: SQLColumnExpression[UUID | None]) -> Ts:
        """Leave out of a query what is somebody else's."""
        return statement if self.role is Role.ADMIN else statement.where(owner_id == self.user_id)


def cookie_secret(request: Request, name: str = _COOKIE) -> str | None:
    """Give what the session's cookie holds, or another one of ours."""
    return request.cookies.get(_cookie_name(request, name))


def browser_of(request: Request) -> Browser:
    """Tell which browser sends a request."""
    return Browser(address_of(request), browser_name(request.headers.get("user-agent", "")), cookie_secret(request))


def set_cookie(request: Request, response: Response, secret: str, name: str = _COOKIE, life: timedelta = LIFE) -> None:
    """Hand the secret of a session, or of something shorter, to the browser."""
    response.set_cookie(
        _cookie_name(request, name),
        secret,
        max_age=int(life.total_seconds()),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def forget_cookie(request: Request, response: Response, name: str = _COOKIE) -> None:
    """Make the browser forget its session, or another cookie of ours."""
    response.delete_cookie(
        _cookie_name(request, name), path="/", secure=_is_https(request), httponly=True, samesite="lax"
    )


def check_origin(request: Request, *, required: bool = True) -> None:
    """Refuse a change that another site's page had the browser send.

    Browsers say where a request comes from, and pages cannot change what they say.

    Args:
        required: Whether to refuse a request that says nothing, as a program's does.

    Raises:
        NotAllowed: If the request comes from elsewhere.

    Source: OWASP's cross-site request forgery cheat sheet, fetch metadata with a fallback on the origin.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = {request.headers.get("host", "").lower(), urlsplit(_url(request)).netloc.lower()} - {""}
    if site is not None:
        fits = site in {"same-origin", "none"}
    elif origin is not None:
        fits = urlsplit(origin).netloc.lower() in own
    else:
        fits = not required
    if not fits:
        raise NotAllowed("The request did not come from a page of this server: send a token instead of the cookie.")


async def viewer_of(request: Request, here: Instance, session: AsyncSession) -> Viewer:
    """Find out who sent a request.

    Raises:
        NotSignedIn: If nobody is known by what it carries.
        NotAllowed: If it would change something and another site's page sent it with the cookie.
    """
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    secret, address = cookie_secret(request), address_of(request)
    found: tuple[User, Session | ApiToken] | None = None
    if scheme.lower() == "bearer" and here.local_key and hmac.compare_digest(sent.encode(), here.local_key.encode()):
        return await _whoever_runs_it(session)
    if scheme.lower() == "bearer":
        found = await _find(session, here, token_of(sent.strip()), address)
    elif secret is not None:
        found = await _find(session, here, session_of(secret, here.settings.session_idle), address)
    if found is None:
        raise NotSignedIn(f"Sign in first, or send a token: 'Authorization: Bearer {PREFIX}…'.")
    user, kept = found
    if isinstance(kept, ApiToken):
        scopes = frozenset(map(Scope, kept.scopes))
        role = user.role if Scope.ADMIN in scopes or user.role is not Role.ADMIN else Role.EDITOR
        return Viewer(user.id, user.display_name, role, "token", scopes, address, kept.id)
    if request.method not in SAFE:
        check_origin(request)
        if not request.headers.get(PAGE_HEADER):
            raise NotAllowed(f"A change with the session's cookie needs the header '{PAGE_HEADER}: 1'.")
    return Viewer(user.id, user.display_name, user.role, "session", ALL_SCOPES, address, kept.id)


def must_be_admin(viewer: Viewer) -> Viewer:
    """Refuse everybody else.

    Raises:
        NotAllowed: If the viewer is no administrator.
    """
    if viewer.role is not Role.ADMIN:
        raise NotAllowed("This is for administrators: ask one of yours.")
    return viewer


def person_of(viewer: Viewer) -> UUID:
    """Give the account of a person who is signed in; a token that leaked must not make itself a way back in.

    Raises:
        NotAllowed: If a program asks, or whoever runs ours while nobody has an account.
    """
    if viewer.by == "token" or viewer.user_id is None:
        raise NotAllowed("This is for a person who is signed in, not for a token.")
    return viewer.user_id


def has_credentials(request: Request) -> bool:
    """Tell whether a request carries what could prove who sent it."""
    return "authorization" in request.headers or cookie_secret(request) is not None


def _signed_in(*enough: Scope) -> Callable[..., Awaitable[Viewer]]:
    """Make what finds the viewer and wants one of these scopes for a change, and the first of them to read."""

    async def viewer(
        request: Request,
        here: Here,
        session: Reading,
        _token: Annotated[object, Depends(_bearer)],
        _session: Annotated[object, Depends(_cookie)],
    ) -> Viewer:
        known: Viewer | None = getattr(request.state, "viewer", None)  # who is counted is who asks
        found = known or await viewer_of(request, here, session)
        wanted = {Scope.READ, *enough} if request.method in SAFE else set(enough)
        if found.scopes.isdisjoint(wanted):
            raise NotAllowed(f"This token may only {', '.join(sorted(found.scopes))}: make one that may do more.")
        if request.method not in SAFE:
            await session.close()  # a change opens its own transaction; two connections could starve each other
        return found

    return viewer


_viewer = _signed_in(Scope.WRITE)
_uploader = _signed_in(Scope.WRITE, Scope.UPLOAD)


async def _whoever_runs_it(session: AsyncSession) -> Viewer:
    """Give the first administrator: the person who has the machine has that account as well."""
    first = select(User).where(User.role == Role.ADMIN, User.disabled_at.is_(None)).order_by(User.id).limit(1)
    user = (await session.execute(first)).scalar_one_or_none()
    return Viewer(user.id if user else None, user.display_name if user else "", Role.ADMIN, "here")


async def _find(
    session: AsyncSession, here: Instance, query: Select[User, Session] | Select[User, ApiToken], address: str
) -> tuple[User, Session | ApiToken] | None:
    row = (await session.execute(query)).first()
    if row is None:
        return None
    user, kept = row
    if is_stale(kept):
        await session.close()  # who holds one connection and waits for a second one keeps others waiting for the first
        with contextlib.suppress(DatabaseUnavailable):  # when it was used is worth less than the answer
            await here.database.write(lambda change: note_use(change, kept, address), patience_s=0)
    return cast(User, user), kept


#: Somebody who is signed in.
SignedIn = Annotated[Viewer, Depends(_viewer)]


def must_be_editor(viewer: Viewer) -> Viewer:
    """Refuse who may only look.

    Raises:
        NotAllowed: If the viewer has the role of one.
    """
    if viewer.role is Role.VIEWER:
        raise NotAllowed("Your role is to watch: ask an administrator to make you an editor.")
    return viewer


def _admin(viewer: SignedIn) -> Viewer:
    return must_be_admin(viewer)


def _editor(viewer: SignedIn) -> Viewer:
    return must_be_editor(viewer)


def _bringing(viewer: Annotated[Viewer, Depends(_uploader)]) -> Viewer:
    return must_be_editor(viewer)


#: Somebody who may make and change things.
Editor = Annotated[Viewer, Depends(_editor)]
#: Somebody who may bring recordings in; a token for nothing else will do.
Uploader = Annotated[Viewer, Depends(_bringing)]
#: An administrator.
Admin = Annotated[Viewer, Depends(_admin)]
#: The same for routes that need not know who it is.
signed_in = Depends(_viewer)
admin_only = Depends(_admin)


def _url(request: Request) -> str:
    instance: Instance = request.app.state.instance
    return instance.url


def _is_https(request: Request) -> bool:
    return urlsplit(_url(request)).scheme == "https"


def _cookie_name(request: Request, name: str) -> str:
    # The prefix makes browsers refuse the cookie from a sister domain or from plain HTTP.
    return f"__Host-{name}" if _is_https(request) else name
