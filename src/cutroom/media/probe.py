"""The gate: what a file is, measured, or one sentence that says why it cannot be used."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Never

from cutroom.core.errors import UnsupportedMedia
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line
from cutroom.media.codecs import MAX_CHAPTERS, MAX_PIXELS, MAX_RATE, MAX_STREAMS, RESTARTING
from cutroom.media.info import AudioStream, MediaInfo, VideoStream
from cutroom.media.mp4 import is_mp4, read_boxes
from cutroom.media.process import Child
from cutroom.media.sandbox import GIB, Policy
from cutroom.media.sniff import HEAD_BYTES, name_other

#: Bytes that are read of one line of the child's answer.
ANSWER_BYTES = 1_000_000
#: Seconds for the start of Python and the header, and then for the packets of a file of this many bytes a second:
#: a slow network disk. The packets of 12 hours are 3 million, 15 s of work.
HEADER_LIMIT_S = 15.0
SCAN_LIMIT_S = 300.0
SCAN_BYTES_PER_S = 20e6
#: A picture that changes less often than this, without sound, is no recording: 1.7 kB can "play" for 10 hours.
LONGEST_STEP_S = 600.0
#: A track with less than this share of the data of its richest equal is taken to be silent.
SILENT_SHARE = 0.1

_ACCEPTED = "use MP4, MOV, MKV, WebM, MPEG, AVI, MP3, M4A, WAV, FLAC or OGG"
_SMALLEST = 16
_DEFAULT, _SECONDARY, _ATTACHED = 0x1, 0x2 | 0x4 | 0x8 | 0x80 | 0x100, 0x400  # AV_DISPOSITION_…
_HDR_TRANSFERS = (16, 18)  # PQ and HLG: ITU-T H.273, table 3
_MATRICES = {0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc", 10: "bt2020c"}
#: Rates that recorders mean.
_RATES = (
    *(Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120, 240)),
    *(Fraction(rate) for rate in (1, 2, 5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)),
)


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream as declared and as found."""

    declared: dict[str, Any]
    found: dict[str, Any] | None

    @property
    def index(self) -> int:
        return int(self.declared["index"])

    @property
    def kind(self) -> str:
        return "picture" if self.declared["kind"] == "video" else "sound"

    @property
    def attached(self) -> bool:
        return bool(self.declared["disposition"] & _ATTACHED)

    @property
    def decodes(self) -> bool:
        return self.found is not None and self.found["frames"] > 0 and self.found["start_s"] is not None

    @property
    def richness(self) -> float:
        found = self.seen
        return float(found["size_bytes"] / max(1e-3, found["end_s"] - found["start_s"]))

    @property
    def rank(self) -> tuple[bool, bool, int, float]:
        """Order tracks of sound: the file's own choice, then the fullest."""
        disposition = self.declared["disposition"]
        return (
            not disposition & _SECONDARY,
            bool(disposition & _DEFAULT),
            self.declared["channels"],
            self.richness,
        )

    @property
    def seen(self) -> dict[str, Any]:
        assert self.found is not None  # noqa: S101 - asked only of streams that decode
        return self.found


def probe(path: Path) -> MediaInfo:
    """Open, scan and hash a recording.

    The file is read in a confined child, packet by packet; the first frames of each stream are decoded.

    Raises:
        UnsupportedMedia: If it is missing, not media, encrypted, damaged or beyond the limits.
    """
    path = path.absolute()
    head = _read_head(path)
    stop = threading.Event()
    with ThreadPoolExecutor(1, "hash") as pool:
        digest = pool.submit(_hash, path, stop)
        try:
            header, packets = _scan(path, head)
            return _describe(path, head, header, packets, digest.result())
        except OSError as error:
            raise _unreadable(path, error) from error
        finally:
            stop.set()


def _hash(path: Path, stop: threading.Event) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while not stop.is_set() and (block := file.read(1 << 20)):
            digest.update(block)
    return digest.hexdigest()


def _read_head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _refused(f"{path} is a folder: name one recording.")
        if not path.exists():
            raise _refused(f"There is no file {path}: check the name.")
        if not path.is_file():
            raise _refused(f"{path} is a device or a pipe: save the recording as a file first.")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not head:
        raise _refused(f"{path.name} is empty: copy or record it again.")
    if other := name_other(head):
        raise _refused(f"{path.name} is {other}, not a recording: {_ACCEPTED}.")
    return head


def _unreadable(path: Path, error: OSError) -> UnsupportedMedia:
    return _refused(f"{path} cannot be read ({error.strerror}): check its rights and its disk.")


