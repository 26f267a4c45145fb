"""The highlights recipe's own stages: from facts to clips, and all of it into rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.analysis import closer, versions
from cutroom.analysis.corrections import record_transcript
from cutroom.analysis.facts import Highlight, Outline, PictureFacts, SoundFacts
from cutroom.analysis.loading import load_embedding, load_faces, load_language_model
from cutroom.analysis.models import CandidateRow, ChapterRow
from cutroom.analysis.reranking import rerank, unranked
from cutroom.analysis.stages import read_vectors
from cutroom.core.errors import InvalidInput, OutputFailed
from cutroom.edit.brands.brands import brand_of
from cutroom.edit.composing import Brand
from cutroom.edit.selection import Selection
from cutroom.jobs.events import add_event
from cutroom.jobs.models import Queue
from cutroom.jobs.recipes import Failed
from cutroom.jobs.stages import Recording, Work, record, stage
from cutroom.library.models import Asset
from cutroom.library.search.writing import index_chapters
from cutroom.media.info import MediaInfo
from cutroom.media.sources import SOURCE, bare
from cutroom.media.span import Span
from cutroom.media.timeline import Timeline
from cutroom.media.transcript import Transcript
from cutroom.pipelines import report
from cutroom.pipelines import result as schema
from cutroom.pipelines.clips import ClipContent, file_rows, keep_clip_files, shown_subtitles
from cutroom.pipelines.deciding import choose, choose_finalists, find_answers, find_candidates, join_compared, take
from cutroom.pipelines.facts import Facts
from cutroom.pipelines.names import clip_name
from cutroom.pipelines.params import Pick
from cutroom.pipelines.planning import Plan, plan_clip
from cutroom.pipelines.request import Limits, Look
from cutroom.providers.storage import StoredFile
from cutroom.render.files import NamedFile
from cutroom.render.models import ClipRow
from cutroom.render.stages import RenderedClip

#: Nothing was looked for: an outline that no decision of the stage depends on.
NO_OUTLINE = Outline((), ())


@dataclass(frozen=True, slots=True)
class FinishedClip:
    """A clip as rows will hold it."""

    described: schema.Clip
    content: ClipContent
    files: tuple[NamedFile, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """All that a run found, decided and made."""

    result: schema.HighlightsResult
    clips: tuple[FinishedClip, ...]


@stage(version=versions.HIGHLIGHTS, share=0.005)
def propose_highlights(
    work: Work,
    info: MediaInfo,
    sounds: SoundFacts,
    transcript: Transcript,
    picture: PictureFacts,
    outline: Outline,
    limits: Limits,
    find: str | None,
    embedding: str,
    vectors: StoredFile,
) -> tuple[Highlight, ...]:
    """Score highlights."""
    facts = Facts(info, sounds, transcript, picture, outline)
    found = None
    if find is not None:
        embeds = load_embedding(embedding, work.settings, work.note)
        found = find_answers(find, transcript, limits, embeds, read_vectors(work, vectors))
    return find_candidates(facts, limits, found)


@stage(version=1)
def pick_finalists(
    work: Work,  # noqa: ARG001 - every stage has one
    candidates: tuple[Highlight, ...],
    info: MediaInfo,
    sounds: SoundFacts,
    transcript: Transcript,
    limits: Limits,
) -> tuple[tuple[Highlight, ...], ...]:
    """Choose what is compared.

    Returns:
        One group, or none where there is nothing to compare: :func:`compare_highlights` may fail, and what was
        measured then stands.
    """
    finalists = choose_finalists(candidates, _heard(info, sounds, transcript), limits)
    return (finalists,) if finalists else ()


@stage(version=versions.RERANKING, queue=Queue.IO, share=0.01)
def compare_highlights(
    work: Work, finalists: tuple[Highlight, ...], transcript: Transcript, language_model: str
) -> tuple[Highlight, ...]:
    """Compare highlights.

    Raises:
        CutroomError: If the language model is not here, or failed.
    """
    model = load_language_model(language_model, work.provider_settings())
    reranked = rerank(finalists, transcript, model, progress=work.progress)
    if reranked.failure:
        raise reranked.failure
    work.spend(f"{model.name}: highlights", len(finalists))
    return reranked.highlights


@stage(version=1)
def choose_highlights(
    work: Work,  # noqa: ARG001 - every stage has one
    candidates: tuple[Highlight, ...],
    finalists: tuple[tuple[Highlight, ...], ...],
    compared: list[tuple[Highlight, ...] | Failed],
    info: MediaInfo,
    sounds: SoundFacts,
    transcript: Transcript,
    limits: Limits,
) -> Selection:
    """Choose highlights."""
    notes: list[str] = []
    for before, after in zip(finalists, compared, strict=True):
        if isinstance(after, Failed):
            notes.append(unranked(after.message))
        else:
            candidates = join_compared(candidates, before, after)
    selection = choose(candidates, _heard(info, sounds, transcript), limits)
    return replace(selection, notes=(*selection.notes, *notes))


@stage(version=1)
def take_picks(
    work: Work,  # noqa: ARG001 - every stage has one
    picks: tuple[Pick, ...],
    info: MediaInfo,
    sounds: SoundFacts,
    transcript: Transcript,
) -> Selection:
    """Take what was chosen.

    Raises:
        InvalidInput: If a stretch lies behind the recording's end.
    """
    facts = _heard(info, sounds, transcript)
    late = [pick for pick in picks if pick.start_s >= info.duration_s]
    if late:
        raise InvalidInput(f"The recording ends at {info.duration_s:.1f} s, before {late[0].start_s:g} s.")
    spans = [Span(pick.start_s, min(pick.end_s, info.duration_s)) for pick in picks]
    taken = [take(span, pick.title, facts, pick.score) for span, pick in zip(spans, picks, strict=True)]
    return Selection(tuple(taken), ())


@stage(version=versions.CLOSER, share=0.03)
def look_closer(
    work: Work, source: StoredFile, info: MediaInfo, picture: PictureFacts, selection: Selection, faces: str
) -> PictureFacts:
    """Look closer."""
    if info.video is None or not selection.accepted:
        return picture
    return closer.look_closer(
        work.fetch(source),
        info,
        picture,
        [highlight.span for highlight in selection.accepted],
        faces=load_faces(faces, work.settings),
        progress=work.progress,
    )


@record(version=1)
async def open_brand(recording: Recording, brand_id: UUID, preset: str) -> Brand:
    """Open the brand kit.

    Raises:
        InvalidInput: If it is not there any more.
    """
    return await brand_of(recording.session, brand_id, preset)


@stage(version=1, share=0.001)
def plan_clips(
    work: Work,
    info: MediaInfo,
    sounds: SoundFacts,
    transcript: Transcript,
    picture: PictureFacts,
    selection: Selection,
    look: Look,
    brand: Brand,
) -> tuple[Plan, ...]:
    """Plan the clips."""
    facts = Facts(info, sounds, transcript, picture, NO_OUTLINE)
    plans = []
    for number, highlight in enumerate(selection.accepted, start=1):
        plans.append(plan_clip(highlight, facts, look, Path(info.sha256), brand))
        work.progress(number / len(selection.accepted))
    return tuple(plans)


@stage(version=1)
def list_timelines(work: Work, plans: tuple[Plan, ...]) -> tuple[Timeline, ...]:  # noqa: ARG001 - every stage has one
    """List what is rendered.

    Without titles: a clip that gets another one is not another rendition.
    """
    return tuple(bare(plan.timeline) for plan in plans)


@stage(version=1, queue=Queue.IO)
def finish_highlights(
    work: Work,
    file_name: str,
    info: MediaInfo,
    sounds: SoundFacts,
    transcript: Transcript,
    picture: PictureFacts,
    outline: Outline,
    selection: Selection,
    plans: tuple[Plan, ...],
    rendered: list[RenderedClip | Failed],
    exports: tuple[str, ...],
    dry_run: bool,  # noqa: FBT001 - an argument of the recipe
) -> Finished:
    """Write subtitles and projects.

    Raises:
        OutputFailed: If every clip failed.
    """
    clips: list[FinishedClip] = []
    failures: list[schema.Failure] = []
    notes = list(selection.notes)
    for rank, (plan, made) in enumerate(zip(plans, rendered, strict=True), start=1):
        if isinstance(made, Failed):
            failures.append(schema.Failure(rank=rank, title=plan.highlight.title, error=made.message))
        else:
            clips.append(_finish_clip(work, rank, plan, made, transcript.language, file_name, exports, notes))
    if failures and not clips:
        raise OutputFailed(f"No clip could be made: {failures[0].error}")
    result = report.describe(
        file_name,
        Facts(info, sounds, transcript, picture, outline),
        selection,
        [clip.described for clip in clips],
        failures,
        [file.name for clip in clips for file in clip.files if file.name.startswith("project.")],
        notes,
        "candidates" if dry_run else "finished",
    )
    return Finished(result, tuple(clips))


def _finish_clip(
    work: Work,
    rank: int,
    plan: Plan,
    made: RenderedClip,
    language: str,
    file_name: str,
    exports: tuple[str, ...],
    notes: list[str],
) -> FinishedClip:
    made_of = ClipContent(plan.timeline, plan.words, language)
    files, note = keep_clip_files(work, work.folder / str(rank), made_of, made, file_name, exports)
    if note:
        notes.append(f"Clip {rank}: {note}")
    described = report.describe_clip(
        rank, plan, made.rendition, name := clip_name(rank, plan.highlight.title), shown_subtitles(name, files)
    )
    return FinishedClip(described, made_of, files)


@record(version=1)
async def record_highlights(
    recording: Recording, finished: Finished, transcript: Transcript, outline: Outline
) -> schema.HighlightsResult:
    """Write down what was found and made."""
    session, run_id, asset_id = recording.session, recording.run_id, recording.subject_id
    result = finished.result
    for sentence in (*result.source.notes, *result.notes):
        await add_event(session, run_id, "note", {"note": sentence})
    source = await hold_asset(session, asset_id) if asset_id is not None else None
    if asset_id is None or source is None:
        return result
    if source == result.source.sha256:  # or what is known of the newer one would go
        await record_transcript(session, run_id, asset_id, source, transcript)
        await _record_chapters(session, asset_id, source, outline)
    await session.execute(delete(CandidateRow).where(CandidateRow.run_id == run_id))
    session.add_all(
        CandidateRow(run_id=run_id, asset_id=asset_id, position=position, **_columns(candidate))
        for position, candidate in enumerate(result.candidates)
    )
    # A run that is tried again keeps the clips that it has: somebody may have edited them.
    ranks = set((await session.scalars(select(ClipRow.rank).where(ClipRow.run_id == run_id))).all())
    for clip in finished.clips:
        if clip.described.rank not in ranks:
            await _record_clip(session, run_id, asset_id, clip)
    return result


async def hold_asset(session: AsyncSession, asset_id: UUID) -> str | None:
    """Keep an asset's rows to this transaction, because two runs on it may end together.

    Returns:
        The hash of its source now, which may be another than a run was started with; ``None`` if the asset is gone.
    """
    return await session.scalar(select(Asset.sha256).where(Asset.id == asset_id).with_for_update())


async def _record_chapters(session: AsyncSession, asset_id: UUID, source: str, outline: Outline) -> None:
    await session.execute(delete(ChapterRow).where(ChapterRow.asset_id == asset_id))
    session.add_all(
        ChapterRow(
            asset_id=asset_id,
            position=position,
            start_s=chapter.span.start_s,
            end_s=chapter.span.end_s,
            title=chapter.title[:300],
            made_of=source,
        )
        for position, chapter in enumerate(outline.chapters)
    )
    await index_chapters(session, asset_id, [(chapter.span, chapter.title) for chapter in outline.chapters])


async def _record_clip(session: AsyncSession, run_id: UUID, asset_id: UUID, clip: FinishedClip) -> None:
    described = clip.described
    row = ClipRow(
        run_id=run_id,
        asset_id=asset_id,
        cut_from=clip.content.timeline.source(SOURCE).sha256,
        rank=described.rank,
        title=described.title[:300],
        score=described.score,
        start_s=described.start_s,
        end_s=described.end_s,
        duration_s=described.duration_s,
        width=described.width,
        height=described.height,
        details=described.model_dump(mode="json"),
        **clip.content.columns(),
    )
    session.add(row)
    await session.flush()
    session.add_all(file_rows(row.id, clip.files))


def _columns(candidate: schema.Candidate) -> dict[str, Any]:
    columns = candidate.model_dump(mode="json")
    columns["title"] = candidate.title[:300]
    columns["topic"] = candidate.topic and candidate.topic[:300]
    return columns


def _heard(info: MediaInfo, sounds: SoundFacts, transcript: Transcript) -> Facts:
    """Give what a choice depends on; what was seen and how it is divided are in the scores already."""
    return Facts(info, sounds, transcript, PictureFacts((), ()), NO_OUTLINE)


STAGES = (
    propose_highlights,
    pick_finalists,
    compare_highlights,
    choose_highlights,
    take_picks,
    look_closer,
    open_brand,
    plan_clips,
    list_timelines,
    finish_highlights,
    record_highlights,
)
