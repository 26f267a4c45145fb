"""Sharing over HTTP, for those who share: who finds a recording, its shares, their links and receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, SignedIn
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.passwords import hash_password
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.library.schemas import AssetView
from cutroom.library.sharing.audience import give_away, set_audience
from cutroom.library.sharing.models import Share, ShareLink
from cutroom.library.sharing.schemas import (
    Audience,
    LinkView,
    MadeLinkView,
    MadeShare,
    NewLinks,
    NewOwner,
    NewRecipient,
    NewShare,
    ShareChange,
    ShareView,
    view_link,
    view_made,
    view_share,
)
from cutroom.library.sharing.shares import (
    MadeLink,
    Recipient,
    Terms,
    add_links,
    change_share,
    find_share,
    revoke_link,
    revoke_share,
    share_asset,
    share_category,
    share_collection,
    shares_of,
    tallies_of,
)
from cutroom.library.shown import view_of

router = APIRouter(tags=["sharing"])


@router.put("/assets/{asset_id}/audience", responses=problems(404))
async def change_audience(asset_id: UUID, audience: Audience, viewer: Editor, here: Here) -> AssetView:
    """Say who finds a recording: its owner alone, groups, everybody here, or whoever has a link."""
    groups = {each.group_id: each.may_edit for each in audience.groups}

    async def change(session: AsyncSession) -> AssetView:
        asset = await set_audience(session, viewer, asset_id, audience.visibility, groups)
        return await view_of(session, viewer, asset)

    return await here.database.write(change)


@router.put("/assets/{asset_id}/owner", status_code=204, responses=problems(404))
async def change_owner(asset_id: UUID, new: NewOwner, viewer: Editor, here: Here) -> None:
    """Make a recording another user's, with what was shared of it."""
    await here.database.write(lambda session: give_away(session, viewer, asset_id, new.user_id))


@router.post("/assets/{asset_id}/shares", status_code=201, responses=problems(404))
async def create_share(asset_id: UUID, new: NewShare, viewer: Editor, here: Here) -> MadeShare:
    """Share a recording with people who have no account; the links are told here and never again."""
    terms = await _terms(new)

    async def make(session: AsyncSession) -> MadeShare:
        share, made = await share_asset(session, viewer, asset_id, terms, _recipients(new.recipients))
        return await _view_made(here, session, share, made)

    return await here.database.write(make)


@router.post("/collections/{collection_id}/shares", status_code=201, responses=problems(404))
async def create_collection_share(collection_id: UUID, new: NewShare, viewer: Editor, here: Here) -> MadeShare:
    """Share a collection, now and as it will be, with people who have no account; of what is in it, what is yours."""
    terms = await _terms(new)

    async def make(session: AsyncSession) -> MadeShare:
        share, made = await share_collection(session, viewer, collection_id, terms, _recipients(new.recipients))
        return await _view_made(here, session, share, made)

    return await here.database.write(make)


@router.post("/categories/{category_id}/shares", status_code=201, responses=problems(404))
async def create_category_share(category_id: UUID, new: NewShare, viewer: Editor, here: Here) -> MadeShare:
    """Share a category, now and as it will be, with people who have no account.

    It shows what is filed there of your own; of an administrator's, also what everybody here finds.
    """
    terms = await _terms(new)

    async def make(session: AsyncSession) -> MadeShare:
        share, made = await share_category(session, viewer, category_id, terms, _recipients(new.recipients))
        return await _view_made(here, session, share, made)

    return await here.database.write(make)


@router.get("/shares")
async def list_shares(
    viewer: SignedIn,
    session: Reading,
    asset_id: UUID | None = None,
    collection_id: UUID | None = None,
    category_id: UUID | None = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[ShareView]:
    """List one's own shares and those of what is one's own, newest first."""
    query = shares_of(viewer)
    wanted = ((Share.asset_id, asset_id), (Share.collection_id, collection_id), (Share.category_id, category_id))
    query = query.where(*(column == value for column, value in wanted if value is not None))
    found, following = await read_page(session, query, [Share.id], after=after, limit=limit, descending=True)
    tallies = await tallies_of(session, found)
    return Page(items=[view_share(each, tallies[each.id]) for each in found], next=following)


@router.get("/shares/{share_id}", responses=problems(404))
async def read_share(share_id: UUID, viewer: SignedIn, session: Reading) -> ShareView:
    """Give a share."""
    return await _view(session, await find_share(session, viewer, share_id))


@router.patch("/shares/{share_id}", responses=problems(404, 409))
async def change_terms(share_id: UUID, change: ShareChange, viewer: Editor, here: Here) -> ShareView:
    """Change how something is shared; its links stay as they are."""
    changes = {name: getattr(change, name) for name in change.model_fields_set}

    async def make(session: AsyncSession) -> ShareView:
        return await _view(session, await change_share(session, viewer, share_id, changes))

    return await here.database.write(make)


@router.delete("/shares/{share_id}", status_code=204, responses=problems(404, 409))
async def delete_share(share_id: UUID, viewer: Editor, here: Here) -> None:
    """Take a share back: from now on its links open nothing, and players stop at the next thing they ask for."""
    await here.database.write(lambda session: revoke_share(session, viewer, share_id))


@router.get("/shares/{share_id}/links", responses=problems(404))
async def list_share_links(
    share_id: UUID, viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[LinkView]:
    """List a share's links, each with what came of it."""
    await find_share(session, viewer, share_id)
    query = select(ShareLink).where(ShareLink.share_id == share_id)
    found, following = await read_page(session, query, [ShareLink.id], after=after, limit=limit)
    return Page(items=[view_link(each) for each in found], next=following)


@router.post("/shares/{share_id}/links", status_code=201, responses=problems(404, 409))
async def create_share_links(share_id: UUID, new: NewLinks, viewer: Editor, here: Here) -> list[MadeLinkView]:
    """Share with further people; their links are told here and never again."""

    async def make(session: AsyncSession) -> list[MadeLinkView]:
        made = await add_links(session, viewer, share_id, _recipients(new.recipients))
        return view_made(here, await find_share(session, viewer, share_id), made)

    return await here.database.write(make)


@router.delete("/shares/{share_id}/links/{link_id}", status_code=204, responses=problems(404, 409))
async def delete_share_link(share_id: UUID, link_id: UUID, viewer: Editor, here: Here) -> None:
    """Take one link of a share back; the others go on."""
    await here.database.write(lambda session: revoke_link(session, viewer, share_id, link_id))


async def _view(session: AsyncSession, share: Share) -> ShareView:
    return view_share(share, (await tallies_of(session, [share]))[share.id])


async def _view_made(here: Instance, session: AsyncSession, share: Share, made: Sequence[MadeLink]) -> MadeShare:
    shown = await _view(session, share)
    return MadeShare(**shown.model_dump(), made=view_made(here, share, made))


async def _terms(new: NewShare) -> Terms:
    password_hash = await hash_password(new.password.get_secret_value()) if new.password else None
    return Terms(new.title, new.message, password_hash, new.downloads, new.embeds, new.expires_at)


def _recipients(new: Iterable[NewRecipient]) -> list[Recipient]:
    return [Recipient(each.name, each.email.casefold() if each.email else None) for each in new]
