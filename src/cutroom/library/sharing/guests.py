"""Guests: people who have a link of a share, and what proves it.

The secret of a link is shown once, when it opens. What it is exchanged for is a pass: a signed word that names the
link and lasts half a day, so that it can stand in the address of a player, which sends nothing else, and of a poster
that another site's preview fetches. The rows are asked each time whether the link still opens anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path
from itsdangerous import BadData, URLSafeSerializer
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.passwords import password_fits
from cutroom.accounts.secrets import hash_secret
from cutroom.accounts.webhooks.events import emit
from cutroom.core.clock import now
from cutroom.core.database import DatabaseUnavailable
from cutroom.core.pagination import PAGE, read_page
from cutroom.library.models import Asset, Category, Collection, CollectionItem
from cutroom.library.sharing.errors import PasswordNeeded, ShareNotFound
from cutroom.library.sharing.models import Share, ShareLink
from cutroom.library.sharing.shares import PREFIX
from cutroom.library.views.counting import count_guest_view
from cutroom.library.visibility import Guest, is_open, only_visible

#: How long a pass lasts: longer than anybody watches at a stretch.
PASS_S = 12 * 3600
#: Of a pass that lasts as long as its link does, for programs that come back by themselves.
_LASTING = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opened."""

    guest: Guest
    share: Share
    link: ShareLink


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list of recordings that a link shows.

    Attributes:
        place: What it is, whatever its name: ``collections/…`` or ``categories/…``.
        chosen: Whether somebody chose the order; else what came last is first.
    """

    title: str
    description: str
    place: str
    chosen: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Pass:
    link: UUID
    until: int
    own: str = ""


async def look_up(here: Instance, secret: str, *, address: str) -> Opened:
    """Find what the secret of a link shows, before any password.

    Args:
        address: Where the request came from; whoever guesses from there is slowed down.

    Raises:
        ShareNotFound: If it is wrong, or what it showed is not shown any more.
        TooManyAttempts: If that was tried too often.
    """
    kept = hash_secret(secret)
    async with here.database.reading() as session:
        found = await _opened(session, or_(ShareLink.token_hash == kept, ShareLink.mailed_hash == kept))
    if found is None:
        await count_attempt(here.database, address, purpose="share")
        raise _nothing()
    return found


async def enter(here: Instance, opened: Opened, password: str | None) -> None:
    """Compare the password of a share that has one.

    Raises:
        PasswordNeeded: If it was not given, or is wrong.
        TooManyAttempts: If that was tried too often.
    """
    kept = opened.share.password_hash
    if kept is None:
        return
    if password is None:
        raise PasswordNeeded("This opens with a password: ask whoever sent you the link.")
    await count_attempt(here.database, None, str(opened.share.id), purpose="share")
    if not await password_fits(password, kept):
        raise PasswordNeeded("That is not the password: try again, or ask whoever sent you the link.")


async def note_opening(here: Instance, opened: Opened) -> None:
    """Write down that a link was opened; when it was opened is worth less than that it opens."""

    async def note(session: AsyncSession) -> None:
        moment, link, share = now(), opened.link, opened.share
        opens = update(ShareLink).where(ShareLink.id == link.id)
        first = opens.where(ShareLink.first_opened_at.is_(None)).values(first_opened_at=moment)
        is_first = (await session.execute(first.returning(ShareLink.id))).first() is not None
        await session.execute(opens.values(last_opened_at=moment, times_opened=ShareLink.times_opened + 1))
        if is_first:
            about = {name: str(each) if each else None for name, each in share.things.items()}
            told = {"share_id": str(share.id), "link_id": str(link.id), "recipient": link.name, **about}
            await emit(session, "share.opened", told, owner_id=share.owner_id)

    with contextlib.suppress(DatabaseUnavailable):
        await here.database.write(note, patience_s=0)


async def note_saving(here: Instance, guest: Guest) -> None:
    """Write down that what was shared was saved."""
    saved = update(ShareLink).where(ShareLink.id == guest.link_id).values(times_saved=ShareLink.times_saved + 1)
    with contextlib.suppress(DatabaseUnavailable):
        await here.database.write(lambda session: session.execute(saved), patience_s=0)


async def note_watching(here: Instance, guest: Guest, given: str, asset: Asset, seconds: float) -> None:
    """Add to what a link's players told that they played, and count the view.

    Args:
        given: The guest's pass.
    """
    told = update(ShareLink).where(ShareLink.id == guest.link_id).values(watched_s=ShareLink.watched_s + seconds)

    async def note(session: AsyncSession) -> None:
        await session.execute(told)
        await count_guest_view(session, asset, given)

    with contextlib.suppress(DatabaseUnavailable):
        await here.database.write(note, patience_s=0)


def make_pass(here: Instance, link_id: UUID, *, lasting: bool = False) -> str:
    """Sign a pass for a link that was opened.

    Args:
        lasting: For as long as the link opens anything, and always the same; where a password is needed it is none.
    """
    # Two who open a link at the same moment have passes of their own.
    told = {"until": _LASTING} if lasting else {"until": int(time.time()) + PASS_S, "own": secrets.token_hex(4)}
    return PREFIX + _serializer(here).dumps({"link": link_id.hex, **told})


async def passed(here: Instance, session: AsyncSession, given: str) -> Opened:
    """Give what a pass shows now.

    Raises:
        ShareNotFound: If it is too old or not one of ours, or its link opens nothing any more.
    """
    try:
        found = TypeAdapter(_Pass).validate_python(_serializer(here).loads(given.removeprefix(PREFIX)))
    except (BadData, ValidationError) as error:
        raise _nothing() from error
    if found.until != _LASTING and found.until < time.time():
        raise _nothing()
    opened = await _opened(session, ShareLink.id == found.link)
    if opened is None or (found.until == _LASTING and opened.share.password_hash):
        raise _nothing()
    return opened


async def shown_by(
    session: AsyncSession, opened: Opened, *, after: str | None = None, limit: int = PAGE
) -> tuple[list[Asset], str | None]:
    """List what a link shows: one recording, those of a collection in its order, or the newest of a category first.

    Raises:
        InvalidInput: If the cursor is not of this list.
    """
    query = only_visible(select(Asset), opened.guest)
    keys: list[InstrumentedAttribute[Any]] = [Asset.id]
    if opened.share.asset_id is not None:
        query = query.where(Asset.id == opened.share.asset_id)  # or every asset would be asked about
    elif opened.share.category_id is not None:
        query = query.where(Asset.category_id == opened.share.category_id)
    else:
        of = (CollectionItem.asset_id == Asset.id, CollectionItem.collection_id == opened.share.collection_id)
        query, keys = query.join(CollectionItem, and_(*of)), [CollectionItem.position, CollectionItem.asset_id]
    newest_first = opened.share.category_id is not None
    return await read_page(session, query, keys, after=after, limit=limit, descending=newest_first)


async def shelf_of(session: AsyncSession, opened: Opened) -> Shelf | None:
    """Give the collection or the category that a link shows, if it is one."""
    share = opened.share
    if share.collection_id is not None:
        found = await session.get_one(Collection, share.collection_id)
        place = f"collections/{found.id}"
        return Shelf(found.title, found.description, place, chosen=True, changed_at=found.changed_at)
    if share.category_id is not None:
        filed = await session.get_one(Category, share.category_id)
        return Shelf(filed.display_name, "", f"categories/{filed.id}", chosen=False, changed_at=filed.created_at)
    return None


async def title_of(session: AsyncSession, opened: Opened) -> str:
    """Say what a link shows is called."""
    share = opened.share
    if share.title is not None:
        return share.title
    shelf = await shelf_of(session, opened)
    return shelf.title if shelf else (await session.get_one(Asset, share.asset_id)).title


async def _opened(session: AsyncSession, which: ColumnElement[bool]) -> Opened | None:
    query = select(Share, ShareLink).join(ShareLink, ShareLink.share_id == Share.id).where(which, is_open())
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    share, link = row
    return Opened(Guest(link.id, share.id, share.downloads), share, link)


def _nothing() -> ShareNotFound:
    return ShareNotFound("This link opens nothing: it has expired or was taken back. Ask whoever sent it to you.")


def _serializer(here: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(
        here.key_for("shares"), signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )


async def _guest(
    here: Here, session: Reading, key: Annotated[str, Path(max_length=300, description="What opening a share gave.")]
) -> Opened:
    return await passed(here, session, key)


#: Somebody who has a pass, which stands in the address.
Passed = Annotated[Opened, Depends(_guest)]
