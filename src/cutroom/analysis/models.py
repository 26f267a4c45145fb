"""What analysis found of an asset, as rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class Decision(StrEnum):
    """What a person thinks of a candidate."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class TranscriptRow(Base):
    """The newest transcript of an asset."""

    __tablename__ = "transcript"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: Counts what was heard and what was corrected.
    version: Mapped[int] = mapped_column(default=1)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"), index=True)
    language: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(100))
    #: The hash of the recording's source that was heard; another than the asset's tells that it is stale.
    made_of: Mapped[str | None] = mapped_column(String(64))
    #: :class:`cutroom.media.transcript.Transcript` as JSON.
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class CorrectionRow(Base):
    """What somebody wrote of a stretch of speech in place of what was heard.

    Speech that is recognised anew gets it again.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_asset_version", "asset_id", "version", "position", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    #: Of the transcript that it made; several may be made together.
    version: Mapped[int]
    position: Mapped[int]
    #: The hash of the recording's source that is heard.
    made_of: Mapped[str | None] = mapped_column(String(64))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    start_s: Mapped[float]
    end_s: Mapped[float]
    #: What stood there.
    before: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class ChapterRow(Base):
    """An entry of an asset's table of contents."""

    __tablename__ = "chapter"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    start_s: Mapped[float]
    end_s: Mapped[float]
    title: Mapped[str] = mapped_column(String(300))
    #: The hash of the recording's source that was heard.
    made_of: Mapped[str | None] = mapped_column(String(64))


class CandidateRow(Base):
    """A stretch that a run proposed, and what became of it."""

    __tablename__ = "candidate"
    __table_args__ = (Index("ix_candidate_run_position", "run_id", "position", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), index=True)
    #: Best first, from 0.
    position: Mapped[int]
    start_s: Mapped[float]
    end_s: Mapped[float]
    score: Mapped[float]
    title: Mapped[str] = mapped_column(String(300))
    topic: Mapped[str | None] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    #: What earned the score; the schema of ``result.json``.
    parts: Mapped[list[Any]]
    proposed_by: Mapped[str] = mapped_column(String(40))
    #: Whether the recipe chose it.
    accepted: Mapped[bool]
    why_not: Mapped[str | None] = mapped_column(Text)
    #: What a person thinks of it; unset while nobody has said.
    decision: Mapped[Decision | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None]
