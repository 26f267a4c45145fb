"""Decide what of the picture a clip shows: the layout of each stretch, for the shape of the output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cutroom.analysis.faces import FaceTrack, follow_faces
from cutroom.analysis.facts import FaceSample, PictureFacts, Shot, Slide
from cutroom.edit.assembly import Framing
from cutroom.edit.crop_path import Point, hold
from cutroom.media.geometry import FULL, Rect
from cutroom.media.span import Span
from cutroom.media.timeline import Background, Fit, Layout, Placement

__all__ = ["LAYOUT_MODES", "Framing", "frame_shots"]

LAYOUT_MODES = ("auto", "split", "speaker", "screen", "fit")

#: Shapes this near to each other are the same, as a ratio.
_SAME_SHAPE = 1.03
#: Eyes stand at this share of a face's box, and at this share of a well framed picture, from the top.
_EYES_IN_FACE = 0.4
_EYES_IN_FRAME = 0.4
#: Below a screen the eyes stand lower, because captions cross the seam between the two.
_EYES_BELOW_SEAM = 0.55
#: A face may leave the middle by this share of the crop before the crop moves.
_SLACK = 0.2
#: A smaller face is brought nearer until it is this share of the crop's height, but no nearer than the second share.
_FACE_IN_CROP = 0.12
_NEAREST = 0.6
#: The camera's share of a split picture's height.
_LEAST_CAMERA = 0.36
_MOST_CAMERA = 0.69
#: Beside a screen in a wide picture, the camera's share of the width.
_CAMERA_BESIDE = 0.3
#: Left off around an inset, so that no line of the screen shows: of its size, and in pixels.
_INSET_MARGIN = 0.015
_INSET_PIXELS = 2
#: A second face matters when it weighs this share of the first.
_BOTH_MATTER = 0.5
#: A slide is brought nearer when that gains at least this much.
_WORTH_IT = 1.15
#: Shorter stretches take their neighbour's layout, in seconds that are kept: a flash is worse than a wrong crop.
_FLASH_S = 0.4


def frame_shots(
    spans: Sequence[Span],
    picture: PictureFacts,
    source_size: tuple[int, int],
    target_size: tuple[int, int],
    mode: str = "auto",
) -> tuple[Framing, ...]:
    """Frame the kept spans of a clip.

    Args:
        spans: In order, without overlap, seconds of the source.
        picture: Shots and slides of the source.
        source_size: Width and height in pixels, as shown.
        target_size: Width and height in pixels, even.
        mode: One of ``LAYOUT_MODES``: ``split`` shows screen and speaker, ``speaker`` and ``screen`` one of them,
            ``fit`` all of the picture. A mode that a shot cannot serve falls back to ``auto``.

    Returns:
        In order; every span is covered without gaps. The crop changes only by cuts.
    """
    stage = _Stage(source_size, target_size, mode)
    framings: list[Framing] = []
    for shot, parts in _by_shot(spans, picture.shots):
        framings.extend(_frame(stage, shot, parts, picture.slides))
    if not framings:
        framings = [Framing(span, stage.contain(FULL)) for span in spans]
    return tuple(_on_spans(_without_flashes(framings, spans), spans))


@dataclass(frozen=True, slots=True)
class _Stage:
    """The shapes that everything is measured by."""

    source_size: tuple[int, int]
    target_size: tuple[int, int]
    mode: str

    @property
    def target_shape(self) -> float:
        return self.target_size[0] / self.target_size[1]

    @property
    def upright(self) -> bool:
        """Whether a wide picture must lose much to fill the target: upright and square ones."""
        return self.target_shape < 1.2

    def shape(self, part: Rect) -> float:
        """Measure width over height of a part of the source, in pixels."""
        return part.width * self.source_size[0] / (part.height * self.source_size[1])

    def place_shape(self, place: Rect) -> float:
        """Measure width over height of a part of the target, in pixels."""
        return place.width * self.target_size[0] / (place.height * self.target_size[1])

    def largest(self, within: Rect, shape: float) -> tuple[float, float]:
        """Find width and height, in shares of the source, of the largest crop of a shape."""
        own = self.shape(within)
        if own > shape:
            return within.width * shape / own, within.height
        return within.width, within.height * own / shape

    def cover(self, source: Rect, target: Rect = FULL) -> Placement:
        return Placement(_even(source, self.source_size), _even(target, self.target_size), Fit.COVER)

    def contain(self, part: Rect, target: Rect = FULL) -> Layout:
        """Show all of a part; over a blur when the shapes differ."""
        if _same_shape(self.shape(part), self.place_shape(target)):
            return Layout((self.cover(part, target),))
        placement = Placement(_even(part, self.source_size), _even(target, self.target_size), Fit.CONTAIN)
        return Layout((placement,), Background.BLUR)


def _frame(stage: _Stage, shot: Shot, parts: Sequence[Span], slides: Sequence[Slide]) -> Iterator[Framing]:
    """Frame what is kept of one shot."""
    whole = Span(parts[0].start_s, parts[-1].end_s)
    if stage.mode == "fit":
        yield Framing(whole, stage.contain(shot.picture))
    elif shot.screen is None:
        yield from _frame_camera(stage, shot, parts)
    elif shot.camera is not None and (stage.mode == "split" or (stage.mode == "auto" and stage.upright)):
        yield Framing(whole, _split(stage, shot.screen, shot.camera, shot.faces))
    elif shot.camera is not None and stage.mode == "speaker":
        yield Framing(whole, Layout((_inset(stage, shot.camera, shot.faces, FULL),)))
    elif stage.upright or stage.mode == "screen":
        yield from _frame_slides(stage, shot, whole, slides)
    else:
        yield Framing(whole, stage.contain(FULL))


def _split(stage: _Stage, screen: Rect, camera: Rect, faces: Sequence[FaceSample]) -> Layout:
    """Put the screen above the speaker, or beside in a wide picture."""
    if not stage.upright:
        slides, speaker = Rect(0, 0, 1 - _CAMERA_BESIDE, 1), Rect(1 - _CAMERA_BESIDE, 0, _CAMERA_BESIDE, 1)
    else:
        needed = stage.target_shape / stage.shape(screen)
        share = min(_MOST_CAMERA, max(_LEAST_CAMERA, 1 - needed))
        slides, speaker = Rect(0, 0, 1, 1 - share), Rect(0, 1 - share, 1, share)
    shown = stage.contain(screen, slides)
    eyes = _EYES_BELOW_SEAM if stage.upright else _EYES_IN_FRAME
    return Layout((*shown.placements, _inset(stage, camera, faces, speaker, eyes)), shown.background)


def _inset(
    stage: _Stage, camera: Rect, faces: Sequence[FaceSample], place: Rect, eyes: float = _EYES_IN_FRAME
) -> Placement:
    """Crop a camera's inset around the face."""
    margin_x = _INSET_MARGIN * camera.width + _INSET_PIXELS / stage.source_size[0]
    margin_y = _INSET_MARGIN * camera.height + _INSET_PIXELS / stage.source_size[1]
    within = Rect(camera.x + margin_x, camera.y + margin_y, camera.width - 2 * margin_x, camera.height - 2 * margin_y)
    size = stage.largest(within, stage.place_shape(place))
    tracks = follow_faces(faces)
    if not tracks:
        return stage.cover(_crop(within, size, within.centre_x, within.centre_y), place)
    point = _middle(_typical(tracks[0]), size, eyes)
    return stage.cover(_crop(within, size, *point), place)


