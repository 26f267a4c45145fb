"""Recordings that say something, for tests of search."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.database import Database
from cutroom.jobs.blobs import name_blob
from cutroom.library.assets import add_asset
from cutroom.library.models import Asset, Visibility
from cutroom.library.search.writing import index_speech
from cutroom.media.sentences import split_sentences
from cutroom.media.transcript import Transcript, Word
from cutroom.providers.storage import StoredFile

#: Seconds from one word to the next.
STEP_S = 0.5
_FILE = StoredFile("0" * 64, 1)


def transcript(text: str, language: str = "en", *, start_s: float = 0.0) -> Transcript:
    """Say words at an even pace; those of Chinese and the like are divided by spaces that are not written."""
    times = [start_s + STEP_S * place for place in range(len(text.split()) + 1)]
    words = tuple(Word(word, *time) for word, time in zip(text.split(), pairwise(times), strict=True))
    return Transcript(words, split_sentences(words, language), language, "test")


async def add(
    database: Database,
    title: str,
    said: str = "",
    *,
    owner_id: UUID | None = None,
    language: str = "en",
    visibility: Visibility = Visibility.PRIVATE,
) -> UUID:
    """Add a recording with what is said in it."""

    async def make(session: AsyncSession) -> Asset:
        await name_blob(session, _FILE.sha256, _FILE.size_bytes)
        asset = await add_asset(session, owner_id, _FILE, "talk.mp4", title)
        asset.visibility = visibility
        if said:
            await index_speech(session, asset.id, transcript(said, language))
        return asset

    return (await database.write(make)).id
