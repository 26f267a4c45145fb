"""Clips: timelines that were rendered, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class ClipRow(Base):
    """A clip and the files of its newest rendition."""

    __tablename__ = "clip"
    __table_args__ = (Index("ix_clip_run_rank", "run_id", "rank"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), index=True)
    #: The source that it is cut from: an asset's own, or one that it had before.
    cut_from: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    #: What it is rendered from, where somebody edits it.
    edit_id: Mapped[UUID | None] = mapped_column(ForeignKey("edit.id", ondelete="SET NULL"), index=True)
    #: The edit's version that it shows.
    edit_version: Mapped[int | None]
    #: The logo that it shows and what it begins and ends with, which rendering it again needs.
    logo_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    intro_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    outro_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    rank: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    score: Mapped[float]
    start_s: Mapped[float]
    end_s: Mapped[float]
    duration_s: Mapped[float]
    width: Mapped[int]
    height: Mapped[int]
    #: The clip's description in the schema of ``result.json``: cuts, crops, loudness.
    details: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    #: :class:`cutroom.media.timeline.Timeline` as JSON, the medium named by its hash; edits make a new one.
    timeline: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    #: All that is said in it as :class:`cutroom.media.timeline.CaptionWord`, in the programme's frames, drawn or not.
    words: Mapped[list[Any]] = mapped_column(deferred=True)
    language: Mapped[str] = mapped_column(String(16))
    #: Counts edits: an edit of another version than this one is refused.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class ClipFile(Base):
    """A file of a clip."""

    __tablename__ = "clip_file"

    clip_id: Mapped[UUID] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True)
    #: ``clip.mp4``, ``poster.jpg``, ``clip.srt``, ``clip.vtt``.
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
