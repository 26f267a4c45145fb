"""Makers of small files and of hostile ones, each of a kind that was seen to do harm."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from cutroom.media import ffmpeg

Maker = Callable[[Path], Path]


def make(target: Path, *arguments: str, reads: Sequence[Path] = ()) -> Path:
    """Make a file with ffmpeg; inputs are the caller's."""
    ffmpeg.run([*arguments, f"file:{target}"], reads=[*reads, target.parent], writes=target.parent, time_limit_s=120)
    return target


def film(
    target: Path,
    *options: str,
    duration_s: float = 4,
    size: str = "160x120",
    rate: str = "25",
    sound: str | None = "sine=440",
) -> Path:
    """Make a small film of a test picture and a tone."""
    tone = [] if sound is None else ["-f", "lavfi", "-t", str(duration_s), "-i", sound]
    picture = ["-f", "lavfi", "-t", str(duration_s), "-i", f"testsrc=s={size}:r={rate}"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "2"]
    return make(target, *picture, *tone, *coding, *([] if sound is None else ["-c:a", "aac"]), *options)


def declare(path: Path, duration_s: int) -> Path:
    """Write another length into an MP4 file's header than its packets have."""
    data = bytearray(path.read_bytes())
    for box, scale_at, at in ((b"mvhd", 16, 20), (b"mdhd", 16, 20), (b"tkhd", 0, 24), (b"elst", 0, 12)):
        start = data.index(box)
        scale = int.from_bytes(data[start + scale_at : start + scale_at + 4], "big") if scale_at else 1000
        data[start + at : start + at + 4] = (duration_s * scale).to_bytes(4, "big")
    path.write_bytes(data)
    return path


def secret(folder: Path) -> Path:
    """Make a stranger's recording, which a playlist names."""
    folder.mkdir(exist_ok=True)
    return film(folder / "secret.ts", duration_s=2)


def hls_playlist(folder: Path) -> Path:
    lines = [
        "#EXTM3U",
        "#EXT-X-TARGETDURATION:2",
        "#EXTINF:2,",
        f"file:{secret(folder / 'stranger')}",
        "#EXT-X-ENDLIST",
    ]
    return _text(folder / "playlist.mp4", "\n".join(lines))


