"""Write what is searched, in the transaction of the change that it mirrors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import partial
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.database import Database
from cutroom.jobs.upserts import insert_or
from cutroom.library.models import Asset, AssetTag, Tag
from cutroom.library.search.index import drop, put
from cutroom.library.search.models import RANKS, WHOLE, Kind, Passage, SearchEntry, passage_id, passages_of
from cutroom.library.search.passages import Piece, cut_speech, cut_text
from cutroom.library.search.words import VERSION, words_of
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript

#: Different words of one recording that are found together wherever they stand; PostgreSQL keeps a megabyte of them.
_MOST_WORDS = 50_000
#: Recordings written in one transaction.
_PORTION = 10


async def index_asset(session: AsyncSession, asset_id: UUID) -> None:
    """Write what people say of a recording: its title, description and tags. Call it after changing any of them."""
    await session.flush()
    row = (await session.execute(select(Asset.title, Asset.description).where(Asset.id == asset_id))).one_or_none()
    if row is None:
        return
    tags = select(Tag.display_name).join(AssetTag, AssetTag.tag_id == Tag.id).where(AssetTag.asset_id == asset_id)
    number = await _enter(session, asset_id)
    await _replace(session, number, Kind.TITLE, [Piece(row.title)])
    await _replace(session, number, Kind.DESCRIPTION, list(cut_text(row.description)))
    await _replace(session, number, Kind.TAG, [Piece(name) for name in await session.scalars(tags.order_by(Tag.name))])
    await _sum_up(session, number)


async def index_chapters(session: AsyncSession, asset_id: UUID, chapters: Iterable[tuple[Span, str]]) -> None:
    """Write a recording's table of contents in place of the one that was there."""
    number = await _enter(session, asset_id)
    await _replace(session, number, Kind.CHAPTER, [Piece(title, span.start_s, span.end_s) for span, title in chapters])
    await _sum_up(session, number)


async def index_speech(session: AsyncSession, asset_id: UUID, transcript: Transcript | None) -> None:
    """Write what is said in a recording in place of what was there; ``None`` when nothing is."""
    number = await _enter(session, asset_id)
    language = transcript.language if transcript and transcript.words else None
    await session.execute(update(SearchEntry).where(SearchEntry.number == number).values(language=language))
    await _replace(session, number, Kind.SPEECH, list(cut_speech(transcript)) if transcript else [])
    await _sum_up(session, number)


async def index_all(
    session: AsyncSession, asset_id: UUID, transcript: Transcript | None, chapters: Iterable[tuple[Span, str]]
) -> None:
    """Write all of a recording anew."""
    await index_asset(session, asset_id)
    await index_chapters(session, asset_id, chapters)
    await index_speech(session, asset_id, transcript)
    written = update(SearchEntry).where(SearchEntry.asset_id == asset_id).values(version=VERSION)
    await session.execute(written)


async def index_passages(database: Database) -> None:
    """Write the index of passages that are there without one, as after a restore."""
    last = 0
    while (portion := await database.write(partial(_index_some, after=last))) is not None:
        last = portion


async def _index_some(session: AsyncSession, after: int) -> int | None:
    """Write the passages of the recordings that follow one, and give the last of them."""
    some = select(SearchEntry.number).where(SearchEntry.number > after).order_by(SearchEntry.number).limit(_PORTION)
    numbers = (await session.scalars(some)).all()
    for number in numbers:
        rows = (await session.execute(select(Passage.id, Passage.text).where(Passage.number == number))).all()
        await _put(session, [row.id for row in rows], [row.text for row in rows])
        await _sum_up(session, number)
    return numbers[-1] if numbers else None


async def _enter(session: AsyncSession, asset_id: UUID) -> int:
    """Give a recording's number, and keep its entry to this transaction."""
    held = select(SearchEntry.number).where(SearchEntry.asset_id == asset_id).with_for_update()
    number = await session.scalar(held)
    if number is None:
        entered = insert_or(session, SearchEntry).values(asset_id=asset_id, version=VERSION)
        await session.execute(entered.on_conflict_do_nothing(index_elements=[SearchEntry.asset_id]))
        number = (await session.execute(held)).scalar_one()
    return number


async def _replace(session: AsyncSession, number: int, kind: Kind, pieces: Sequence[Piece]) -> None:
    stretch = passages_of(RANKS[kind], number, number)
    await session.execute(delete(Passage).where(Passage.id.between(*stretch)))
    await drop(session, stretch)
    if not pieces:
        return
    ids = [passage_id(RANKS[kind], number, position) for position in range(len(pieces))]
    rows = [{**asdict(piece), "id": key, "number": number} for key, piece in zip(ids, pieces, strict=True)]
    await session.execute(insert(Passage), rows)
    await _put(session, ids, [piece.text for piece in pieces])


async def _put(session: AsyncSession, ids: Sequence[int], texts: Sequence[str]) -> None:
    words = await asyncio.to_thread(lambda: [words_of(text) for text in texts])
    await put(session, zip(ids, words, strict=True))


async def _sum_up(session: AsyncSession, number: int) -> None:
    """Write all words of a recording together, so that those are found that never stand in one passage."""
    texts = (await session.scalars(select(Passage.text).where(Passage.number == number))).all()
    words = await asyncio.to_thread(lambda: list(dict.fromkeys(word for text in texts for word in words_of(text))))
    await drop(session, passages_of(WHOLE, number, number))
    await put(session, [(passage_id(WHOLE, number, 0), words[:_MOST_WORDS])], ordered=False)
