"""Read a file's streams and packets in a process of its own, and say what was seen as lines of JSON.

Started by :mod:`cutroom.media.probe` alone; it imports little, because it starts for every file. It reports and
does not judge. Two lines come out: what the header declares, then what the packets hold.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.error
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from cutroom.media.codecs import AUDIO_DECODERS, MAX_CHAPTERS, MAX_PIXELS, RESTARTING, VIDEO_DECODERS, input_options
from cutroom.media.confine import Unavailable, confine

#: Frames decoded of each stream, and packets after which it is given up.
TRIAL_FRAMES = 8
TRIAL_PACKETS = 400
#: A jump of time stamps that ffmpeg takes for a new count, in containers that may start one (-dts_delta_threshold).
JUMP_S = 10.0
#: Characters kept of one text from the file.
TEXT_LENGTH = 120

_DECODERS = frozenset(VIDEO_DECODERS + AUDIO_DECODERS)


@dataclass(slots=True)
class Track:
    """A stream's packets and first frames; times are seconds as the file counts them, ``None`` without packets."""

    stream: Any
    start_s: float | None = None
    end_s: float | None = None
    packets: int = 0
    size_bytes: int = 0
    keys: int = 0
    encrypted: bool = False
    frames: int = 0
    interlaced: int = 0
    rotation: int = 0
    transfer: int = 2
    matrix: int = 2
    times_us: array[int] = field(default_factory=lambda: array("q"))
    _shift_s: float = 0.0
    _next_s: float | None = None

    def add(self, packet: av.Packet[Any], *, restarts: bool) -> None:
        """Count a packet.

        Args:
            restarts: Whether a jump of the time stamps starts a new count, which ffmpeg joins to the one before.
        """
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None:
            return
        base = float(packet.time_base)
        duration_s = (packet.duration or 0) * base
        time_s = stamp * base
        if restarts:
            order_s = (packet.dts if packet.dts is not None else stamp) * base + self._shift_s
            if self._next_s is not None and abs(order_s - self._next_s) > JUMP_S:
                self._shift_s += self._next_s - order_s
                order_s = self._next_s
            self._next_s = order_s + duration_s
            time_s += self._shift_s
        self.packets += 1
        self.size_bytes += packet.size
        if self.packets <= TRIAL_FRAMES:
            self.encrypted = self.encrypted or packet.has_sidedata("encryption_info")
        if packet.is_discard:
            return
        self.start_s = time_s if self.start_s is None else min(self.start_s, time_s)
        self.end_s = time_s + duration_s if self.end_s is None else max(self.end_s, time_s + duration_s)
        if isinstance(self.stream, VideoStream):
            self.times_us.append(round(time_s * 1_000_000))
            self.keys += packet.is_keyframe

    def try_decoding(self, packet: av.Packet[Any]) -> None:
        """Decode the stream's first frames; damaged ones are passed over, as they are later."""
        if self.frames >= TRIAL_FRAMES or self.packets > TRIAL_PACKETS:
            return
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, ValueError):
            return
        for frame in frames:
            self.frames += 1
            if isinstance(frame, VideoFrame):
                self.rotation = round(frame.rotation)
                self.transfer, self.matrix = int(frame.color_trc), int(frame.colorspace)
                self.interlaced += bool(frame.interlaced_frame)


def describe_stream(stream: Any) -> dict[str, Any]:  # noqa: ANN401 - every kind of stream
    """Say what the header declares about a stream."""
    codec = stream.codec_context
    seen: dict[str, Any] = {
        "index": stream.index,
        "kind": stream.type,
        "codec": codec.name if codec else "unknown",
        "disposition": int(stream.disposition),
        "language": (stream.language or "")[:TEXT_LENGTH],
    }
    if codec and isinstance(stream, VideoStream):
        aspect = stream.sample_aspect_ratio
        seen |= {
            "width": codec.width,
            "height": codec.height,
            "aspect": [aspect.numerator, aspect.denominator] if aspect else [1, 1],
            "pixel_format": codec.pix_fmt or "",
        }
    elif codec:
        seen |= {"sample_rate": codec.sample_rate, "channels": codec.channels}
    return seen


def describe_track(track: Track) -> dict[str, Any]:
    """Say what the packets hold."""
    names = (
        "start_s", "end_s", "packets", "size_bytes", "keys", "encrypted", "frames", "interlaced", "rotation",
        "transfer", "matrix",
    )  # fmt: skip
    seen = {name: getattr(track, name) for name in names}
    return seen | {"index": track.stream.index} | measure_steps(track.times_us)


def measure_steps(times_us: Iterable[int]) -> dict[str, Any]:
    """Measure the distances between frames.

    Returns:
        ``step_us``, the mean of the typical distances, which evens out a container's rounding; ``steps``, how many
        there are; and ``odd_steps``, how many are more than a tenth off.
    """
    steps = sorted(after - before for before, after in pairwise(sorted(times_us)) if after > before)
    if not steps:
        return {"step_us": 0.0, "steps": 0, "odd_steps": 0}
    middle = steps[len(steps) // 2]
    typical = [step for step in steps if abs(step - middle) <= max(1500, middle * 0.1)]
    return {"step_us": sum(typical) / len(typical), "steps": len(steps), "odd_steps": len(steps) - len(typical)}


def read(path: str) -> None:
    """Read the file and print the two lines."""
    with av.open(f"file:{path}", options=input_options(), metadata_errors="replace") as opened:
        container: Any = opened  # its stubs promise a start time and codecs, which a hostile file has not
        streams: list[Any] = [stream for stream in container.streams if isinstance(stream, VideoStream | AudioStream)]
        chapters = container.chapters()
        _say(
            container=container.format.name,
            start_s=container.start_time / 1_000_000 if container.start_time is not None else None,
            declared_s=container.duration / 1_000_000 if container.duration is not None else None,
            streams=[describe_stream(stream) for stream in streams],
            stream_count=len(container.streams),
            chapter_count=len(chapters),
            chapters=[
                (float(chapter["start"] * chapter["time_base"]), chapter["metadata"].get("title", "")[:TEXT_LENGTH])
                for chapter in (chapters if len(chapters) <= MAX_CHAPTERS else ())
            ],
        )
        # The list of codecs binds the library's own decoding, not a decoder opened by us: check it here.
        known = [stream for stream in streams if stream.codec_context and stream.codec_context.name in _DECODERS]
        for stream in known:
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        tracks = {stream.index: Track(stream) for stream in known}
        damaged = False
        try:
            for packet in container.demux(known) if known else ():
                track = tracks[packet.stream_index]
                track.add(packet, restarts=container.format.name in RESTARTING)
                track.try_decoding(packet)
        except av.error.FFmpegError:
            damaged = True
        _say(tracks=[describe_track(track) for track in tracks.values()], damaged=damaged)


def _say(**values: Any) -> None:  # noqa: ANN401 - JSON
    # Escapes would make six bytes of a character, and the parent reads so many bytes and no more.
    sys.stdout.buffer.write(json.dumps(values, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Read the file that the arguments name, confined to it."""
    split = sys.argv.index("--")
    try:
        # PyAV and Python load some of their own modules only when a stream of that kind turns up.
        own = [f"read={Path(module.__file__ or '').parent}" for module in (av, os)]
        confine([*sys.argv[1:split], *own])
        read(sys.argv[split + 1])
    except (Unavailable, av.error.FFmpegError, ValueError, MemoryError, OSError) as error:
        _say(error=type(error).__name__)
        sys.exit(1)


if __name__ == "__main__":
    main()
