"""The gate: what a file is, measured, or one sentence that says why it cannot be used."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

from cutroom.core.errors import UnsupportedMedia
from cutroom.core.files import sha256_of
from cutroom.core.settings import get_settings
from cutroom.media.info import AudioStream, MediaInfo, VideoStream
from cutroom.media.process import Child
from cutroom.media.sandbox import GIB, Policy

#: Bytes of the child's answer that are read at most.
ANSWER_BYTES = 1_000_000
#: Seconds that reading a header may take.
HEADER_LIMIT_S = 10.0

#: Rates that recorders mean, most exact first.
_RATES = tuple(
    Fraction(n, d)
    for n, d in (
        (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1),
        (120000, 1001), (120, 1), (240, 1), (15, 1), (12, 1), (10, 1), (5, 1),
    )
)  # fmt: skip
_ATTACHED_PICTURE = 0x400
_DEFAULT = 0x1
_HDR_TRANSFERS = (16, 18)  # PQ and HLG, ITU-T H.273 table 3


def probe(path: Path) -> MediaInfo:
    """Open, scan and hash a recording.

    Raises:
        UnsupportedMedia: If it is missing, not media, encrypted, damaged or beyond the limits.
    """
    path = path.absolute()
    _check_file(path)
    with ThreadPoolExecutor(1) as pool:
        digest = pool.submit(sha256_of, path)
        header, packets = _read(path)
        return _judge(path, header, packets, digest.result())


def _check_file(path: Path) -> None:
    if not path.exists():
        raise UnsupportedMedia(f"There is no file {path}: check the name.")
    if path.is_dir():
        raise UnsupportedMedia(f"{path} is a folder: name one recording.")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise UnsupportedMedia(f"{path} cannot be read ({error.strerror}): change its rights.") from error
    if not head:
        raise UnsupportedMedia(f"{path.name} is empty: copy or record it again.")


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    limit_s = 60 + path.stat().st_size / 20e6
    policy = Policy(reads=(path,), memory_bytes=2 * GIB)
    command = [sys.executable, "-I", "-m", "cutroom.media.demux", *policy.options(), "--", str(path)]
    with Child(command, time_limit_s=limit_s) as child:
        lines = child.stdout.read(ANSWER_BYTES).splitlines()
        child.wait()
        if child.timed_out:
            raise UnsupportedMedia(f"{path.name} could not be read within {limit_s:.0f} s: it is damaged or too long.")
    answers = [json.loads(line) for line in lines]
    if len(answers) < 2:
        reason = answers[-1].get("reason", "") if answers else ""
        raise UnsupportedMedia(f"{path.name} is not a recording that can be read ({reason}).")
    return answers[0], answers[1]


def _judge(path: Path, header: dict[str, Any], packets: dict[str, Any], sha256: str) -> MediaInfo:
    seen = {track["index"]: track for track in packets["tracks"]}
    notes: list[str] = []
    usable = [s for s in header["streams"] if s["index"] in seen and seen[s["index"]]["frames"]]
    notes += [
        f"Stream {stream['index']} ({stream['kind']}) does not decode and is left out."
        for stream in header["streams"]
        if stream not in usable and not stream["disposition"] & _ATTACHED_PICTURE
    ]
    pictures = [s for s in usable if s["kind"] == "video" and not s["disposition"] & _ATTACHED_PICTURE]
    sounds = [s for s in usable if s["kind"] == "audio"]
    if not pictures and not sounds:
        raise UnsupportedMedia(f"{path.name} holds no picture and no sound that can be decoded.")
    pictures.sort(key=lambda s: (-(s["disposition"] & _DEFAULT), -s["width"] * s["height"]))
    sounds.sort(key=lambda s: (-(s["disposition"] & _DEFAULT), -s["channels"], -s["bit_rate"]))
    used = [*pictures[:1], *sounds]
    start_s = min((header["start_s"] or 0.0), *(seen[s["index"]]["start_s"] or 0.0 for s in used))
    duration_s = max(seen[s["index"]]["end_s"] or 0.0 for s in used) - start_s
    limit_s = get_settings().max_duration_s
    if duration_s > limit_s:
        raise UnsupportedMedia(
            f"{path.name} lasts {duration_s / 3600:.1f} h and the limit is {limit_s / 3600:.1f} h: cut it into parts."
        )
    return MediaInfo(
        duration_s=duration_s,
        container=header["container"],
        video=_video(pictures[0], seen[pictures[0]["index"]]) if pictures else None,
        audio=tuple(
            AudioStream(s["index"], s["codec"], s["sample_rate"], s["channels"], s["language"]) for s in sounds
        ),
        chapters=tuple((start, title) for start, title in header["chapters"]),
        size_bytes=path.stat().st_size,
        sha256=sha256,
        notes=tuple(notes),
    )


def _video(stream: dict[str, Any], track: dict[str, Any]) -> VideoStream:
    wide, high = stream["aspect"]
    width, height = round(stream["width"] * Fraction(wide, high)), stream["height"]
    rotation = -track["rotation"] % 360  # the matrix counts counter-clockwise
    if rotation in (90, 270):
        width, height = height, width
    steps, span_us = track["steps"], track["span_us"]
    variable = track["odd_steps"] > 0.01
    measured = Fraction(1_000_000, track["step_us"]) if variable else Fraction(steps * 1_000_000, span_us or 1)
    return VideoStream(
        index=stream["index"],
        width=width,
        height=height,
        rate=_nominal(measured or Fraction(1)),
        variable_rate=variable,
        rotation=rotation,
        hdr=track["transfer"] in _HDR_TRANSFERS,
        interlaced=track["interlaced"],
        codec=stream["codec"],
        keyframe_interval_s=(track["end_s"] - track["start_s"]) / max(1, track["keys"]),
        pixel_format=stream["pixels"],
    )


def _nominal(measured: Fraction) -> Fraction:
    best = min(_RATES, key=lambda rate: abs(rate - measured))
    return best if abs(best - measured) <= best / 2500 else measured.limit_denominator(1001)
