"""The pages of shares: to watch without an account, to embed in another site, and what other sites ask about them."""

from __future__ import annotations

import contextlib
import math
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import viewer_of
from cutroom.accounts.addresses import address_of
from cutroom.accounts.config.settings import read_config
from cutroom.accounts.errors import NotSignedIn, TooManyAttempts
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.analysis.models import TranscriptRow
from cutroom.api.watch_html import (
    Address,
    embed_code,
    embed_page,
    file_named,
    list_page,
    password_page,
    policy,
    sentence_page,
    watch_page,
)
from cutroom.core.errors import CutroomError, MissingCapability
from cutroom.core.problems import problems
from cutroom.library.assets import files_of, find_asset
from cutroom.library.sharing.errors import PasswordNeeded, ShareNotFound
from cutroom.library.sharing.guests import PASS_S, Opened, enter, look_up, make_pass, note_opening, passed
from cutroom.library.sharing.schemas import SharedAsset, view_shared, view_shared_asset
from cutroom.pipelines.results import chapters_of
from cutroom.pipelines.schemas import ChapterView

router = APIRouter(include_in_schema=False)
described = APIRouter(tags=["sharing"])

_COOKIE = "cutroom-guest"
_MOST_FIELDS = 4
_WIDTH, _HEIGHT = 640, 360


class Embedding(BaseModel):
    """How another site shows a recording (oembed.com, version 1.0)."""

    version: Literal["1.0"] = "1.0"
    type: Literal["video"] = "video"
    title: str
    provider_name: Literal["Cutroom"] = "Cutroom"
    provider_url: str
    html: str
    width: int
    height: int
    thumbnail_url: str | None = None
    thumbnail_width: int | None = None
    thumbnail_height: int | None = None


@router.head("/s/{secret}")
@router.get("/s/{secret}")
async def read_share_page(request: Request, here: Here, secret: str, t: str = "", after: str | None = None) -> Response:
    """Show what a link shows: a recording, the list of a collection or a category, or the form for the password."""
    try:
        opened, known = await _opened(request, here, secret)
    except PasswordNeeded:
        return _html(password_page(f"/s/{secret}", None))
    except CutroomError as error:
        return _refused(error)
    return await _show(request, here, secret, opened, known=known, start_s=_seconds(t), after=after)


@router.post("/s/{secret}")
async def submit_share_password(request: Request, here: Here, secret: str) -> Response:
    """Take the password from the form, and go on to what it opens."""
    password = _field(await request.body(), "password")
    try:
        opened = await look_up(here, secret, address=address_of(request))
        await enter(here, opened, password)
    except PasswordNeeded as error:
        return _html(password_page(f"/s/{secret}", str(error)), error.status)
    except CutroomError as error:
        return _refused(error)
    await note_opening(here, opened)
    return _remember(RedirectResponse(f"/s/{secret}", 303), here, secret, opened)


@router.head("/s/{secret}/{asset_id}")
@router.get("/s/{secret}/{asset_id}")
async def read_item_page(request: Request, here: Here, secret: str, asset_id: UUID, t: str = "") -> Response:
    """Show one recording of a list."""
    try:
        opened, known = await _opened(request, here, secret)
        async with here.database.reading() as session:
            await find_asset(session, opened.guest, asset_id)
    except PasswordNeeded:
        return RedirectResponse(f"/s/{secret}", 303)
    except CutroomError as error:
        return _refused(error)
    return await _show(request, here, secret, opened, known=known, start_s=_seconds(t), asset_id=asset_id)


@router.head("/embed/{name}")
@router.get("/embed/{name}")
async def read_embed_page(request: Request, here: Here, session: Reading, name: str) -> Response:
    """Show a player alone, for a frame: of a shared recording, or by its id to whoever is signed in."""
    frames = ["'self'", *(await read_config(session)).embed_origins]
    try:
        item, language = await _embedded(request, here, session, name)
    except PasswordNeeded as error:
        link = (f"{here.url}/s/{name}", "Open it")
        return _html(sentence_page("This opens with a password", str(error), link, kind="embed"), frames=frames)
    except CutroomError as error:
        return _refused(error, frames=frames)
    return _html(embed_page(item, language), frames=frames)


@described.get("/oembed", response_model_exclude_none=True, responses=problems(404, 422, 429, 501))
async def read_oembed(
    request: Request,
    here: Here,
    url: Annotated[str, Query(max_length=2000, description="Of a shared recording's page.")],
    form: Annotated[str, Query(alias="format", max_length=20, description="`json` is what there is.")] = "json",
    maxwidth: Annotated[int, Query(ge=1, le=10_000)] = _WIDTH,
    maxheight: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
) -> Embedding:
    """Tell another site how to embed a shared recording (oembed.com), where the share allows it."""
    if form != "json":
        raise MissingCapability(f"There is no oEmbed as {form!r} here: ask for format=json.")
    asked, own = urlsplit(url), urlsplit(here.url)
    secret = asked.path.removeprefix("/s/")
    if asked.netloc != own.netloc or secret == asked.path:
        raise ShareNotFound("This is no address of a shared recording: it begins with the server's own and /s/.")
    async with here.database.reading() as session:
        item, _ = await _embedded_share(request, here, session, secret)
    width = maxwidth
    shape = item.height / item.width if item.width and item.height else _HEIGHT / _WIDTH
    if width * shape > maxheight:
        width = max(1, math.floor(maxheight / shape))
    at = Address(here.url, f"/s/{secret}", public=True)
    height = max(1, round(width * shape))
    poster = file_named(item, "poster.jpg")
    return Embedding(
        title=item.title,
        provider_url=here.url,
        html=embed_code(item, at, width, height),
        width=width,
        height=height,
        thumbnail_url=here.url + poster if poster else None,
        thumbnail_width=item.width if poster else None,
        thumbnail_height=item.height if poster else None,
    )


