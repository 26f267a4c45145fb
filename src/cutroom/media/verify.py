"""Our own check of a render: an exit code of 0 is no proof, a file without picture has had one."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from cutroom.core.errors import OutputFailed, ProcessFailed, UnsupportedMedia
from cutroom.core.text import one_line
from cutroom.media import ffmpeg
from cutroom.media.info import MediaInfo, VideoStream
from cutroom.media.meter import METER, Loudness, read_meter
from cutroom.media.mp4 import read_boxes
from cutroom.media.probe import probe


def check_output(
    path: Path, *, duration_s: float, width: int, height: int, rate: Fraction, audio: bool
) -> Loudness | None:
    """Prove that a finished file is what was ordered and plays from start to end.

    Its streams, sizes, rate, codecs and length are compared, the index must stand before the data, and every
    packet is decoded.

    Args:
        duration_s: As planned; 0.25 s or 1 % more or less is accepted, whichever is more.
        audio: Whether it must have sound.

    Returns:
        How loud it is, of what was decoded; ``None`` without sound.

    Raises:
        OutputFailed: With the first thing that is wrong.
    """
    info = _probed(path)
    _refuse(
        path,
        [
            *_wrong_picture(info.video, width, height, rate),
            *_wrong_sound(info, audio=audio),
            *_wrong_length(info, duration_s),
            *_wrong_order(path),
        ],
    )
    return _decode(path, info)


def check_sound(path: Path, *, duration_s: float) -> None:
    """Prove that a finished file of sound alone is what was ordered and plays from start to end.

    Raises:
        OutputFailed: With the first thing that is wrong.
    """
    info = _probed(path)
    extra = ["it has a picture"] if info.video else []
    _refuse(path, [*extra, *_wrong_sound(info, audio=True), *_wrong_length(info, duration_s), *_wrong_order(path)])
    _decode(path, info)


def check_copy(path: Path, source: MediaInfo) -> None:
    """Prove that a file into which streams were copied holds them whole, where a player looks for them.

    Its packets are counted and their times measured. They are not decoded: they are the source's own.

    Args:
        source: What was copied from; its picture, and the first of its tracks of sound.

    Raises:
        OutputFailed: With the first thing that is wrong.
    """
    info = _probed(path)
    wrong = [*_wrong_length(info, source.duration_s), *_wrong_order(path)]
    if (found := _shape(info.video)) != (wanted := _shape(source.video)):
        wrong.append(f"its picture is {found} and not {wanted}")
    if len(info.audio) != min(1, len(source.audio)) or any(track.codec != "aac" for track in info.audio):
        wrong.append("its sound is not the one that was copied")
    _refuse(path, wrong)


def _probed(path: Path) -> MediaInfo:
    try:
        return probe(path)
    except UnsupportedMedia as error:
        raise OutputFailed(f"The finished file {path.name} did not pass its check: {error}") from error


def _refuse(path: Path, wrong: list[str]) -> None:
    if wrong:
        raise OutputFailed(f"The finished file {path.name} did not pass its check: {'; '.join(wrong)}.")


def _shape(video: VideoStream | None) -> str:
    return "none" if video is None else f"{video.codec} {video.pixel_format} {video.width} × {video.height}"


def _wrong_length(info: MediaInfo, duration_s: float) -> list[str]:
    if abs(info.duration_s - duration_s) > max(0.25, 0.01 * duration_s):
        return [f"it lasts {info.duration_s:.2f} s and not {duration_s:.2f} s"]
    return []


def _wrong_order(path: Path) -> list[str]:
    order = [name for name, _ in read_boxes(path)]
    if "moov" not in order or "mdat" not in order or order.index("moov") > order.index("mdat"):
        return ["its index does not stand at the start"]
    return []


def _wrong_picture(video: VideoStream | None, width: int, height: int, rate: Fraction) -> list[str]:
    if video is None:
        return ["it has no picture"]
    wrong = []
    if (video.width, video.height) != (width, height):
        wrong.append(f"its picture is {video.width} × {video.height} and not {width} × {height}")
    if video.rotation or video.codec != "h264" or video.pixel_format != "yuv420p":
        wrong.append(f"its picture is {video.codec} {video.pixel_format}, turned by {video.rotation}°")
    if abs(video.rate - rate) > rate / 1000 or video.variable_rate:
        wrong.append(f"it runs at {float(video.rate):.3f} frames a second and not {float(rate):.3f}, all alike")
    return wrong


def _wrong_sound(info: MediaInfo, *, audio: bool) -> list[str]:
    if len(info.audio) != int(audio):
        return [f"it has {len(info.audio)} tracks of sound"]
    return [
        f"its sound is {track.codec} at {track.sample_rate} Hz"
        for track in info.audio
        if (track.codec, track.sample_rate) != ("aac", 48000)
    ]


def _decode(path: Path, info: MediaInfo) -> Loudness | None:
    arguments = [
        "-xerror",
        # Without "aggressive" a quarter of all damage of 400 bytes in a picture goes unnoticed. Smoothing the edges of
        # blocks comes after all that can fail, and is a fifth of the work.
        *ffmpeg.input_arguments(path, before=("-err_detect", "aggressive+explode", "-skip_loop_filter", "all")),
        *(("-map", "0:v") if info.video else ()),
        *(("-map", "0:a", "-af", METER) if info.audio else ()),
        *("-f", "null", "-"),
    ]
    try:
        said = ffmpeg.run(arguments, reads=[path], writes=None, time_limit_s=60 + 4 * info.duration_s)
    except ProcessFailed as error:
        raise OutputFailed(f"The finished file {path.name} does not play to its end: {error}") from error
    if wrong := [line for line in said.splitlines() if "[error]" in line or "[fatal]" in line]:
        raise OutputFailed(f"The finished file {path.name} does not play cleanly: {one_line(wrong[0], 200)}")
    return read_meter(said) if info.audio else None
