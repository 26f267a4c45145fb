"""A ladder of sizes for connections that change (HTTP Live Streaming, RFC 8216), each file of it checked.

A full disk gives an exit code of 0, no message, a playlist of no bytes and segments of none: nothing is believed here
that was not looked at.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from cutroom.core.errors import OutputFailed
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import ffmpeg
from cutroom.media.probe import probe
from cutroom.render.clip import PRESET
from cutroom.render.hosting import Hosted

MASTER = "master.m3u8"
PLAYLIST = "index.m3u8"
_SEGMENT_S = 6
_KEYFRAME_S = 2
_CRF = 22
#: Packets of a transport stream: ISO/IEC 13818-1.
_PACKET_BYTES, _SYNC = 188, 0x47
_START_LIMIT_S, _SLOWEST = 300.0, 60.0


@dataclass(frozen=True, slots=True)
class Rung:
    """A size of the ladder.

    Attributes:
        side: Of the shorter side, pixels.
        bits_per_s: The most that it takes.
    """

    side: int
    bits_per_s: int

    @property
    def name(self) -> str:
        """Such as ``720p``."""
        return f"{self.side}p"

    def size(self, hosted: Hosted) -> tuple[int, int]:
        """Give width and height in even pixels."""
        scale = self.side / min(hosted.width, hosted.height)
        return round(hosted.width * scale / 2) * 2, round(hosted.height * scale / 2) * 2


_LADDER = (Rung(1080, 6_000_000), Rung(720, 3_000_000), Rung(480, 1_200_000))


def choose_rungs(hosted: Hosted) -> tuple[Rung, ...]:
    """Choose the sizes that are not above the recording's own; the lowest, at its own size, for a smaller one."""
    side = min(hosted.width, hosted.height) // 2 * 2
    return tuple(rung for rung in _LADDER if rung.side <= side) or (Rung(side, _LADDER[-1].bits_per_s),)


def write_hls(
    video: Path, hosted: Hosted, folder: Path, *, sound: bool, threads: int = 1, progress: Progress = ignore_progress
) -> tuple[Path, ...]:
    """Write a ladder by one run of ffmpeg.

    Args:
        video: From :func:`cutroom.render.hosting.host`, with a picture.
        folder: Made; it holds ``master.m3u8`` and a folder for each size.
        sound: Whether ``video`` has sound.

    Returns:
        All files, the master playlist first.

    Raises:
        ProcessFailed: If ffmpeg could not do it.
        OutputFailed: If any file of it is not whole.
    """
    rungs = choose_rungs(hosted)
    folder.mkdir()
    for rung in rungs:
        (folder / rung.name).mkdir()
    split = f"[0:v:0]split={len(rungs)}" + "".join(f"[in{number}]" for number in range(len(rungs)))
    scaled = (
        f"[in{number}]scale={rung.size(hosted)[0]}:{rung.size(hosted)[1]}:flags=bicubic,setsar=1[out{number}]"
        for number, rung in enumerate(rungs)
    )
    streams = " ".join(
        f"v:{number},{f'a:{number},' if sound else ''}name:{rung.name}" for number, rung in enumerate(rungs)
    )
    ffmpeg.run(
        [
            *ffmpeg.input_arguments(video),
            *("-filter_complex", ";".join([split, *scaled])),
            *(item for number, rung in enumerate(rungs) for item in _picture(number, rung)),
            *(item for _ in rungs for item in (("-map", "0:a:0") if sound else ())),
            *("-c:a", "copy", "-c:v", "libx264", "-preset", PRESET, "-crf", str(_CRF), "-pix_fmt", "yuv420p"),
            *("-threads:v", str(threads), "-sc_threshold", "0"),
            *("-force_key_frames", f"expr:gte(t,n_forced*{_KEYFRAME_S})"),
            *("-f", "hls", "-hls_time", str(_SEGMENT_S), "-hls_playlist_type", "vod", "-hls_list_size", "0"),
            *("-hls_flags", "independent_segments", "-master_pl_name", MASTER, "-var_stream_map", streams),
            *("-hls_segment_filename", f"{folder.absolute()}/%v/%d.ts", f"{folder.absolute()}/%v/{PLAYLIST}"),
        ],
        reads=[video],
        writes=folder,
        time_limit_s=_START_LIMIT_S + _SLOWEST * hosted.duration_s,
        progress=progress,
        duration_s=hosted.duration_s,
    )
    return check_hls(folder, hosted, rungs, sound=sound)


