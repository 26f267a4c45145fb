"""The picture that stands for a clip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cutroom.core.errors import OutputFailed
from cutroom.core.files import written_whole
from cutroom.media import ffmpeg

#: Later than the first sentence's rush, before the end gives the point away.
_FROM, _UNTIL = 0.2, 0.6
_CANDIDATES = 12
_QUALITY = 88
_TIME_LIMIT_S = 120.0


def write_poster(
    rendition: Path, target: Path, *, width: int, height: int, duration_s: float, start_s: float = 0.0
) -> None:
    """Write the most detailed of a finished clip's keyframes as a JPEG.

    A picture blurred by motion, a fade or an empty slide has the least detail. Keyframes are the cheapest frames to
    decode and the best encoded ones.

    Args:
        rendition: From the renderer, so a keyframe stands at least every two seconds.
        width: Of the clip.
        height: Of the clip.
        duration_s: Of the clip itself.
        start_s: Where it begins, after an intro.

    Raises:
        OutputFailed: If the clip gives no picture or the target cannot be written.
    """
    start_s, length_s = start_s + _FROM * duration_s, (_UNTIL - _FROM) * duration_s
    step_s = length_s / _CANDIDATES
    apart = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{step_s:.3f})'"
    arguments = [
        *ffmpeg.input_arguments(
            rendition, before=["-skip_frame", "nokey", "-ss", f"{start_s:.3f}", "-noaccurate_seek"]
        ),
        *("-map", "0:v:0", "-an", "-t", f"{length_s:.3f}", "-vf", f"{apart},{_TO_RGB}"),
        *("-fps_mode", "passthrough", "-frames:v", str(_CANDIDATES), "-f", "rawvideo", "pipe:1"),
    ]
    best: NDArray[np.uint8] | None = None
    most = -1.0
    size = width * height * 3
    with ffmpeg.stream(arguments, reads=[rendition], time_limit_s=_TIME_LIMIT_S) as pipe:
        while len(raw := pipe.read(size)) == size:
            pixels = np.frombuffer(raw, np.uint8).reshape(height, width, 3)
            if (found := detail(pixels)) > most:
                best, most = pixels, found
    if best is None:
        raise OutputFailed(f"{rendition.name} gave no picture for a poster: render it again.")
    with written_whole(target) as part:
        Image.fromarray(best).save(part, "JPEG", quality=_QUALITY, optimize=True)


_TO_RGB = "zscale=min=bt709:m=gbr:r=full,format=gbrp,format=rgb24"


def detail(pixels: NDArray[np.uint8]) -> float:
    """Measure how sharp and full a picture is: the mean step between neighbouring pixels, at half size.

    Args:
        pixels: Shape (height, width, 3).
    """
    green = pixels[::2, ::2, 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=0)).mean() + np.abs(np.diff(green, axis=1)).mean())
