"""Who watched what, as rows: one for each viewer of a recording, and counts that outlive them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base


class Viewing(Base):
    """A viewer of a recording: when they were last counted, and where they are in it."""

    __tablename__ = "viewing"
    __table_args__ = (Index("ix_viewing_viewer_key_watched_at_asset_id", "viewer_key", "watched_at", "asset_id"),)

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: A hash of the account, or of a guest's pass and day (:mod:`cutroom.library.views.counting`).
    viewer_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Whether it is somebody without an account, of whom nothing tells whether they were here before.
    guest: Mapped[bool] = mapped_column(default=False)
    #: Of how many windows.
    views: Mapped[int] = mapped_column(default=0)
    #: Begins a window in which they are not counted again; unset while they never were.
    counted_at: Mapped[datetime | None]
    #: Seconds of the recording that they played, over all times.
    watched_s: Mapped[int] = mapped_column(default=0)
    position_s: Mapped[float] = mapped_column(default=0.0)
    #: Whether they came to the end: what they see of it next begins at its start.
    finished: Mapped[bool] = mapped_column(default=False)
    watched_at: Mapped[datetime] = mapped_column(default=now, index=True)


class ViewDay(Base):
    """How often a recording was viewed on a day."""

    __tablename__ = "view_day"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: Its beginning, in UTC.
    day: Mapped[datetime] = mapped_column(primary_key=True)
    views: Mapped[int]
    #: How many of them were guests'.
    guest_views: Mapped[int] = mapped_column(default=0)


class WatchEdge(Base):
    """How many more or fewer times a second of a recording was played than the one before it.

    So a stretch that was played changes two rows, however long it is.
    """

    __tablename__ = "watch_edge"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    second: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change: Mapped[int]
