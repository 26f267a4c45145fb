"""Imports as rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class ImportKind(StrEnum):
    """Where a recording comes from."""

    LINK = "link"
    FILE = "file"  # of a watched folder


class Basis(StrEnum):
    """By what right a recording is used, as the person says who brings it."""

    OWN = "own"
    PERMISSION = "permission"
    LICENCE = "licence"
    EXCEPTION = "exception"  # teaching, quotation: what the law allows


class Import(Base):
    """A recording that is to come from somewhere; how it stands is told by its run."""

    __tablename__ = "import"
    __table_args__ = (Index("ix_import_owner_id_id", "owner_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[ImportKind]
    #: An address, or a path on the server.
    source: Mapped[str] = mapped_column(String(4096))
    basis: Mapped[Basis]
    title: Mapped[str | None] = mapped_column(String(300))
    #: ``{recipe, params}`` of what starts once the recording is here.
    start: Mapped[list[Any]]
    #: The list that it was an entry of.
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), index=True)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"), index=True)
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"), index=True)
    #: What the site said of it: :class:`cutroom.ingest.links.fetching.LinkInfo` without its entries.
    info: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When what it had reserved was settled or given back.
    settled_at: Mapped[datetime | None] = mapped_column(index=True)
