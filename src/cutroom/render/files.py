"""Files that rows name: what they are called there, and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from cutroom.jobs.stages import Work
from cutroom.providers.storage import StoredFile

MEDIA_TYPES: Final = {
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".jpg": "image/jpeg",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".otio": "application/json",
    ".fcpxml": "application/xml",
    ".xml": "application/xml",
    ".edl": "text/plain",
}


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A stored file under the name that people ask for it by.

    Attributes:
        name: Ours, such as ``clip.mp4`` or ``hls/720p/3.ts``; never from a title.
    """

    name: str
    file: StoredFile

    @property
    def media_type(self) -> str:
        """What it is, by its ending."""
        return MEDIA_TYPES[PurePosixPath(self.name).suffix]


def keep_named(work: Work, name: str, path: Path) -> NamedFile:
    """Put a finished file into storage and name it."""
    return NamedFile(name, work.keep(path))
