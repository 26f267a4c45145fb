"""Change one clip: what its captions say, how they look, its title; nothing else is made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import undefer

from cutroom.core.errors import Conflict, InvalidInput, NotFound
from cutroom.edit.captioning import draw_captions
from cutroom.jobs.models import Blob, Queue
from cutroom.jobs.stages import Recording, Work, record, stage
from cutroom.media.caption_styles import PLAIN_DRESS
from cutroom.media.sources import SOURCE, bare
from cutroom.media.timeline import Captions, CaptionWord, Timeline
from cutroom.pipelines import result as schema
from cutroom.pipelines.clips import PROJECT, ClipContent, file_rows, keep_clip_files, shown_subtitles
from cutroom.pipelines.names import clip_name
from cutroom.pipelines.params import CaptionText
from cutroom.providers.storage import StoredFile
from cutroom.render.export import FORMATS
from cutroom.render.files import NamedFile
from cutroom.render.models import ClipFile, ClipRow
from cutroom.render.stages import RenderedClip


@dataclass(frozen=True, slots=True)
class OpenedClip:
    """A clip as it was when the edit began.

    Attributes:
        source: What it is cut from, which the recording may have had before.
        exports: The formats of the projects that it has.
    """

    content: ClipContent
    source: StoredFile
    exports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditedClip:
    """A clip as it will be.

    Attributes:
        notes: Why a file that was asked for is not there.
    """

    content: ClipContent
    made: RenderedClip
    files: tuple[NamedFile, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClipVersion:
    """What an edit gave.

    Attributes:
        version: Of the clip now.
    """

    clip_id: UUID
    version: int
    title: str


@record(version=2)
async def open_clip(recording: Recording, clip_id: UUID, version: int) -> OpenedClip:
    """Open the clip.

    Raises:
        NotFound: If the recording has no such clip, or what it is cut from is gone.
        Conflict: If somebody else changed it meanwhile.
    """
    row = await _find(recording, clip_id)
    _check(row, version)
    names = await recording.session.scalars(select(ClipFile.name).where(ClipFile.clip_id == clip_id))
    suffixes = {name.removeprefix(PROJECT) for name in names if name.startswith(f"{PROJECT}.")}
    exports = tuple(name for name, (_, suffix) in FORMATS.items() if suffix in suffixes)
    content = ClipContent.of(row)
    sha256 = content.timeline.source(SOURCE).sha256
    size_bytes = await recording.session.scalar(select(Blob.size_bytes).where(Blob.sha256 == sha256))
    if size_bytes is None:
        raise NotFound("What the clip is cut from is not here any more: make clips of the recording anew.")
    return OpenedClip(content, StoredFile(sha256, size_bytes), exports)


@stage(version=1, queue=Queue.IO)
def find_source(work: Work, opened: OpenedClip) -> StoredFile:  # noqa: ARG001 - every stage has one
    """Look what it is cut from."""
    return opened.source


@stage(version=1)
def edit_clip(
    work: Work,  # noqa: ARG001 - every stage has one
    opened: OpenedClip,
    title: str | None,
    captions: str | None,
    texts: tuple[CaptionText, ...],
) -> ClipContent:
    """Edit the clip.

    Raises:
        InvalidInput: If a caption is not there, or its time is too short for the text.
    """
    content = opened.content
    timeline, words = content.timeline, content.words
    if title is not None:
        timeline = replace(timeline, name=title)
    if texts:
        words = rewrite(words, timeline.captions, {each.number: each.text for each in texts})
    style = captions or (timeline.captions.style if timeline.captions else "none")
    own = timeline.captions.dress if timeline.captions else PLAIN_DRESS
    return ClipContent(draw_captions(timeline, words, style, content.language, own), words, content.language)


@stage(version=1)
def bare_timeline(work: Work, content: ClipContent) -> Timeline:  # noqa: ARG001 - every stage has one
    """Look what has to be rendered."""
    return bare(content.timeline)


@stage(version=1, queue=Queue.IO)
def finish_clip(work: Work, opened: OpenedClip, content: ClipContent, made: RenderedClip, file_name: str) -> EditedClip:
    """Write subtitles and projects."""
    files, note = keep_clip_files(work, work.folder / "files", content, made, file_name, opened.exports)
    return EditedClip(content, made, files, (note,) if note else ())


@record(version=1)
async def record_clip(recording: Recording, clip_id: UUID, version: int, edited: EditedClip) -> ClipVersion:
    """Write down what was changed.

    Raises:
        NotFound: If the clip was deleted meanwhile.
        Conflict: If somebody else changed it meanwhile.
    """
    session = recording.session
    row = await _find(recording, clip_id)
    _check(row, version)
    title = edited.content.timeline.name
    values = {
        **edited.content.columns(),
        "title": title[:300],
        "details": _details(row, edited),
        "version": version + 1,
        "edit_id": None,  # it no longer shows what that says
        "edit_version": None,
    }
    # The row may have changed since it was read: the database compares the version once more.
    changed = await session.execute(
        update(ClipRow)
        .where(ClipRow.id == clip_id, ClipRow.version == version, ClipRow.deleted_at.is_(None))
        .values(**values)
        .returning(ClipRow.version)
        .execution_options(synchronize_session=False)
    )
    if changed.scalar_one_or_none() is None:
        raise _conflict(version)
    await session.execute(delete(ClipFile).where(ClipFile.clip_id == clip_id))
    session.add_all(file_rows(clip_id, edited.files))
    return ClipVersion(clip_id, version + 1, title)


def rewrite(
    words: tuple[CaptionWord, ...], captions: Captions | None, texts: Mapping[int, str]
) -> tuple[CaptionWord, ...]:
    """Let captions say something else in the time that they have.

    As many words as before keep their times; otherwise they share the caption's by their length.

    Args:
        words: All that is said, in the programme's frames.
        texts: By the number of the caption; an empty one removes its words.

    Raises:
        InvalidInput: If there is no such caption, or its time is too short.
    """
    shown = captions.captions if captions else ()
    for number in sorted(texts, reverse=True):
        if number >= len(shown):
            raise InvalidInput(f"The clip has {len(shown)} captions, counted from 0, and no number {number}.")
        parts = [word for line in shown[number].lines for word in line]
        start, stop = parts[0].start, parts[-1].start + parts[-1].duration
        said = [word for word in words if start <= word.start < stop]
        new = texts[number].split()
        if len(new) > stop - start:
            raise InvalidInput(f"Caption {number} is on screen for {stop - start} frames: give it fewer words.")
        if len(new) == len(said):
            spoken = [replace(word, text=text) for word, text in zip(said, new, strict=True)]
        else:
            spoken = _spread(new, start, stop)
        before = [word for word in words if word.start < start]
        words = (*before, *spoken, *(word for word in words if word.start >= stop))
    return words


def _spread(texts: list[str], start: int, stop: int) -> list[CaptionWord]:
    """Share frames among words by their length, at least one each."""
    lengths = [len(text) for text in texts]
    spare, total, done = stop - start - len(texts), sum(lengths), 0
    spread = []
    for number, (text, length) in enumerate(zip(texts, lengths, strict=True)):
        first = start + number + spare * done // total
        done += length
        spread.append(CaptionWord(text, first, start + number + 1 + spare * done // total - first))
    return spread


async def _find(recording: Recording, clip_id: UUID) -> ClipRow:
    query = select(ClipRow).where(ClipRow.id == clip_id, ClipRow.deleted_at.is_(None))
    # Whoever starts a run was let near the recording, and near no other one's clips.
    row = await recording.session.scalar(
        query.where(ClipRow.asset_id == recording.subject_id).options(
            undefer(ClipRow.timeline), undefer(ClipRow.words), undefer(ClipRow.details)
        )
    )
    if row is None:
        raise NotFound(f"The recording has no clip {clip_id}: list those of its runs.")
    return row


def _check(row: ClipRow, version: int) -> None:
    if row.version != version:
        raise _conflict(version)


def _conflict(version: int) -> Conflict:
    return Conflict(f"The clip was changed meanwhile and is no longer version {version}: look at it again first.")


def _details(row: ClipRow, edited: EditedClip) -> dict[str, object]:
    name, made = clip_name(row.rank, edited.content.timeline.name), edited.made.rendition
    subtitles = shown_subtitles(name, edited.files)
    described = schema.Clip.model_validate(row.details).model_copy(
        update={
            "title": edited.content.timeline.name,
            "file": f"{name}.mp4",
            "poster": f"{name}.jpg",
            "srt": next((each for each in subtitles if each.endswith(".srt")), None),
            "vtt": next((each for each in subtitles if each.endswith(".vtt")), None),
            "size_bytes": made.size_bytes,
            "sha256": made.sha256,
        }
    )
    return described.model_dump(mode="json")


STAGES = (open_clip, find_source, edit_clip, bare_timeline, finish_clip, record_clip)
