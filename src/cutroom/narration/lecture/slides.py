"""The slides: one idea, one diagram, few words; the corner at the lower right is left to the camera."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cutroom.narration.lecture.canvas import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    MUTED,
    RED,
    RULE,
    SKY,
    TEAL,
    VIOLET,
    WHITE,
    Canvas,
    Colour,
    Point,
    polar,
)  # fmt: skip
from cutroom.narration.lecture.script import SlideName


@dataclass(frozen=True, slots=True)
class Drawing:
    """A slide's picture, 1280 × 720, and the lines written on it, title first."""

    picture: Image.Image
    text: tuple[str, ...]


def draw_slide(name: SlideName) -> Drawing:
    """Draw a slide."""
    canvas = Canvas()
    _SLIDES[name](canvas)
    return Drawing(canvas.finish(), tuple(canvas.lines))


def _head(canvas: Canvas, title: str, remark: str, colour: Colour) -> None:
    canvas.panel(64, 62, 74, 150, colour, 5)
    canvas.write(title, (96, 86), 48, heading=True)
    canvas.write(remark, (96, 136), 26, MUTED)


def _draw_title(canvas: Canvas) -> None:
    canvas.write("Five small ideas", (96, 226), 84, heading=True)
    canvas.write("that change what you see out of the window", (100, 306), 34, MUTED)
    canvas.line([(100, 356), (760, 356)], RULE, 3)
    _draw_signs(canvas, 430)


def _draw_end(canvas: Canvas) -> None:
    canvas.write("Look for the small thing", (96, 130), 62, heading=True)
    for row, (colour, text) in enumerate(
        ((AMBER, "Too small to notice,"), (BLUE, "repeated often enough,"), (RED, "too big to ignore."))
    ):
        canvas.circle((116, 240 + 72 * row), 11, colour)
        canvas.write(text, (150, 240 + 72 * row), 42)
    _draw_signs(canvas, 500)


def _draw_signs(canvas: Canvas, y: float) -> None:
    """Draw the five ideas as five signs."""
    xs = [150 + 130 * k for k in range(5)]
    for x, colour in zip(xs, (AMBER, BLUE, GREEN, TEAL, VIOLET), strict=True):
        canvas.circle((x, y), 50, colour)
    canvas.polygon([polar((xs[0], y), 28, 60 * k) for k in range(6)], WHITE)
    canvas.circle((xs[1], y), 16, WHITE)
    for k in range(8):
        canvas.line([polar((xs[1], y), 22, 45 * k), polar((xs[1], y), 32, 45 * k)], WHITE, 4)
    canvas.line([(xs[2] - 26, y + 20), (xs[2] - 4, y + 16), (xs[2] + 12, y + 2), (xs[2] + 24, y - 26)], WHITE, 6)
    for shift in (-12, 8):
        wave = [(xs[3] - 30 + 4 * k, y + shift + 7 * math.sin(k * 0.83)) for k in range(16)]
        canvas.line(wave, WHITE, 6)
    canvas.polygon(_shield((xs[4], y), 26), WHITE)


def _draw_bees(canvas: Canvas) -> None:
    _head(canvas, "How bees give directions", "The angle is the way, the length is the distance", AMBER)
    for row in range(4):  # the wall of wax
        for column in range(4):
            centre = (150 + 104 * column + 52 * (row % 2), 246 + 90 * row)
            canvas.polygon([polar(centre, 57, 60 * k) for k in range(6)], (246, 222, 164))
            canvas.polygon([polar(centre, 50, 60 * k) for k in range(6)], (250, 234, 192))
    middle = (330.0, 410.0)
    for side in (-1, 1):  # the two loops home
        loop = [_turned((side * 104 * math.sin(t), -118 * math.cos(t)), middle, 40) for t in _steps(0.12, 3.0)]
        canvas.line(loop, (150, 118, 60), 4)
    run = [_turned((12 * math.sin(k * 1.1), 116 - 7.2 * k), middle, 40) for k in range(33)]
    canvas.line(run, INK, 6)
    canvas.arrow(run[-2], _turned((0, -142), middle, 40), INK, 6)
    canvas.line([middle, (330, 224)], MUTED, 3)
    canvas.write("40°", (352, 282), 26, RED, heading=True)
    # the same angle, outside
    hive = (706.0, 452.0)
    canvas.polygon([(676, 474), (736, 474), (728, 424), (684, 424)], (176, 128, 62))
    canvas.polygon([(668, 424), (744, 424), (706, 394)], (128, 88, 42))
    canvas.line([(706, 386), (706, 258)], MUTED, 3)
    canvas.circle((706, 226), 32, AMBER)
    flower = polar((706, 400), 196, 40)
    canvas.arrow((716, 388), polar((706, 400), 158, 40), INK, 5)
    for k in range(6):
        canvas.circle(polar(flower, 17, 60 * k), 12, RED)
    canvas.circle(flower, 11, AMBER)
    canvas.write("40°", (724, 306), 26, RED, heading=True)
    canvas.write("sun", (hive[0], 182), 24, MUTED, anchor="mm")
    canvas.write("flowers", (flower[0] + 42, flower[1]), 24, MUTED)
    canvas.write("1 second of shaking = about 1 kilometer", (96, 640), 32, heading=True)


