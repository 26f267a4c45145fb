"""The few pages that need no program: what this is, the first start, joining, signing in, a new password."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from cutroom import __version__
from cutroom.accounts import joining
from cutroom.accounts.access import browser_of, check_origin, set_cookie
from cutroom.accounts.factors import second
from cutroom.accounts.factors.errors import SecondFactorNeeded
from cutroom.accounts.factors.schemas import SecondFactor
from cutroom.accounts.instance import Here
from cutroom.accounts.models import User
from cutroom.accounts.oidc.flow import provider_of
from cutroom.accounts.routes import first_start
from cutroom.accounts.schemas import Forgotten, Join, Reset, Setup, SignIn
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
_HIDDEN = '<input type="hidden" name="token" value="{token}">'
_NAME = """<label for="name">Your name</label>
<input id="name" name="name" value="{name}" maxlength="100" autocomplete="username" required autofocus>"""
_CHOOSE = """<label for="password">A password, at least 10 characters</label>
<input id="password" name="password" type="password" minlength="10" maxlength="1024" autocomplete="new-password"
 required>"""


@dataclass(frozen=True, slots=True)
class _Form:
    """A page with one form: its parts are ours, and what fills them is escaped."""

    title: str
    says: str
    action: str
    fields: str
    button: str
    below: str = ""

    def show(self, values: Mapping[str, str], wrong: str = "", status: int = 200) -> Response:
        """Show it, filled with what is known."""
        known = defaultdict(str, {name: html.escape(value) for name, value in values.items()})
        said = f'<p class="wrong" role="alert">{html.escape(wrong)}</p>' if wrong else ""
        return page(
            f"<h1>{self.title}</h1><p>{self.says.format_map(known)}</p>{said}"
            f'<form method="post" action="{self.action}">{self.fields.format_map(known)}'
            f"<button>{self.button}</button></form>{self.below}",
            status,
        )

    async def take(self, request: Request, act: Callable[[dict[str, str]], Awaitable[Response]]) -> Response:
        """Do what was sent, or show the form again with what is wrong."""
        check_origin(request, required=False)
        sent = _fields(await request.body())
        try:
            return await act(sent)
        except ValidationError as error:
            return self.show(sent, error.errors()[0]["msg"], 422)
        except CutroomError as error:
            return self.show(sent, str(error), error.status)


_SETUP = _Form(
    "Welcome to Cutroom",
    "Make the first account. It is the administrator's.",
    "/setup",
    _HIDDEN + _NAME + _CHOOSE,
    "Make the account",
)
_JOIN = _Form(
    "Welcome to Cutroom",
    "You are invited. Choose the name that you will sign in with.",
    "/join",
    _HIDDEN + _NAME + _CHOOSE,
    "Make the account",
)
_SIGN_IN = _Form(
    "Sign in",
    "{said}",
    "/signin",
    _NAME
    + """<label for="password">Your password</label>
<input id="password" name="password" type="password" maxlength="1024" autocomplete="current-password" required>""",
    "Sign in",
    '<p><a href="/reset">I forgot my password</a></p>',
)
_CODE = _Form(
    "One thing more",
    "Give the code that your authenticator shows, or one of your recovery codes.",
    "/signin/code",
    """<input type="hidden" name="challenge" value="{challenge}"><label for="code">Code</label>
<input id="code" name="code" maxlength="64" autocomplete="one-time-code" required autofocus>""",
    "Sign in",
)
_FORGOTTEN = _Form(
    "A new password",
    "A link is mailed to you, if your account has a mail address. Otherwise ask an administrator for one.",
    "/reset",
    """<label for="name">Your name or mail address</label>
