"""The picture of a programme that has none: its sound as a row of bars that light up as it plays."""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cutroom.core.files import written_whole
from cutroom.media.audio import Pcm
from cutroom.media.timeline import Timeline

_BARS = 64
#: Shares of the frame: the row's width, its middle and the height of the tallest bar.
_ROW_WIDTH, _MIDDLE, _TALLEST = 0.72, 0.42, 0.11
_QUIETEST_DB = -42.0
_READ_SAMPLES = 1 << 20
#: Blue, green, red, as ASS writes them.
_RESTING, _PLAYED = "&H4A4038&", "&HE8D8C8&"
#: A poster: its size, its bars' height as a share of its own, and its colours.
_POSTER, _POSTER_TALLEST, _CARD, _BAR = (1280, 720), 0.5, (20, 24, 31), (200, 216, 232)
_QUALITY = 88
_READ_S = 60.0
_HEADER = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Wave,None,10,&H00FFFFFF,7

[Events]
Format: Layer, Start, End, Style, Text
"""


def draw_wave(timeline: Timeline, sound: Path) -> str:
    """Write the bars as a vector drawing for the subtitle filter, which draws it at no cost.

    A silent programme has no bars.

    Args:
        sound: The programme's, 48 kHz, two channels, 32 bits.
    """
    width, height = timeline.width, timeline.height
    left, right = width * (1 - _ROW_WIDTH) / 2, width * (1 + _ROW_WIDTH) / 2
    step = (right - left) / _BARS
    thick, middle = max(2, round(step * 0.55)), round(height * _MIDDLE)
    shapes = []
    levels = _levels(sound)
    for number, level in enumerate(levels if levels.any() else ()):
        x = round(left + number * step)
        half = max(thick // 2, round(level * height * _TALLEST / 2))
        low, high = middle - half, middle + half
        shapes.append(f"m {x} {low} l {x + thick} {low} l {x + thick} {high} l {x} {high}")
    drawing = "{\\p1}" + " ".join(shapes)
    duration_ms = round(timeline.duration_s * 1000)
    clip = f"\\clip(0,0,{round(left)},{height})\\t(0,{duration_ms},\\clip(0,0,{round(right)},{height}))"
    shared = "\\an7\\pos(0,0)\\bord0\\shad0"
    end = f"{duration_ms // 3_600_000 + 1}:00:00.00"
    events = (f"{shared}\\1c{_RESTING}", f"{shared}\\1c{_PLAYED}{clip}")
    lines = [f"Dialogue: {layer},0:00:00.00,{end},Wave,{{{tags}}}{drawing}" for layer, tags in enumerate(events)]
    return _HEADER.format(width=width, height=height) + "\n".join(lines) + "\n"


def write_wave(sound: Pcm, target: Path) -> None:
    """Write the bars of a whole recording as a JPEG: the poster of one without a picture."""
    width, height = _POSTER
    image = Image.new("RGB", _POSTER, _CARD)
    draw = ImageDraw.Draw(image)
    left, step = width * (1 - _ROW_WIDTH) / 2, width * _ROW_WIDTH / _BARS
    thick = round(step * 0.55)
    blocks = (
        sound.read(start_s, start_s + _READ_S) for start_s in np.arange(0.0, sound.duration_s, _READ_S, dtype=float)
    )
    for number, level in enumerate(_measure(blocks, sound.samples)):
        x, half = round(left + number * step), max(thick // 2, round(level * height * _POSTER_TALLEST / 2))
        draw.rectangle((x, height // 2 - half, x + thick, height // 2 + half), fill=_BAR)
    with written_whole(target) as part:
        image.save(part, "JPEG", quality=_QUALITY, optimize=True)


def _levels(sound: Path) -> NDArray[np.float64]:
    """Measure how loud each bar's stretch of a WAV file is."""
    with wave.open(str(sound), "rb") as file:

        def blocks() -> Iterator[NDArray[np.float64]]:
            while raw := file.readframes(_READ_SAMPLES):
                yield np.frombuffer(raw, "<i4").reshape(-1, file.getnchannels())[:, 0] / 2.0**31

        return _measure(blocks(), file.getnframes())


def _measure(blocks: Iterable[NDArray[np.floating[Any]]], total: int) -> NDArray[np.float64]:
    """Measure how loud each bar's stretch is, 0 for quiet to 1 for the loudest.

    Args:
        blocks: Samples in order, full scale = ±1.0.
        total: How many there are.
    """
    power, counts, position = np.zeros(_BARS), np.zeros(_BARS), 0
    for samples in blocks:
        bars = np.minimum((position + np.arange(len(samples))) * _BARS // max(1, total), _BARS - 1)
        power += np.bincount(bars, samples.astype(np.float64) ** 2, _BARS)
        counts += np.bincount(bars, minlength=_BARS)
        position += len(samples)
    level_db = 10 * np.log10(np.maximum(power / np.maximum(counts, 1), 1e-12))
    relative: NDArray[np.float64] = np.clip(1 - (level_db.max() - level_db) / -_QUIETEST_DB, 0, 1)
    return relative if level_db.max() > -100 else np.zeros(_BARS)
