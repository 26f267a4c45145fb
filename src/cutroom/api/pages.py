"""The few pages that need no program: what this is, and the first start."""

from __future__ import annotations

import base64
import hashlib
import html
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from cutroom import __version__
from cutroom.accounts.access import browser_of, check_origin, set_cookie
from cutroom.accounts.instance import Here
from cutroom.accounts.routes import first_start
from cutroom.accounts.schemas import Setup
from cutroom.core.errors import CutroomError

router = APIRouter(include_in_schema=False)

_STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.2rem;color:#1b1e24;"
    "background:#fbfbfa}label{display:block;margin:1rem 0 .2rem}input{font:inherit;padding:.5rem;width:100%;"
    "box-sizing:border-box;border:1px solid #8a8f98;border-radius:.4rem}button{font:inherit;margin-top:1.4rem;"
    "padding:.55rem 1.2rem;border:0;border-radius:.4rem;background:#1f5fbf;color:#fff}.wrong{color:#a11717}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e6;background:#17191d}input{background:#22252b;color:inherit}"
    "a{color:#8ab4f8}.wrong{color:#ff9d9d}}"
)
#: Only this style sheet, known by its hash: nothing else runs or loads here.
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
}
_MOST_FIELDS = 10
_ABOUT = """<h1>Cutroom</h1>
<p>A video studio on your own machine: recordings go in, captioned clips come out.</p>
<p>Programs find everything under <code>/api/v1</code>, described in <a href="/openapi.json">openapi.json</a>;
the command line does the same. <a href="/health">Health</a></p>
<p>Version {version}</p>"""
_SETUP = """<h1>Welcome to Cutroom</h1>
<p>Make the first account. It is the administrator's.</p>{wrong}
<form method="post" action="/setup"><input type="hidden" name="token" value="{token}">
<label for="name">Your name</label>
<input id="name" name="name" value="{name}" maxlength="100" autocomplete="username" required autofocus>
<label for="password">A password, at least 10 characters</label>
<input id="password" name="password" type="password" minlength="10" maxlength="1024" autocomplete="new-password"
 required>
<button>Make the account</button></form>"""


@router.get("/")
async def read_start() -> Response:
    """Tell what this is."""
    return _page(_ABOUT.format(version=html.escape(__version__)))


@router.get("/setup")
async def read_setup(token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Show the form that makes the first administrator; opening it uses nothing up."""
    return _form(token)


@router.post("/setup")
async def submit_setup(request: Request, here: Here) -> Response:
    """Make the first administrator from the form, without a program in the browser."""
    check_origin(request, required=False)
    sent = _fields(await request.body())
    try:
        _, secret = await first_start(here, Setup.model_validate(sent), browser_of(request))
    except ValidationError as error:
        return _form(sent.get("token", ""), sent.get("name", ""), error.errors()[0]["msg"], 422)
    except CutroomError as error:
        return _form(sent.get("token", ""), sent.get("name", ""), str(error), error.status)
    response = RedirectResponse("/", 303)
    set_cookie(request, response, secret)
    return response


def _fields(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:  # more fields than the form has
        return {}
    return {name: values[0] for name, values in found.items()}


def _form(token: str, name: str = "", wrong: str = "", status: int = 200) -> Response:
    said = f'<p class="wrong" role="alert">{html.escape(wrong)}</p>' if wrong else ""
    return _page(_SETUP.format(token=html.escape(token), name=html.escape(name), wrong=said), status)


def _page(body: str, status: int = 200) -> Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cutroom</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{body}</body></html>'
    )
    return HTMLResponse(text, status, headers=_HEADERS)
