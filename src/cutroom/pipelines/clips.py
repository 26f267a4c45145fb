"""What a clip is made of, and the files that are made of it beside its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Self
from uuid import UUID

from pydantic import TypeAdapter

from cutroom.core.errors import InvalidInput
from cutroom.jobs.stages import Work
from cutroom.media.sources import SOURCE, located
from cutroom.media.timeline import CaptionWord, Timeline
from cutroom.pipelines.outputs import write_clip_subtitles
from cutroom.render.export import write_exports
from cutroom.render.files import NamedFile, keep_named
from cutroom.render.models import ClipFile, ClipRow
from cutroom.render.stages import RenderedClip

_WORDS = TypeAdapter(tuple[CaptionWord, ...])
_TIMELINE = TypeAdapter(Timeline)
#: The files' name, without the ending that tells the format.
PROJECT = "project"


@dataclass(frozen=True, slots=True)
class ClipContent:
    """All that a clip's files are made of.

    Attributes:
        words: All that is said in it, in the programme's frames, drawn or not.
        language: ISO 639-1, or ``"und"``.
    """

    timeline: Timeline
    words: tuple[CaptionWord, ...]
    language: str

    def columns(self) -> dict[str, Any]:
        """Write it as a clip's row keeps it."""
        timeline = self.timeline
        return {
            "timeline": _TIMELINE.dump_python(timeline, mode="json"),
            "words": _WORDS.dump_python(self.words, mode="json"),
            "language": self.language,
            "logo_sha256": timeline.logo.sha256 if timeline.logo else None,
            "intro_sha256": timeline.intro.sha256 if timeline.intro else None,
            "outro_sha256": timeline.outro.sha256 if timeline.outro else None,
        }

    @classmethod
    def of(cls, row: ClipRow) -> Self:
        """Read it from a clip's row."""
        return cls(_TIMELINE.validate_python(row.timeline), _WORDS.validate_python(row.words), row.language)


def keep_clip_files(
    work: Work, folder: Path, content: ClipContent, made: RenderedClip, file_name: str, exports: Sequence[str]
) -> tuple[tuple[NamedFile, ...], str | None]:
    """Write a clip's subtitles and projects, and name all its files.

    Args:
        folder: Made for them.
        file_name: What the person calls the recording.
        exports: Formats of projects for other editors.

    Returns:
        The files, and why there is no project where a format cannot hold the clip.
    """
    folder.mkdir()
    timeline = content.timeline
    files = [NamedFile("clip.mp4", made.file), NamedFile("poster.jpg", made.poster)]
    subtitles = write_clip_subtitles(content.words, timeline, content.language, folder / "clip")
    files += [keep_named(work, name, folder / name) for name in subtitles]
    # The projects of others name the recording as the person does, and never where we keep it.
    shown = located(timeline, {timeline.source(SOURCE).sha256: Path("/", PurePath(file_name).name)})
    try:
        projects = write_exports({PROJECT: shown}, exports, folder)
    except InvalidInput as error:
        return tuple(files), f"there is no project for another editor. {error}"
    return (*files, *(keep_named(work, path.name, path) for path in projects)), None


def shown_subtitles(name: str, files: Sequence[NamedFile]) -> list[str]:
    """Name a clip's subtitles as a person who takes them away sees them."""
    return [f"{name}{suffix}" for suffix in (".srt", ".vtt") if any(file.name.endswith(suffix) for file in files)]


def file_rows(clip_id: UUID, files: Sequence[NamedFile]) -> list[ClipFile]:
    """Make the rows of a clip's files."""
    return [
        ClipFile(
            clip_id=clip_id,
            name=each.name,
            sha256=each.file.sha256,
            size_bytes=each.file.size_bytes,
            media_type=each.media_type,
        )
        for each in files
    ]