def _frame_slides(stage: _Stage, shot: Shot, whole: Span, slides: Sequence[Slide]) -> Iterator[Framing]:
    """Show a screen as large as it can be with all that is written on it."""
    screen = shot.screen or FULL
    shown = [slide for slide in slides if slide.span.overlap_s(whole) > 0]
    if not shown:
        yield Framing(whole, stage.contain(screen))
        return
    starts = [whole.start_s, *(slide.span.start_s for slide in shown[1:]), whole.end_s]
    for slide, start_s, end_s in zip(shown, starts[:-1], starts[1:], strict=True):
        yield Framing(Span(start_s, end_s), stage.contain(_nearer(stage, screen, slide.content)))


def _nearer(stage: _Stage, screen: Rect, content: Rect | None) -> Rect:
    """Leave out a slide's empty margins when that makes its print larger."""
    if content is None:
        return screen
    left, right = max(screen.x, content.x), min(screen.x + screen.width, content.x + content.width)
    top, bottom = max(screen.y, content.y), min(screen.y + screen.height, content.y + content.height)
    if right <= left or bottom <= top:
        return screen
    part = Rect(left, top, right - left, bottom - top)

    def scale(rect: Rect) -> float:
        return min(
            stage.target_size[0] / (rect.width * stage.source_size[0]),
            stage.target_size[1] / (rect.height * stage.source_size[1]),
        )

    return part if scale(part) >= _WORTH_IT * scale(screen) else screen


