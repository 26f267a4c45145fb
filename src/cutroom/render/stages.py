"""Timelines into files that storage holds, one clip a step."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cutroom.jobs.stages import Work, stage
from cutroom.media.sources import located
from cutroom.media.timeline import Timeline
from cutroom.providers.storage import StoredFile
from cutroom.render import clip
from cutroom.render.clip import Rendition, render_clip
from cutroom.render.poster import write_poster


@dataclass(frozen=True, slots=True)
class RenderedClip:
    """A finished clip in storage.

    Attributes:
        loudness_lufs: Of the file's own sound; ``-inf`` for silence.
        peak_dbtp: Of the file's own sound.
    """

    file: StoredFile
    poster: StoredFile
    duration_s: Fraction
    loudness_lufs: float
    peak_dbtp: float

    @property
    def rendition(self) -> Rendition:
        """What the renderer said of it; its path is its name in storage."""
        return Rendition(
            Path(self.file.sha256),
            self.file.sha256,
            self.file.size_bytes,
            self.duration_s,
            self.loudness_lufs,
            self.peak_dbtp,
        )


@stage(version=clip.VERSION, share=0.05)
def render_timeline(work: Work, timeline: Timeline, source: StoredFile) -> RenderedClip:
    """Render the clip.

    Args:
        timeline: From :func:`cutroom.media.sources.bare`, so that neither a title nor a place makes it another one.
        source: The one recording that it is cut from; what a brand kit adds is named by the timeline itself.
    """
    places = {source.sha256: work.fetch(source)}
    for each in (timeline.logo, timeline.intro, timeline.outro):
        if each is not None:
            places[each.sha256] = work.fetch(StoredFile(each.sha256, 0))
    target, poster = work.folder / "clip.mp4", work.folder / "poster.jpg"
    made = render_clip(
        located(timeline, places),
        target,
        scratch=work.folder,
        progress=work.progress,
        threads=work.threads,
    )
    write_poster(
        target,
        poster,
        width=timeline.width,
        height=timeline.height,
        start_s=float(timeline.intro_duration / timeline.rate),
        duration_s=float(timeline.duration_s),
    )
    return RenderedClip(work.keep(target), work.keep(poster), made.duration_s, made.loudness_lufs, made.peak_dbtp)


STAGES = (render_timeline,)
