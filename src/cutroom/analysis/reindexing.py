"""Make what is searched anew, of titles, chapters and transcripts."""

from __future__ import annotations

import asyncio
from functools import partial
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.analysis.models import ChapterRow, TranscriptRow
from cutroom.core.database import Database
from cutroom.core.progress import Progress, ignore_progress
from cutroom.library.models import Asset
from cutroom.library.search.models import SearchEntry
from cutroom.library.search.words import VERSION
from cutroom.library.search.writing import index_all
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript

#: Recordings written in one transaction: no writer waits long for it.
_PORTION = 10
_TRANSCRIPT = TypeAdapter(Transcript)


async def reindex(database: Database, *, again: bool = False, progress: Progress = ignore_progress) -> int:
    """Write into the index what is not in it, or is there by the rules of another version.

    In portions, oldest first, while everything goes on; broken off, the next call goes on where it was.

    Args:
        again: Whether to write all of it anew.

    Returns:
        How many recordings were written.
    """
    if again:
        await database.write(lambda session: session.execute(update(SearchEntry).values(version=0)))
    async with database.reading() as session:
        total = await session.scalar(select(func.count()).select_from(Asset).where(_is_behind())) or 0
    done, last = 0, UUID(int=0)
    while (portion := await database.write(partial(_write_some, after=last))) is not None:
        done, last = done + _PORTION, portion
        progress(min(1.0, done / max(total, 1)))
    return total


async def _write_some(session: AsyncSession, after: UUID) -> UUID | None:
    """Write the recordings that follow one, and give the last of them; each is held while it is written."""
    some = select(Asset.id).where(_is_behind(), Asset.id > after).order_by(Asset.id).limit(_PORTION)
    asset_ids = (await session.scalars(some.with_for_update())).all()
    for asset_id in asset_ids:
        chapters = await session.scalars(
            select(ChapterRow).where(ChapterRow.asset_id == asset_id).order_by(ChapterRow.position)
        )
        contents = [(Span(row.start_s, row.end_s), row.title) for row in chapters]
        said = await session.scalar(select(TranscriptRow.content).where(TranscriptRow.asset_id == asset_id))
        transcript = await asyncio.to_thread(_TRANSCRIPT.validate_python, said) if said is not None else None
        await index_all(session, asset_id, transcript, contents)
    return asset_ids[-1] if asset_ids else None


def _is_behind() -> ColumnElement[bool]:
    return ~exists().where(SearchEntry.asset_id == Asset.id, SearchEntry.version == VERSION)
