"""Look closely at a short stretch of a recording: every picture of it, or some at an even pace."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from cutroom.media import ffmpeg
from cutroom.media.frames import Frame, as_shown, picture_of
from cutroom.media.info import MediaInfo
from cutroom.media.span import Span


def watch(source: Path, info: MediaInfo, span: Span, *, width: int, rate: Fraction | None = None) -> Iterator[Frame]:
    """Decode a stretch at a constant rate, from its start.

    Args:
        span: Kept short by the caller: everything since the keyframe before it is decoded too.
        width: Of the pictures, in pixels; the height follows.
        rate: Pictures per second; the recording's own when absent.

    Raises:
        UnsupportedMedia: If the recording has no picture.
        ProcessFailed: If the stretch cannot be decoded.
    """
    video = picture_of(source, info)
    height, filters = as_shown(video, width)
    pace = rate or video.rate
    graph = f"fps={pace}:start_time=0:round=up,{filters}"
    arguments = [
        *ffmpeg.input_arguments(source, before=("-ss", f"{span.start_s:.6f}", "-t", f"{span.duration_s:.6f}")),
        *("-map", f"0:{video.index}", "-an", "-sn", "-dn", "-vf", graph),
        *("-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"),
    ]
    size = width * height * 3
    with ffmpeg.stream(arguments, reads=[source], time_limit_s=120 + 2 * span.duration_s) as pipe:
        number = 0
        while len(raw := pipe.read(size)) == size:
            pixels = np.frombuffer(raw, np.uint8).reshape(height, width, 3)
            yield Frame(span.start_s + float(number / pace), pixels)
            number += 1
