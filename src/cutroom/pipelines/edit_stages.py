"""Render an edit: its document becomes a clip, and what did not change is not rendered again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from cutroom.analysis.models import CandidateRow
from cutroom.core.errors import Conflict
from cutroom.edit.brands.brands import brand_of
from cutroom.edit.composing import Brand, compose
from cutroom.edit.documents import EditDocument
from cutroom.edit.edits import made_of, mark_rendered, read_document
from cutroom.edit.errors import EditNotFound
from cutroom.edit.material import read_material
from cutroom.edit.models import Edit
from cutroom.jobs.models import Queue
from cutroom.jobs.stages import Recording, Work, record, stage
from cutroom.media.timeline import Clip, Timeline, TrackKind
from cutroom.pipelines import result as schema
from cutroom.pipelines.clips import ClipContent, file_rows, keep_clip_files, shown_subtitles
from cutroom.pipelines.editing import ClipVersion, EditedClip
from cutroom.pipelines.names import clip_name
from cutroom.pipelines.report import describe_crops, finite
from cutroom.providers.storage import StoredFile
from cutroom.render.models import ClipFile, ClipRow
from cutroom.render.stages import RenderedClip


@dataclass(frozen=True, slots=True)
class OpenedEdit:
    """A version of an edit, with what it cuts and what is known of that."""

    document: EditDocument
    brand: Brand
    source: StoredFile
    material: StoredFile


@record(version=1)
async def open_edit(recording: Recording, edit_id: UUID, version: int) -> OpenedEdit:
    """Open the edit.

    Raises:
        EditNotFound: If the recording has no such edit.
        EditVersionNotFound: If the edit has no such version any more.
    """
    session = recording.session
    edit = await _find(recording, edit_id)
    document = await read_document(session, edit, version)
    brand = await brand_of(session, document.brand_id, document.preset)
    await mark_rendered(session, edit_id, version)
    files = made_of(edit)
    return OpenedEdit(document, brand, files.source, replace(files.material, suffix=""))


@stage(version=1, queue=Queue.IO)
def find_edit_source(work: Work, opened: OpenedEdit) -> StoredFile:  # noqa: ARG001 - every stage has one
    """Look what it is cut from."""
    return opened.source


@stage(version=1)
def compose_edit(work: Work, opened: OpenedEdit) -> ClipContent:
    """Put the clip together."""
    material = read_material(work.fetch(opened.material).read_bytes())
    programme = compose(opened.document, material, opened.brand)
    return ClipContent(programme.timeline, programme.words, material.language)


@stage(version=1, queue=Queue.IO)
def finish_edit(
    work: Work, content: ClipContent, made: RenderedClip, file_name: str, exports: tuple[str, ...]
) -> EditedClip:
    """Write subtitles and projects."""
    files, note = keep_clip_files(work, work.folder / "files", content, made, file_name, exports)
    return EditedClip(content, made, files, (note,) if note else ())


@record(version=1)
async def record_edit(
    recording: Recording,
    edit_id: UUID,
    version: int,
    as_new: bool,  # noqa: FBT001 - an argument of the recipe
    finished: EditedClip,
) -> ClipVersion:
    """Write down the clip: the edit's own as it is now, or another one."""
    session = recording.session
    edit = await _find(recording, edit_id)
    timeline = finished.content.timeline
    clip = None if as_new else await _clip_of(session, edit_id)
    if clip is not None and clip.edit_version is not None and clip.edit_version > version:
        raise Conflict(f"The clip shows version {clip.edit_version} of the edit by now, which is newer than {version}.")
    if clip is None:
        candidate = await session.get(CandidateRow, edit.candidate_id) if edit.candidate_id else None
        score = candidate.score if candidate else 0.0
        clip = ClipRow(run_id=recording.run_id, asset_id=edit.asset_id, rank=1, score=score, edit_id=edit_id, version=0)
        session.add(clip)
    else:
        await session.execute(delete(ClipFile).where(ClipFile.clip_id == clip.id))
    described = describe_edited(clip.rank, clip.score, finished)
    values = {
        **finished.content.columns(),
        "title": timeline.name[:300],
        "cut_from": edit.source_sha256,
        "start_s": described.start_s,
        "end_s": described.end_s,
        "duration_s": described.duration_s,
        "width": timeline.width,
        "height": timeline.height,
        "details": described.model_dump(mode="json"),
        "edit_version": version,
        "version": clip.version + 1,
    }
    for name, value in values.items():
        setattr(clip, name, value)
    await session.flush()
    session.add_all(file_rows(clip.id, finished.files))
    return ClipVersion(clip.id, clip.version, timeline.name)


def describe_edited(rank: int, score: float, finished: EditedClip) -> schema.Clip:
    """Describe an edit's clip as those of the highlights recipe are."""
    timeline, made = finished.content.timeline, finished.made.rendition
    name = clip_name(rank, timeline.name)
    subtitles = shown_subtitles(name, finished.files)
    heard = [(clip.source_start, clip.source_start + clip.duration) for clip in _clips(timeline)]
    picture = timeline.track(TrackKind.VIDEO)
    seconds = [(float(start / timeline.rate), float(stop / timeline.rate)) for start, stop in sorted(heard)]
    return schema.Clip(
        rank=rank,
        file=f"{name}.mp4",
        poster=f"{name}.jpg",
        srt=next((each for each in subtitles if each.endswith(".srt")), None),
        vtt=next((each for each in subtitles if each.endswith(".vtt")), None),
        title=timeline.name,
        score=score,
        start_s=seconds[0][0],
        end_s=seconds[-1][1],
        duration_s=float(made.duration_s),
        width=timeline.width,
        height=timeline.height,
        rate=str(timeline.rate),
        size_bytes=made.size_bytes,
        sha256=made.sha256,
        loudness_lufs=finite(made.loudness_lufs),
        peak_dbtp=finite(made.peak_dbtp),
        cuts=[
            schema.Cut(start_s=before[1], end_s=after[0], reason="edit", text="")
            for before, after in pairwise(seconds)
            if after[0] > before[1]
        ],
        crops=[
            crop
            for clip in (picture.clips if picture else ())
            if clip.layout is not None
            for crop in describe_crops(
                float(clip.source_start / timeline.rate),
                float((clip.source_start + clip.duration) / timeline.rate),
                clip.layout,
            )
        ],
    )


def _clips(timeline: Timeline) -> tuple[Clip, ...]:
    track = timeline.track(TrackKind.AUDIO) or timeline.track(TrackKind.VIDEO)
    return track.clips if track else ()


async def _find(recording: Recording, edit_id: UUID) -> Edit:
    # Whoever starts a run was let near the recording, and near no other one's edits.
    query = select(Edit).where(Edit.id == edit_id, Edit.asset_id == recording.subject_id, Edit.deleted_at.is_(None))
    edit = await recording.session.scalar(query)
    if edit is None:
        raise EditNotFound(f"The recording has no edit {edit_id}: list those that it has.")
    return edit


async def _clip_of(session: AsyncSession, edit_id: UUID) -> ClipRow | None:
    """Give the clip that an edit makes anew, held; of several the first, which it came from or made."""
    query = select(ClipRow).where(ClipRow.edit_id == edit_id, ClipRow.deleted_at.is_(None)).order_by(ClipRow.id)
    return await session.scalar(query.limit(1).with_for_update().options(undefer("*")))


STAGES = (open_edit, find_edit_source, compose_edit, finish_edit, record_edit)
