"""Pictures with a known layout: drawn slides, and noise that moves as a camera's picture does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cutroom.media.geometry import Rect

Pixels = NDArray[np.uint8]
WIDTH, HEIGHT = 640, 360


def draw_slide(seed: int, *, dark: bool = False, lines: int = 7, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """Draw a slide with a heading and lines of words made by chance."""
    chance = np.random.default_rng(seed)
    paper, ink = ((16, 18, 24), (235, 235, 235)) if dark else ((250, 250, 250), (20, 20, 20))
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 9), fill=(40, 60, 150))
    for line in range(lines):
        x = width // 12
        for _ in range(int(chance.integers(4, 8))):
            word = "".join(chr(97 + int(letter)) for letter in chance.integers(0, 26, int(chance.integers(3, 9))))
            draw.text((x, height // 5 + line * height // 10), word, fill=ink, font_size=height // 18)
            x += int(draw.textlength(word + " ", font_size=height // 18))
    return np.asarray(image).copy()


def film(seed: int, *, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """Make a picture as soft and as noisy as a camera's, another one for each seed."""
    chance = np.random.default_rng(seed)
    coarse = chance.integers(30, 220, (6, 10, 3), dtype=np.uint8)
    soft = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)).astype(np.int16)
    return np.clip(soft + chance.normal(0, 4, soft.shape), 0, 255).astype(np.uint8)


def put(picture: Pixels, part: Pixels, place: Rect) -> Pixels:
    """Lay a picture over a rectangle of another."""
    height, width = picture.shape[:2]
    left, top = round(place.x * width), round(place.y * height)
    size = round(place.width * width), round(place.height * height)
    result = picture.copy()
    result[top : top + size[1], left : left + size[0]] = np.asarray(Image.fromarray(part).resize(size))
    return result


def shared(a: Rect, b: Rect) -> float:
    """Measure intersection over union."""
    wide = max(0.0, min(a.x + a.width, b.x + b.width) - max(a.x, b.x))
    high = max(0.0, min(a.y + a.height, b.y + b.height) - max(a.y, b.y))
    return wide * high / (a.area + b.area - wide * high)
