"""Transcripts as people correct them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.analysis.models import CorrectionRow, TranscriptRow
from cutroom.analysis.transcripts import IMPORTED, compose
from cutroom.core.errors import Conflict, InvalidInput, NotFound
from cutroom.library.assets import find_asset
from cutroom.library.search.writing import index_speech
from cutroom.media.correcting import Correction, correct_words
from cutroom.media.transcript import Transcript

_TRANSCRIPT = TypeAdapter(Transcript)


class NotTranscribed(NotFound):
    """Nothing was transcribed of a recording yet."""


def correct(transcript: Transcript, corrections: Sequence[Correction]) -> Transcript:
    """Let a transcript say what people wrote; done twice, it is the same as once."""
    if not corrections:
        return transcript
    words = correct_words(transcript.words, corrections, transcript.language)
    return replace(compose(words, transcript.language, transcript.source), language=transcript.language)


async def correct_sentences(
    session: AsyncSession, viewer: Viewer, asset_id: UUID, version: int, texts: Mapping[int, str]
) -> None:
    """Let sentences of the newest transcript say something else; what is searched follows.

    Args:
        version: Of the transcript that is corrected.
        texts: By the number of the sentence; an empty one removes it.

    Raises:
        AssetNotFound: If the viewer sees no such recording.
        NotAllowed: If they may see it and not change it.
        NotTranscribed: If it has no transcript.
        Conflict: If it has another version by now.
        InvalidInput: If there is no such sentence.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    found = await find_transcript(session, asset_id)
    if found is None:
        raise NotTranscribed("The recording has no transcript yet: run 'highlights' on it.")
    row, transcript = found
    if row.version != version:
        raise Conflict(f"The transcript is at version {row.version}, not {version}: look at it again first.")
    if missing := [number for number in texts if number >= len(transcript.sentences)]:
        count = len(transcript.sentences)
        raise InvalidInput(f"The transcript has {count} sentences, counted from 0, and no number {missing[0]}.")
    sentences = [(transcript.sentences[number], text) for number, text in sorted(texts.items())]
    changed = [(each, text) for each, text in sentences if " ".join(text.split()) != each.text]
    if not changed:
        return
    corrections = [Correction(each.start_s, each.end_s, text) for each, text in changed]
    corrected = await asyncio.to_thread(correct, transcript, corrections)
    row.version += 1
    row.content = _TRANSCRIPT.dump_python(corrected, mode="json")
    session.add_all(
        CorrectionRow(
            asset_id=asset_id,
            version=row.version,
            position=position,
            made_of=row.made_of or asset.sha256,
            author_id=viewer.user_id,
            start_s=sentence.start_s,
            end_s=sentence.end_s,
            before=sentence.text,
            text=text,
        )
        for position, (sentence, text) in enumerate(changed)
    )
    await session.flush()
    await index_speech(session, asset_id, corrected)
    said = {"version": row.version, "sentences": len(changed)}
    await record(session, viewer, "transcript.corrected", ("asset", asset_id), **said)


async def find_transcript(session: AsyncSession, asset_id: UUID) -> tuple[TranscriptRow, Transcript] | None:
    """Give the newest transcript of an asset, and its row."""
    query = select(TranscriptRow, TranscriptRow.content).where(TranscriptRow.asset_id == asset_id)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    row, content = found
    return row, await asyncio.to_thread(_TRANSCRIPT.validate_python, content)


async def corrections_of(session: AsyncSession, asset_id: UUID, sha256: str) -> tuple[Correction, ...]:
    """Give what people corrected of what is heard in a source of an asset, in the order in which they did."""
    rows = await session.scalars(
        select(CorrectionRow)
        .where(CorrectionRow.asset_id == asset_id, CorrectionRow.made_of == sha256)
        .order_by(CorrectionRow.version, CorrectionRow.position)
    )
    return tuple(Correction(row.start_s, row.end_s, row.text) for row in rows)


async def record_transcript(
    session: AsyncSession, run_id: UUID, asset_id: UUID, sha256: str, transcript: Transcript
) -> None:
    """Write down what was heard in the place of what was there; what people corrected stays corrected.

    A transcript that somebody brought is as they want it: what was corrected before goes.

    Args:
        sha256: Of the asset's source, whose row is kept to this transaction.
    """
    if transcript.source.startswith(IMPORTED):
        await session.execute(delete(CorrectionRow).where(CorrectionRow.asset_id == asset_id))
    else:  # also what was written since the run began
        corrections = await corrections_of(session, asset_id, sha256)
        transcript = await asyncio.to_thread(correct, transcript, corrections)
    before = await session.scalar(select(TranscriptRow.version).where(TranscriptRow.asset_id == asset_id))
    await session.execute(delete(TranscriptRow).where(TranscriptRow.asset_id == asset_id))
    if transcript.words:
        session.add(
            TranscriptRow(
                asset_id=asset_id,
                version=(before or 0) + 1,
                run_id=run_id,
                language=transcript.language,
                source=transcript.source,
                made_of=sha256,
                content=_TRANSCRIPT.dump_python(transcript, mode="json"),
            )
        )
    await index_speech(session, asset_id, transcript)