def _draw_sky(canvas: Canvas) -> None:
    _head(canvas, "Why the sky is blue", "Short waves bounce, long waves pass", BLUE)
    canvas.panel(64, 190, 820, 556, (226, 238, 250), 18)
    canvas.circle((112, 390), 58, AMBER)
    chance = np.random.default_rng(3)
    for _ in range(46):
        dot = (float(chance.uniform(180, 800)), float(chance.uniform(206, 540)))
        canvas.circle(dot, 5, (168, 188, 210))
    for row, colour in enumerate((RED, AMBER, GREEN)):
        canvas.arrow((186, 402 + 26 * row), (800, 402 + 26 * row), colour, 7)
    molecule = (430.0, 330.0)
    canvas.line([(170, 330), molecule], BLUE, 7)
    for k in range(9):
        canvas.arrow(molecule, polar(molecule, 108, 40 * k + 14), BLUE, 5)
    canvas.circle(molecule, 17, INK)
    canvas.write("air molecule", (560, 330), 24, MUTED)
    canvas.write("How strongly light is scattered", (96, 594), 24, MUTED)
    canvas.panel(96, 616, 576, 640, BLUE, 6)
    canvas.panel(96, 650, 192, 674, RED, 6)
    canvas.write("blue: 5", (590, 628), 26)
    canvas.write("red: 1", (206, 662), 26)
    canvas.write("Sunset", (860, 224), 34, RED, heading=True)
    canvas.write("more air,", (860, 270), 28)
    canvas.write("so the blue is gone", (860, 308), 28)
    canvas.write("and the red is left", (860, 346), 28)


def _draw_doubling(canvas: Canvas) -> None:
    _head(canvas, "One penny, doubled every day", "or $1,000 a day for a month?", GREEN)
    left, bottom, width, height = 130.0, 632.0, 690.0, 420.0

    def place(day: float, dollars: float) -> Point:
        return left + width * day / 30, bottom - height * dollars / 5_368_709.12

    for millions in range(6):
        y = place(0, millions * 1e6)[1]
        canvas.line([(left, y), (left + width, y)], RULE, 2)
        canvas.write(f"${millions}M", (left - 12, y), 20, MUTED, anchor="rm")
    for day in (1, 10, 20, 30):
        canvas.write(f"day {day}", (place(day, 0)[0], bottom + 24), 20, MUTED, anchor="mm")
    canvas.line([place(day, 1000 * day) for day in range(1, 31)], MUTED, 6)
    canvas.line([place(day, 0.01 * 2 ** (day - 1)) for day in _steps(1, 30, 200)], GREEN, 8)
    for day, label in ((10, "$5"), (20, "$5,243"), (30, "$5,368,709")):
        point = place(day, 0.01 * 2 ** (day - 1))
        canvas.circle(point, 10, GREEN, WHITE, 3)
        canvas.write(label, (point[0] - 14, point[1] - 28), 28, GREEN, anchor="rm", heading=True)
    canvas.write("$1,000 a day: $30,000", (880, 330), 28, MUTED)
    canvas.write("1 penny doubled:", (880, 390), 28, GREEN)
    canvas.write("$5 million", (880, 438), 50, GREEN, heading=True)


