"""Inserts that may meet a row that is there already."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.database import Base


def insert_or(session: AsyncSession, entity: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Begin an insert that takes ``on_conflict_do_nothing`` or ``on_conflict_do_update``."""
    kind = session.get_bind().dialect.name
    return postgresql.insert(entity) if kind == "postgresql" else sqlite.insert(entity)
