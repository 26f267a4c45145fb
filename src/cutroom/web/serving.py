"""Serve the built web studio: one page for every address of its own, and files that never change."""

from __future__ import annotations

import secrets
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from cutroom.accounts.instance import Here
from cutroom.core.errors import NotFound
from cutroom.core.settings import Settings

#: Where ``ui/`` is built to; in a wheel it is always there.
BUILT = Path(__file__).parent / "dist"
#: The first part of every address that the studio reads itself; the files ``ui/src/*/routes.tsx`` have the same ones.
PAGES = (
    "account",
    "admin",
    "collections",
    "edit",
    "imports",
    "join",
    "library",
    "reset",
    "review",
    "runs",
    "setup",
    "signin",
    "subscriptions",
    "trash",
    "watch",
)
#: What the page carries where a number that is used once belongs.
_NONCE = "__NONCE__"
_MISSING = (
    "The web studio is not built: run 'make ui' in the source tree, or install the wheel. "
    "The command line and /api/v1 work without it."
)
_YEAR = "public, max-age=31536000, immutable"


def make_router(built: Path = BUILT) -> APIRouter:
    """Make the routes that serve a built studio.

    Args:
        built: The folder with ``index.html`` and ``static/``.
    """
    router = APIRouter(include_in_schema=False)
    static = (built / "static").resolve()

    async def read_static(name: str) -> Response:
        """Give a file of the program; its name has the hash of what is in it."""
        path = (static / name).resolve()
        if not path.is_relative_to(static) or not path.is_file():
            raise NotFound("The web studio has no such file: load the page again.")
        return FileResponse(path, headers={"Cache-Control": _YEAR})

    async def read_page(here: Here) -> Response:
        """Give the page of the studio, which reads the address itself."""
        try:
            page = (built / "index.html").read_text()
        except FileNotFoundError:
            return PlainTextResponse(_MISSING, 503)
        nonce = secrets.token_urlsafe(16)
        headers = {"Content-Security-Policy": policy(nonce, media_origin(here.settings))}
        return HTMLResponse(page.replace(_NONCE, nonce), headers=headers)

    methods = ["GET", "HEAD"]
    router.add_api_route("/static/{name:path}", read_static, methods=methods)
    router.add_api_route("/", read_page, methods=methods)
    for name in PAGES:
        router.add_api_route(f"/{name}", read_page, methods=methods)
        router.add_api_route(f"/{name}/{{rest:path}}", read_page, methods=methods)
    return router


def media_origin(settings: Settings) -> str | None:
    """Name the object store that browsers are sent to; none where all comes from us."""
    if settings.s3_public_endpoint:
        return settings.s3_public_endpoint.rstrip("/")
    if settings.storage.startswith("s3://") and not settings.s3_endpoint:
        return f"https://s3.{settings.s3_region}.amazonaws.com"
    return None


def policy(nonce: str, media: str | None = None) -> str:
    """Say what the studio's page may load: its own origin's, and media from where they are kept.

    Args:
        nonce: Lets the style sheets in that the page itself makes.
        media: Another origin that media come from and files are sent to.
    """
    own = f"'self' {media}" if media else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; "
        f"img-src {own} blob: data:; media-src {own} blob:; connect-src {own}; worker-src 'self' blob:; "
        "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
