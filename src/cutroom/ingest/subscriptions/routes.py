"""Subscriptions and watched folders over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Admin, Editor, SignedIn
from cutroom.accounts.audit.log import record
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.request_keys import Once
from cutroom.core.egress.addresses import Guard
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.ingest.imports.starts import check_starts
from cutroom.ingest.subscriptions import subscriptions
from cutroom.ingest.subscriptions.looking import list_recordings
from cutroom.ingest.subscriptions.models import Subscription, SubscriptionKind
from cutroom.ingest.subscriptions.schemas import NewSubscription, NewWatch, SubscriptionChange, SubscriptionView
from cutroom.library.errors import OutsideRoots
from cutroom.library.imports import import_roots

router = APIRouter(tags=["subscriptions"])


@router.post("/subscriptions", status_code=201, dependencies=[heavy], responses=problems(404))
async def create_subscription(new: NewSubscription, viewer: Editor, here: Here, once: Once) -> SubscriptionView:
    """Look at a channel, a list or a feed again and again, and start recipes on what is new there."""
    Guard.of(here.settings).parse(new.url)
    start = check_starts(here.catalogue, new.start)

    async def add(session: AsyncSession) -> SubscriptionView:
        made = Subscription(
            owner_id=viewer.user_id,
            kind=SubscriptionKind.LINK,
            source=new.url,
            title=new.title or "",
            basis=new.basis,
            start=start,
            every_minutes=max(new.every_minutes, 15),  # more often is not polite to anybody's server
            backfill=new.backfill,
        )
        return SubscriptionView.model_validate(await subscriptions.add_subscription(session, made))

    return await once(SubscriptionView, add)


@router.post("/watches", status_code=201, responses=problems(404))
async def create_watch(new: NewWatch, viewer: Admin, here: Here, once: Once) -> SubscriptionView:
    """Look at a folder of the server again and again, and start recipes on each new recording in it."""
    start = check_starts(here.catalogue, new.start)
    folder = Path(new.path)
    try:
        await asyncio.to_thread(list_recordings, folder, import_roots(here.settings))
    except (OSError, RuntimeError) as error:
        raise OutsideRoots(
            f"There is no folder {new.path} that may be watched: it must lie in a folder of CUTROOM_IMPORT_ROOTS (your "
            "home folder when unset) and be readable."
        ) from error

    async def add(session: AsyncSession) -> SubscriptionView:
        made = Subscription(
            owner_id=viewer.user_id,
            kind=SubscriptionKind.FOLDER,
            source=new.path,
            title=new.title or folder.name,
            basis=new.basis,
            start=start,
            every_minutes=new.every_minutes,
            backfill=new.backfill,
        )
        await subscriptions.add_subscription(session, made)
        await record(session, viewer, "folder.watched", ("subscription", made.id), path=new.path)
        return SubscriptionView.model_validate(made)

    return await once(SubscriptionView, add)


@router.get("/subscriptions")
async def list_subscriptions(
    viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[SubscriptionView]:
    """List what is looked at again and again, links and folders, newest first."""
    rows, following = await read_page(
        session,
        subscriptions.subscriptions_of(viewer),
        [Subscription.id],
        after=after,
        limit=limit,
        descending=True,
    )
    return Page(items=[SubscriptionView.model_validate(row) for row in rows], next=following)


@router.get("/subscriptions/{subscription_id}", responses=problems(404))
async def read_subscription(subscription_id: UUID, viewer: SignedIn, session: Reading) -> SubscriptionView:
    """Tell how a subscription stands."""
    return SubscriptionView.model_validate(await subscriptions.find_subscription(session, viewer, subscription_id))


@router.patch("/subscriptions/{subscription_id}", responses=problems(404))
async def change_subscription(
    subscription_id: UUID, change: SubscriptionChange, viewer: Editor, here: Here
) -> SubscriptionView:
    """Change what a subscription does, or switch it off and on."""
    changes = {name: value for name, value in change if name in change.model_fields_set and value is not None}
    if change.start is not None:
        changes["start"] = check_starts(here.catalogue, change.start)

    async def update(session: AsyncSession) -> SubscriptionView:
        changed = await subscriptions.change_subscription(session, viewer, subscription_id, changes)
        return SubscriptionView.model_validate(changed)

    return await here.database.write(update)


@router.post("/subscriptions/{subscription_id}/look", status_code=202, dependencies=[heavy], responses=problems(404))
async def look_at_subscription(subscription_id: UUID, viewer: Editor, here: Here) -> SubscriptionView:
    """Look at it within seconds instead of when its time comes."""

    async def look(session: AsyncSession) -> SubscriptionView:
        return SubscriptionView.model_validate(await subscriptions.look_soon(session, viewer, subscription_id))

    return await here.database.write(look)


@router.delete("/subscriptions/{subscription_id}", status_code=204, responses=problems(404))
async def delete_subscription(subscription_id: UUID, viewer: Editor, here: Here) -> None:
    """End a subscription; what it brought stays."""
    await here.database.write(lambda session: subscriptions.delete_subscription(session, viewer, subscription_id))
