"""Footage whose every frame and sample tells when it is, made by ffmpeg."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cutroom.media import ffmpeg
from cutroom.media.timeline import Clip, Media, Timeline, Track, TrackKind

BITS, CELL = 16, 16
WIDTH, HEIGHT = BITS * CELL, 32
#: A bar for each bit of the frame's number.
BARCODE = f"geq=lum='16+219*mod(floor(N/pow(2,floor(X/{CELL}))),2)':cb=128:cr=128"
#: A sawtooth of one second, so a sample's value is its time.
SAWTOOTH = "0.9*(2*mod(t,1)-1)"


def make(folder: Path, name: str, arguments: Sequence[str]) -> Path:
    """Run ffmpeg on made-up input."""
    path = folder / name
    ffmpeg.run([*arguments, f"file:{path}"], reads=[folder], writes=folder, time_limit_s=120)
    return path


def read_numbers(path: Path) -> list[int]:
    """Read the number that each frame carries."""
    arguments = [*ffmpeg.input_arguments(path), "-map", "0:v:0", "-fps_mode", "passthrough"]
    arguments += ["-vf", "format=gray", "-f", "rawvideo", "pipe:1"]
    with ffmpeg.stream(arguments, reads=[path], time_limit_s=60) as pipe:
        raw = pipe.read()
    bars = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH)[:, HEIGHT // 2, CELL // 2 :: CELL] > 127
    return [int(number) for number in bars @ (1 << np.arange(BITS))]


def read_pixels(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """Read all frames, shape (frames, height, width, 3)."""
    arguments = [*ffmpeg.input_arguments(path), "-map", "0:v:0", "-fps_mode", "passthrough"]
    arguments += ["-vf", "zscale=min=bt709:m=gbr:r=full,format=gbrp,format=rgb24", "-f", "rawvideo", "pipe:1"]
    with ffmpeg.stream(arguments, reads=[path], time_limit_s=60) as pipe:
        return np.frombuffer(pipe.read(), np.uint8).reshape(-1, height, width, 3)


def read_sound(path: Path) -> NDArray[np.float32]:
    """Read the sound at 48 kHz, shape (samples, 2)."""
    arguments = [*ffmpeg.input_arguments(path), "-map", "0:a:0", "-ar", "48000", "-ac", "2", "-f", "f32le", "pipe:1"]
    with ffmpeg.stream(arguments, reads=[path], time_limit_s=60) as pipe:
        return np.frombuffer(pipe.read(), np.float32).reshape(-1, 2)


def cut_timeline(
    media: Media, rate: Fraction, cuts: Sequence[tuple[int, int]], *, width: int = WIDTH, height: int = HEIGHT
) -> Timeline:
    """Make a programme of stretches (first frame, frames) of one source."""
    clips = tuple(Clip(media.key, start, duration) for start, duration in cuts)
    tracks = tuple(Track(kind, clips) for kind in (TrackKind.VIDEO, TrackKind.AUDIO))
    return Timeline("test", rate, width, height, (media,), tracks, loudness_lufs=None)


@pytest.fixture(scope="session")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Media]:
    """Make a source of a rate; ``name`` chooses the container, ``picture`` are more filters."""
    folder = tmp_path_factory.mktemp("numbered")

    def build(rate: Fraction, duration_s: int, *, name: str = "a.mp4", picture: str = "null", extra: str = "") -> Media:
        path = folder / f"{rate.numerator}-{rate.denominator}-{duration_s}-{name}"
        if not path.exists():
            video = f"color=s={WIDTH}x{HEIGHT}:r={rate}:d={duration_s},format=yuv420p,{BARCODE},{picture}"
            sound = f"aevalsrc='{SAWTOOTH}|{SAWTOOTH}':s=48000:d={duration_s}"
            codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-g", "50", "-c:a", "pcm_s16le"]
            make(
                folder,
                path.name,
                ["-f", "lavfi", "-i", video, "-f", "lavfi", "-i", sound, "-fps_mode", "vfr", *codecs, *extra.split()],
            )
        return Media("a", path, "", Fraction(duration_s), WIDTH, HEIGHT, rate, 0, 1)

    return build
