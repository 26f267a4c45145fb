"""A recording as every browser plays it: copied where its streams are fit for that, else encoded anew.

A naive transcode of 43 odd files gave 17 wrong ones without a word: pixel formats that browsers cannot show, HDR passed
on as 10 bits, pixels that are not square, fields, 240 frames a second, sound at 8 kHz or in six channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image

from cutroom.core.errors import OutputFailed, ProcessFailed
from cutroom.core.files import written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import ffmpeg
from cutroom.media.info import AudioStream, MediaInfo, VideoStream
from cutroom.media.presets import programme_rate
from cutroom.media.sources import SOURCE, media_of
from cutroom.media.timeline import Clip, Timeline, Track, TrackKind
from cutroom.media.verify import check_copy, check_output, check_sound
from cutroom.render.clip import AUDIO_BITRATE, PRESET, render_frame
from cutroom.render.graph import PICTURE, compile_picture
from cutroom.render.sound import SAMPLE_RATE

#: 1080p, lying or standing.
LONG_SIDE, SHORT_SIDE = 1920, 1080
HIGHEST_RATE = Fraction(60)
#: A step less than clips: these files are long, and are watched, not published.
CRF = 21
#: Where a connection of a school or a phone ends.
MOST_BITS_PER_S = 8_000_000
_KEYFRAME_INTERVAL_S = 2
#: Containers whose packets carry the times that MP4 needs.
_COPIED_FROM = frozenset({"mov", "mp4", "matroska", "mpegts", "flv"})
_COPIED_SAMPLE_RATES = (44_100, SAMPLE_RATE)
_POSTER_AT_S = 1
_POSTER_QUALITY = 88
_START_LIMIT_S, _SLOWEST = 300.0, 60.0
#: Holes and late starts are filled, so that sound and picture share one clock.
_SOUND = f"aresample={SAMPLE_RATE}:async=1:min_hard_comp=0.03:first_pts=0,aformat=channel_layouts=stereo"


class _Unfit(Exception):
    """What was copied is no file that plays."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """A file that plays everywhere.

    Attributes:
        width: Pixels, 0 for sound alone.
        height: Pixels, 0 for sound alone.
        copied: Whether the picture, or sound alone, is the source's own, bit for bit.
        matrix: From YCbCr to RGB, as ffmpeg names it.
    """

    width: int
    height: int
    duration_s: float
    copied: bool
    matrix: str = "bt709"


def shows(video: VideoStream, container: str) -> bool:
    """Tell whether every browser shows a picture as it is, from an MP4 file."""
    return (
        not _COPIED_FROM.isdisjoint(container.split(","))
        and video.codec == "h264"
        and video.pixel_format == "yuv420p"
        and not (video.hdr or video.interlaced or video.rotation)
        and video.pixel_aspect == 1
        and max(video.width, video.height) <= LONG_SIDE
        and min(video.width, video.height) <= SHORT_SIDE
        and video.rate <= HIGHEST_RATE
    )


def plays(audio: AudioStream, container: str) -> bool:
    """Tell whether every browser plays a track of sound as it is, from an MP4 file."""
    return (
        not _COPIED_FROM.isdisjoint(container.split(","))
        and audio.codec == "aac"
        and audio.channels in (1, 2)
        and audio.sample_rate in _COPIED_SAMPLE_RATES
    )


def host(
    source: Path, info: MediaInfo, target: Path, *, threads: int = 1, progress: Progress = ignore_progress
) -> Hosted:
    """Write a recording as an MP4 file that plays everywhere: H.264 and AAC, index first, at most 1080p and 60 frames.

    Args:
        target: Written whole or not at all; ``.m4a`` is right for sound alone.
        threads: For encoding.

    Raises:
        ProcessFailed: If ffmpeg could not do it.
        OutputFailed: If the file cannot be written or did not pass the check.
    """
    if info.video is None:
        return _host_sound(source, info, target, progress)
    if shows(info.video, info.container) and _copied(source, info, target, progress):
        return Hosted(info.video.width, info.video.height, info.duration_s, copied=True, matrix=info.video.matrix)
    return _encode(source, info, target, threads, progress)


def host_timeline(source: Path, info: MediaInfo) -> Timeline:
    """Lay a whole recording on a timeline, in the frame and at the rate that it is hosted in."""
    video = info.video
    rate = programme_rate(video, highest=HIGHEST_RATE)
    width, height = fit(video.width, video.height) if video else (LONG_SIDE, SHORT_SIDE)
    whole = Clip(SOURCE, 0, max(1, round(Fraction(info.duration_s) * rate)))
    kinds = [*([TrackKind.VIDEO] if video else []), *([TrackKind.AUDIO] if info.audio else [])]
    tracks = tuple(Track(kind, (whole,)) for kind in kinds)
    return Timeline("", rate, width, height, (media_of(source, info),), tracks, loudness_lufs=None)


def fit(width: int, height: int) -> tuple[int, int]:
    """Bring a size within 1080p, lying or standing, to even numbers and never larger."""
    scale = min(1.0, LONG_SIDE / max(width, height), SHORT_SIDE / min(width, height))
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def write_still(source: Path, info: MediaInfo, target: Path, *, scratch: Path) -> None:
    """Write the picture one second in, or in the middle of less, as a JPEG."""
    timeline = host_timeline(source, info)
    frame = min(round(_POSTER_AT_S * timeline.rate), timeline.duration // 2)
    drawn = scratch / "still.png"
    render_frame(timeline, frame, drawn, scratch=scratch)
    with Image.open(drawn) as image, written_whole(target) as part:
        image.convert("RGB").save(part, "JPEG", quality=_POSTER_QUALITY, optimize=True)
    drawn.unlink()


def _copied(source: Path, info: MediaInfo, target: Path, progress: Progress) -> bool:
    """Copy what is fit to be copied; ``False`` where times that looked right did not come out so."""
    sound = []
    if info.audio:
        fit_sound = plays(info.audio[0], info.container)
        sound = ["-map", f"0:{info.audio[0].index}", *(("-c:a", "copy") if fit_sound else _encoded_sound())]
    picture = ["-map", f"0:{info.video.index}", "-c:v", "copy"] if info.video else []
    try:
        with written_whole(target) as part:
            try:
                _run(source, [*picture, *sound, *_mp4(part)], part, info.duration_s, progress)
            except ProcessFailed as error:
                raise _Unfit from error
            try:
                check_copy(part, info)
            except OutputFailed as error:
                raise _Unfit from error
    except _Unfit:
        return False
    return True


def _encode(source: Path, info: MediaInfo, target: Path, threads: int, progress: Progress) -> Hosted:
    timeline = host_timeline(source, info)
    picture, rate = compile_picture(timeline), timeline.rate
    duration_s = float(timeline.duration_s)
    sound = ["-map", f"0:{info.audio[0].index}", *_encoded_sound(), "-t", f"{duration_s:.6f}"] if info.audio else []
    with written_whole(target) as part:
        _run(
            source,
            [
                *("-filter_complex", picture.text, "-map", f"[{PICTURE}]", "-frames:v", str(picture.frames)),
                *("-c:v", "libx264", "-preset", PRESET, "-crf", str(CRF), "-profile:v", "high", "-pix_fmt", "yuv420p"),
                *("-maxrate", str(MOST_BITS_PER_S), "-bufsize", str(2 * MOST_BITS_PER_S), "-threads:v", str(threads)),
                *("-g", str(round(rate * _KEYFRAME_INTERVAL_S)), "-fps_mode", "passthrough"),
                *("-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
                *sound,
                *_mp4(part),
            ],
            part,
            duration_s,
            progress,
            threads=threads,
        )
        check_output(
            part,
            duration_s=duration_s,
            width=timeline.width,
            height=timeline.height,
            rate=rate,
            audio=bool(info.audio),
        )
    return Hosted(timeline.width, timeline.height, duration_s, copied=False)


def _host_sound(source: Path, info: MediaInfo, target: Path, progress: Progress) -> Hosted:
    copied = plays(info.audio[0], info.container) and _copied(source, info, target, progress)
    if not copied:
        with written_whole(target) as part:
            arguments = ["-map", f"0:{info.audio[0].index}", *_encoded_sound(), *_mp4(part)]
            _run(source, arguments, part, info.duration_s, progress)
            check_sound(part, duration_s=info.duration_s)
    return Hosted(0, 0, info.duration_s, copied)


def _encoded_sound() -> list[str]:
    return ["-af", _SOUND, "-c:a", "aac", "-b:a", str(AUDIO_BITRATE), "-ar", str(SAMPLE_RATE), "-ac", "2"]


def _mp4(part: Path) -> list[str]:
    # What a camera wrote about place and person stays with the original.
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4"),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", f"file:{part.absolute()}"),
    ]


def _run(
    source: Path, arguments: list[str], part: Path, duration_s: float, progress: Progress, *, threads: int = 1
) -> None:
    before = ["-threads", str(threads), "-reinit_filter", "0"]
    ffmpeg.run(
        ["-filter_complex_threads", "1", *ffmpeg.input_arguments(source, before=before), *arguments],
        reads=[source],
        writes=part.parent,
        time_limit_s=_START_LIMIT_S + _SLOWEST * duration_s,
        progress=progress,
        duration_s=duration_s,
    )
