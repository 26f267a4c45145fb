"""What is kept of each frame of a recording, and how frames are joined to runs of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from cutroom.analysis.sheets import Sheet
from cutroom.core.progress import Progress
from cutroom.media import layout, shots, slides
from cutroom.media.frames import keyframes
from cutroom.media.geometry import Rect
from cutroom.media.info import MediaInfo
from cutroom.providers.face_detection import Face, FaceDetection

#: Width at which layout is decided: resolution matters, the number of frames does not.
WIDTH = 1024
#: Widths at which faces are looked for. A camera on a screen is small; who fills the picture is seen at any width.
SCREEN_FACES_WIDTH = 568
_CAMERA_FACES_WIDTH = 284
#: Keyframes closer than this that show nothing new are passed over, in seconds.
_CLOSE_S = 0.9
#: Stretches of another kind shorter than this belong to what is around them, in seconds.
_SHORT_S = 3.0
#: An inset's face may be turned away this long, in seconds.
_TURNED_AWAY_S = 30.0
#: Who turns away leaves the room behind; when this share around the face is another picture, the camera may have.
_REPLACED = 0.8
#: What replaced it is drawn when no more than this share differs some seconds later.
_STANDS_STILL = 0.05


@dataclass(frozen=True, slots=True)
class Sight:
    """What is kept of a frame; ``placed`` when the encoder set a keyframe there because the picture changed."""

    time_s: float
    thumbnail: shots.Thumbnail
    view: slides.View
    drawn: layout.Drawn
    faces: tuple[Face, ...]
    picture: Rect | None
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Sights ``first:stop`` of one shot."""

    first: int
    stop: int
    screen: bool


def see(source: Path, info: MediaInfo, faces: FaceDetection, progress: Progress) -> list[Sight]:
    """Look at the keyframes of a recording that has a picture, in order of time."""
    assert info.video is not None  # noqa: S101 - look() returns before for sound alone
    sights: list[Sight] = []
    sheets = {True: Sheet(faces, SCREEN_FACES_WIDTH), False: Sheet(faces, _CAMERA_FACES_WIDTH)}
    for frame in keyframes(source, info, width=min(WIDTH, info.video.width)):
        progress(min(1.0, frame.time_s / max(info.duration_s, 1e-3)))
        thumbnail = shots.thumbnail(frame.pixels)
        last = sights[-1] if sights else None
        if last and frame.time_s - last.time_s < _CLOSE_S and shots.distance(last.thumbnail, thumbnail) < 2:
            continue
        drawn = layout.drawn_evidence(frame.pixels)
        view, picture = slides.view(frame.time_s, frame.pixels), layout.find_picture(frame.pixels)
        sights.append(Sight(frame.time_s, thumbnail, view, drawn, (), picture))
        _note(sights, sheets[drawn.is_screen(before=True)].add(len(sights) - 1, frame.pixels))
    for sheet in sheets.values():
        _note(sights, sheet.finish())
    return sights


def _note(sights: list[Sight], found: Iterable[tuple[int, tuple[Face, ...]]]) -> None:
    for number, faces in found:
        sights[number] = replace(sights[number], faces=faces)


def mark_placed(sights: Sequence[Sight], info: MediaInfo) -> list[Sight]:
    """Mark the keyframes that stand exactly where the picture changed."""
    if info.video is None or info.video.variable_rate:
        return list(sights)  # distances then say nothing about the encoder's reasons
    marks = shots.placed_keyframes([sight.time_s for sight in sights])
    return [replace(sight, placed=mark) for sight, mark in zip(sights, marks, strict=True)]


def find_runs(sights: Sequence[Sight]) -> list[Run]:
    """Cut sights where a screen begins or ends, and at cuts between two pictures of a camera."""
    flags: list[bool] = []
    for sight in sights:
        flags.append(sight.drawn.is_screen(before=bool(flags) and flags[-1]))
    flags = _without_short(flags, [sight.time_s for sight in sights])
    cuts = {
        index
        for index, (a, b) in enumerate(pairwise(sights), 1)
        if shots.is_cut(a.thumbnail, b.thumbnail, placed=b.placed)
    }
    opens = (
        index
        for index in range(1, len(sights))
        if flags[index] != flags[index - 1] or (not flags[index] and index in cuts)
    )
    starts = [0, *opens]
    return [Run(first, stop, flags[first]) for first, stop in zip(starts, [*starts[1:], len(sights)], strict=True)]


def _without_short(flags: Sequence[bool], times_s: Sequence[float]) -> list[bool]:
    """Give stretches that are over at once the kind of what is before them."""
    smooth = list(flags)
    start = 0
    for index in range(1, len(flags) + 1):
        if index < len(flags) and flags[index] == flags[start]:
            continue
        if start > 0 and index < len(flags) and times_s[index] - times_s[start] < _SHORT_S:
            smooth[start:index] = [smooth[start - 1]] * (index - start)
        start = index
    return smooth


def split_by_inset(sights: Sequence[Sight], run: Run) -> list[Run]:
    """Cut a run of a screen where faces come to a place, and where they leave it: for long, or with all around them."""
    starts = [run.first]
    place: Rect | None = None
    seen_s = sights[run.first].time_s
    last = run.first
    for index in range(run.first, run.stop):
        sight = sights[index]
        here = [face.box for face in sight.faces]
        if place is not None and any(_near(place, box) for box in here):
            seen_s, last = sight.time_s, index
        elif here:
            if index > starts[-1]:
                starts.append(index)
            place, seen_s, last = here[0], sight.time_s, index
        elif place is not None and _is_replaced(sights[: run.stop], last, index, _around(place)):
            starts.append(index)
            place = None
        elif place is not None and sight.time_s - seen_s > _TURNED_AWAY_S:
            # It left when it was last seen, not when that was noticed.
            left = next(i for i in range(starts[-1], index + 1) if sights[i].time_s > seen_s)
            starts.append(left)
            place = None
    return [Run(first, stop, screen=True) for first, stop in zip(starts, [*starts[1:], run.stop], strict=True)]


def _is_replaced(sights: Sequence[Sight], last: int, index: int, area: Rect) -> bool:
    """Tell whether something else came to an area and stands still there, as a camera's picture would not."""
    before, here = sights[last], sights[index]
    later = next((sight for sight in sights[index + 1 :] if sight.time_s - here.time_s >= _SHORT_S), None)
    return (
        later is not None
        and slides.changed_share(before.view, here.view, area) >= _REPLACED
        and slides.changed_share(here.view, later.view, area) <= _STANDS_STILL
    )


def _around(face: Rect) -> Rect:
    """Take in what is beside and below a head; a camera's picture holds at least this."""
    return Rect(face.x - face.width / 2, face.y, 2 * face.width, 1.5 * face.height)


def _near(a: Rect, b: Rect) -> bool:
    reach = 0.1 + max(a.width, b.width)
    return abs(a.centre_x - b.centre_x) < reach and abs(a.centre_y - b.centre_y) < reach