def _frame_camera(stage: _Stage, shot: Shot, parts: Sequence[Span]) -> Iterator[Framing]:
    """Crop a camera's picture around the main face, or show all of it when no crop would do."""
    whole = Span(parts[0].start_s, parts[-1].end_s)
    within = shot.picture
    shape = stage.target_shape
    if _same_shape(stage.shape(within), shape) or (shape >= 1.2 and stage.shape(within) < 1):
        yield Framing(whole, stage.contain(within))
        return
    size = stage.largest(within, shape)
    tracks = follow_faces(_around(shot.faces, whole))
    if not tracks:
        yield Framing(whole, _without_face(stage, shot, size))
        return
    if (second := _other(tracks)) is not None:
        left, right = sorted((_typical(tracks[0]), _typical(second)), key=lambda box: box.centre_x)
        if right.x + right.width - left.x > size[0]:
            yield Framing(whole, stage.contain(within))
        else:
            both_x = (left.x + right.x + right.width) / 2
            y = _middle(left, size)[1]
            yield Framing(whole, Layout((stage.cover(_crop(within, size, both_x, y)),)))
        return
    nearer = min(1.0, max(_NEAREST, tracks[0].height / (_FACE_IN_CROP * size[1])))
    size = size[0] * nearer, size[1] * nearer
    points = [
        Point(sample.time_s, *_inside(within, size, _middle(sample.box, size))) for sample in _main_samples(tracks)
    ]
    for place in hold(points, parts, slack_x=_SLACK * size[0], slack_y=_SLACK * size[1]):
        yield Framing(place.span, Layout((stage.cover(_crop(within, size, place.x, place.y)),)))


def _without_face(stage: _Stage, shot: Shot, size: tuple[float, float]) -> Layout:
    if not stage.upright:
        return Layout((stage.cover(_crop(shot.picture, size, 0.5, shot.picture.centre_y)),))
    if shot.focus is not None and shot.focus.width <= size[0]:
        return Layout((stage.cover(_crop(shot.picture, size, shot.focus.centre_x, shot.picture.centre_y)),))
    return stage.contain(shot.picture)


def _other(tracks: Sequence[FaceTrack]) -> FaceTrack | None:
    """Find a second face that matters as much as the main one and is there at the same time."""
    times = {sample.time_s for sample in tracks[0].samples}
    for track in tracks[1:]:
        together = sum(sample.time_s in times for sample in track.samples)
        if track.weight >= _BOTH_MATTER * tracks[0].weight and together >= 0.5 * len(times):
            return track
    return None


def _main_samples(tracks: Sequence[FaceTrack]) -> list[FaceSample]:
    """Take at each time the face that matters most; a person whom the track lost is found again."""
    samples = sorted(
        ((sample.time_s, rank, sample) for rank, track in enumerate(tracks) for sample in track.samples),
        key=lambda entry: entry[:2],
    )
    return [next(group)[2] for _, group in groupby(samples, key=lambda entry: entry[0])]


def _around(samples: Sequence[FaceSample], span: Span) -> list[FaceSample]:
    """Take the samples within a span and the nearest on either side, or else all there are."""
    before = [sample.time_s for sample in samples if sample.time_s < span.start_s]
    after = [sample.time_s for sample in samples if sample.time_s >= span.end_s]
    first_s, last_s = max(before, default=span.start_s), min(after, default=span.end_s)
    return [sample for sample in samples if first_s <= sample.time_s <= last_s] or list(samples)


