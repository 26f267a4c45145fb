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

_FIRST = -1


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


class SourceKind(StrEnum):
    """How a recording came here."""

    UPLOAD = "upload"
    DISK = "disk"  # the server's own
    LINK = "link"
    RECORDING = "recording"  # of a screen or a camera, in the browser
    MADE = "made"  # by a recipe, of something else


class Owned:
    """What somebody owns and lets others see, and what can be had back after it was deleted.

    Its columns stand first: SQLite reads a row up to what is asked for, and a probe's words may be long.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=_FIRST)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), sort_order=_FIRST)
    title: Mapped[str] = mapped_column(String(300), sort_order=_FIRST)
    #: Plain text.
    description: Mapped[str] = mapped_column(Text, default="", sort_order=_FIRST)
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PRIVATE, sort_order=_FIRST)
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=_FIRST)
    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=_FIRST)
    deleted_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True, sort_order=_FIRST
    )


class Given:
    """A group that a thing was given to."""

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True, index=True)
    #: Whether its editors may change the thing too.
    may_edit: Mapped[bool] = mapped_column(default=False)


class Asset(Owned, Base):
    """A recording."""

    __tablename__ = "asset"
    # A list goes along one of these and stops after a page, however many there are: what is not deleted comes first,
    # or SQLite would gather all of that and sort it.
    __table_args__ = (
        Index("ix_asset_deleted_at_id", "deleted_at", "id"),
        Index("ix_asset_deleted_at_title_id", "deleted_at", "title", "id"),
        Index("ix_asset_deleted_at_duration_s_id", "deleted_at", "duration_s", "id"),
        Index("ix_asset_deleted_at_size_bytes_id", "deleted_at", "size_bytes", "id"),
        Index("ix_asset_state_deleted_at_id", "state", "deleted_at", "id"),
        Index("ix_asset_visibility_deleted_at_id", "visibility", "deleted_at", "id"),
        Index("ix_asset_owner_id_deleted_at_id", "owner_id", "deleted_at", "id"),
        Index("ix_asset_category_id_deleted_at_id", "category_id", "deleted_at", "id"),
    )

    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id", ondelete="SET NULL"))
    #: Of :mod:`cutroom.library.licences`; unset while nobody has said.
    licence: Mapped[str | None] = mapped_column(String(40))
    #: What a person says of the licence in words of their own.
    licence_note: Mapped[str] = mapped_column(Text, default="")
    #: Whom to name, as the licence may want.
    attribution: Mapped[str] = mapped_column(String(1000), default="")
    #: Where it can be seen; shown, never fetched.
    source_url: Mapped[str | None] = mapped_column(String(2000))
    source_kind: Mapped[SourceKind] = mapped_column(default=SourceKind.DISK)
    #: The chain of where it came from, oldest first: :class:`cutroom.library.provenance.Link` as JSON.
    provenance: Mapped[list[Any]] = mapped_column(default=list)
    #: Who brought the present source, and when; ``created_at`` is that of the first.
    brought_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    brought_at: Mapped[datetime] = mapped_column(default=now)
    #: Counts sources: the present one's number.
    source_version: Mapped[int] = mapped_column(default=1)
    #: As it was called where it came from; a label, never a path.
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[AssetState] = mapped_column(default=AssetState.NEW)
    #: Why it cannot be watched.
    reason: Mapped[str | None] = mapped_column(Text)
    #: 0 until it was measured: lists are ordered by it, and what is unset has no order.
    duration_s: Mapped[float] = mapped_column(default=0.0)
    width: Mapped[int | None]
    height: Mapped[int | None]
    #: What the probe said, whole.
    info: Mapped[dict[str, Any] | None]


class AssetGroup(Given, Base):
    """A group that an asset was given to."""

    __tablename__ = "asset_group"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)


class AssetFile(Base):
    """A file made of an asset: what is played, its poster, its storyboard, a playlist or a segment of it."""

    __tablename__ = "asset_file"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: ``play.mp4``, ``poster.jpg``, ``storyboard.jpg``, ``storyboard.vtt``, ``hls/720p/3.ts``: ours, never a user's.
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    #: Of the source that it was made of; another than the asset's tells that it is stale.
    made_of: Mapped[str | None] = mapped_column(String(64))


class AssetVersion(Base):
    """A source that an asset had before; clips that were cut from it need it still."""

    __tablename__ = "asset_version"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: The ``source_version`` that it was.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    file_name: Mapped[str] = mapped_column(String(300))
    duration_s: Mapped[float]
    width: Mapped[int | None]
    height: Mapped[int | None]
    info: Mapped[dict[str, Any] | None]
    source_kind: Mapped[SourceKind]
    source_url: Mapped[str | None] = mapped_column(String(2000))
    provenance: Mapped[list[Any]]
    brought_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    brought_at: Mapped[datetime]
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    replaced_at: Mapped[datetime] = mapped_column(default=now)


class AssetQuality(Base):
    """How good an asset's source is, as far as a measurement can tell."""

    __tablename__ = "asset_quality"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: Of the source that was measured.
    made_of: Mapped[str] = mapped_column(String(64))
    #: 0 to 100.
    score: Mapped[int]
    #: :class:`cutroom.library.quality.Part` as JSON.
    parts: Mapped[list[Any]]
    measured_at: Mapped[datetime] = mapped_column(default=now)


class Category(Base):
    """What an asset is filed under, one at most; the same for everybody."""

    __tablename__ = "category"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Folded for comparison; ``display_name`` is how it is written.
    name: Mapped[str] = mapped_column(String(100), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    #: From 0, without gaps.
    position: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Tag(Base):
    """A word that people find assets by; made with its first use."""

    __tablename__ = "tag"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Folded for comparison; ``display_name`` is how it was first written.
    name: Mapped[str] = mapped_column(String(50), unique=True)
    display_name: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime] = mapped_column(default=now)


class AssetTag(Base):
    """A tag that an asset has."""

    __tablename__ = "asset_tag"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)


class Collection(Owned, Base):
    """Assets in an order that somebody chose; whoever sees it sees in it what they may see anyway."""

    __tablename__ = "collection"
    __table_args__ = (
        Index("ix_collection_deleted_at_id", "deleted_at", "id"),
        Index("ix_collection_deleted_at_title_id", "deleted_at", "title", "id"),
        Index("ix_collection_owner_id_deleted_at_id", "owner_id", "deleted_at", "id"),
    )

    #: When it or what is in it changed.
    changed_at: Mapped[datetime] = mapped_column(default=now)


class CollectionGroup(Given, Base):
    """A group that a collection was given to."""

    __tablename__ = "collection_group"

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True)


class CollectionItem(Base):
    """An asset in a collection."""

    __tablename__ = "collection_item"
    __table_args__ = (Index("ix_collection_item_collection_id_position", "collection_id", "position", "asset_id"),)

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True, index=True)
    #: With gaps, so that one can be moved between two others; whoever changes it holds the collection's row.
    position: Mapped[int] = mapped_column(BigInteger)
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    added_at: Mapped[datetime] = mapped_column(default=now)
