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
#: Brands of the container of MP4 that hold pictures.
_PICTURES = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
#: What a film of before 2001 may begin with, which names no kind.
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


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


def name_container(head: bytes) -> str | None:
    """Name the container of a recording by its first :data:`HEAD_BYTES`; ``None`` if it is none of these.

    Returns:
        ``mp4``, ``mov``, ``avi``, ``mkv`` or ``webm``.

    Source: ISO/IEC 14496-12, section 4.3; Apple, QuickTime File Format; RFC 8794, section 11.2.
    """
    if head[4:8] == b"ftyp":
        if head[8:12] in _PICTURES:
            return None
        return "mov" if head[8:12] == b"qt  " else "mp4"
    if head[4:8] in _QUICKTIME:
        return "mov"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"\x42\x82\x84webm" in head[:64] else "mkv"
    return None


def _is_text(head: bytes) -> bool:
    try:
        # The head may end inside a character.
        text = head.decode("utf-8-sig") if len(head) < HEAD_BYTES else head[:-4].decode("utf-8-sig", "ignore")
    except UnicodeDecodeError:
        return False
    return len(text.encode()) >= len(head) - 16 and all(char.isprintable() or char in "\t\r\n\f" for char in text)
