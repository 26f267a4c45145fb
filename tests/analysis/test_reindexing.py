"""What is searched is made anew of what it mirrors, in portions."""

from __future__ import annotations

from uuid import UUID

import pytest
from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from tests.library.search.library import add, transcript

from cutroom.analysis.models import ChapterRow, TranscriptRow
from cutroom.analysis.reindexing import reindex
from cutroom.core.database import Database
from cutroom.library.search.index import INDEX
from cutroom.library.search.models import Passage, SearchEntry
from cutroom.media.transcript import Transcript

pytestmark = pytest.mark.anyio


async def _content(session: AsyncSession) -> list[tuple[object, ...]]:
    rows = await session.execute(select(INDEX.c.terms).order_by(INDEX.c.rowid))
    passages = await session.execute(select(Passage.text, Passage.start_s, Passage.starts).order_by(Passage.id))
    return [tuple(row) for row in (*rows, *passages)]


async def _add(database: Database, number: int) -> UUID:
    said = transcript(f"recording {number} says something. And more of it, later.")
    asset_id = await add(database, f"Recording {number}", "recording {number} says something")
    async with database.writing() as session:
        content = TypeAdapter(Transcript).dump_python(said, mode="json")
        session.add(TranscriptRow(asset_id=asset_id, language="en", source="test", content=content))
        session.add(ChapterRow(asset_id=asset_id, position=0, start_s=1.0, end_s=2.0, title=f"Chapter {number}"))
    return asset_id


async def test_a_lost_index_is_made_anew_and_what_is_in_it_is_left_alone(database: Database) -> None:
    for number in range(23):
        await _add(database, number)
    assert await reindex(database, again=True) == 23
    async with database.reading() as session:
        before = await _content(session)
    async with database.writing() as session:
        await session.execute(delete(SearchEntry))
        assert await _content(session) == []
    assert await reindex(database) == 23
    async with database.reading() as session:
        assert await _content(session) == before
    assert await reindex(database) == 0


async def test_broken_off_it_goes_on_where_it_was(database: Database) -> None:
    for number in range(23):
        await _add(database, number)

    def pull_the_plug(fraction: float, /) -> None:
        if fraction > 0.4:
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError, match="plug"):
        await reindex(database, again=True, progress=pull_the_plug)
    assert await reindex(database) == 13
