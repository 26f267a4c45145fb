"""Webhooks over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor
from cutroom.accounts.audit.log import record
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.webhooks import webhooks
from cutroom.accounts.webhooks.deliveries import deliveries_of, replay
from cutroom.accounts.webhooks.events import TEST, enter, message_id
from cutroom.accounts.webhooks.models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from cutroom.accounts.webhooks.schemas import (
    DeliveryView,
    MadeWebhook,
    NewWebhook,
    ReplacedSecret,
    WebhookChange,
    WebhookView,
)
from cutroom.core.egress.addresses import Guard
from cutroom.core.errors import Conflict
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter(tags=["webhooks"])


@router.get("/webhooks")
async def list_webhooks(
    viewer: Editor, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[WebhookView]:
    """List your webhooks, newest first; for an administrator, everybody's."""
    rows, following = await read_page(
        session, webhooks.webhooks_of(viewer), [Webhook.id], after=after, limit=limit, descending=True
    )
    return Page(items=[WebhookView.model_validate(row) for row in rows], next=following)


@router.post("/webhooks", status_code=201, responses=problems(409))
async def create_webhook(new: NewWebhook, viewer: Editor, here: Here) -> MadeWebhook:
    """Have an address told of what happens to your things, or, as an administrator, to everybody's.

    It takes no idempotency key: an answer kept for later would keep the secret.
    """
    await webhooks.check_address(Guard.of(here.settings), new.url)

    async def make(session: AsyncSession) -> MadeWebhook:
        webhook, secret = await webhooks.make_webhook(
            session, here.keyring, viewer, new.url, new.description, new.kinds
        )
        return MadeWebhook(**WebhookView.model_validate(webhook).model_dump(), secret=secret)

    return await here.database.write(make)


@router.get("/webhooks/{webhook_id}", responses=problems(404))
async def read_webhook(webhook_id: UUID, viewer: Editor, session: Reading) -> WebhookView:
    """Tell how a webhook stands."""
    return WebhookView.model_validate(await webhooks.find_webhook(session, viewer, webhook_id))


@router.patch("/webhooks/{webhook_id}", responses=problems(404))
async def change_webhook(webhook_id: UUID, change: WebhookChange, viewer: Editor, here: Here) -> WebhookView:
    """Change a webhook; switched on again, it starts as if nothing had failed."""
    if change.url is not None:
        await webhooks.check_address(Guard.of(here.settings), change.url)

    async def apply(session: AsyncSession) -> WebhookView:
        webhook = await webhooks.find_webhook(session, viewer, webhook_id)
        given = change.model_dump(exclude_none=True, exclude={"enabled"})
        for name, value in given.items():
            setattr(webhook, name, sorted(set(value)) if name == "kinds" else value)
        if change.enabled is not None:
            await webhooks.set_enabled(session, webhook, enabled=change.enabled)
        told = change.model_dump(exclude_none=True)
        await record(session, viewer, "webhook.changed", ("webhook", webhook.id), **told)
        return WebhookView.model_validate(webhook)

    return await here.database.write(apply)


@router.delete("/webhooks/{webhook_id}", status_code=204, responses=problems(404))
async def delete_webhook(webhook_id: UUID, viewer: Editor, here: Here) -> None:
    """Remove a webhook with its deliveries."""

    async def remove(session: AsyncSession) -> None:
        await webhooks.remove_webhook(session, viewer, await webhooks.find_webhook(session, viewer, webhook_id))

    await here.database.write(remove)


@router.post("/webhooks/{webhook_id}/secret", responses=problems(404))
async def replace_webhook_secret(webhook_id: UUID, viewer: Editor, here: Here) -> ReplacedSecret:
    """Replace the secret; the one before signs too for a day, so that the receiver has time to change over."""

    async def replace(session: AsyncSession) -> ReplacedSecret:
        webhook = await webhooks.find_webhook(session, viewer, webhook_id)
        secret = await webhooks.rotate_secret(session, here.keyring, viewer, webhook)
        return ReplacedSecret(secret=secret, previous_until=webhook.previous_until)

    return await here.database.write(replace)


@router.post("/webhooks/{webhook_id}/test", status_code=202, responses=problems(404, 409))
async def test_webhook(webhook_id: UUID, viewer: Editor, here: Here) -> DeliveryView:
    """Send a `webhook.test` event, whatever it is told of otherwise."""

    async def send(session: AsyncSession) -> DeliveryView:
        webhook = await webhooks.find_webhook(session, viewer, webhook_id)
        if not webhook.enabled:
            raise Conflict("The webhook is switched off: switch it on first.")
        data = {"webhook_id": str(webhook_id), "message": "This webhook works."}
        (view,) = await _views(session, await enter(session, TEST, data, [webhook_id]))
        return view

    return await here.database.write(send)


@router.get("/webhooks/{webhook_id}/deliveries", responses=problems(404))
async def list_webhook_deliveries(
    webhook_id: UUID,
    viewer: Editor,
    session: Reading,
    state: DeliveryState | None = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[DeliveryView]:
    """List what was sent to a webhook in the last 30 days, newest first."""
    webhook = await webhooks.find_webhook(session, viewer, webhook_id)
    rows, following = await read_page(
        session, deliveries_of(webhook.id, state), [WebhookDelivery.id], after=after, limit=limit, descending=True
    )
    return Page(items=await _views(session, rows), next=following)


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202, responses=problems(404, 409))
async def replay_webhook_delivery(webhook_id: UUID, delivery_id: UUID, viewer: Editor, here: Here) -> DeliveryView:
    """Send an event once more, under the id that it had."""

    async def again(session: AsyncSession) -> DeliveryView:
        webhook = await webhooks.find_webhook(session, viewer, webhook_id)
        (view,) = await _views(session, [await replay(session, webhook, delivery_id)])
        return view

    return await here.database.write(again)


async def _views(session: AsyncSession, deliveries: Iterable[WebhookDelivery]) -> list[DeliveryView]:
    rows = list(deliveries)
    query = select(WebhookEvent.id, WebhookEvent.kind).where(WebhookEvent.id.in_({row.event_id for row in rows}))
    kinds = {row.id: row.kind for row in await session.execute(query)}
    return [
        DeliveryView(
            id=row.id,
            message_id=message_id(row.event_id),
            kind=kinds[row.event_id],
            state=row.state,
            tries=row.tries,
            status=row.status,
            took_s=row.took_s,
            answer=row.answer,
            problem=row.problem,
            created_at=row.created_at,
            sent_at=row.sent_at,
            not_before=row.not_before if row.state is DeliveryState.PENDING else None,
            ended_at=row.ended_at,
        )
        for row in rows
    ]
