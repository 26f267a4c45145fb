"""The outermost boxes of an MP4 or MOV file (ISO/IEC 14496-12, 4.2)."""

from __future__ import annotations

from pathlib import Path

_SHORT, _LONG = 8, 16
#: A file has a handful of boxes; a fragmented one two for each fragment.
_BOXES = 100_000


def read_boxes(path: Path) -> list[tuple[str, int]]:
    """List the outermost boxes in order: the name, and how many of its bytes are missing from the file."""
    boxes: list[tuple[str, int]] = []
    length = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + _SHORT <= length and len(boxes) < _BOXES:
            file.seek(at)
            header = file.read(_LONG)
            size, name = int.from_bytes(header[:4], "big"), header[4:8].decode("latin-1")
            if size == 1:
                size = int.from_bytes(header[8:16], "big")
            elif size == 0:  # to the end of the file
                size = length - at
            if size < _SHORT:
                break
            boxes.append((name, max(0, at + size - length)))
            at += size
    return boxes


def is_mp4(head: bytes) -> bool:
    """Tell by the first bytes whether a file is MP4 or MOV."""
    return head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