async def _opened(request: Request, here: Instance, secret: str) -> tuple[Opened, bool]:
    """Find what a link shows, and whether this browser opened it before."""
    opened = await look_up(here, secret, address=address_of(request))
    kept = request.cookies.get(_cookie_name(here))
    if kept is not None:
        with contextlib.suppress(ShareNotFound):
            async with here.database.reading() as session:
                before = await passed(here, session, kept)
            if before.link.id == opened.link.id:
                return opened, True
    await enter(here, opened, None)
    return opened, False


async def _show(
    request: Request,
    here: Instance,
    secret: str,
    opened: Opened,
    *,
    known: bool,
    start_s: float,
    after: str | None = None,
    asset_id: UUID | None = None,
) -> Response:
    share = opened.share
    public = share.embeds and share.password_hash is None
    at, key = Address(here.url, f"/s/{secret}", public=public), make_pass(here, opened.link.id, lasting=public)
    try:
        async with here.database.reading() as session:
            if share.asset_id is None and asset_id is None:
                page = list_page(await view_shared(here, session, opened, key, after), at)
            else:
                shown = asset_id or share.asset_id
                page = await _watch(session, opened, key, at, shown, start_s) if shown else ""
    except CutroomError as error:
        return _refused(error)
    response = _html(page)
    if not known and request.method == "GET":
        await note_opening(here, opened)
        _remember(response, here, secret, opened)
    return response


async def _watch(session: AsyncSession, opened: Opened, key: str, at: Address, asset_id: UUID, start_s: float) -> str:
    item, language = await _item(session, opened, key, asset_id)
    rows = await chapters_of(session, opened.guest, asset_id)
    chapters = [ChapterView.model_validate(row, from_attributes=True) for row in rows]
    listed = opened.share.asset_id is None
    if opened.share.title and not listed:
        item = item.model_copy(update={"title": opened.share.title})
    return watch_page(
        item,
        chapters,
        language,
        Address(at.server, f"{at.path}/{asset_id}", at.public) if listed else at,
        message="" if listed else opened.share.message,
        start_s=start_s,
        back=at.path if listed else None,
    )


async def _embedded(
    request: Request, here: Instance, session: AsyncSession, name: str
) -> tuple[SharedAsset, str | None]:
    try:
        asset_id = UUID(name)
    except ValueError:
        return await _embedded_share(request, here, session, name)
    asset = await find_asset(session, await viewer_of(request, here, session), asset_id)
    files = (await files_of(session, [asset]))[asset_id]
    item = view_shared_asset(asset, files, f"/api/v1/assets/{asset_id}", may_save=False)
    return item, await _language(session, asset_id)


async def _embedded_share(
    request: Request, here: Instance, session: AsyncSession, secret: str
) -> tuple[SharedAsset, str | None]:
    opened = await look_up(here, secret, address=address_of(request))
    if not opened.share.embeds or opened.share.asset_id is None:
        raise ShareNotFound("This was not shared for other sites: ask whoever sent you the link.")
    await enter(here, opened, None)
    return await _item(session, opened, make_pass(here, opened.link.id, lasting=True), opened.share.asset_id)


async def _item(session: AsyncSession, opened: Opened, key: str, asset_id: UUID) -> tuple[SharedAsset, str | None]:
    asset = await find_asset(session, opened.guest, asset_id)
    files = (await files_of(session, [asset]))[asset_id]
    at = f"/api/v1/shared/{key}/assets/{asset_id}"
    return view_shared_asset(asset, files, at, may_save=opened.guest.may_save), await _language(session, asset_id)


async def _language(session: AsyncSession, asset_id: UUID) -> str | None:
    """Tell in which language captions are, if there are any."""
    language: str | None = await session.scalar(
        select(TranscriptRow.language).where(TranscriptRow.asset_id == asset_id)
    )
    return language


def _remember(response: Response, here: Instance, secret: str, opened: Opened) -> Response:
    """Let the browser keep a pass for this page alone, so that it need not ask for the password again."""
    response.set_cookie(
        _cookie_name(here),
        make_pass(here, opened.link.id),
        max_age=PASS_S,
        path=f"/s/{secret}",
        secure=here.url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


def _cookie_name(here: Instance) -> str:
    return f"__Secure-{_COOKIE}" if here.url.startswith("https:") else _COOKIE


def _refused(error: CutroomError, *, frames: list[str] | None = None) -> Response:
    headings = {
        ShareNotFound: "This link opens nothing",
        TooManyAttempts: "Too many attempts",
        NotSignedIn: "Sign in first",
    }
    heading = next((words for kind, words in headings.items() if isinstance(error, kind)), "This cannot be shown")
    response = _html(sentence_page(heading, str(error), kind="embed" if frames else None), error.status, frames=frames)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    return response


def _html(page: str, status: int = 200, *, frames: list[str] | None = None) -> Response:
    headers = {"Content-Security-Policy": policy(frames or ()), "X-Robots-Tag": "noindex"}
    return HTMLResponse(page, status, headers=headers)


def _seconds(text: str) -> float:
    """Read where to begin; what cannot be read is the beginning."""
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if 0 <= found < 10**6 else 0.0


def _field(body: bytes, name: str) -> str:
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS).get(name, [""])[0]
    except ValueError:  # more fields than the form has
        return ""
