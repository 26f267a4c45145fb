"""Deliveries: claim what is due, write down how a try went, list them, and ask for one again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import User
from cutroom.accounts.vault.secrets import drop_secret
from cutroom.accounts.webhooks.models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from cutroom.accounts.webhooks.webhooks import previous_name, switch_off
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.errors import Conflict, NotFound

#: Waits between tries; nearly a day in all.
WAITS = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 28800))
#: A wait is up to this much shorter or longer, so that not all come back at once.
_JITTER = 0.2
#: A server that asks to be left alone longer is asked again after this.
_LONGEST = timedelta(hours=8)
#: No try takes so long: after it, another process may make one.
LEASE = timedelta(seconds=60)
_GONE = 410


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process sends now."""

    id: UUID
    attempt: int
    webhook_id: UUID
    event_id: UUID
    url: str
    body: str
    previous_until: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went.

    Attributes:
        status: Of the answer, if there was one.
        problem: Why it did not succeed.
        wait: How long the server asked to be left alone.
    """

    status: int | None
    took_s: float
    answer: str = ""
    problem: str | None = None
    wait: timedelta | None = None


async def claim(database: Database, most: int, most_each: int, busy: Mapping[UUID, int]) -> list[Claimed]:
    """Take deliveries that are due, so that no other process does; nothing is locked when there are none.

    Args:
        most: How many.
        most_each: How many to one webhook, with those of ``busy``.
        busy: How many this process is sending to each webhook.

    Raises:
        DatabaseUnavailable: If the database does not answer.
    """
    place = (
        func.row_number()
        .over(partition_by=WebhookDelivery.webhook_id, order_by=(WebhookDelivery.not_before, WebhookDelivery.id))
        .label("place")
    )
    due = (
        select(
            WebhookDelivery.id, WebhookDelivery.attempt, WebhookDelivery.webhook_id, WebhookDelivery.not_before, place
        )
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .join(User, User.id == Webhook.owner_id)
        .where(
            WebhookDelivery.state == DeliveryState.PENDING,
            WebhookDelivery.not_before <= now(),
            Webhook.enabled,
            User.disabled_at.is_(None),
        )
        .subquery()
    )
    async with database.reading() as session:
        query = select(due).where(due.c.place <= most_each).order_by(due.c.not_before, due.c.id)
        rows = (await session.execute(query)).all()
    fit = [(row.id, row.attempt) for row in rows if row.place + busy.get(row.webhook_id, 0) <= most_each][:most]
    return await database.write(lambda session: _claim(session, fit)) if fit else []


async def _claim(session: AsyncSession, due: list[tuple[UUID, int]]) -> list[Claimed]:
    claimed, moment = [], now()
    for delivery_id, attempt in due:
        # Whoever comes second finds another number, or another state.
        won = await session.execute(
            update(WebhookDelivery)
            .where(
                WebhookDelivery.id == delivery_id,
                WebhookDelivery.attempt == attempt,
                WebhookDelivery.state == DeliveryState.PENDING,
                WebhookDelivery.not_before <= moment,
            )
            .values(attempt=attempt + 1, not_before=moment + LEASE, sent_at=moment)
            .returning(WebhookDelivery.id)
            .execution_options(synchronize_session=False)
        )
        if won.first() is not None:
            claimed.append(delivery_id)
    query = (
        select(
            WebhookDelivery.id,
            WebhookDelivery.attempt,
            WebhookDelivery.webhook_id,
            WebhookDelivery.event_id,
            Webhook.url,
            WebhookEvent.body,
            Webhook.previous_until,
        )
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.event_id)
        .where(WebhookDelivery.id.in_(claimed))
    )
    return [Claimed(*row) for row in await session.execute(query)]


async def settle(session: AsyncSession, claimed: Claimed, outcome: Outcome) -> None:
    """Write down how a try went, and when the next one is due; nothing if another process has claimed it since."""
    held = select(WebhookDelivery, Webhook).join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
    mine = (WebhookDelivery.id == claimed.id) & (WebhookDelivery.attempt == claimed.attempt)
    row = (await session.execute(held.where(mine).with_for_update())).one_or_none()
    if row is None or row[0].state is not DeliveryState.PENDING:
        return
    delivery, webhook = row
    moment = now()
    delivery.tries += 1
    delivery.status, delivery.took_s = outcome.status, round(outcome.took_s, 3)
    delivery.answer, delivery.problem = outcome.answer.replace("\0", ""), outcome.problem
    if webhook.previous_until is not None and webhook.previous_until <= moment:
        webhook.previous_until = None
        await drop_secret(session, previous_name(webhook.id))
    if outcome.problem is None:
        delivery.state, delivery.ended_at = DeliveryState.DELIVERED, moment
        webhook.failing_since = None
        return
    webhook.failing_since = webhook.failing_since or moment
    if outcome.status == _GONE:
        await switch_off(session, webhook, "The server said that the address is gone for good, HTTP 410.")
    elif delivery.tries <= len(WAITS):
        delivery.not_before = moment + _next_wait(delivery.tries, outcome.wait)
        return
    elif webhook.failing_since <= moment - sum(WAITS, timedelta()) * (1 - _JITTER):
        await switch_off(session, webhook, "Nothing came through for a day: see how its last deliveries failed.")
    delivery.state, delivery.ended_at = DeliveryState.FAILED, moment


def _next_wait(tries: int, asked: timedelta | None) -> timedelta:
    wait = WAITS[tries - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - apart, not secret
    return max(wait, min(asked or timedelta(0), _LONGEST))


def deliveries_of(webhook_id: UUID, state: DeliveryState | None) -> Select[WebhookDelivery]:
    """List a webhook's deliveries."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return query if state is None else query.where(WebhookDelivery.state == state)


async def replay(session: AsyncSession, webhook: Webhook, delivery_id: UUID) -> WebhookDelivery:
    """Send an event once more, with all its tries, under the id that it had.

    Raises:
        NotFound: If the webhook has no such delivery.
        Conflict: If it is still being tried, or the webhook is switched off.
    """
    query = select(WebhookDelivery).where(WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook.id)
    delivery = (await session.execute(query.with_for_update())).scalar_one_or_none()
    if delivery is None:
        raise NotFound(f"The webhook has no delivery {delivery_id}: list those that it has.")
    if not webhook.enabled:
        raise Conflict("The webhook is switched off: switch it on first.")
    if delivery.state is DeliveryState.PENDING:
        raise Conflict("This delivery is still being tried: wait for its end.")
    delivery.state, delivery.tries, delivery.not_before, delivery.ended_at = DeliveryState.PENDING, 0, now(), None
    delivery.problem = None
    return delivery
