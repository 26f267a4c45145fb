"""The way to the identity provider and back, which a browser walks without a program."""

from __future__ import annotations

import html
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from cutroom.accounts.access import Viewer, browser_of, cookie_secret, forget_cookie, set_cookie, viewer_of
from cutroom.accounts.errors import NotSignedIn
from cutroom.accounts.instance import Here, Instance
from cutroom.accounts.oidc.flow import COOKIE, LIFE, begin, finish, required_provider
from cutroom.api.pages import page
from cutroom.core.errors import CutroomError

router = APIRouter(prefix="/oidc", include_in_schema=False)

_NO_STORE = {"Cache-Control": "no-store"}
_REFUSED = """<h1>Not signed in</h1><p class="wrong" role="alert">{why}</p>
<p><a href="/oidc/start">Try again</a> · <a href="/signin">Sign in otherwise</a></p>"""


@router.get("/start")
async def start(
    request: Request, here: Here, path: Annotated[str, Query(alias="next", max_length=2000)] = "/"
) -> Response:
    """Send the browser to the identity provider."""
    try:
        url, secret = await begin(here, required_provider(request), path)
    except CutroomError as error:
        return _refusal(error)
    response = RedirectResponse(url, 303, headers=_NO_STORE)
    set_cookie(request, response, secret, COOKIE, LIFE)
    return response


@router.get("/callback")
async def come_back(request: Request, here: Here) -> Response:
    """Take the browser back, signed in."""
    response: Response
    try:
        arrived = await finish(
            here,
            required_provider(request),
            request.query_params,
            cookie_secret(request, COOKIE),
            await _viewer(request, here),
            browser_of(request),
        )
    except CutroomError as error:
        response = _refusal(error)
    else:
        response = RedirectResponse(arrived.path, 303, headers=_NO_STORE)
        if arrived.session is not None:
            set_cookie(request, response, arrived.session)
    forget_cookie(request, response, COOKIE)
    return response


async def _viewer(request: Request, here: Instance) -> Viewer | None:
    async with here.database.reading() as session:
        try:
            return await viewer_of(request, here, session)
        except NotSignedIn:
            return None


def _refusal(error: CutroomError) -> Response:
    response = page(_REFUSED.format(why=html.escape(str(error))), error.status)
    response.headers.update(_NO_STORE)
    return response
