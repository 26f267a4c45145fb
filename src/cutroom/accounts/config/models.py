"""The settings of the instance and all that they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.clock import now
from cutroom.core.database import Base


class Config(Base):
    """What is in force: one row, made with the first change."""

    __tablename__ = "config"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Counts changes: a change of another version than this one is refused.
    version: Mapped[int]
    #: Only what differs from the defaults.
    values: Mapped[dict[str, Any]]


class ConfigChange(Base):
    """What was in force from a change on."""

    __tablename__ = "config_change"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, Any]]
    #: Who changed it: no foreign key, for the change outlives the account.
    author_id: Mapped[UUID | None]
    author: Mapped[str] = mapped_column(String(100))
    #: The version that was brought back, where it was no new change.
    reverts_to: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(default=now)
