"""Sound as one channel of samples in a file, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.core.errors import UnsupportedMedia
from cutroom.core.files import written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import ffmpeg
from cutroom.media.info import MediaInfo

_BYTES = 2


@dataclass(frozen=True, slots=True)
class Pcm:
    """A file of 16-bit samples of one channel, without a header; sample 0 is the recording's start."""

    path: Path
    rate: int
    samples: int

    @property
    def duration_s(self) -> float:
        return self.samples / self.rate

    def read(self, start_s: float, end_s: float) -> NDArray[np.float32]:
        """Read a stretch.

        Returns:
            Shape (samples,), full scale = ±1.0; shorter where the file ends first.
        """
        first = min(self.samples, max(0, round(start_s * self.rate)))
        stop = min(self.samples, max(first, round(end_s * self.rate)))
        with self.path.open("rb") as file:
            file.seek(first * _BYTES)
            raw = file.read((stop - first) * _BYTES)
        return np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32768.0

    def blocks(self, block_s: float) -> Iterator[NDArray[np.float32]]:
        """Read all of it in order, ``block_s`` seconds at a time; the last block may be shorter."""
        size = max(1, round(block_s * self.rate))
        with self.path.open("rb") as file:
            while raw := file.read(size * _BYTES):
                yield np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32768.0


def decode_audio(
    source: Path,
    info: MediaInfo,
    target: Path,
    *,
    rate: int = 16000,
    stream: int | None = None,
    progress: Progress = ignore_progress,
) -> Pcm:
    """Write a track as one channel of samples that starts where the recording starts.

    Gaps, and a track that begins late, are filled with silence.

    Args:
        stream: The track's stream number; the one to use first when left out.

    Raises:
        UnsupportedMedia: If the recording has no sound.
    """
    if not info.audio:
        raise UnsupportedMedia(f"{source.name} has no sound.")
    index = info.audio[0].index if stream is None else stream
    with written_whole(target) as part:
        ffmpeg.run(
            [
                *ffmpeg.input_arguments(source),
                *("-map", f"0:{index}", "-vn", "-sn", "-dn"),
                *("-af", f"aresample={rate}:async=1:first_pts=0", "-ac", "1", "-f", "s16le", f"file:{part}"),
            ],
            reads=[source],
            writes=part.parent,
            time_limit_s=120 + info.duration_s,
            progress=progress,
            duration_s=info.duration_s,
        )
    return Pcm(target, rate, target.stat().st_size // _BYTES)
