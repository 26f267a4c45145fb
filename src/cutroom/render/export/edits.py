"""The timeline as an editor sees it: edits with picture and sound together."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.core.errors import InvalidInput
from cutroom.media.timeline import Clip, Fit, Media, Placement, Timeline, Track, TrackKind


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of the programme in which neither track cuts; both clips are as long as it is."""

    start: int
    duration: int
    picture: Clip | None
    sound: Clip | None

    @property
    def linked(self) -> bool:
        """Tell whether picture and sound are the same moment of the same source."""
        return (
            self.picture is not None
            and self.sound is not None
            and (self.picture.media, self.picture.source_start) == (self.sound.media, self.sound.source_start)
        )


@dataclass(frozen=True, slots=True)
class Framed:
    """A placement in pixels, as editors hold it: an inset crop, then a scale, then a shift.

    Attributes:
        left: Pixels of the source to cut off, and so the other three sides.
        scale: Pixels of the programme for one of the source.
        shift_x: The source's centre from the frame's centre, to the right.
        shift_y: The same, downwards.
    """

    left: float
    top: float
    right: float
    bottom: float
    scale: float
    shift_x: float
    shift_y: float


def edits_of(timeline: Timeline) -> tuple[Edit, ...]:
    """Cut both tracks wherever one of them cuts."""
    tracks = [timeline.track(kind) for kind in TrackKind]
    edges = sorted({edge for track in tracks if track for edge in _edges(track)})
    return tuple(
        Edit(start, stop - start, *(_part(track, start, stop) if track else None for track in tracks))
        for start, stop in itertools.pairwise(edges)
    )


def joined(track: Track) -> tuple[Clip, ...]:
    """Put clips together where the source simply runs on."""
    clips: list[Clip] = []
    for clip in track.clips:
        last = clips[-1] if clips else None
        if last and (last.media, last.source_start + last.duration) == (clip.media, clip.source_start):
            clips[-1] = replace(last, duration=last.duration + clip.duration)
        else:
            clips.append(clip)
    return tuple(clips)


def frame_placement(placement: Placement, media: Media, width: int, height: int) -> Framed:
    """Turn a placement into crop, scale and shift; what fills its place is cropped about its middle."""
    part, place = placement.source, placement.target
    scales = (place.width * width) / (part.width * media.width), (place.height * height) / (part.height * media.height)
    scale = max(scales) if placement.fit is Fit.COVER else min(scales)
    shown_width = min(part.width * media.width, place.width * width / scale)
    shown_height = min(part.height * media.height, place.height * height / scale)
    left = part.centre_x * media.width - shown_width / 2
    top = part.centre_y * media.height - shown_height / 2
    return Framed(
        left,
        top,
        media.width - left - shown_width,
        media.height - top - shown_height,
        scale,
        (place.centre_x - 0.5) * width - scale * (part.centre_x - 0.5) * media.width,
        (place.centre_y - 0.5) * height - scale * (part.centre_y - 0.5) * media.height,
    )


def whole_rate(rate: Fraction) -> tuple[int, bool]:
    """Split a frame rate into frames counted per second and whether they run 1000/1001 slow.

    Raises:
        InvalidInput: If it is neither whole nor such a rate: these formats cannot say any other.
    """
    for counted, slow in ((rate, False), (rate * Fraction(1001, 1000), True)):
        if counted.denominator == 1:
            return int(counted), slow
    raise InvalidInput(
        f"EDL and Premiere cannot hold {float(rate):.3f} frames a second: export otio or fcpxml, or choose a preset "
        "with a whole rate."
    )


def media_frames(media: Media, timeline: Timeline) -> int:
    """Count a source's frames at the timeline's rate, and never fewer than its clips use."""
    used = [
        clip.source_start + clip.duration
        for track in timeline.tracks
        for clip in track.clips
        if clip.media == media.key
    ]
    return max([int(media.duration_s * timeline.rate), *used])


def one_line(text: str) -> str:
    """Make a name fit for one line of XML or EDL: what neither may hold becomes a space."""
    return " ".join("".join(" " if _unfit(char) else char for char in text).split())


def _unfit(char: str) -> bool:
    """Tell controls, halves of surrogate pairs, line separators and non-characters."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or ord(char) & 0xFFFE == 0xFFFE


def _edges(track: Track) -> Sequence[int]:
    return list(itertools.accumulate((clip.duration for clip in track.clips), initial=0))


def _part(track: Track, start: int, stop: int) -> Clip | None:
    at = 0
    for clip in track.clips:
        if at <= start < at + clip.duration:
            return replace(clip, source_start=clip.source_start + start - at, duration=stop - start)
        at += clip.duration
    return None