def _typical(track: FaceTrack) -> Rect:
    """Find the sample in the middle of a track's places."""
    ordered = sorted(track.samples, key=lambda sample: sample.box.centre_x)
    return ordered[len(ordered) // 2].box


def _middle(face: Rect, size: tuple[float, float], eyes: float = _EYES_IN_FRAME) -> tuple[float, float]:
    """Find where a crop's middle should be for a face: eyes at the share of its height where they are expected."""
    eyes_y = face.y + _EYES_IN_FACE * face.height
    return face.centre_x, eyes_y + (0.5 - eyes) * size[1]


def _inside(within: Rect, size: tuple[float, float], middle: tuple[float, float]) -> tuple[float, float]:
    """Move a crop's middle so that the crop stays inside a part of the picture."""
    crop = _crop(within, size, *middle)
    return crop.centre_x, crop.centre_y


def _crop(within: Rect, size: tuple[float, float], x: float, y: float) -> Rect:
    width, height = min(size[0], within.width), min(size[1], within.height)
    left = min(max(x - width / 2, within.x), within.x + within.width - width)
    top = min(max(y - height / 2, within.y), within.y + within.height - height)
    return Rect(left, top, width, height)


def _same_shape(a: float, b: float) -> bool:
    return max(a, b) / min(a, b) <= _SAME_SHAPE


def _even(rect: Rect, size: tuple[int, int]) -> Rect:
    """Put a rectangle on even pixels, inside the picture, at least two wide and high."""
    sides = []
    for start, length, pixels in ((rect.x, rect.width, size[0]), (rect.y, rect.height, size[1])):
        whole = pixels // 2 * 2
        first = min(max(0, round(start * pixels / 2) * 2), whole - 2)
        last = min(max(first + 2, round((start + length) * pixels / 2) * 2), whole)
        sides.append((first / pixels, (last - first) / pixels))
    (x, width), (y, height) = sides
    return Rect(x, y, width, height)


def _by_shot(spans: Sequence[Span], shots: Sequence[Shot]) -> Iterator[tuple[Shot, list[Span]]]:
    """Cut spans at the borders of shots; the first and last shot reach beyond their ends."""
    for number, shot in enumerate(shots):
        start_s = 0.0 if number == 0 else shot.span.start_s
        end_s = float("inf") if number == len(shots) - 1 else shot.span.end_s
        parts = [
            Span(max(span.start_s, start_s), min(span.end_s, end_s))
            for span in spans
            if min(span.end_s, end_s) > max(span.start_s, start_s)
        ]
        if parts:
            yield shot, parts


def _without_flashes(framings: Sequence[Framing], spans: Sequence[Span]) -> list[Framing]:
    """Give stretches that would be over at once the layout before them, or after them at the beginning."""
    kept: list[Framing] = []
    for framing in framings:
        seconds = sum(span.overlap_s(framing.span) for span in spans)
        if kept and (seconds < _FLASH_S or kept[-1].layout == framing.layout):
            kept[-1] = Framing(Span(kept[-1].span.start_s, framing.span.end_s), kept[-1].layout)
        else:
            kept.append(framing)
    if len(kept) > 1 and sum(span.overlap_s(kept[0].span) for span in spans) < _FLASH_S:
        kept[:2] = [Framing(Span(kept[0].span.start_s, kept[1].span.end_s), kept[1].layout)]
    return kept


def _on_spans(framings: Sequence[Framing], spans: Sequence[Span]) -> Iterator[Framing]:
    """Cut framings to the spans, so that together they cover each span exactly."""
    for span in spans:
        own = [framing for framing in framings if framing.span.overlap_s(span) > 0]
        if not own:  # nothing is kept of it
            continue
        starts = [span.start_s, *(framing.span.start_s for framing in own[1:]), span.end_s]
        for framing, start_s, end_s in zip(own, starts[:-1], starts[1:], strict=True):
            yield Framing(Span(start_s, end_s), framing.layout)
