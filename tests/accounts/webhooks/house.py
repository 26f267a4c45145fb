"""What tests of webhooks work with: an instance that may send to loopback's second address, and what sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select, update
from tests.api.studio import Studio
from tests.core.egress.servers import Site

from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.vault.keyring import open_keyring
from cutroom.accounts.webhooks.events import emit
from cutroom.accounts.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from cutroom.accounts.webhooks.sending import Sender
from cutroom.core.clock import now
from cutroom.core.egress.addresses import Guard
from cutroom.core.egress.fetching import Fetcher

HOOKS = "/api/v1/webhooks"


@dataclass
class Post:
    """Sends what is due, as the loop does, once."""

    sender: Sender

    async def send(self) -> int:
        """Send all that is due, and count it."""
        count = 0
        while started := await self.sender.start_due():
            await self.sender.finish()
            count += started
        return count


@asynccontextmanager
async def posting(studio: Studio) -> AsyncIterator[Post]:
    """Open what sends."""
    async with Fetcher(Guard.of(studio.settings)) as fetcher:
        yield Post(Sender(studio.database, open_keyring(studio.settings), fetcher))


async def hook(client: httpx2.AsyncClient, receiver: Site, path: str = "/", **given: object) -> dict[str, Any]:
    """Make a webhook over HTTP."""
    answer = await client.post(HOOKS, json={"url": receiver.url(path), **given})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def happen(studio: Studio, owner_id: UUID | None, kind: str = "asset.ready", **data: object) -> None:
    """Let something happen to a thing of a user's."""
    async with studio.database.writing() as session:
        await emit(session, kind, data or {"asset_id": "x"}, owner_id=owner_id)


async def deliveries(studio: Studio, webhook_id: str | None = None) -> list[WebhookDelivery]:
    """Give deliveries, oldest first."""
    async with studio.database.reading() as session:
        rows = (await session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id))).all()
    return [row for row in rows if webhook_id is None or str(row.webhook_id) == webhook_id]


async def the_webhook(studio: Studio, webhook_id: str) -> Webhook:
    """Give a webhook's row."""
    async with studio.database.reading() as session:
        return await session.get_one(Webhook, UUID(webhook_id))


async def pass_time(studio: Studio, by: timedelta) -> None:
    """Make everything older, as if so much time had passed."""
    async with studio.database.writing() as session:
        for column in (WebhookDelivery.not_before, WebhookDelivery.created_at):
            for row in (await session.scalars(select(WebhookDelivery))).all():
                setattr(row, column.key, getattr(row, column.key) - by)
        for webhook in (await session.scalars(select(Webhook))).all():
            for name in ("failing_since", "previous_until"):
                if (moment := getattr(webhook, name)) is not None:
                    setattr(webhook, name, moment - by)


async def make_due(studio: Studio) -> None:
    """Let every wait be over."""
    async with studio.database.writing() as session:
        pending = update(WebhookDelivery).where(WebhookDelivery.state == DeliveryState.PENDING)
        await session.execute(pending.values(not_before=now()))


async def audited(studio: Studio, action: str) -> list[AuditEntry]:
    """Give the audit log's entries of an action."""
    async with studio.database.reading() as session:
        query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number)
        return list((await session.scalars(query)).all())
