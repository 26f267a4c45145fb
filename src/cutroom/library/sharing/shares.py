"""Shares, for those who make them: made, listed, changed, revoked; their links and what came of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.config.settings import InstanceSettings, read_config
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.mails import queue_mail
from cutroom.accounts.models import MailKind, Role
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, InvalidInput
from cutroom.library.assets import find_asset
from cutroom.library.errors import CategoryNotFound, CollectionNotFound
from cutroom.library.models import Asset, Category, Collection
from cutroom.library.sharing.errors import ShareNotFound
from cutroom.library.sharing.models import Share, ShareLink
from cutroom.library.visibility import must_own

#: The program's own prefix of secrets, so that logs hide them.
PREFIX = "cutroom_"
#: Links of one share.
MOST_LINKS = 500


@dataclass(frozen=True, slots=True)
class Terms:
    """How something is shared."""

    title: str | None
    message: str
    password_hash: str | None
    downloads: bool
    embeds: bool
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """For whom a link is; nobody in particular without a name."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link and its secret, which is given once and never again."""

    link: ShareLink
    secret: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of all links of a share together."""

    links: int = 0
    times_opened: int = 0
    last_opened_at: datetime | None = None
    watched_s: float = 0.0


async def share_asset(
    session: AsyncSession, viewer: Viewer, asset_id: UUID, terms: Terms, recipients: Sequence[Recipient]
) -> tuple[Share, list[MadeLink]]:
    """Share a recording: with recipients, each by a link of their own, or with whoever has the one link.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs, or nobody answers for the share.
        InvalidInput: If it would end in the past, or later than the instance allows.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    must_own(viewer, asset)
    return await _share(session, viewer, Share(asset_id=asset_id), terms, recipients)


async def share_collection(
    session: AsyncSession, viewer: Viewer, collection_id: UUID, terms: Terms, recipients: Sequence[Recipient]
) -> tuple[Share, list[MadeLink]]:
    """Share a collection, now and as it will be; of what is in it, what the viewer may give away.

    Raises:
        CollectionNotFound: If the viewer has no such collection.
        NotAllowed: If nobody answers for the share.
        InvalidInput: If it would end in the past, or later than the instance allows.
    """
    query = select(Collection).where(Collection.id == collection_id, Collection.deleted_at.is_(None))
    collection = await session.scalar(viewer.only_own(query, Collection.owner_id).with_for_update())
    if collection is None:
        raise CollectionNotFound(f"You have no collection {collection_id}: list those that there are.")
    return await _share(session, viewer, Share(collection_id=collection_id), terms, recipients)


async def share_category(
    session: AsyncSession, viewer: Viewer, category_id: UUID, terms: Terms, recipients: Sequence[Recipient]
) -> tuple[Share, list[MadeLink]]:
    """Share a category, now and as it will be: what is filed there of the viewer's own.

    Of an administrator's also what everybody here finds, and what is nobody's.

    Raises:
        CategoryNotFound: If there is none.
        NotAllowed: If nobody answers for the share.
        InvalidInput: If it would end in the past, or later than the instance allows.
    """
    if await session.get(Category, category_id, with_for_update={"read": True}) is None:
        raise CategoryNotFound(f"There is no category {category_id}: list those that there are.")
    return await _share(session, viewer, Share(category_id=category_id), terms, recipients)


def last_moment(config: InstanceSettings, wanted: datetime | None) -> datetime | None:
    """Give when a share ends that is made or changed now.

    Raises:
        InvalidInput: If that is in the past, or later than the instance allows.
    """
    moment, days = now(), config.share_days_max
    latest = None if days is None else moment + timedelta(days=days)
    if wanted is None:
        return latest
    if wanted <= moment:
        raise InvalidInput(f"The share would have ended at {wanted.isoformat()}: give a moment to come.")
    if latest is not None and wanted > latest:
        raise InvalidInput(f"A share lasts {days} days at most here: let it end by {latest:%Y-%m-%d}.")
    return wanted


def shares_of(viewer: Viewer) -> Select[Share]:
    """List the shares that a viewer made, and those of what is theirs."""
    query = select(Share)
    if viewer.role is Role.ADMIN:
        return query
    assets = select(Asset.id).where(Asset.owner_id == viewer.user_id)
    collections = select(Collection.id).where(Collection.owner_id == viewer.user_id)
    own = (Share.owner_id == viewer.user_id, Share.asset_id.in_(assets), Share.collection_id.in_(collections))
    return query.where(or_(*own))


async def find_share(session: AsyncSession, viewer: Viewer, share_id: UUID, *, to_change: bool = False) -> Share:
    """Give a share of the viewer's.

    Args:
        to_change: Whether to keep the row to this transaction.

    Raises:
        ShareNotFound: If there is none.
        Conflict: If it would be changed and was revoked.
    """
    query = shares_of(viewer).where(Share.id == share_id)
    share = await session.scalar(query.with_for_update() if to_change else query)
    if share is None:
        raise ShareNotFound(f"There is no share {share_id}: list those that there are.")
    if to_change and share.revoked_at is not None:
        raise Conflict("The share was revoked, and that is for good: make a new one.")
    return share


