"""Webhooks' rows: who is told, what happened, and how telling it went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"  # waits for its time, or is being sent
    DELIVERED = "delivered"
    FAILED = "failed"  # no further try; it can be asked for again


class Webhook(Base):
    """An address that is told of events; its secret lies in the vault as ``webhook/<id>``."""

    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str] = mapped_column(String(200), default="")
    #: Of :data:`cutroom.accounts.webhooks.events.KINDS`; all when empty.
    kinds: Mapped[list[Any]] = mapped_column(default=list)
    #: Whether it is told of everybody's things, for as long as its owner is an administrator.
    everything: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
    #: Why it was switched off, when nobody did it by hand.
    problem: Mapped[str | None] = mapped_column(Text)
    #: Since when nothing came through.
    failing_since: Mapped[datetime | None]
    #: Until when the secret before this one signs too: it lies in the vault as ``webhook/<id>/previous``.
    previous_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class WebhookEvent(Base):
    """Something that happened, as it is told."""

    __tablename__ = "webhook_event"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(64))
    #: The JSON that is sent, byte for byte the same each time.
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class WebhookDelivery(Base):
    """An event on its way to a webhook, and how the last try went."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "webhook_id"),
        Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),
        Index("ix_webhook_delivery_state_not_before", "state", "not_before"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_event.id", ondelete="CASCADE"))
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    #: Counts claims and never goes back: the fence. Who claimed under another number may not write.
    attempt: Mapped[int] = mapped_column(default=0)
    #: Tries since it was made or asked for again.
    tries: Mapped[int] = mapped_column(default=0)
    #: When it may be claimed; a claim moves it on, so that the try of a process that died is made by another.
    not_before: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    #: Of the last answer.
    status: Mapped[int | None]
    took_s: Mapped[float | None]
    #: The first of what was answered, as text.
    answer: Mapped[str] = mapped_column(Text, default="")
    #: Why the last try did not succeed.
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
