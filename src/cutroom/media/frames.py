"""Pictures out of a recording, small, few and with their exact times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
from numpy.typing import NDArray

from cutroom.core.errors import ProcessFailed, UnsupportedMedia
from cutroom.core.text import one_line
from cutroom.media import ffmpeg
from cutroom.media.clock import keep_clock
from cutroom.media.codecs import RESTARTING
from cutroom.media.info import MediaInfo, VideoStream

#: Keyframes further apart than this leave too much unseen, in seconds; the usual 250 frames are 10.4 s of film.
SPARSE_S = 10.5

_TIME_BASE = re.compile(r"\[Parsed_showinfo_\d+ @ 0x[0-9a-f]+\] (?:\[info\] )?config in time_base: (\d+)/(\d+)")
_PTS = re.compile(r"\[Parsed_showinfo_\d+ @ 0x[0-9a-f]+\] (?:\[info\] )?n: *\d+ pts: *(-?\d+|NOPTS) ")

#: Seconds that a picture's time may come after the picture.
_TIME_LIMIT_S = 10
#: Times nearer than this are the same: some containers count in milliseconds.
_AT_S = 0.001
#: From PQ or HLG to an ordinary screen. Files often leave out the colours, and all such files have these.
_TONE_MAP = (
    "setparams=colorspace=bt2020nc:color_primaries=bt2020,zscale=t=linear:npl=100,format=gbrpf32le,"
    "zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture as shown: upright, square pixels, ordinary brightness.

    Attributes:
        time_s: From the start of the recording.
        pixels: Shape (height, width, 3), RGB.
    """

    time_s: float
    pixels: NDArray[np.uint8]


def keyframes(source: Path, info: MediaInfo, *, width: int, interval_s: float | None = None) -> Iterator[Frame]:
    """Decode the keyframes, in order of time.

    Args:
        width: Of the pictures, in pixels; the height follows.
        interval_s: Also give a picture at least this often.

    Raises:
        UnsupportedMedia: If the recording has no picture, or most of it cannot be decoded.
    """
    video = picture_of(source, info)
    wanted_s = interval_s if interval_s is not None else SPARSE_S
    # Frame threads wait for each other over pictures that are skipped. "-discard nokey" is cheaper still, but the
    # decoder then guesses times and is a frame or two off.
    before: tuple[str, ...] = ("-threads", "1", "-skip_frame", "nokey")
    thin = "select=key,"  # some decoders do not skip
    if video.keyframe_interval_s > wanted_s:
        before = ("-skip_frame", "noref", "-skip_loop_filter", "all")
        thin = f"select='isnan(prev_selected_t)+key+gte(t-prev_selected_t,{wanted_s:.3f})',"
    yield from _decode(source, info, video, width, before, thin, time_limit_s=600 + 2 * info.duration_s)


def frame_at(source: Path, info: MediaInfo, time_s: float, *, width: int) -> Frame:
    """Decode the first picture at or after a moment, or the last one before it at the end.

    Raises:
        UnsupportedMedia: If the recording has no picture, or none that decodes near there.
    """
    video = picture_of(source, info)
    # MPEG streams have no index: a seek lands between keyframes, and what comes before the next one does not decode.
    margin_s = 1 + 2 * video.keyframe_interval_s if info.container in RESTARTING else 0.0
    for back_s in (margin_s, 1.0 + margin_s, 10.0 + margin_s, time_s):
        start_s = max(0.0, time_s - back_s - _AT_S / 2)
        last = None
        for frame in _decode(source, info, video, width, ("-ss", f"{start_s:.6f}"), "", time_limit_s=60):
            last = Frame(frame.time_s + start_s, frame.pixels)
            if last.time_s >= time_s - _AT_S:
                return last
        if last is not None:
            return last
    raise UnsupportedMedia(f"{one_line(source.name)} has no picture at {time_s:.1f} s that can be decoded.")


def picture_of(source: Path, info: MediaInfo) -> VideoStream:
    """Give the stream of pictures.

    Raises:
        UnsupportedMedia: If the recording has none.
    """
    if info.video is None:
        raise UnsupportedMedia(f"{one_line(source.name)} has no picture.")
    return info.video


def as_shown(video: VideoStream, width: int) -> tuple[int, str]:
    """Give the height of pictures of this width, and the filters that make them what :class:`Frame` says."""
    height = max(1, round(width * video.height / video.width))
    # ffmpeg turns the picture upright before the graph; the size given here makes its pixels square.
    return height, f"scale={width}:{height}:flags=area,setsar=1,{_TONE_MAP if video.hdr else ''}format=rgb24"


def _decode(
    source: Path,
    info: MediaInfo,
    video: VideoStream,
    width: int,
    before: Sequence[str],
    thin: str,
    *,
    time_limit_s: float,
) -> Iterator[Frame]:
    height, filters = as_shown(video, width)
    graph = f"{thin}{filters},showinfo=checksum=0"
    times: SimpleQueue[str] = SimpleQueue()
    base: list[Fraction] = []

    def note(line: str) -> None:
        if found := _PTS.match(line):
            times.put(found[1])
        elif not base and (found := _TIME_BASE.match(line)):
            base.append(Fraction(int(found[1]), int(found[2])))

    arguments = [
        *ffmpeg.input_arguments(source, before=before),
        *("-map", f"0:{video.index}", "-vf", graph, "-fps_mode", "passthrough"),
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"),
        *keep_clock(info, video.index),
    ]
    size = width * height * 3
    try:
        with ffmpeg.stream(arguments, reads=[source], time_limit_s=time_limit_s, on_message=note) as pipe:
            while len(raw := pipe.read(size)) == size:
                # showinfo speaks before it passes a picture on, so the time is there or about to be.
                pts = times.get(timeout=_TIME_LIMIT_S)
                if pts != "NOPTS":
                    yield Frame(float(int(pts) * base[0]), np.frombuffer(raw, np.uint8).reshape(height, width, 3))
    except ProcessFailed as error:
        raise UnsupportedMedia(f"The picture of {one_line(source.name)} cannot be decoded: {error}") from error
    except Empty as error:
        raise ProcessFailed("ffmpeg gave a picture without its time: use another ffmpeg.") from error
