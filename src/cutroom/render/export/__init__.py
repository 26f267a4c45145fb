"""Another editor's project: the timeline as OpenTimelineIO, FCPXML, EDL or Premiere's XML.

The writers are our own. OpenTimelineIO's plug-ins for these formats count in floating point or leave out what is
needed (FCPXML 1.8 by floats and a run of ffprobe, XML without links, EDL without its frame-code mode); tests read
our files back with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cutroom.core.errors import InvalidInput
from cutroom.core.files import write_whole
from cutroom.media.timeline import Timeline
from cutroom.render.export.edl import to_edl
from cutroom.render.export.fcpxml import to_fcpxml
from cutroom.render.export.otio import from_otio, to_otio
from cutroom.render.export.premiere import to_premiere

__all__ = ["FORMATS", "from_otio", "to_edl", "to_fcpxml", "to_otio", "to_premiere", "write_exports"]

#: Each format's name, its writer and its files' ending.
FORMATS: Mapping[str, tuple[Callable[[Timeline], str], str]] = {
    "otio": (to_otio, ".otio"),
    "fcpxml": (to_fcpxml, ".fcpxml"),
    "edl": (to_edl, ".edl"),
    "premiere": (to_premiere, ".xml"),
}


def write_exports(timelines: Mapping[str, Timeline], formats: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Write timelines as other editors' projects.

    Args:
        timelines: By file name without its ending.
        formats: Names from ``FORMATS``.
        folder: Created when absent.

    Returns:
        The files, by timeline and then by format.

    Raises:
        InvalidInput: If a format is unknown or cannot hold a timeline's frame rate.
        OutputFailed: If a file cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InvalidInput(f"There is no export format '{unknown[0]}': choose from {', '.join(FORMATS)}.")
    written: list[Path] = []
    for stem, timeline in timelines.items():
        for name in formats:
            write, suffix = FORMATS[name]
            written.append(folder / f"{stem}{suffix}")
            write_whole(written[-1], write(timeline))
    return tuple(written)