<input id="name" name="name" value="{name}" maxlength="254" autocomplete="username" required autofocus>""",
    "Send the link",
)
_RESET = _Form("A new password", "You are signed out everywhere else.", "/reset/password", _HIDDEN + _CHOOSE, "Set it")
_SIX_DIGITS = re.compile(r"\d{6}")
Token = Annotated[str, Query(max_length=200)]


@router.get("/")
async def read_start() -> Response:
    """Tell what this is."""
    return page(_ABOUT.format(version=html.escape(__version__)))


@router.get("/setup")
async def read_setup(token: Token = "") -> Response:
    """Show the form that makes the first administrator; opening it uses nothing up."""
    return _SETUP.show({"token": token})


@router.post("/setup")
async def submit_setup(request: Request, here: Here) -> Response:
    """Make the first administrator from the form, without a program in the browser."""

    async def make(sent: dict[str, str]) -> Response:
        return _signed_in(request, await first_start(here, Setup.model_validate(sent), browser_of(request)))

    return await _SETUP.take(request, make)


@router.get("/join")
async def read_join(request: Request, here: Here, token: Token = "") -> Response:
    """Show the form with which somebody joins; opening it uses nothing up."""
    try:
        await joining.open_invitation(here, token, browser_of(request))
    except CutroomError as error:
        return _says("This link does not work", str(error), error.status)
    return _JOIN.show({"token": token})


@router.post("/join")
async def submit_join(request: Request, here: Here) -> Response:
    """Make the account that an invitation is for."""

    async def make(sent: dict[str, str]) -> Response:
        return _signed_in(request, await joining.join(here, Join.model_validate(sent), browser_of(request)))

    return await _JOIN.take(request, make)


@router.get("/signin")
async def read_sign_in(request: Request) -> Response:
    """Show the form with which somebody signs in, and the way to the identity provider."""
    return _ways_in(request).show({})


@router.post("/signin")
async def submit_sign_in(request: Request, here: Here) -> Response:
    """Sign in, or ask for the second factor."""

    async def sign_in(sent: dict[str, str]) -> Response:
        try:
            done = await second.sign_in(here, SignIn.model_validate(sent), browser_of(request))
        except SecondFactorNeeded as needed:
            return _CODE.show({"challenge": str(needed.members["challenge"])})
        return _signed_in(request, done)

    return await _ways_in(request).take(request, sign_in)


@router.post("/signin/code")
async def submit_code(request: Request, here: Here) -> Response:
    """Sign in with a second factor."""

    async def finish(sent: dict[str, str]) -> Response:
        code = sent.get("code", "").strip()
        means = {"code": code} if _SIX_DIGITS.fullmatch(code) else {"recovery_code": code}
        checked = SecondFactor.model_validate({"challenge": sent.get("challenge"), **means})
        recovery_code = checked.recovery_code.get_secret_value() if checked.recovery_code else None
        given, challenge = second.Given(checked.code, recovery_code), checked.challenge.get_secret_value()
        return _signed_in(request, await second.finish_sign_in(here, challenge, given, browser_of(request)))

    return await _CODE.take(request, finish)


@router.get("/reset")
async def read_reset(token: Token = "") -> Response:
    """Show the form that asks for a new password, or with a link the one that sets it."""
    return _RESET.show({"token": token}) if token else _FORGOTTEN.show({})


@router.post("/reset")
async def submit_forgotten(request: Request, here: Here) -> Response:
    """Have a link mailed; the answer is the same for everybody."""

    async def ask(sent: dict[str, str]) -> Response:
        await joining.forget_password(here, Forgotten.model_validate(sent), browser_of(request))
        return _says("Look into your mail", "If an account has this name or address, a link is on its way to it.")

    return await _FORGOTTEN.take(request, ask)


@router.post("/reset/password")
async def submit_reset(request: Request, here: Here) -> Response:
    """Set a new password with a link."""

    async def renew(sent: dict[str, str]) -> Response:
        await joining.renew_password(here, Reset.model_validate(sent), browser_of(request))
        return _SIGN_IN.show({"said": "Your password is set: sign in with it."})

    return await _RESET.take(request, renew)


def _ways_in(request: Request) -> _Form:
    provider = provider_of(request)
    if provider is None:
        return _SIGN_IN
    link = f'<p><a href="/oidc/start">Sign in with {html.escape(provider.name)}</a></p>'
    return replace(_SIGN_IN, below=link + _SIGN_IN.below)


def _signed_in(request: Request, done: tuple[User, str]) -> Response:
    response = RedirectResponse("/", 303)
    set_cookie(request, response, done[1])
    return response


def _fields(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:  # more fields than the form has
        return {}
    return {name: values[0] for name, values in found.items()}


def _says(title: str, sentence: str, status: int = 200) -> Response:
    return page(f"<h1>{html.escape(title)}</h1><p>{html.escape(sentence)}</p>", status)


def page(body: str, status: int = 200) -> Response:
    """Give a page that runs nothing."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cutroom</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{body}</body></html>'
    )
    return HTMLResponse(text, status, headers=_HEADERS)
