"""Subscriptions as rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id
from cutroom.ingest.imports.models import Basis


class SubscriptionKind(StrEnum):
    """What is looked at."""

    LINK = "link"  # a channel, a list of videos, a feed
    FOLDER = "folder"  # of the server


class Subscription(Base):
    """Something that is looked at again and again, and what to do with what is new there."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_owner_id_id", "owner_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[SubscriptionKind]
    #: An address, or a path on the server.
    source: Mapped[str] = mapped_column(String(4096))
    title: Mapped[str] = mapped_column(String(300), default="")
    basis: Mapped[Basis]
    #: ``{recipe, params}`` of what starts on each new recording.
    start: Mapped[list[Any]]
    every_minutes: Mapped[int]
    #: How many of the recordings that are there already are brought in by the first look.
    backfill: Mapped[int] = mapped_column(default=0)
    enabled: Mapped[bool] = mapped_column(default=True)
    #: When it is looked at next; whoever moves it on is who looks.
    next_at: Mapped[datetime] = mapped_column(default=now, index=True)
    #: When it was last looked at in full.
    looked_at: Mapped[datetime | None]
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"), index=True)
    #: Why the last look failed.
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class SeenItem(Base):
    """Something that a subscription has seen; it is brought in once, or never."""

    __tablename__ = "seen_item"

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True)
    #: The hash of what the site, or the folder, calls it.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    #: Of a file: it is brought in once both have stayed the same for a while.
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    modified_ns: Mapped[int | None] = mapped_column(BigInteger)
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import.id", ondelete="SET NULL"), index=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)
