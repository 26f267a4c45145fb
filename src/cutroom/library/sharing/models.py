"""Shares as rows: what is shown to people without an account, by which links, and what came of each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.core.ids import new_id


class Share(Base):
    """A recording, or a list of them, shown to whoever has one of its links, for as long as its maker may give it."""

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint("(asset_id IS NULL) <> (collection_id IS NULL AND category_id IS NULL)", name="one_thing"),
        CheckConstraint("collection_id IS NULL OR category_id IS NULL", name="one_list"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Who answers for it: what this user may not give any more, the share does not give either.
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), index=True)
    collection_id: Mapped[UUID | None] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), index=True)
    #: Shown above what is shared; its own title when unset.
    title: Mapped[str | None] = mapped_column(String(300))
    message: Mapped[str] = mapped_column(Text, default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: Whether the bytes that were brought may be saved.
    downloads: Mapped[bool]
    #: Whether other sites may show it in a page of theirs, and previews may be made of it.
    embeds: Mapped[bool]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    @property
    def things(self) -> dict[str, UUID | None]:
        """What is shared: one of these is set."""
        return {name: getattr(self, name) for name in ("asset_id", "collection_id", "category_id")}


class ShareLink(Base):
    """A link of a share, for one recipient or for whoever has it; known to us by the hash of its secret."""

    __tablename__ = "share_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    share_id: Mapped[UUID] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"), index=True)
    #: Of the recipient; unset for a link that is for nobody in particular.
    name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(320))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Of the link in the newest mail.
    mailed_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
    first_opened_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]
    times_opened: Mapped[int] = mapped_column(default=0)
    #: As the browser told: seconds that were played, over all times.
    watched_s: Mapped[float] = mapped_column(default=0.0)
    times_saved: Mapped[int] = mapped_column(default=0)
