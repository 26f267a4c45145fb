"""A recording at a glance: small pictures in sheets, and a track that tells a player when to show which."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageStat

from cutroom.core.errors import OutputFailed
from cutroom.core.files import write_whole, written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import ffmpeg
from cutroom.media.subtitles import Cue, write_vtt
from cutroom.render.hosting import Hosted

#: Pixels of a tile's longer side, and tiles in a row and in a column of a sheet.
TILE = 160
COLUMNS = ROWS = 10
TRACK = "storyboard.vtt"
#: Tiles are no closer than this, and a long recording has no more than so many.
_CLOSEST_S = 2.0
_MOST_TILES = 500
_QUALITY = 75
#: A picture whose mean is darker shows nothing, of 255.
_BLACK = 12
_PLACE = re.compile(r"(storyboard-[0-9]+\.jpg)#xywh=([0-9]+),([0-9]+),([0-9]+),([0-9]+)")
_START_LIMIT_S, _SLOWEST = 120.0, 2.0


@dataclass(frozen=True, slots=True)
class Storyboard:
    """The files: sheets in order, and the track that names them."""

    sheets: tuple[Path, ...]
    track: Path


def write_storyboard(video: Path, hosted: Hosted, folder: Path, *, progress: Progress = ignore_progress) -> Storyboard:
    """Write ``storyboard-1.jpg``, … and ``storyboard.vtt``.

    Only keyframes are decoded, so a tile shows the last one before its time: at most two seconds old where the file
    was encoded by us.

    Args:
        video: From :func:`cutroom.render.hosting.host`, with a picture.

    Raises:
        OutputFailed: If it gives no picture, or a file cannot be written.
    """
    every_s = max(_CLOSEST_S, hosted.duration_s / _MOST_TILES)
    count = max(1, math.ceil(hosted.duration_s / every_s))
    scale = TILE / max(hosted.width, hosted.height)
    size = max(2, round(hosted.width * scale / 2) * 2), max(2, round(hosted.height * scale / 2) * 2)
    sheets: list[Path] = []
    cues: list[Cue] = []
    tiles = _tiles(video, hosted.matrix, size, every_s, count, hosted.duration_s)
    for first in range(0, count, COLUMNS * ROWS):
        held = min(COLUMNS * ROWS, count - first)
        sheets.append(folder / f"storyboard-{len(sheets) + 1}.jpg")
        sheet = Image.new("RGB", (size[0] * min(held, COLUMNS), size[1] * math.ceil(held / COLUMNS)))
        for number in range(held):
            x, y = number % COLUMNS * size[0], number // COLUMNS * size[1]
            sheet.paste(next(tiles), (x, y))
            start_s = (first + number) * every_s
            place = f"{sheets[-1].name}#xywh={x},{y},{size[0]},{size[1]}"
            cues.append(Cue(start_s, min(hosted.duration_s, start_s + every_s), place))
            progress((first + number + 1) / count)
        with written_whole(sheets[-1]) as part:
            sheet.save(part, "JPEG", quality=_QUALITY, optimize=True)
    track = folder / TRACK
    write_whole(track, write_vtt(cues))
    return Storyboard(tuple(sheets), track)


def black_share(files: Mapping[str, Path]) -> float:
    """Give the share of a storyboard's pictures that show nothing, 0 to 1.

    Args:
        files: Sheets and track by name.
    """
    places: dict[str, list[tuple[int, int, int, int]]] = {}
    for name, x, y, width, height in _PLACE.findall(files[TRACK].read_text()):
        places.setdefault(name, []).append((int(x), int(y), int(x) + int(width), int(y) + int(height)))
    black = 0
    for name, boxes in places.items():
        with Image.open(files[name]) as sheet:
            grey = sheet.convert("L")
        black += sum(ImageStat.Stat(grey.crop(box)).mean[0] < _BLACK for box in boxes)
    return black / max(1, sum(map(len, places.values())))


def _tiles(
    video: Path, matrix: str, size: tuple[int, int], every_s: float, count: int, duration_s: float
) -> Iterator[Image.Image]:
    """Give ``count`` pictures; the last one again where the file ends early."""
    width, height = size
    arguments = [
        *ffmpeg.input_arguments(video, before=["-skip_frame", "nokey"]),
        *("-map", "0:v:0", "-an", "-frames:v", str(count)),
        *(
            "-vf",
            f"fps={1 / every_s:.9f}:start_time=0:round=up,scale={width}:{height}:in_color_matrix={_named(matrix)}",
        ),
        *("-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"),
    ]
    last = None
    with ffmpeg.stream(arguments, reads=[video], time_limit_s=_START_LIMIT_S + _SLOWEST * duration_s) as pipe:
        for _ in range(count):
            raw = pipe.read(width * height * 3)
            if len(raw) < width * height * 3:
                break
            last = Image.frombytes("RGB", size, raw)
            yield last
    if last is None:
        raise OutputFailed(f"{video.name} gave no picture for a storyboard: run it again.")
    while True:
        yield last


def _named(matrix: str) -> str:
    """Name a matrix as the scaler does; HD's for one that it does not know."""
    return matrix if matrix in {"bt709", "fcc", "bt470bg", "smpte170m", "smpte240m"} else "bt709"
