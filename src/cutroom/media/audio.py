"""Sound as one channel of samples in a file, read piece by piece."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.core.errors import ProcessFailed, UnsupportedMedia
from cutroom.core.files import written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.text import one_line
from cutroom.media import ffmpeg
from cutroom.media.clock import keep_clock
from cutroom.media.info import AudioStream, MediaInfo

_BYTES = 2
#: How loud the sum of two channels may be against one of them before they count as opposed, as power.
_OPPOSED = 0.03
#: Seconds listened to in two places to find that out.
_LISTEN_S = 8.0


@dataclass(frozen=True, slots=True)
class Pcm:
    """A file of 16-bit samples of one channel, without a header; sample 0 is the recording's start.

    It ends where the sound ends, which may be before the picture does.
    """

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
            return _to_float(file.read((stop - first) * _BYTES))

    def blocks(self, block_s: float) -> Iterator[NDArray[np.float32]]:
        """Read all of it in order, ``block_s`` seconds at a time; the last block may be shorter."""
        size = max(1, round(block_s * self.rate))
        with self.path.open("rb") as file:
            while raw := file.read(size * _BYTES):
                yield _to_float(raw)


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

    Channels are averaged; of two that cancel each other out, the first is taken. Gaps, and a track that begins late,
    are filled with silence. Damaged parts are passed over until two thirds of the track are.

    Args:
        rate: Samples per second.
        stream: The track's stream number; the one to use first when left out.

    Raises:
        UnsupportedMedia: If the recording has no such sound, or it is too damaged.
        OutputFailed: If ``target`` cannot be written.
    """
    track = next((track for track in info.audio if stream in (None, track.index)), None)
    if track is None:
        raise UnsupportedMedia(
            f"{one_line(source.name)} has no sound{'' if stream is None else f' in stream {stream}'}."
        )
    mix = "pan=mono|c0=c0" if _opposed(source, info, track) else "aformat=channel_layouts=mono"
    with written_whole(target) as part:
        try:
            ffmpeg.run(
                [
                    *ffmpeg.input_arguments(source),
                    *("-map", f"0:{track.index}"),
                    # The last joins packets of 20 ms to a second: handing each on costs as much as decoding it.
                    *("-af", f"{mix},aresample={rate}:async=1:first_pts=0,asetnsamples=n={rate}:p=0"),
                    *(
                        "-t",
                        f"{info.duration_s + 10:.3f}",
                        "-f",
                        "s16le",
                        "-acodec",
                        "pcm_s16le",
                        f"file:{part.absolute()}",
                    ),
                    *keep_clock(info, track.index),
                ],
                reads=[source],
                writes=part.parent,
                time_limit_s=120 + info.duration_s,
                progress=progress,
                duration_s=info.duration_s,
            )
        except ProcessFailed as error:
            raise UnsupportedMedia(f"The sound of {one_line(source.name)} cannot be decoded: {error}") from error
        samples = part.stat().st_size // _BYTES
        if samples == 0:
            raise UnsupportedMedia(f"The sound of {one_line(source.name)} is empty or damaged from its start.")
    return Pcm(target, rate, samples)


def _opposed(source: Path, info: MediaInfo, track: AudioStream) -> bool:
    """Tell whether two channels carry the same with opposite signs, which a wrong cable does."""
    if track.channels != 2:
        return False
    sum_power = each_power = 0.0
    for share in (0.25, 0.75):
        arguments = [
            *ffmpeg.input_arguments(source, before=("-ss", f"{share * info.duration_s:.3f}")),
            *("-map", f"0:{track.index}", "-t", f"{_LISTEN_S}", "-ar", "8000", "-f", "f32le", "pipe:1"),
        ]
        raw = b""
        # Where it cannot be decoded there is nothing to hear; whether enough of it can is for the whole run to tell.
        with (
            contextlib.suppress(ProcessFailed),
            ffmpeg.stream(arguments, reads=[source], time_limit_s=60) as pipe,
        ):
            raw = pipe.read()
        samples = np.frombuffer(raw[: len(raw) // 8 * 8], "<f4").reshape(-1, 2)
        sum_power += float(np.square(samples.mean(axis=1)).sum())
        each_power += float(np.square(samples).mean(axis=1).sum())
    return sum_power < _OPPOSED * each_power


def _to_float(raw: bytes) -> NDArray[np.float32]:
    return np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32768.0