def _scan(path: Path, head: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    policy = Policy(reads=(path,), memory_bytes=2 * GIB)
    command = [sys.executable, "-I", "-m", "cutroom.media.demux", *policy.options(), "--", str(path)]
    limit_s = SCAN_LIMIT_S + path.stat().st_size / SCAN_BYTES_PER_S
    answers: list[dict[str, Any]] = []
    with Child(command, time_limit_s=HEADER_LIMIT_S) as child:
        while len(answers) < 2 and (line := child.stdout.readline(ANSWER_BYTES)).endswith(b"\n"):
            answers.append(json.loads(line))
            child.allow(limit_s)
        status = child.wait() if child.ended else 0
        if len(answers) < 2 or "error" in answers[-1]:
            _refuse(path, head, answers, timed_out=child.timed_out, status=status)
    return answers[0], answers[1]


def _refuse(path: Path, head: bytes, answers: list[dict[str, Any]], *, timed_out: bool, status: int) -> Never:
    if is_mp4(head) and "moov" not in (boxes := [name for name, _ in read_boxes(path)]):
        found = "its pictures and sound are there" if "mdat" in boxes else "it breaks off early"
        raise _refused(
            f"{path.name} was cut off while it was recorded or copied: {found} but its index is missing. Copy it again."
        )
    if timed_out:
        raise _refused(f"{path.name} could not be read in time: it is damaged, or its disk is too slow.")
    error = answers[-1].get("error", "") if answers else ""
    if error == "Unavailable":
        raise _refused(f"{path.name} was not opened: the reader could not be confined on this machine.")
    if error == "MemoryError":
        raise _refused(f"{path.name} needs more memory than any recording: {_ACCEPTED}.")
    if status < 0 or not answers:
        raise _refused(f"{path.name} is damaged so badly that reading it failed (status {status}).")
    raise _refused(f"{path.name} is not a recording of an accepted kind: {_ACCEPTED}.")


def _describe(path: Path, head: bytes, header: dict[str, Any], packets: dict[str, Any], sha256: str) -> MediaInfo:
    if header["chapter_count"] > MAX_CHAPTERS:
        raise _refused(
            f"{path.name} has {header['chapter_count']} chapters and the limit is {MAX_CHAPTERS}: remove them first."
        )
    if header["stream_count"] >= MAX_STREAMS:
        raise _refused(f"{path.name} has {MAX_STREAMS} streams or more: keep one picture and a few of sound.")
    found = {track["index"]: track for track in packets["tracks"]}
    streams = [_Stream(declared, found.get(declared["index"])) for declared in header["streams"]]
    usable = [stream for stream in streams if stream.decodes and not stream.attached]
    if any(stream.found and stream.found["encrypted"] for stream in streams):
        raise _refused(f"{path.name} is encrypted (copy protection): get a copy without it.")
    if not usable:
        codecs = ", ".join(sorted({stream.declared["codec"] for stream in streams if not stream.attached}))
        raise _refused(
            f"{path.name} holds no picture and no sound that can be decoded ({codecs or 'no streams'}): {_ACCEPTED}."
        )
    pictures = sorted((s for s in usable if s.kind == "picture"), key=_picture_rank, reverse=True)
    sounds = _order_sounds([s for s in usable if s.kind == "sound"])
    video = _video(path, pictures[0]) if pictures else None
    used = [*pictures[:1], *sounds[:1]]
    start_s = _start_s(header, used)
    duration_s = max(stream.seen["end_s"] for stream in used) - start_s
    _check_length(path, duration_s, video, pictures, sounds)
    return MediaInfo(
        duration_s=duration_s,
        container=header["container"],
        video=video,
        audio=tuple(_audio(stream) for stream in sounds),
        chapters=tuple((max(0.0, start - start_s), one_line(title)) for start, title in header["chapters"]),
        size_bytes=path.stat().st_size,
        sha256=sha256,
        notes=tuple(_notes(path, head, header, packets, streams, pictures, duration_s)),
    )


def _start_s(header: dict[str, Any], used: list[_Stream]) -> float:
    """Find the moment that ffmpeg takes for 0: the file's first, or in some containers the first that is used."""
    first_s = min(float(stream.seen["start_s"]) for stream in used)
    if header["start_s"] is None or header["container"] in RESTARTING:
        return first_s
    return float(header["start_s"])


def _picture_rank(stream: _Stream) -> tuple[bool, int]:
    declared = stream.declared
    return bool(declared["disposition"] & _DEFAULT), declared["width"] * declared["height"]


def _order_sounds(sounds: list[_Stream]) -> list[_Stream]:
    """Put the track to use first: one with next to no data is silence, whatever the file says of it."""

    def silent(stream: _Stream) -> bool:
        equals = [other.richness for other in sounds if other.declared["codec"] == stream.declared["codec"]]
        return stream.richness < SILENT_SHARE * max(equals)

    return sorted(sounds, key=lambda stream: (not silent(stream), stream.rank), reverse=True)


def _audio(stream: _Stream) -> AudioStream:
    declared = stream.declared
    language = one_line(declared["language"])
    return AudioStream(
        index=stream.index,
        codec=declared["codec"],
        sample_rate=declared["sample_rate"],
        channels=declared["channels"],
        language=language if language not in ("", "und") else None,
    )


def _video(path: Path, stream: _Stream) -> VideoStream:
    declared, seen = stream.declared, stream.seen
    wide, high = declared["aspect"]
    width, height = declared["width"], declared["height"]
    aspect = Fraction(wide, high) if wide > 0 and high > 0 else Fraction(1)
    width = round(width * aspect)
    rotation = round(-seen["rotation"] / 90) * 90 % 360  # the matrix counts counter-clockwise
    if rotation in (90, 270):
        width, height = height, width
    if min(width, height) < _SMALLEST or width * height > MAX_PIXELS or max(width, height) > 50 * min(width, height):
        raise _refused(
            f"{path.name} has a picture of {width} × {height}: it must be between {_SMALLEST} pixels and 8192 × 4320."
        )
    step_us = seen["step_us"]
    measured = Fraction(1_000_000) / Fraction(step_us).limit_denominator(1000) if step_us else Fraction(1)
    if measured > MAX_RATE:
        raise _refused(
            f"{path.name} runs at {float(measured):.0f} frames a second and the limit is {MAX_RATE}: convert it first."
        )
    return VideoStream(
        index=stream.index,
        width=width,
        height=height,
        rate=_nominal(measured),
        variable_rate=seen["odd_steps"] >= 3 and seen["odd_steps"] > 0.02 * seen["steps"],
        rotation=rotation,
        hdr=seen["transfer"] in _HDR_TRANSFERS,
        interlaced=seen["interlaced"] * 2 > seen["frames"],
        codec=declared["codec"],
        keyframe_interval_s=(seen["end_s"] - seen["start_s"]) / max(1, seen["keys"]),
        pixel_format=declared["pixel_format"],
        matrix=_MATRICES.get(seen["matrix"], "bt709" if declared["height"] > 576 else "smpte170m"),
        pixel_aspect=aspect,
    )


def _nominal(measured: Fraction) -> Fraction:
    """Take the rate that was meant, if one is within 0.04 %: 29.97 and 30 are 0.1 % apart."""
    nearest = min(_RATES, key=lambda rate: abs(rate - measured))
    return nearest if abs(nearest - measured) <= nearest / 2500 else measured.limit_denominator(1001)


def _check_length(
    path: Path, duration_s: float, video: VideoStream | None, pictures: list[_Stream], sounds: list[_Stream]
) -> None:
    limit_s = get_settings().max_duration_s
    if duration_s > limit_s:
        raise _refused(
            f"{path.name} lasts {duration_s / 3600:.1f} h and the limit is {limit_s / 3600:.1f} h: cut it into parts."
        )
    if duration_s <= 0:
        raise _refused(f"{path.name} holds a single moment and no recording: {_ACCEPTED}.")
    count = pictures[0].seen["packets"] if pictures else 0
    if video and not sounds and duration_s > LONGEST_STEP_S * count:
        raise _refused(f"{path.name} shows {count} frames for {duration_s / 3600:.1f} h: it is no recording.")


def _notes(
    path: Path,
    head: bytes,
    header: dict[str, Any],
    packets: dict[str, Any],
    streams: list[_Stream],
    pictures: list[_Stream],
    duration_s: float,
) -> list[str]:
    notes = [
        f"Stream {stream.index} ({stream.kind}, {stream.declared['codec']}) does not decode and is left out."
        for stream in streams
        if not stream.decodes and not stream.attached
    ]
    if len(pictures) > 1:
        notes.append(f"It has {len(pictures)} pictures; stream {pictures[0].index} is used.")
    missing = sum(missing for _, missing in read_boxes(path)) if is_mp4(head) else 0
    declared_s = header["declared_s"]
    if missing or packets["damaged"]:
        notes.append(f"It was cut off or is damaged: {duration_s:.1f} s of it can be read.")
    elif declared_s is not None and abs(declared_s - duration_s) > max(1.0, 0.02 * duration_s):
        notes.append(f"It declares {declared_s:.1f} s and holds {duration_s:.1f} s, which is what counts.")
    return notes


def _refused(sentence: str) -> UnsupportedMedia:
    return UnsupportedMedia(one_line(sentence))  # a file's name may hold anything