def dash_playlist(folder: Path) -> Path:
    stranger = secret(folder / "stranger")
    return _text(
        folder / "dash.mp4",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT2S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
        '<AdaptationSet mimeType="video/mp2t"><Representation id="1" bandwidth="1">'
        f"<BaseURL>file:{stranger}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    )


def concat_script(folder: Path) -> Path:
    return _text(folder / "concat.mp4", f"ffconcat version 1.0\nfile '{secret(folder / 'stranger')}'\n")


def web_page(folder: Path) -> Path:
    return _text(folder / "page.mp4", "<!DOCTYPE html>\n<html><title>404</title></html>")


def plain_text(folder: Path) -> Path:
    return _text(folder / "notes.mp4", "Meeting notes\n" * 500)


def empty(folder: Path) -> Path:
    return _text(folder / "empty.mp4", "")


def random_bytes(folder: Path) -> Path:
    path = folder / "random.mp4"
    path.write_bytes(random.Random(7).randbytes(200_000))
    return path


def long_gif(folder: Path) -> Path:
    """15 days in 46 kB: 2,000 frames of 655 s."""
    frame = b"\x21\xf9\x04\x00\xff\xff\x00\x00" + b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    path = folder / "long.gif"
    path.write_bytes(b"GIF89a" + struct.pack("<2H3B", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * 2000 + b";")
    return path


def png_bomb(folder: Path) -> Path:
    """30,000 × 30,000 pixels in 110 kB."""
    path = folder / "bomb.png"
    path.write_bytes(_png(30_000, 30_000))
    return path


def png_bomb_in_matroska(folder: Path) -> Path:
    """The same as the frame of a video."""
    small = folder / "small.png"
    small.write_bytes(_png(64, 64))
    path = make(folder / "bomb.mkv", "-f", "png_pipe", "-i", f"file:{small}", "-c", "copy", "-bitexact", reads=[small])
    data = path.read_bytes()
    header = small.read_bytes()[16:24]  # width and height
    path.write_bytes(data.replace(header, struct.pack(">2I", 30_000, 30_000)))
    return path


def ten_hours(folder: Path) -> Path:
    """Declares 4 s and plays 10 hours, in less than 2 kB."""
    path = folder / "hours.mp4"
    source = ["-f", "lavfi", "-i", "color=s=16x16:r=1:d=2", "-vf", "setpts=PTS*36000", "-fps_mode", "passthrough"]
    make(path, *source, "-c:v", "libx264", "-video_track_timescale", "1000")
    return declare(path, 4)


def many_chapters(folder: Path) -> Path:
    """More chapters than any recording; 60,000 of them made 20 MB of JSON."""
    chapter = "[CHAPTER]\nTIMEBASE=1/1000\nSTART={0}\nEND={1}\ntitle=A chapter of a recording that has too many {0}\n"
    meta = _text(folder / "meta.txt", ";FFMETADATA1\n" + "".join(chapter.format(n, n + 1) for n in range(5_000)))
    plain = film(folder / "plain.mkv", duration_s=1)
    return make(
        folder / "chapters.mkv",
        *("-i", f"file:{plain}", "-f", "ffmetadata", "-i", f"file:{meta}", "-map_chapters", "1", "-c", "copy"),
        reads=[plain, meta],
    )


def many_streams(folder: Path) -> Path:
    maps = [item for _ in range(80) for item in ("-map", "0:a")]
    return make(folder / "streams.mkv", "-f", "lavfi", "-i", "sine=440:d=1", *maps, "-c:a", "pcm_s16le")


def without_index(folder: Path) -> Path:
    """What a camera leaves whose battery fell out."""
    whole = film(folder / "whole.mp4")
    path = folder / "unfinished.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    return path


def magicyuv(folder: Path) -> Path:
    """A decoder with a heap overflow (CVE-2026-8461)."""
    source = ("-f", "lavfi", "-i", "testsrc=s=64x48:d=1")
    return make(folder / "magic.avi", *source, "-c:v", "magicyuv", "-pix_fmt", "yuv420p")


def encrypted(folder: Path) -> Path:
    key = ("-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8")
    return film(folder / "encrypted.mp4", "-encryption_scheme", "cenc-aes-ctr", *key)


def cut_off(folder: Path) -> Path:
    """60 % of a file whose index stands first: it declares all of its length."""
    whole = film(folder / "start.mp4", "-movflags", "+faststart", duration_s=10)
    path = folder / "cut.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    return path


def damaged(folder: Path) -> Path:
    """400 bytes of the data overwritten."""
    path = film(folder / "damaged.mp4", "-movflags", "+faststart", duration_s=10)
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 2
    data[at : at + 400] = b"\x55" * 400
    path.write_bytes(data)
    return path


#: Must be refused, with what the sentence must say.
REFUSED: dict[str, tuple[Maker, str]] = {
    "hls_playlist": (hls_playlist, "playlist"),
    "dash_playlist": (dash_playlist, "playlist"),
    "concat_script": (concat_script, "playlist"),
    "web_page": (web_page, "web page"),
    "plain_text": (plain_text, "text"),
    "empty": (empty, "empty"),
    "random_bytes": (random_bytes, "not a recording"),
    "long_gif": (long_gif, "animated picture"),
    "png_bomb": (png_bomb, "picture"),
    "png_bomb_in_matroska": (png_bomb_in_matroska, "decoded"),
    "ten_hours": (ten_hours, "no recording"),
    "many_chapters": (many_chapters, "5000 chapters"),
    "many_streams": (many_streams, "64 streams or more"),
    "without_index": (without_index, "cut off"),
    "magicyuv": (magicyuv, "decoded"),
    "encrypted": (encrypted, "encrypted"),
}


def _text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = bytes(1 + width // 8)
    packer = zlib.compressobj(9)
    rows = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
