"""Brand kits as rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class Corner(StrEnum):
    """Where a logo stands."""

    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"


class End(StrEnum):
    """Where a film stands that is put to clips."""

    INTRO = "intro"
    OUTRO = "outro"


class BrandKit(Base):
    """What clips of one house have in common; everybody who edits may use it."""

    __tablename__ = "brand_kit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    #: Of words, and of the word that is spoken: ``#rrggbb``.
    fill: Mapped[str | None] = mapped_column(String(7))
    lit: Mapped[str | None] = mapped_column(String(7))
    #: A display face of :mod:`cutroom.media.fonts`.
    face: Mapped[str | None] = mapped_column(String(40))
    #: A PNG that was drawn anew here.
    logo_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    logo_size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    logo_width: Mapped[int] = mapped_column(default=0)
    logo_height: Mapped[int] = mapped_column(default=0)
    logo_corner: Mapped[Corner] = mapped_column(default=Corner.TOP_RIGHT)
    #: Of the frame's width.
    logo_share: Mapped[float] = mapped_column(default=0.18)
    #: 0 to 1.
    logo_opacity: Mapped[float] = mapped_column(default=1.0)
    #: :class:`cutroom.edit.brands.films.Film` as JSON, and the file that it is.
    intro: Mapped[dict[str, Any] | None]
    intro_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    outro: Mapped[dict[str, Any] | None]
    outro_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]
