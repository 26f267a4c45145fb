"""Find what recipes found and made; whoever may not see a recording finds nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from cutroom.accounts.access import Viewer
from cutroom.analysis.corrections import find_transcript
from cutroom.analysis.models import CandidateRow, ChapterRow, CorrectionRow, TranscriptRow
from cutroom.core.errors import NotFound
from cutroom.edit.edits import edits_of_candidates
from cutroom.library.assets import find_asset, find_changeable
from cutroom.library.errors import AssetNotFound, FileNotFound
from cutroom.library.models import Asset
from cutroom.library.shown import people_of
from cutroom.library.visibility import Onlooker, only_visible
from cutroom.media.transcript import Transcript
from cutroom.pipelines.schemas import CandidateView, TranscriptView, view_candidate
from cutroom.render.models import ClipFile, ClipRow

_NO_TRANSCRIPT = "The recording has no transcript yet: run 'highlights' on it."


class ClipNotFound(NotFound):
    """There is no such clip, or it is somebody else's."""


class CandidateNotFound(NotFound):
    """There is no such candidate, or it is of somebody else's recording."""


class NotMade(NotFound):
    """What was asked for was not made of a recording yet."""


def clips_of(run_id: UUID) -> Select[ClipRow]:
    """List the clips of a run."""
    return select(ClipRow).where(ClipRow.run_id == run_id, ClipRow.deleted_at.is_(None))


def clips_of_asset(asset_id: UUID) -> Select[ClipRow]:
    """List the clips of a recording."""
    return select(ClipRow).where(ClipRow.asset_id == asset_id, ClipRow.deleted_at.is_(None))


async def files_of(session: AsyncSession, clips: Iterable[ClipRow]) -> dict[UUID, list[ClipFile]]:
    """Give the files of clips, by clip."""
    found: dict[UUID, list[ClipFile]] = {clip.id: [] for clip in clips}
    if found:
        query = select(ClipFile).where(ClipFile.clip_id.in_(found)).order_by(ClipFile.name)
        for file in await session.scalars(query):
            found[file.clip_id].append(file)
    return found


async def assets_of(session: AsyncSession, clips: Iterable[ClipRow]) -> dict[UUID, Asset]:
    """Give the recordings of clips, by id."""
    query = select(Asset).where(Asset.id.in_({clip.asset_id for clip in clips}))
    return {asset.id: asset for asset in await session.scalars(query)}


async def find_clip(session: AsyncSession, viewer: Viewer, clip_id: UUID, *, to_change: bool = False) -> ClipRow:
    """Give a clip of a recording that the viewer may see.

    Raises:
        ClipNotFound: If there is none, it was deleted, or it is somebody else's.
    """
    query = (
        select(ClipRow)
        .join(Asset, Asset.id == ClipRow.asset_id)
        .where(ClipRow.id == clip_id, ClipRow.deleted_at.is_(None))
        .options(undefer(ClipRow.details), undefer(ClipRow.timeline))
    )
    query = only_visible(query, viewer)
    clip = await session.scalar(query.with_for_update(of=ClipRow) if to_change else query)
    if clip is None:
        raise ClipNotFound(f"There is no clip {clip_id}: list those of a run.")
    return clip


async def find_clip_file(session: AsyncSession, viewer: Viewer, clip_id: UUID, name: str) -> tuple[ClipRow, ClipFile]:
    """Give a file of a clip.

    Raises:
        ClipNotFound: If the viewer sees no such clip.
        FileNotFound: If it has no file of that name.
    """
    clip = await find_clip(session, viewer, clip_id)
    file = await session.get(ClipFile, (clip_id, name))
    if file is None:
        raise FileNotFound(f"The clip has no file {name!r}: its 'files' list those that it has.")
    return clip, file


async def find_candidate(session: AsyncSession, viewer: Viewer, candidate_id: UUID) -> CandidateRow:
    """Give a candidate of a recording that the viewer may change.

    Raises:
        CandidateNotFound: If there is none, or the viewer does not see its recording.
        NotAllowed: If the viewer may see the recording and not change it.
    """
    missing = CandidateNotFound(f"There is no candidate {candidate_id}: list those of a run.")
    candidate = await session.get(CandidateRow, candidate_id)
    if candidate is None:
        raise missing
    try:
        await find_changeable(session, viewer, candidate.asset_id)
    except AssetNotFound:
        raise missing from None
    return candidate


async def show_candidates(session: AsyncSession, rows: Sequence[CandidateRow]) -> list[CandidateView]:
    """Put candidates into words, with what people made of them."""
    edits = await edits_of_candidates(session, [row.id for row in rows])
    return [view_candidate(row, edits.get(row.id)) for row in rows]


async def transcript_view_of(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> TranscriptView:
    """Give the newest transcript of a recording, with who corrected it last.

    Raises:
        AssetNotFound: If the viewer sees no such recording.
        NotMade: If nothing was transcribed yet.
    """
    await find_asset(session, viewer, asset_id)
    found = await find_transcript(session, asset_id)
    if found is None:
        raise NotMade(_NO_TRANSCRIPT)
    row, transcript = found
    last = await session.scalar(
        select(CorrectionRow).where(CorrectionRow.asset_id == asset_id).order_by(CorrectionRow.version.desc()).limit(1)
    )
    people = await people_of(session, [last.author_id] if last else [])
    return TranscriptView(
        version=row.version,
        language=transcript.language,
        source=transcript.source,
        corrected_by=people.get(last.author_id) if last else None,
        corrected_at=last.created_at if last else None,
        stale=row.made_of not in {None, await session.scalar(select(Asset.sha256).where(Asset.id == asset_id))},
        words=transcript.words,
        sentences=transcript.sentences,
    )


async def transcript_of(session: AsyncSession, viewer: Onlooker, asset_id: UUID) -> Transcript:
    """Give the newest transcript of a recording.

    Raises:
        AssetNotFound: If the viewer sees no such recording.
        NotMade: If nothing was transcribed yet.
    """
    await find_asset(session, viewer, asset_id)
    content = await session.scalar(select(TranscriptRow.content).where(TranscriptRow.asset_id == asset_id))
    if content is None:
        raise NotMade(_NO_TRANSCRIPT)
    return TypeAdapter(Transcript).validate_python(content)


async def chapters_of(session: AsyncSession, viewer: Onlooker, asset_id: UUID) -> Sequence[ChapterRow]:
    """Give the table of contents of a recording.

    Raises:
        AssetNotFound: If the viewer sees no such recording.
    """
    await find_asset(session, viewer, asset_id)
    rows = await session.scalars(
        select(ChapterRow).where(ChapterRow.asset_id == asset_id).order_by(ChapterRow.position)
    )
    return rows.all()