def _draw_tides(canvas: Canvas) -> None:
    _head(canvas, "Two tides, one moon", "We turn through both bulges every day", TEAL)
    earth = (420.0, 410.0)
    canvas.ellipse(earth, 262, 178, SKY)
    canvas.circle(earth, 150, (58, 122, 92))
    for x, y, rx, ry in ((-48, -60, 58, 36), (40, 30, 52, 62), (-64, 58, 38, 26)):
        canvas.ellipse((earth[0] + x, earth[1] + y), rx, ry, (104, 158, 104))
    canvas.circle((926, 410), 56, (196, 198, 204))
    for x, y, r in ((906, 392, 12), (942, 424, 16), (930, 384, 8)):
        canvas.circle((x, y), r, (172, 174, 182))
    canvas.arrow((700, 410), (846, 410), INK, 6)
    canvas.write("pull", (772, 380), 26, anchor="mm")
    canvas.write("moon", (926, 494), 26, MUTED, anchor="mm")
    canvas.write("high", (632, 410), 28, BLUE, anchor="mm", heading=True)
    canvas.write("high", (208, 410), 28, BLUE, anchor="mm", heading=True)
    canvas.write("low", (420, 246), 26, BLUE, anchor="mm")
    canvas.write("low", (420, 576), 26, BLUE, anchor="mm")
    canvas.panel(1040, 300, 1100, 620, TEAL, 6)
    for floor in range(5):
        canvas.panel(1130, 560 - 64 * floor, 1206, 618 - 64 * floor, (216, 206, 190), 4)
        for window in range(2):
            canvas.panel(1142 + 32 * window, 574 - 64 * floor, 1162 + 32 * window, 602 - 64 * floor, SKY, 2)
    canvas.line([(1020, 620), (1226, 620)], INK, 4)
    canvas.write("Bay of Fundy: 16 meters", (1226, 262), 30, anchor="rm", heading=True)
    canvas.write("5 floors, twice a day", (1226, 654), 26, MUTED, anchor="rm")


def _draw_vaccines(canvas: Canvas) -> None:
    _head(canvas, "Protecting people who never had it", "A fire stops when the wood runs out", VIOLET)
    canvas.write("Nobody protected", (240, 214), 30, RED, anchor="mm", heading=True)
    rows = ([240.0], [128.0, 240.0, 352.0], [96.0 + 36 * k for k in range(9)])
    for upper, lower, y in ((rows[0], rows[1], 280.0), (rows[1], rows[2], 408.0)):
        for k, x in enumerate(lower):
            canvas.line([(upper[k // 3], y), (x, y + 128)], (232, 176, 168), 4)
    for row, xs in enumerate(rows):
        for x in xs:
            canvas.circle((x, 280 + 128 * row), (26, 22, 15)[row], RED)
    canvas.write("1, 3, 9, 27 …", (240, 606), 38, RED, anchor="mm", heading=True)
    canvas.line([(470, 200), (470, 640)], RULE, 3)
    canvas.write("Two of three protected", (690, 214), 30, GREEN, anchor="mm", heading=True)
    for row in range(2):
        top = 280.0 + 128 * row
        for x in (570.0, 690.0, 810.0):
            canvas.line([(690, top), (x, top + 128)], RULE, 4)
    for row in range(3):
        canvas.circle((690, 280 + 128 * row), 24, RED)
        if row:
            for x in (570.0, 810.0):
                canvas.polygon(_shield((x, 280 + 128 * row), 28), GREEN)
    canvas.write("1, 1, 1, 1 …", (690, 606), 38, GREEN, anchor="mm", heading=True)
    canvas.write("Smallpox: gone", (940, 300), 38, VIOLET, heading=True)
    canvas.write("since 1980", (940, 350), 30, MUTED)


def _shield(centre: Point, size: float) -> list[Point]:
    x, y = centre
    side = [(size * 0.86, -size * 0.7), (size * 0.8, size * 0.1), (size * 0.45, size * 0.72)]
    return [
        (x, y - size), *((x + dx, y + dy) for dx, dy in side), (x, y + size * 1.08),
        *((x - dx, y + dy) for dx, dy in reversed(side)),
    ]  # fmt: skip


def _turned(point: Point, about: Point, degrees: float) -> Point:
    angle = math.radians(degrees)
    x, y = point
    return (
        about[0] + x * math.cos(angle) - y * math.sin(angle),
        about[1] + x * math.sin(angle) + y * math.cos(angle),
    )


def _steps(first: float, last: float, count: int = 40) -> list[float]:
    return [first + (last - first) * k / (count - 1) for k in range(count)]


_SLIDES: dict[SlideName, Callable[[Canvas], None]] = {
    SlideName.TITLE: _draw_title,
    SlideName.BEES: _draw_bees,
    SlideName.SKY: _draw_sky,
    SlideName.DOUBLING: _draw_doubling,
    SlideName.TIDES: _draw_tides,
    SlideName.VACCINES: _draw_vaccines,
    SlideName.END: _draw_end,
}
