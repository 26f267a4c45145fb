"""Read a file's streams and packets in a process of its own, and say what was seen as lines of JSON.

Started by :mod:`cutroom.media.probe` alone; it imports little, because it starts for every file. It reports and
does not judge. Two lines come out: what the header declares, then what the packets hold.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.error
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from cutroom.media.codecs import MAX_PIXELS, input_options
from cutroom.media.confine import Unavailable, confine

#: Pictures decoded of each stream, and packets after which a stream without one counts as broken.
TRIAL_FRAMES = 8
TRIAL_PACKETS = 400
#: A jump of time stamps that ffmpeg takes for a new count, in containers that may start one (-dts_delta_threshold).
JUMP_S = 10.0
#: Characters kept of one text from the file.
TEXT_LENGTH = 200


@dataclass(slots=True)
class Track:
    """A stream's packets and first frames; times are seconds as the file counts them, ``None`` without packets."""

    stream: Any
    start_s: float | None = None
    end_s: float | None = None
    packets: int = 0
    frames: int = 0
    failed: str | None = None
    keys: int = 0
    rotation: int = 0
    transfer: int = 0
    interlaced: bool = False
    size_bytes: int = 0
    times: array[int] = field(default_factory=lambda: array("q"))
    _shift_s: float = 0.0
    _next_s: float | None = None

    def add(self, packet: av.Packet[Any], *, jumps: bool) -> None:
        """Count a packet."""
        base = float(packet.time_base)
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None:
            return
        duration_s = (packet.duration or 0) * base
        time_s = stamp * base
        if jumps:
            order_s = (packet.dts if packet.dts is not None else stamp) * base + self._shift_s
            if self._next_s is not None and abs(order_s - self._next_s) > JUMP_S:
                self._shift_s += self._next_s - order_s
                order_s = self._next_s
            self._next_s = order_s + duration_s
            time_s += self._shift_s
        self.packets += 1
        self.size_bytes += packet.size
        if not packet.is_discard:
            self.start_s = time_s if self.start_s is None else min(self.start_s, time_s)
            self.end_s = time_s + duration_s if self.end_s is None else max(self.end_s, time_s + duration_s)
        if isinstance(self.stream, VideoStream):
            self.times.append(round(time_s * 1_000_000))
            if packet.is_keyframe:
                self.keys += 1

    def try_decoding(self, packet: av.Packet[Any]) -> None:
        """Decode the stream's first frames."""
        if self.failed or self.frames >= TRIAL_FRAMES:
            return
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, ValueError) as error:
            if self.packets >= TRIAL_PACKETS or packet.size == 0:
                self.failed = str(error)[:TEXT_LENGTH]
            return
        for frame in frames:
            self.frames += 1
            if isinstance(frame, VideoFrame):
                self.rotation = round(frame.rotation)
                self.transfer = int(frame.color_trc)
                self.interlaced = self.interlaced or bool(frame.interlaced_frame)


def describe_stream(stream: Any) -> dict[str, Any]:  # noqa: ANN401 - every kind of stream
    """Say what the header declares about a stream."""
    codec = stream.codec_context
    seen: dict[str, Any] = {
        "index": stream.index,
        "kind": stream.type,
        "codec": codec.name if codec else None,
        "tag": codec.codec_tag if codec else "",
        "disposition": int(stream.disposition),
        "language": (stream.language or "")[:TEXT_LENGTH] or None,
        "bit_rate": (codec.bit_rate or 0) if isinstance(stream, AudioStream) else 0,
    }
    if isinstance(stream, VideoStream):
        aspect = stream.sample_aspect_ratio
        seen |= {
            "width": codec.width,
            "height": codec.height,
            "pixels": codec.pix_fmt or "",
            "aspect": [aspect.numerator, aspect.denominator] if aspect else [1, 1],
            "rate": _pair(stream.average_rate),
        }
    elif isinstance(stream, AudioStream):
        seen |= {"sample_rate": codec.sample_rate, "channels": codec.channels}
    return seen


def describe_track(track: Track) -> dict[str, Any]:
    """Say what the packets hold."""
    names = (
        "start_s",
        "end_s",
        "packets",
        "keys",
        "frames",
        "failed",
        "rotation",
        "transfer",
        "interlaced",
        "size_bytes",
    )
    seen = {"index": track.stream.index} | {name: getattr(track, name) for name in names}
    if track.times:
        seen |= distances(track.times)
    return seen


def distances(times: array[int]) -> dict[str, Any]:
    """Measure the distances between frames, in microseconds."""
    ordered = sorted(times)
    steps = sorted(b - a for a, b in pairwise(ordered) if b > a)
    if not steps:
        return {"step_us": 0, "odd_steps": 0.0, "span_us": 0, "steps": 0}
    typical = steps[len(steps) // 2]
    odd = sum(1 for step in steps if abs(step - typical) > max(1500, typical * 0.1))
    return {"step_us": typical, "odd_steps": odd / len(steps), "span_us": ordered[-1] - ordered[0], "steps": len(steps)}


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
                [float(chapter["start"] * chapter["time_base"]), chapter["metadata"].get("title", "")[:TEXT_LENGTH]]
                for chapter in chapters[:1000]
            ],
        )
        jumps = container.format.name in ("mpegts", "mpeg")
        tracks = {stream.index: Track(stream) for stream in streams if stream.codec_context}
        for stream in streams:
            if stream.codec_context:
                stream.codec_context.thread_count = 1
                stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        damaged = None
        try:
            for packet in container.demux([track.stream for track in tracks.values()]):
                track = tracks[packet.stream_index]
                track.add(packet, jumps=jumps)
                track.try_decoding(packet)
        except av.error.FFmpegError as error:
            damaged = str(error)[:TEXT_LENGTH]
        _say(tracks=[describe_track(track) for track in tracks.values()], damaged=damaged)


def _pair(rate: Fraction | None) -> list[int] | None:
    return [rate.numerator, rate.denominator] if rate else None


def _say(**values: Any) -> None:  # noqa: ANN401 - JSON
    print(json.dumps(values), flush=True)  # noqa: T201 - the answer to the parent


def main() -> None:
    """Read the file that the arguments name."""
    try:
        # PyAV and Python load some of their own modules only when a stream of that kind turns up.
        own = [f"read={Path(module.__file__ or '').parent}" for module in (av, os)]
        confine([*sys.argv[1 : sys.argv.index("--")], *own])
        read(sys.argv[-1])
    except (Unavailable, av.error.FFmpegError, ValueError, IndexError) as error:
        _say(error=type(error).__name__, reason=str(error)[:TEXT_LENGTH])
        sys.exit(1)


if __name__ == "__main__":
    main()