def check_hls(folder: Path, hosted: Hosted, rungs: tuple[Rung, ...], *, sound: bool) -> tuple[Path, ...]:
    """Prove that a ladder is whole: each size named, each segment there and full, and all of them one recording.

    Returns:
        All files, the master playlist first.

    Raises:
        OutputFailed: With the first thing that is wrong.
    """
    master = _read(folder / MASTER)
    files = [folder / MASTER]
    for rung in rungs:
        named = f"{rung.name}/{PLAYLIST}"
        if named not in master:
            raise _broken(folder / MASTER, f"it does not name {named}")
        playlist = folder / named
        files += [playlist, *_check_segments(playlist, hosted.duration_s)]
        _check_whole(playlist, hosted, rung, sound=sound)
    return tuple(files)


def _picture(number: int, rung: Rung) -> list[str]:
    most = rung.bits_per_s
    return [
        *("-map", f"[out{number}]"),
        *(f"-maxrate:v:{number}", str(most), f"-bufsize:v:{number}", str(2 * most)),
    ]


def _check_segments(playlist: Path, duration_s: float) -> list[Path]:
    text = _read(playlist)
    if "#EXT-X-ENDLIST" not in text:
        raise _broken(playlist, "it has no end")
    lengths = [float(length) for length in re.findall(r"^#EXTINF:([0-9.]+)", text, re.MULTILINE)]
    segments = [playlist.parent / line for line in text.splitlines() if line and not line.startswith("#")]
    if not segments or len(segments) != len(lengths):
        raise _broken(playlist, f"it names {len(segments)} segments and {len(lengths)} lengths")
    if abs(sum(lengths) - duration_s) > max(0.5, 0.01 * duration_s):
        raise _broken(playlist, f"it lasts {sum(lengths):.2f} s and not {duration_s:.2f} s")
    for segment in segments:
        size = segment.stat().st_size if segment.is_file() else 0
        if size == 0 or size % _PACKET_BYTES:
            raise _broken(segment, f"it has {size} bytes, which is no transport stream")
        with segment.open("rb") as file:
            if file.read(1)[0] != _SYNC:
                raise _broken(segment, "it is no transport stream")
    return segments


def _check_whole(playlist: Path, hosted: Hosted, rung: Rung, *, sound: bool) -> None:
    """Read a size from end to end; its segments one after another are one stream."""
    whole = playlist.parent / "whole.mpegts"
    with whole.open("wb") as target:
        for segment in _check_segments(playlist, hosted.duration_s):
            with segment.open("rb") as source:
                shutil.copyfileobj(source, target)
    try:
        info = probe(whole)
    finally:
        whole.unlink()
    if info.video is None or (info.video.width, info.video.height) != rung.size(hosted):
        raise _broken(playlist, "its picture is not the one that was ordered")
    if bool(info.audio) != sound:
        raise _broken(playlist, "its sound is missing" if sound else "it has sound that was not there")
    if abs(info.duration_s - hosted.duration_s) > max(0.5, 0.01 * hosted.duration_s):
        raise _broken(playlist, f"its segments last {info.duration_s:.2f} s and not {hosted.duration_s:.2f} s")


def _read(path: Path) -> str:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if not text.startswith("#EXTM3U"):
        raise _broken(path, "it is empty or no playlist")
    return text


def _broken(path: Path, why: str) -> OutputFailed:
    return OutputFailed(f"The file {path.parent.name}/{path.name} did not pass its check: {why}.")
