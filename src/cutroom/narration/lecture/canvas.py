"""A canvas of 1280 × 720 units to draw a slide on, and the lecture's one set of colours and letters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from cutroom.media.fonts import fonts_dir

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 1280, 720

PAPER: Colour = (250, 248, 243)
INK: Colour = (30, 41, 59)
MUTED: Colour = (100, 110, 124)
RULE: Colour = (214, 210, 200)
WHITE: Colour = (255, 255, 255)
AMBER: Colour = (232, 160, 32)
BLUE: Colour = (37, 99, 195)
SKY: Colour = (150, 196, 240)
RED: Colour = (208, 70, 56)
GREEN: Colour = (46, 138, 92)
TEAL: Colour = (20, 124, 138)
VIOLET: Colour = (112, 76, 160)

_OVERSAMPLING = 2
_HEADING, _TEXT = "CutroomPoppins.ttf", "CutroomSans.ttf"


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts_dir() / name, size)


class Canvas:
    """A slide being drawn; it keeps the text that was written on it."""

    def __init__(self, background: Colour = PAPER) -> None:
        self._image = Image.new("RGB", (WIDTH * _OVERSAMPLING, HEIGHT * _OVERSAMPLING), background)
        self._draw = ImageDraw.Draw(self._image)
        self.lines: list[str] = []

    def finish(self) -> Image.Image:
        """Give the picture at its own size."""
        return self._image.reduce(_OVERSAMPLING)

    def write(
        self, text: str, at: Point, size: int, colour: Colour = INK, *, anchor: str = "lm", heading: bool = False
    ) -> None:
        """Write one line; ``anchor`` as in Pillow, such as ``mm`` for the middle."""
        font = _font(_HEADING if heading else _TEXT, size * _OVERSAMPLING)
        self._draw.text(_scaled(at), text, font=font, fill=colour, anchor=anchor)
        self.lines.append(text)

    def line(self, points: Sequence[Point], colour: Colour = INK, width: float = 4) -> None:
        """Draw a line through points, with round joints."""
        self._draw.line([_scaled(point) for point in points], colour, round(width * _OVERSAMPLING), joint="curve")

    def arrow(self, start: Point, end: Point, colour: Colour = INK, width: float = 4) -> None:
        """Draw a straight arrow."""
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        head = width * 3.2
        neck = end[0] - head * math.cos(angle), end[1] - head * math.sin(angle)
        self.line([start, neck], colour, width)
        side = math.pi / 2
        self.polygon(
            [
                end,
                (neck[0] + head * 0.6 * math.cos(angle + side), neck[1] + head * 0.6 * math.sin(angle + side)),
                (neck[0] + head * 0.6 * math.cos(angle - side), neck[1] + head * 0.6 * math.sin(angle - side)),
            ],
            colour,
        )

    def circle(
        self, centre: Point, radius: float, fill: Colour | None, line: Colour | None = None, width: float = 3
    ) -> None:
        """Draw a circle."""
        self.ellipse(centre, radius, radius, fill, line, width)

    def ellipse(
        self, centre: Point, rx: float, ry: float, fill: Colour | None, line: Colour | None = None, width: float = 3
    ) -> None:
        """Draw an upright ellipse."""
        x, y = centre
        box = (*_scaled((x - rx, y - ry)), *_scaled((x + rx, y + ry)))
        self._draw.ellipse(box, fill, line, round(width * _OVERSAMPLING))

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([_scaled(point) for point in points], fill)

    def panel(self, left: float, top: float, right: float, bottom: float, fill: Colour, radius: float = 0) -> None:
        """Fill a rectangle with round corners."""
        self._draw.rounded_rectangle((*_scaled((left, top)), *_scaled((right, bottom))), radius * _OVERSAMPLING, fill)


def polar(centre: Point, radius: float, degrees: float) -> Point:
    """Find a point on a circle; 0 degrees is up, and they run clockwise."""
    angle = math.radians(degrees)
    return centre[0] + radius * math.sin(angle), centre[1] - radius * math.cos(angle)


def _scaled(point: Point) -> Point:
    return point[0] * _OVERSAMPLING, point[1] * _OVERSAMPLING
