"""Edits: what people decided about clips, version by version."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class Edit(Base):
    """One clip in the making, whether it was rendered or not."""

    __tablename__ = "edit"
    __table_args__ = (Index("ix_edit_asset_id_deleted_at_id", "asset_id", "deleted_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    #: The proposal that it was opened from.
    candidate_id: Mapped[UUID | None] = mapped_column(ForeignKey("candidate.id", ondelete="SET NULL"), index=True)
    #: Who opened it.
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    #: The newest document's.
    title: Mapped[str] = mapped_column(String(300))
    #: The newest version's number.
    version: Mapped[int] = mapped_column(default=1)
    #: The source that it cuts: an asset's own, or one that it had before.
    source_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    source_size_bytes: Mapped[int] = mapped_column(BigInteger)
    #: :class:`cutroom.edit.material.Material` as JSON.
    material_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    material_size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When it was saved last.
    changed_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class EditVersion(Base):
    """What an edit was at one time."""

    __tablename__ = "edit_version"

    edit_id: Mapped[UUID] = mapped_column(ForeignKey("edit.id", ondelete="CASCADE"), primary_key=True)
    #: From 1, with gaps where quick saves took the place of each other.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: :class:`cutroom.edit.documents.EditDocument` as JSON.
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    #: What a person calls it; one with a name stays as it is.
    name: Mapped[str | None] = mapped_column(String(100))
    #: Whether a clip was made of it; it stays as it is then.
    rendered: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    #: When the first save went into it.
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When the last one did.
    saved_at: Mapped[datetime] = mapped_column(default=now)