async def change_share(session: AsyncSession, viewer: Viewer, share_id: UUID, changes: Mapping[str, Any]) -> Share:
    """Change how something is shared.

    Args:
        changes: Some of ``title``, ``message``, ``downloads``, ``embeds`` and ``expires_at``.

    Raises:
        ShareNotFound: If the viewer has no such share.
        Conflict: If it was revoked.
        InvalidInput: If it would end in the past, or later than the instance allows.
    """
    share = await find_share(session, viewer, share_id, to_change=True)
    if "expires_at" in changes:
        changes = {**changes, "expires_at": last_moment(await read_config(session), changes["expires_at"])}
    for name, value in changes.items():
        setattr(share, name, value)
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in changes.items()}
    await record(session, viewer, "share.changed", ("share", share_id), **told)
    return share


async def revoke_share(session: AsyncSession, viewer: Viewer, share_id: UUID) -> None:
    """End a share, at once and for good; its receipts stay.

    Raises:
        ShareNotFound: If the viewer has no such share.
        Conflict: If it was revoked before.
    """
    share = await find_share(session, viewer, share_id, to_change=True)
    share.revoked_at = now()
    await record(session, viewer, "share.revoked", ("share", share_id))


async def add_links(
    session: AsyncSession, viewer: Viewer, share_id: UUID, recipients: Sequence[Recipient]
) -> list[MadeLink]:
    """Give a share further links.

    Raises:
        ShareNotFound: If the viewer has no such share.
        Conflict: If it was revoked, or has too many.
    """
    share = await find_share(session, viewer, share_id, to_change=True)
    count = await session.scalar(select(func.count()).where(ShareLink.share_id == share_id)) or 0
    if count + len(recipients) > MOST_LINKS:
        raise Conflict(f"A share has {MOST_LINKS} links at most, and this one has {count}: make another share.")
    made = await _make_links(session, share, recipients)
    names = [each.name for each in recipients]
    await record(session, viewer, "share.links_added", ("share", share_id), recipients=names)
    return made


async def revoke_link(session: AsyncSession, viewer: Viewer, share_id: UUID, link_id: UUID) -> None:
    """End one link of a share, at once and for good; the others go on.

    Raises:
        ShareNotFound: If the viewer has no such share, or it has no such link that still works.
        Conflict: If the share was revoked.
    """
    await find_share(session, viewer, share_id, to_change=True)
    ended = await session.scalar(
        update(ShareLink)
        .where(ShareLink.id == link_id, ShareLink.share_id == share_id, ShareLink.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(ShareLink.id)
    )
    if ended is None:
        raise ShareNotFound(f"The share has no link {link_id}: list those that it has.")
    await record(session, viewer, "share.link_revoked", ("share", share_id), link=str(link_id))


async def tallies_of(session: AsyncSession, shares: Iterable[Share]) -> dict[UUID, Tally]:
    """Add up what came of shares, by share."""
    ids = [share.id for share in shares]
    summed = (func.count(), func.sum(ShareLink.times_opened), func.max(ShareLink.last_opened_at))
    query = select(ShareLink.share_id, *summed, func.sum(ShareLink.watched_s)).group_by(ShareLink.share_id)
    found = {
        share_id: Tally(links, times or 0, last, watched_s or 0.0)
        for share_id, links, times, last, watched_s in await session.execute(query.where(ShareLink.share_id.in_(ids)))
    }
    return {each: found.get(each, Tally()) for each in ids}


async def _share(
    session: AsyncSession, viewer: Viewer, share: Share, terms: Terms, recipients: Sequence[Recipient]
) -> tuple[Share, list[MadeLink]]:
    if viewer.user_id is None:
        raise NotAllowed("Somebody must answer for what is shared: make an account first, then share.")
    share.owner_id = viewer.user_id
    share.title, share.message, share.password_hash = terms.title, terms.message, terms.password_hash
    share.downloads, share.embeds = terms.downloads, terms.embeds
    share.expires_at = last_moment(await read_config(session), terms.expires_at)
    session.add(share)
    await session.flush()
    made = await _make_links(session, share, recipients or (Recipient(),))
    await record(
        session,
        viewer,
        "share.created",
        ("share", share.id),
        **{name.removesuffix("_id"): str(each) if each else None for name, each in share.things.items()},
        recipients=[each.name for each in recipients],
        expires_at=share.expires_at.isoformat() if share.expires_at else None,
        password=share.password_hash is not None,
        downloads=share.downloads,
        embeds=share.embeds,
    )
    return share, made


async def _make_links(session: AsyncSession, share: Share, recipients: Sequence[Recipient]) -> list[MadeLink]:
    """Make a link for each, and have it mailed to those who have an address."""
    made = []
    for recipient in recipients:
        secret = new_secret(PREFIX)
        link = ShareLink(share_id=share.id, name=recipient.name, email=recipient.email, token_hash=hash_secret(secret))
        session.add(link)
        made.append(MadeLink(link, secret))
    await session.flush()
    for each in made:
        if each.link.email:
            await queue_mail(session, MailKind.SHARE, link_id=str(each.link.id))
    return made
