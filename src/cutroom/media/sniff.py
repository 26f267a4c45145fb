"""Tell by its first bytes what a file is that is no recording; a name proves nothing."""

from __future__ import annotations

#: Bytes of the head that are looked at.
HEAD_BYTES = 4096

_PLAYLISTS = (b"#extm3u", b"ffconcat version", b"<mpd", b"[playlist]", b"<smil", b"<asx", b"<smoothstreamingmedia")
_SIGNATURES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "an animated picture"),
    (b"BM", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
)


def name_other(head: bytes) -> str | None:
    """Name what a file is by its first :data:`HEAD_BYTES`, with its article; ``None`` if it may be a recording."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    plain = _is_text(head)
    if text.startswith(_PLAYLISTS) or (plain and any(mark in text for mark in _PLAYLISTS)):
        return "a playlist, which only names other files"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page"
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "a picture"
    return "a text" if plain else None


def _is_text(head: bytes) -> bool:
    try:
        # The head may end inside a character.
        text = head.decode("utf-8-sig") if len(head) < HEAD_BYTES else head[:-4].decode("utf-8-sig", "ignore")
    except UnicodeDecodeError:
        return False
    return len(text.encode()) >= len(head) - 16 and all(char.isprintable() or char in "\t\r\n\f" for char in text)
