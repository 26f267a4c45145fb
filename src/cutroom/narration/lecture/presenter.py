"""The presenter: a drawn person who sways, nods, blinks and opens her mouth to the voice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from cutroom.media.geometry import Rect

_Colour = tuple[int, int, int]

_SKIN, _SKIN_SHADE, _SKIN_LIGHT = (226, 178, 148), (186, 132, 104), (244, 206, 180)
_HAIR, _HAIR_LIGHT = (58, 40, 34), (84, 60, 50)
_JACKET, _JACKET_SHADE, _SHIRT = (38, 70, 92), (28, 52, 70), (245, 243, 238)
_LIP, _LIP_DARK, _TEETH = (176, 84, 84), (92, 34, 38), (250, 248, 244)
_IRIS, _PUPIL, _EYE_WHITE, _LASH = (74, 52, 40), (12, 10, 10), (250, 250, 250), (40, 26, 22)
_BOOKS: tuple[_Colour, ...] = (
    (168, 92, 74), (74, 104, 122), (196, 168, 112), (92, 116, 92), (122, 86, 104), (206, 200, 186), (60, 76, 92)
)  # fmt: skip

#: The head is drawn this many times larger and made small again, for smooth edges.
_OVERSAMPLING = 2
#: The patch that holds the head, in hundredths of the picture's height around the head's centre.
_PATCH_HALF_WIDTH, _PATCH_TOP, _PATCH_BOTTOM = 30, 38, 42
_HEAD_Y = 47
_SWAY, _NOD = 0.5, 0.5
MOUTHS = 5


@dataclass(frozen=True, slots=True)
class Pose:
    """One drawing of the presenter.

    Attributes:
        sway: -4 to 4, the head from left to right.
        nod: -2 to 2, the head from up to down.
        mouth: 0 shut to 4 wide open.
        blinking: Whether the eyes are shut.
    """

    sway: int
    nod: int
    mouth: int
    blinking: bool


def pose_at(frame: int, rate: int, mouth: int) -> Pose:
    """Move the head as one who speaks: slow swings that never meet in step, and a blink every few seconds."""
    time_s = frame / rate
    sway = round(3.2 * math.sin(2 * math.pi * time_s / 4.7) + 0.8 * math.sin(2 * math.pi * time_s / 1.9))
    nod = round(1.6 * math.sin(2 * math.pi * time_s / 2.9))
    return Pose(sway, nod, mouth, blinking=time_s % 3.4 < 0.14)


def mouths_of(samples: NDArray[np.float32], rate: int, frame_rate: int) -> list[int]:
    """Open the mouth by the level of the voice.

    Args:
        samples: Mono speech; a frame of it is ``rate / frame_rate`` samples, which must be whole.

    Returns:
        0 to 4 for each frame.
    """
    size = rate // frame_rate
    blocks = samples[: len(samples) // size * size].reshape(-1, size)
    level = np.sqrt(np.mean(blocks**2, axis=1))
    loud = float(np.percentile(level, 95)) or 1.0
    return [int(each) for each in np.minimum(MOUTHS - 1, np.round(level / loud * (MOUTHS - 1)))]


class Presenter:
    """Draw the presenter at one size, head and shoulders before a bookshelf, as a camera sees her."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._unit = height / 100

    @property
    def face(self) -> Rect:
        """Where the face is at rest, brow to chin and ear to ear, in shares of the picture."""
        unit = self._unit / self.width
        return Rect(0.5 - 19 * unit, (_HEAD_Y - 16) / 100, 38 * unit, 0.42)

    def draw(self, pose: Pose) -> Image.Image:
        """Draw one pose."""
        patch, mask = self._head
        patch = patch.copy()
        u = self._unit * _OVERSAMPLING
        _draw_features(_Sketch(ImageDraw.Draw(patch), _PATCH_HALF_WIDTH * u, _PATCH_TOP * u, u), pose)
        picture = self._room.copy()
        corner = (
            round(self.width / 2 + (pose.sway * _SWAY - _PATCH_HALF_WIDTH) * self._unit),
            round((_HEAD_Y + pose.nod * _NOD - _PATCH_TOP) * self._unit),
        )
        picture.paste(patch.reduce(_OVERSAMPLING), corner, mask.reduce(_OVERSAMPLING))
        return picture

    @cached_property
    def _room(self) -> Image.Image:
        size = self.width * _OVERSAMPLING, self.height * _OVERSAMPLING
        u = self._unit * _OVERSAMPLING
        room = _bookshelf(*size, u).filter(ImageFilter.GaussianBlur(1.6 * u))
        _draw_shoulders(_Sketch(ImageDraw.Draw(room), size[0] / 2, 3 * u, u))
        return room.reduce(_OVERSAMPLING)

    @cached_property
    def _head(self) -> tuple[Image.Image, Image.Image]:
        """The head without its features, and its outline; both oversampled."""
        u = self._unit * _OVERSAMPLING
        size = round(2 * _PATCH_HALF_WIDTH * u), round((_PATCH_TOP + _PATCH_BOTTOM) * u)
        origin = _PATCH_HALF_WIDTH * u, _PATCH_TOP * u
        patch, mask = Image.new("RGB", size, _HAIR), Image.new("L", size)
        for image, hair, skin in ((patch, _HAIR, _SKIN_SHADE), (mask, 255, 255)):
            sketch = _Sketch(ImageDraw.Draw(image), *origin, u)
            _draw_hair(sketch, hair)
            _draw_neck(sketch, skin)
        face = Image.new("L", size)
        outline = _Sketch(ImageDraw.Draw(face), *origin, u)
        for x, y, rx, ry in ((0, -3, 19, 22), (0, 6, 17, 20), (-19.2, 2, 3, 5.5), (19.2, 2, 3, 5.5)):
            outline.ellipse(x, y, rx, ry, 255)
        patch.paste(_lit_skin(size, origin, u), (0, 0), face.filter(ImageFilter.GaussianBlur(0.3 * u)))
        fringe = _Sketch(ImageDraw.Draw(patch), *origin, u)
        fringe.ellipse(0, -24, 12, 5, _HAIR)
        fringe.ellipse(-8, -18.5, 13.5, 8.5, _HAIR)
        fringe.ellipse(10, -19, 12, 8, _HAIR)
        fringe.arc(-6, -20, 12, 7, 40, 120, _HAIR_LIGHT, 0.6)
        fringe.arc(-4, -25, 16, 7, 190, 300, _HAIR_LIGHT, 0.6)
        return patch, mask


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A pen with its own origin and unit (a hundredth of the picture's height)."""

    draw: ImageDraw.ImageDraw
    x: float
    y: float
    unit: float

    def box(self, x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
        u = self.unit
        return self.x + (x - rx) * u, self.y + (y - ry) * u, self.x + (x + rx) * u, self.y + (y + ry) * u

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: _Colour | int) -> None:
        self.draw.ellipse(self.box(x, y, rx, ry), fill=fill)

    def polygon(self, points: list[tuple[float, float]], fill: _Colour | int) -> None:
        self.draw.polygon([(self.x + x * self.unit, self.y + y * self.unit) for x, y in points], fill=fill)

    def arc(
        self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: _Colour, pen: float
    ) -> None:
        self.draw.arc(self.box(x, y, rx, ry), start, end, fill=fill, width=max(1, round(pen * self.unit)))


def _bookshelf(width: int, height: int, unit: float) -> Image.Image:
    shelf = Image.new("RGB", (width, height), (112, 98, 84))
    pen = ImageDraw.Draw(shelf)
    chance = np.random.default_rng(7)
    for row in range(4):
        bottom, x = (22 + 29 * row) * unit, 0.0
        while x < width:
            thick, tall = chance.uniform(2.5, 6.0) * unit, chance.uniform(15, 22) * unit
            colour = _BOOKS[int(chance.integers(len(_BOOKS)))]
            pen.rectangle((x, bottom - tall, x + thick - 0.4 * unit, bottom), fill=colour)
            x += thick + (chance.uniform(6, 14) * unit if chance.random() < 0.08 else 0)
        pen.rectangle((0, bottom, width, bottom + 2.2 * unit), fill=(150, 134, 116))
    return shelf


def _draw_shoulders(sketch: _Sketch) -> None:
    sketch.ellipse(0, 112, 48, 36, _JACKET_SHADE)
    sketch.ellipse(-1.5, 113, 46, 36, _JACKET)
    sketch.polygon([(-13, 76), (13, 76), (3, 101), (-3, 101)], _SHIRT)
    sketch.polygon([(-12, 75), (-18, 80), (-7, 101), (-2, 101)], _JACKET_SHADE)
    sketch.polygon([(12, 75), (18, 80), (7, 101), (2, 101)], _JACKET_SHADE)


def _draw_hair(head: _Sketch, fill: _Colour | int) -> None:
    head.ellipse(0, -6, 25, 28, fill)
    head.ellipse(-17, 10, 9, 22, fill)
    head.ellipse(17, 10, 9, 22, fill)


def _draw_neck(head: _Sketch, fill: _Colour | int) -> None:
    head.polygon([(-10, 14), (10, 14), (11, 34), (-11, 34)], fill)
    head.ellipse(0, 34, 11, 5, fill)


def _lit_skin(size: tuple[int, int], origin: tuple[float, float], unit: float) -> Image.Image:
    """Model the face with soft light, because a flat disc is no face to a detector."""
    skin = Image.new("RGB", size, _SKIN)
    light = _Sketch(ImageDraw.Draw(skin), *origin, unit)
    for x, y, rx, ry in ((17, 4, 8, 24), (-19, 6, 4, 20), (0, 26, 15, 5), (-8, -1.5, 6, 4), (8, -1.5, 6, 4)):
        light.ellipse(x, y, rx, ry, _SKIN_SHADE)
    for x, y, rx, ry in ((-1, -11, 13, 8), (-9, 7, 5, 4), (8, 7, 4, 4), (0, 19, 5, 3)):
        light.ellipse(x, y, rx, ry, _SKIN_LIGHT)
    return skin.filter(ImageFilter.GaussianBlur(2.2 * unit))


def _draw_features(head: _Sketch, pose: Pose) -> None:
    turn = pose.sway * 0.25 * head.unit  # the features travel further than the head: it turns
    features = _Sketch(head.draw, head.x + turn, head.y, head.unit)
    for side in (-1, 1):
        _draw_eye(features, side * 8.0, -1.0, blinking=pose.blinking)
        features.arc(side * 8.0, -3.2, 5.6, 4.2, 208, 332, _HAIR, 1.3)
    features.polygon([(-0.4, -1), (1.6, -1), (3.0, 8.4), (0.5, 9.2)], _SKIN_SHADE)
    features.ellipse(0, 7.6, 2.9, 2.0, _SKIN)
    features.ellipse(-0.6, 6.9, 1.4, 1.0, _SKIN_LIGHT)
    for side in (-1, 1):
        features.ellipse(side * 1.7, 8.9, 0.8, 0.5, _LIP_DARK)
    _draw_mouth(features, pose.mouth)


def _draw_eye(features: _Sketch, x: float, y: float, *, blinking: bool) -> None:
    if blinking:
        features.arc(x, y - 0.6, 3.6, 2.0, 15, 165, _LASH, 0.8)
        return
    features.ellipse(x, y, 3.7, 2.1, _EYE_WHITE)
    features.ellipse(x, y, 1.9, 1.95, _IRIS)
    features.ellipse(x, y, 0.95, 0.95, _PUPIL)
    features.ellipse(x - 0.7, y - 0.7, 0.45, 0.45, _EYE_WHITE)
    features.arc(x, y + 0.2, 3.9, 2.5, 190, 350, _LASH, 0.8)


def _draw_mouth(features: _Sketch, openness: int) -> None:
    y, width, opening = 14.6, 5.6 - 0.25 * openness, 0.75 * openness
    features.ellipse(0, y, width, 1.3 + opening, _LIP)
    if openness:
        features.ellipse(0, y, width - 1.0, 0.35 + opening, _LIP_DARK)
        features.ellipse(0, y - opening * 0.55, width - 2.0, 0.3 + opening * 0.25, _TEETH)
    else:
        features.arc(0, y - 2.4, width, 2.8, 25, 155, _LIP_DARK, 0.5)
