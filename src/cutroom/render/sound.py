"""A timeline's sound, cut to the sample and brought to its loudness."""

from __future__ import annotations

import contextlib
import itertools
import math
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import ffmpeg
from cutroom.media.meter import METER, Loudness, read_meter
from cutroom.media.timeline import Clip, Timeline, TrackKind
from cutroom.render.graph import Run, cut_runs

SAMPLE_RATE = 48_000
CHANNELS = 2
#: A cut in the middle of a wave clicks; 3 ms of fade on both sides is too short to be heard as one.
_FADE_SAMPLES = SAMPLE_RATE * 3 // 1000
_BLOCK_SAMPLES = SAMPLE_RATE * 10
_TIME_LIMIT_S = 3600.0

#: Silence and hiss must not become noise.
MAX_GAIN_DB = 20.0
#: Half a decibel of it is lost in AAC at 160 kb/s, so that -1.5 dBTP holds in the file.
PEAK_LIMIT_DBTP = -2.0
_CLOSE_ENOUGH_LU = 0.3


def cut_sound(timeline: Timeline, target: Path, *, progress: Progress = ignore_progress) -> None:
    """Write the audio track's clips one after another: 48 kHz, two channels, 32 bits.

    A clip starts at the sample nearest to its first frame, in the source and in the programme, so the half samples
    lost do not add up. What a source lacks is silence. Memory does not grow with length.

    Args:
        target: A WAV file, as long as the programme.
    """
    track = timeline.track(TrackKind.AUDIO)
    samples_per_frame = SAMPLE_RATE / timeline.rate
    with wave.open(str(target), "wb") as file:
        file.setparams((CHANNELS, 4, SAMPLE_RATE, 0, "NONE", "not compressed"))
        frame = 0
        for run in cut_runs(track.clips if track else (), timeline):
            with _open(run) as source:
                for clip, joined_before, joined_after in _joins(run.clips):
                    start = round(frame * samples_per_frame)
                    frame += clip.duration
                    length = round(frame * samples_per_frame) - start
                    source.skip_to(round((clip.source_start - run.seek) * samples_per_frame))
                    gain = 10 ** (clip.gain_db / 20)
                    for offset, block in source.read(length):
                        fade = _fade(offset, len(block), length, fade_in=not joined_before, fade_out=not joined_after)
                        file.writeframesraw(_to_integers(block * (gain * fade[:, None])))
                    progress(frame / timeline.duration)
        for silent in _pieces(round(timeline.duration * samples_per_frame) - file.tell()):
            file.writeframesraw(bytes(silent * 4 * CHANNELS))


def master_sound(cut: Path, target: Path, *, loudness_lufs: float) -> Loudness:
    """Bring a cut programme to a loudness, its true peaks to at most :data:`PEAK_LIMIT_DBTP`.

    One gain for the whole programme keeps its dynamics; a limiter takes the peaks that this lifts too high. It sees
    samples only, so it runs at four times the rate, where they come near the true peaks.

    Args:
        cut: From :func:`cut_sound`.
        target: A WAV file of the same length.

    Returns:
        What was reached; less than asked for where :data:`MAX_GAIN_DB` stands in the way.
    """
    missing_lu = loudness_lufs - measure_loudness(cut).integrated_lufs
    gain_db = 0.0
    for _ in range(3):
        gain_db = min(MAX_GAIN_DB, gain_db + missing_lu) if math.isfinite(missing_lu) else 0.0
        reached = _master(cut, target, gain_db)
        # The limiter takes some loudness with the peaks.
        missing_lu = loudness_lufs - reached.integrated_lufs
        if gain_db == MAX_GAIN_DB or not _CLOSE_ENOUGH_LU < missing_lu < math.inf:
            break
    return reached


def measure_loudness(path: Path) -> Loudness:
    """Measure the first track of a file of ours."""
    measure = ["-map", "0:a:0", "-af", METER, "-f", "null", "-"]
    return read_meter(
        ffmpeg.run([*ffmpeg.input_arguments(path), *measure], reads=[path], writes=None, time_limit_s=_TIME_LIMIT_S)
    )


