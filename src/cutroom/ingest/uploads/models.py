"""Uploads: rows say what is promised of each; its bytes are a file, and how long that is is the offset."""

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


class UploadKind(StrEnum):
    """How the bytes come."""

    WHOLE = "whole"  # one after the other, through us
    PART = "part"  # the same, to be joined with others
    JOINED = "joined"  # from parts that are here
    DIRECT = "direct"  # in pieces to signed addresses


class UploadState(StrEnum):
    """How far an upload is."""

    RECEIVING = "receiving"
    RECEIVED = "received"  # all bytes are here: a part waits to be joined, all others are looked at
    FINISHED = "finished"  # it became an asset
    FAILED = "failed"


class Upload(Base):
    """Bytes that somebody brings."""

    __tablename__ = "upload"
    __table_args__ = (
        Index("ix_upload_owner_id_id", "owner_id", "id"),
        Index("ix_upload_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[UploadKind]
    state: Mapped[UploadState] = mapped_column(default=UploadState.RECEIVING)
    #: Unset until it is told.
    length: Mapped[int | None] = mapped_column(BigInteger)
    #: What of the quota is held for it.
    reserved_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    #: As of the last pause; while it is open, the file itself tells.
    received_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    #: ``Upload-Metadata``, as it was given.
    given: Mapped[str | None] = mapped_column(Text)
    #: A label, never a path.
    file_name: Mapped[str] = mapped_column(String(300))
    title: Mapped[str | None] = mapped_column(String(300))
    #: Names of recipes to start when it is finished.
    start: Mapped[list[Any]]
    #: What its bytes must hash to, where that was told.
    sha256: Mapped[str | None] = mapped_column(String(64))
    #: Of a direct upload: the length of each piece but the last.
    piece_bytes: Mapped[int | None] = mapped_column(BigInteger)
    #: Of a direct upload to an object store: what the store calls it.
    remote: Mapped[dict[str, Any] | None]
    #: Of a part: what it is joined to, and where in it.
    joined_id: Mapped[UUID | None] = mapped_column(ForeignKey("upload.id", ondelete="SET NULL"), index=True)
    position: Mapped[int | None]
    #: The asset whose source it becomes; no foreign key, for it must not become an asset of its own where that is gone.
    replaces_id: Mapped[UUID | None]
    #: Of the source that it replaces, where another is to be left alone.
    replaces_version: Mapped[int | None]
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"), index=True)
    #: Why it failed.
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: An upload that is not whole is given up then; one that ended is forgotten.
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class UploadPiece(Base):
    """A piece of a direct upload that is here; its address is used up."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received_at: Mapped[datetime] = mapped_column(default=now)
