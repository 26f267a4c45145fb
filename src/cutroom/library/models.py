"""Assets: what people brought, and the files made of them."""

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


class AssetState(StrEnum):
    """Whether an asset can be watched."""

    NEW = "new"  # its file is here; nothing was made of it yet
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Visibility(StrEnum):
    """Who finds an asset besides its owner and administrators."""

    PRIVATE = "private"
    GROUP = "group"  # the members of the groups that it was given to
    INSTANCE = "instance"  # everybody who has an account
    LINK = "link"  # whoever has one of its links, and nobody else


class Asset(Base):
    """A recording."""

    __tablename__ = "asset"
    # A list goes along one of these and stops after a page, however many there are: what is not deleted comes first,
    # or SQLite would gather all of that and sort it.
    __table_args__ = (
        Index("ix_asset_deleted_at_id", "deleted_at", "id"),
        Index("ix_asset_deleted_at_title_id", "deleted_at", "title", "id"),
        Index("ix_asset_state_deleted_at_id", "state", "deleted_at", "id"),
        Index("ix_asset_owner_id_deleted_at_id", "owner_id", "deleted_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(300))
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PRIVATE)
    #: As it was called where it came from; a label, never a path.
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[AssetState] = mapped_column(default=AssetState.NEW)
    #: Why it cannot be watched.
    reason: Mapped[str | None] = mapped_column(Text)
    duration_s: Mapped[float | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    #: What the probe said, whole.
    info: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class AssetGroup(Base):
    """A group that an asset was given to."""

    __tablename__ = "asset_group"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True, index=True)
    #: Whether its editors may change the asset too.
    may_edit: Mapped[bool] = mapped_column(default=False)


class AssetFile(Base):
    """A file made of an asset: what is played, its poster, its storyboard, a playlist or a segment of it."""

    __tablename__ = "asset_file"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: ``play.mp4``, ``poster.jpg``, ``storyboard.jpg``, ``storyboard.vtt``, ``hls/720p/3.ts``: ours, never a user's.
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
