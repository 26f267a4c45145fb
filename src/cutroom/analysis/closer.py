"""Look closer at the stretches that clips are made of: exact cuts, and faces twice a second.

Keyframes are seconds apart, so they tell what a recording is, but not when a shot begins or when a speaker
walks away. To know that for a whole recording costs as much as to render it; for the clips it costs little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path

from cutroom.analysis.facts import FaceSample, PictureFacts, Shot, ShotKind
from cutroom.analysis.pictures import in_area, is_one_close
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import shots
from cutroom.media.geometry import FULL
from cutroom.media.info import MediaInfo
from cutroom.media.moments import watch
from cutroom.media.span import Span
from cutroom.providers.face_detection import FaceDetection

_WIDTH = 640
_RATE = Fraction(2)
#: Stretches with less between them are watched as one: to start anew costs as much, in seconds.
_GAP_S = 3.0
#: Two pictures half a second apart that differ by less have no cut between them.
_SUSPECT = 10.0


def look_closer(
    source: Path,
    info: MediaInfo,
    picture: PictureFacts,
    spans: Sequence[Span],
    *,
    faces: FaceDetection,
    progress: Progress = ignore_progress,
) -> PictureFacts:
    """Find cuts and faces of a camera's shots again, where it matters.

    Args:
        picture: From :func:`~cutroom.analysis.pictures.look`.
        spans: What clips will show, in any order; they may overlap.

    Returns:
        The same facts with shots cut and faces sampled anew inside the spans; shots of a screen stay as they are.

    Raises:
        ProcessFailed: If the picture cannot be decoded.
    """
    if info.video is None:
        return picture
    regions = [
        (Span(group[0].span.start_s, group[-1].span.end_s), group)
        for filmed, members in groupby(picture.shots, key=lambda shot: shot.screen is None)
        if filmed and (group := list(members))
    ]
    windows = [
        Span(max(span.start_s, region.start_s), min(span.end_s, region.end_s))
        for region, _ in regions
        for span in _joined(spans)
        if span.overlap_s(region) > 1 / float(_RATE)
    ]
    cuts: list[float] = []
    samples: list[FaceSample] = []
    looks: list[float] = []
    for number, window in enumerate(windows):
        for time_s, found, cut_s in _watch(source, info, window, faces):
            looks.append(time_s)
            samples.extend(found)
            if cut_s is not None:
                cuts.append(cut_s)
        progress((number + 1) / len(windows))
    anew: list[Shot] = [shot for shot in picture.shots if shot.screen is not None]
    for region, group in regions:
        edges = _edges(region, group, windows, cuts, info.video.keyframe_interval_s)
        for start_s, end_s in pairwise(edges):
            anew.append(_shot(Span(start_s, end_s), group, windows, samples, looks))
    return replace(picture, shots=tuple(sorted(anew, key=lambda shot: shot.span)))


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start_s - joined[-1].end_s < _GAP_S:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    return joined


def _watch(
    source: Path, info: MediaInfo, window: Span, faces: FaceDetection
) -> Iterator[tuple[float, list[FaceSample], float | None]]:
    """Give time, faces and the cut since the picture before, twice a second."""
    before: tuple[float, shots.Thumbnail] | None = None
    width = min(_WIDTH, info.video.width) if info.video else _WIDTH
    for frame in watch(source, info, window, width=width, rate=_RATE):
        thumbnail = shots.thumbnail(frame.pixels)
        cut_s = None
        if before is not None and shots.distance(before[1], thumbnail) >= _SUSPECT:
            near = list(watch(source, info, Span(before[0], frame.time_s + 0.1), width=64))
            index = shots.find_hard_cut([shots.thumbnail(picture.pixels) for picture in near])
            cut_s = near[index].time_s if index is not None else None
        before = frame.time_s, thumbnail
        found = [FaceSample(frame.time_s, face.box, face.confidence) for face in faces.find(frame.pixels)]
        yield frame.time_s, found, cut_s


def _edges(
    region: Span, group: Sequence[Shot], windows: Sequence[Span], cuts: Sequence[float], interval_s: float
) -> list[float]:
    """Join the cuts found anew with those that keyframes gave and that were not found exactly."""
    exact = [cut_s for cut_s in cuts if region.start_s < cut_s < region.end_s]
    old = [
        shot.span.start_s
        for shot in group[1:]
        if not any(shot.span.start_s - 2 * interval_s <= cut_s <= shot.span.start_s + 0.1 for cut_s in exact)
    ]
    borders = [
        border
        for window in windows
        for border in (window.start_s, window.end_s)
        if region.start_s < border < region.end_s
    ]
    return [region.start_s, *sorted({*exact, *old, *borders}), region.end_s]


def _shot(
    span: Span, group: Sequence[Shot], windows: Sequence[Span], samples: Sequence[FaceSample], looks: Sequence[float]
) -> Shot:
    """Make a shot of a stretch after what was known of it and what was seen anew."""
    known = max(group, key=lambda shot: shot.span.overlap_s(span))
    if not any(window.overlap_s(span) > 0 for window in windows):
        return replace(known, span=span, faces=tuple(s for s in known.faces if span.contains(s.time_s)))
    own = in_area([sample for sample in samples if span.contains(sample.time_s)], FULL)
    count = sum(span.contains(time_s) for time_s in looks)
    if not count:
        return replace(known, span=span)
    kind = ShotKind.TALKING_HEAD if is_one_close(own, count) else ShotKind.CAMERA
    return replace(known, span=span, kind=kind, faces=own)
