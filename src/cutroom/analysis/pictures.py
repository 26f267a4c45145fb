"""Look at a recording: its shots, what kind each is, where the camera is on a screen, faces and slides.

Keyframes are looked at one by one and only small signatures are kept, so memory hardly grows with length. What
needs more than keyframes (is this area still? when exactly did the slide change?) is asked of short stretches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.faces import follow_faces, main_first
from cutroom.analysis.facts import FaceSample, PictureFacts, Shot, ShotKind, Slide
from cutroom.analysis.sheets import find_all
from cutroom.analysis.sights import SCREEN_FACES_WIDTH, WIDTH, Run, Sight, find_runs, mark_placed, see, split_by_inset
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import layout, shots, slides
from cutroom.media.frames import frame_at
from cutroom.media.geometry import FULL, Rect, hull
from cutroom.media.info import MediaInfo
from cutroom.media.moments import watch
from cutroom.media.span import Span
from cutroom.providers.face_detection import FaceDetection
from cutroom.providers.ocr import Ocr

T = TypeVar("T")

#: Width at which text is read.
_READING_WIDTH = 1440
#: Pairs of frames by which a layout is decided, and the distance within a pair.
_PAIRS = 6
_PAIR_S = 1.0
#: So many are enough to know a layout again.
_FEW_PAIRS = 2
#: So short a stretch is watched in one go: to start anew for each pair costs more, in seconds.
_AT_ONCE_S = 6.0
#: Two slides do not come within so short a time, in seconds.
_ONE_CHANGE_S = 2.0
_BLINK_S = 0.2
_STILL = 0.9
#: When this share of the blocks changes within a pair, it is another picture and not a camera on a screen.
_ANOTHER = 0.8
#: A picture without faces has a focus when this share of its detail is in so narrow a part of it.
_MOST = 0.75
_NARROW = 0.5
#: A head this high is close; waist-up framing gives about 0.18.
_CLOSE_FACE = 0.14

_Look: TypeAlias = tuple[float, layout.Pair]
"""A moment, in seconds, and two frames."""


def look(
    source: Path, info: MediaInfo, *, faces: FaceDetection, ocr: Ocr, progress: Progress = ignore_progress
) -> PictureFacts:
    """Find shots and slides.

    Args:
        faces: Finds faces; with one that finds none, an inset cannot be told from a film on a slide.
        ocr: Reads each slide once; with ``none`` slides have no text.

    Returns:
        Shots that cover the recording in order; no shots for sound alone. Cuts between two camera shots are as exact
        as keyframes are: :func:`look_closer` places them where clips need it.

    Raises:
        ProcessFailed: If the picture cannot be decoded.
    """
    if info.video is None:
        return PictureFacts((), ())
    sights = mark_placed(see(source, info, faces, lambda fraction: progress(0.6 * fraction)), info)
    if not sights:
        return PictureFacts((Shot(Span(0.0, info.duration_s), ShotKind.CAMERA, None, None, (), 0.0),), ())
    eye = _Eye(source, info, faces)
    runs = find_runs(sights)
    decided: list[tuple[Run, Shot]] = []
    for number, run in enumerate(runs):
        decided.extend(_decide(eye, sights, run, _bounds(sights, run, info)))
        progress(0.6 + 0.1 * (number + 1) / len(runs))
    shown = _join(eye, sights, decided)
    found: list[Slide] = []
    for number, (run, shot) in enumerate(shown):
        if shot.screen is not None:
            found.extend(_slides(eye, sights[run.first : run.stop], shot, ocr))
        progress(0.7 + 0.3 * (number + 1) / len(shown))
    return PictureFacts(tuple(shot for _, shot in shown), tuple(found))


class _Eye:
    """A recording and what it is looked at with."""

    def __init__(self, source: Path, info: MediaInfo, faces: FaceDetection) -> None:
        self.source, self.info, self.faces = source, info, faces
        self.width = min(WIDTH, info.video.width if info.video else WIDTH)
        self.known: list[Shot] = []

    def pairs(self, sights: Sequence[Sight], span: Span) -> Iterator[_Look]:
        """Look at some moments of a stretch twice, a second apart, first at those that tell most."""
        if span.duration_s <= _AT_ONCE_S:
            whole = Span(span.start_s, min(self.info.duration_s, span.end_s + _PAIR_S))
            frames = list(watch(self.source, self.info, whole, width=self.width, rate=2 / Fraction(_PAIR_S)))
            twice = list(zip(frames, frames[2:], strict=False))
            yield from ((before.time_s, (before.pixels, after.pixels)) for before, after in _spread(twice))
            return
        times = [sight.time_s for sight in _spread(sights)]
        if len(times) < _PAIRS:
            # Few keyframes: look between them, not only at the moments that an encoder chose.
            times = _spread([span.start_s + span.duration_s * (number + 0.5) / _PAIRS for number in range(_PAIRS)])
        for time_s in times:
            if (pair := self._pair(time_s)) is not None:
                yield time_s, pair

    def faces_in(self, looked: Sequence[_Look]) -> list[FaceSample]:
        """Find the faces in pairs of frames."""
        found = find_all(self.faces, [pixels for _, pair in looked for pixels in pair], SCREEN_FACES_WIDTH)
        times = [time_s + number * _PAIR_S for time_s, pair in looked for number in range(len(pair))]
        return [
            FaceSample(time_s, face.box, face.confidence)
            for time_s, own in zip(times, found, strict=True)
            for face in own
        ]

    def _pair(self, time_s: float) -> layout.Pair | None:
        span = Span(time_s, min(self.info.duration_s, time_s + _PAIR_S * 1.5))
        frames = list(watch(self.source, self.info, span, width=self.width, rate=Fraction(1)))
        return (frames[0].pixels, frames[1].pixels) if len(frames) > 1 else None

    def place(self, before: Sight, after: Sight) -> float:
        """Find the moment of a change between two frames, in seconds."""
        if after.placed or after.time_s - before.time_s < 0.1:
            return after.time_s
        span = Span(before.time_s, min(max(self.info.duration_s, after.time_s), after.time_s + _BLINK_S))
        frames = list(watch(self.source, self.info, span, width=64))
        if len(frames) < 3:
            return after.time_s
        return frames[shots.place_cut([shots.thumbnail(frame.pixels) for frame in frames])].time_s


def _bounds(sights: Sequence[Sight], run: Run, info: MediaInfo) -> Span:
    start_s = sights[run.first].time_s if run.first else 0.0
    end_s = sights[run.stop].time_s if run.stop < len(sights) else max(info.duration_s, start_s)
    return Span(start_s, end_s)


def _decide(eye: _Eye, sights: Sequence[Sight], run: Run, span: Span) -> Iterator[tuple[Run, Shot]]:
    """Decide the kind of a run; one that looks like a screen is taken apart where a camera comes or goes."""
    if not run.screen:
        yield run, _camera_shot(sights[run.first : run.stop], span)
        return
    for part in split_by_inset(sights, run):
        own = sights[part.first : part.stop]
        start_s = max(span.start_s, own[0].time_s if part.first > run.first else span.start_s)
        end_s = sights[part.stop].time_s if part.stop < run.stop else span.end_s
        yield part, _screen_shot(eye, own, Span(start_s, end_s))


def _screen_shot(eye: _Eye, sights: Sequence[Sight], span: Span) -> Shot:
    """Decide by pairs of frames what it is; by few of them when they show a layout that was seen before."""
    pairs = eye.pairs(sights, span)
    few = list(islice(pairs, _FEW_PAIRS))
    shot = _recognise(eye, sights, span, few)
    if shot is None:
        shot = _judge(eye, sights, span, sorted([*few, *pairs], key=lambda look: look[0]))
        if shot.screen is not None:
            eye.known.append(shot)
    return shot


def _recognise(eye: _Eye, sights: Sequence[Sight], span: Span, looked: Sequence[_Look]) -> Shot | None:
    """Find the layout in which the camera is where it is here, or which has none as here nobody is seen."""
    if not eye.known or not looked:
        return None
    seen, pairs = eye.faces_in(looked), [pair for _, pair in looked]
    boxes = [sample.box for sample in seen]
    nobody = not seen and not any(sight.faces for sight in sights)
    known = next(
        (shot for shot in eye.known if (layout.still_shows(pairs, boxes, shot.camera) if shot.camera else nobody)),
        None,
    )
    if known is None or _stillness(pairs, known.camera) < _STILL:
        return None
    return _shot_of_screen(sights, span, looked, seen, known)


def _judge(eye: _Eye, sights: Sequence[Sight], span: Span, looked: Sequence[_Look]) -> Shot:
    """Decide whether it is a screen at all, and where a camera is on it."""
    if not looked:
        return _camera_shot(sights, span)
    looked = _of_one_picture(looked)
    seen, pairs = eye.faces_in(looked), [pair for _, pair in looked]
    boxes = [sample.box for sample in seen]
    inset = layout.find_inset(pairs, boxes)
    presenter = inset is None and layout.find_moving_face(pairs, boxes) is not None
    if _stillness(pairs, inset) < _STILL or presenter:
        return _camera_shot(sights, span)
    return _shot_of_screen(sights, span, looked, seen, Shot(span, ShotKind.SCREEN, None, inset, (), 0.0))


def _shot_of_screen(
    sights: Sequence[Sight], span: Span, looked: Sequence[_Look], seen: Sequence[FaceSample], known: Shot
) -> Shot:
    """Make a shot whose camera is known."""
    inset = known.camera
    screen = layout.find_screen([pair[0] for _, pair in looked], inset)
    if known.screen is not None:
        screen = hull([known.screen, screen])  # a bar that only some slides seem to have is part of them
    samples = in_area([*_all_faces(sights), *seen], inset) if inset else ()
    kind = ShotKind.SCREEN_WITH_CAMERA if inset else ShotKind.SCREEN
    return Shot(span, kind, screen, inset, samples, float(np.mean([layout.motion(*pair) for _, pair in looked])))


def _stillness(pairs: Sequence[layout.Pair], inset: Rect | None) -> float:
    return float(np.median([layout.stillness(pair, inset) for pair in pairs]))


def _spread(items: Sequence[T]) -> list[T]:
    """Take as many as are looked at, as far from each other as can be; those at a third and two thirds first."""
    even = [items[int(index)] for index in np.linspace(0, len(items) - 1, min(len(items), _PAIRS)).round()]
    return [*even[1::3], *even[::3], *even[2::3]]


def _of_one_picture(looked: Sequence[_Look]) -> Sequence[_Look]:
    """Leave out pairs that reach into the next shot, when they are the few."""
    same = [(time_s, pair) for time_s, pair in looked if layout.motion(*pair) < _ANOTHER]
    return same if 2 * len(same) > len(looked) else looked


def _camera_shot(sights: Sequence[Sight], span: Span) -> Shot:
    samples = in_area(_all_faces(sights), FULL)
    distances = [shots.distance(a.thumbnail, b.thumbnail) / 255 for a, b in pairwise(sights)]
    moving = min(1.0, 4 * float(np.mean(distances))) if distances else 0.0
    kind = ShotKind.TALKING_HEAD if is_one_close(samples, len(sights)) else ShotKind.CAMERA
    pictures = [sight.picture for sight in sights if sight.picture]
    focus = None
    if not samples:
        left, right = slides.main_columns([sight.view for sight in sights], _MOST)
        focus = Rect(left, 0.0, right - left, 1.0) if right - left < _NARROW else None
    return Shot(span, kind, None, None, samples, moving, hull(pictures) if pictures else FULL, focus)


def _all_faces(sights: Sequence[Sight]) -> list[FaceSample]:
    return [FaceSample(sight.time_s, face.box, face.confidence) for sight in sights for face in sight.faces]


def in_area(samples: Sequence[FaceSample], area: Rect) -> tuple[FaceSample, ...]:
    """Take the faces whose middle lies in an area, in order of time, the main one of the shot first."""
    own = [
        sample
        for sample in samples
        if area.x <= sample.box.centre_x <= area.x + area.width
        and area.y <= sample.box.centre_y <= area.y + area.height
    ]
    return main_first(sorted(own, key=lambda sample: sample.time_s))


def is_one_close(samples: Sequence[FaceSample], looks: int) -> bool:
    """Tell whether one person is seen close, in most of the frames that were looked at."""
    tracks = follow_faces(samples)
    if not tracks or tracks[0].height < _CLOSE_FACE:
        return False
    seen = len({sample.time_s for sample in samples if sample.box.height >= _CLOSE_FACE})
    beside = any(
        other.height > 0.6 * tracks[0].height and len(other.samples) > 0.5 * looks
        and abs(other.centre_x - tracks[0].centre_x) > 0.15
        for other in tracks[1:]
    )  # fmt: skip
    return seen >= 0.6 * looks and not beside


def _join(eye: _Eye, sights: Sequence[Sight], decided: Sequence[tuple[Run, Shot]]) -> list[tuple[Run, Shot]]:
    """Join neighbours that turned out alike, and place the change between the others exactly."""
    joined: list[tuple[Run, Shot]] = []
    for run, shot in decided:
        if joined and (both := _alike(joined[-1][1], shot)) is not None:
            before = joined[-1][0]
            joined[-1] = (Run(before.first, run.stop, before.screen), both)
        else:
            joined.append((run, shot))
    for number in range(1, len(joined)):
        (before, earlier), (after, later) = joined[number - 1], joined[number]
        if earlier.screen is None and later.screen is None:
            continue
        change_s = eye.place(sights[after.first - 1], sights[after.first])
        joined[number - 1] = before, replace(earlier, span=Span(earlier.span.start_s, change_s))
        joined[number] = after, replace(later, span=Span(change_s, later.span.end_s))
    return joined


def _alike(before: Shot, after: Shot) -> Shot | None:
    """Join two shots of a screen with the same camera; ``None`` when they differ."""
    if before.screen is None or after.screen is None or before.kind is not after.kind:
        return None
    screen = before.screen
    if before.camera and after.camera:
        if _shared(before.camera, after.camera) < 0.7:
            return None
    elif _shared(before.screen, after.screen) < 0.7:
        return None
    elif before.screen != after.screen:
        # A bar that one slide seems to have and the other has not is part of both.
        screen = max(before.screen, after.screen, key=lambda rect: rect.area)
    return Shot(
        Span(before.span.start_s, after.span.end_s),
        before.kind,
        screen,
        before.camera,
        (*before.faces, *after.faces),
        (before.motion * before.span.duration_s + after.motion * after.span.duration_s)
        / max(1e-6, before.span.duration_s + after.span.duration_s),
    )


def _shared(a: Rect, b: Rect) -> float:
    """Measure intersection over union."""
    wide = max(0.0, min(a.x + a.width, b.x + b.width) - max(a.x, b.x))
    high = max(0.0, min(a.y + a.height, b.y + b.height) - max(a.y, b.y))
    union = a.area + b.area - wide * high
    return wide * high / union if union > 0 else 0.0


def _slides(eye: _Eye, sights: Sequence[Sight], shot: Shot, ocr: Ocr) -> Iterator[Slide]:
    assert shot.screen is not None  # noqa: S101 - the caller's condition
    mask = slides.screen_mask(shot.screen, shot.camera)
    changes_s = slides.settled(sorted(set(_changes(eye, sights, mask))))
    starts = [shot.span.start_s, *(time_s for time_s in changes_s if shot.span.start_s < time_s < shot.span.end_s)]
    for start_s, end_s in zip(starts, [*starts[1:], shot.span.end_s], strict=True):
        seen = [sight for sight in sights if start_s <= sight.time_s < end_s]
        text: tuple[str, ...] = ()
        if ocr.name != "none":
            text = ocr.read(_still(eye, shot, seen[-1].time_s if seen else max(start_s, end_s - _BLINK_S)))
        yield Slide(Span(start_s, end_s), text, slides.written_area([sight.view for sight in seen], mask))


def _changes(eye: _Eye, sights: Sequence[Sight], mask: NDArray[np.bool_]) -> Iterator[float]:
    """Find the moments at which a slide comes, also several between two keyframes."""
    for index in slides.find_changes([sight.view for sight in sights], mask):
        before, after = sights[index - 1], sights[index]
        if after.placed and after.time_s - before.time_s <= _ONE_CHANGE_S:
            yield after.time_s
            continue
        span = Span(before.time_s, min(eye.info.duration_s, after.time_s + _BLINK_S))
        near = [slides.view(frame.time_s, frame.pixels) for frame in watch(eye.source, eye.info, span, width=384)]
        inner = slides.find_changes(near, mask)
        yield from [near[number].time_s for number in inner] or [after.time_s]


def _still(eye: _Eye, shot: Shot, time_s: float) -> NDArray[np.uint8]:
    """Take a slide as it was at its fullest, with the camera painted over."""
    assert eye.info.video is not None  # noqa: S101 - shots come from a picture
    pixels = frame_at(eye.source, eye.info, time_s, width=min(_READING_WIDTH, eye.info.video.width)).pixels
    if shot.camera is not None:
        pixels = pixels.copy()
        cut(pixels, shot.camera)[:] = np.median(pixels.reshape(-1, 3), axis=0)
    return cut(pixels, shot.screen or FULL)


def cut(pixels: NDArray[np.uint8], rect: Rect) -> NDArray[np.uint8]:
    """Give the part of a picture that a rectangle holds; writing to it writes to the picture."""
    height, width = pixels.shape[:2]
    top, left = int(rect.y * height), int(rect.x * width)
    return pixels[
        top : max(top + 1, round((rect.y + rect.height) * height)),
        left : max(left + 1, round((rect.x + rect.width) * width)),
    ]