def _master(cut: Path, target: Path, gain_db: float) -> Loudness:
    limit = f"alimiter=limit={10 ** (PEAK_LIMIT_DBTP / 20):.4f}:level=disabled:attack=2:release=60:latency=1"
    chain = f"volume={gain_db:.2f}dB,aresample={4 * SAMPLE_RATE},{limit},aresample={SAMPLE_RATE},{METER}"
    output = ["-af", chain, "-c:a", "pcm_s32le", "-ar", str(SAMPLE_RATE), "-f", "wav", f"file:{target}"]
    return read_meter(
        ffmpeg.run(
            [*ffmpeg.input_arguments(cut), *output], reads=[cut], writes=target.parent, time_limit_s=_TIME_LIMIT_S
        )
    )


class _Source:
    """A source's sound from a run's first frame read, in samples of two channels; silence where it has none."""

    def __init__(self, pipe: BinaryIO | None) -> None:
        self._pipe = pipe
        self._position = 0

    def skip_to(self, position: int) -> None:
        for _ in self.read(position - self._position):
            pass

    def read(self, length: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Give ``length`` samples in blocks of shape (samples, channels), each with its distance from the first."""
        offset = 0
        for size in _pieces(length):
            raw = self._pipe.read(size * 4 * CHANNELS) if self._pipe else b""
            found = np.frombuffer(raw[: len(raw) // (4 * CHANNELS) * 4 * CHANNELS], "<f4").reshape(-1, CHANNELS)
            yield offset, np.pad(found, ((0, size - len(found)), (0, 0)))
            offset += size
        self._position += offset


@contextlib.contextmanager
def _open(run: Run) -> Iterator[_Source]:
    if run.media.audio_stream is None:
        yield _Source(None)
        return
    # Holes and late starts are filled; 30 ms is the most that a drifting recorder may be off before it is put right.
    clock = f"aresample={SAMPLE_RATE}:async=1:min_hard_comp=0.03:first_pts=0"
    last = run.clips[-1].source_start + run.clips[-1].duration - run.seek
    arguments = [
        *ffmpeg.input_arguments(run.media.path, before=run.seek_options()),
        *("-map", f"0:{run.media.audio_stream}", "-vn", "-sn", "-dn", "-t", f"{float(last / run.rate) + 1:.3f}"),
        *("-af", f"{clock},aformat=sample_fmts=flt:channel_layouts=stereo", "-f", "f32le", "pipe:1"),
        *run.clock_options(0, used=run.media.audio_stream),
    ]
    with ffmpeg.stream(arguments, reads=[run.media.path], time_limit_s=_TIME_LIMIT_S) as pipe:
        yield _Source(pipe)


def _joins(clips: Sequence[Clip]) -> Iterator[tuple[Clip, bool, bool]]:
    """Tell for each clip whether it goes on from the one before, and into the one after, without a cut."""
    joined = [
        before.media == after.media and before.source_start + before.duration == after.source_start
        for before, after in itertools.pairwise(clips)
    ]
    yield from zip(clips, [False, *joined], [*joined, False], strict=True)


def _fade(offset: int, size: int, length: int, *, fade_in: bool, fade_out: bool) -> NDArray[np.float32]:
    """Shape the edges of a clip: the gains of ``size`` samples from ``offset`` of its ``length``."""
    at = np.arange(offset, offset + size, dtype=np.float32)
    edge = np.full(size, _FADE_SAMPLES, np.float32)
    if fade_in:
        edge = np.minimum(edge, at)
    if fade_out:
        edge = np.minimum(edge, length - 1 - at)
    gains: NDArray[np.float32] = np.sin(edge * np.float32(math.pi / 2 / _FADE_SAMPLES)) ** 2
    return gains


def _to_integers(block: NDArray[np.float32]) -> bytes:
    # The largest float below 2³¹: one more would wrap round to the other end.
    return (block.clip(-1, 1) * np.float32(2**31 - 128)).astype("<i4").tobytes()


def _pieces(length: int) -> Iterator[int]:
    """Cut a length into blocks."""
    for start in range(0, length, _BLOCK_SAMPLES):
        yield min(_BLOCK_SAMPLES, length - start)
