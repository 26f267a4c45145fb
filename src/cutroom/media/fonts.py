"""The packaged fonts: which of them draws what, and how wide it becomes.

Every caption names a font that has its characters, so nothing depends on the fonts or the font configuration of
a machine. ``data/fonts_licences/README.md`` tells where the fonts come from; ``tools/build_fonts.py`` makes them.
"""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from cutroom.media.graphemes import clusters

_MEASURE_PX = 1000  # large, so that rounding to whole pixels is a thousandth
_DEFAULT_IGNORABLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Face:
    """One font of the package.

    Attributes:
        family: What an ASS document calls it.
        file: Its file in :func:`fonts_dir`.
        index: Its place in a collection.
    """

    family: str
    file: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class Metrics:
    """A face's vertical measures, in ems.

    Attributes:
        ascent: Above the baseline; libass makes a font's ``ascent + descent`` as high as the font size.
        descent: Below the baseline.
    """

    ascent: float
    descent: float


@dataclass(frozen=True, slots=True)
class Run:
    """Text that one face draws."""

    text: str
    face: Face


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of shaped text, in ems.

    Attributes:
        advance: How far the pen moves.
        top: Ink above the baseline.
        bottom: Ink below the baseline, positive downwards.
    """

    advance: float
    top: float
    bottom: float


def _face(name: str) -> Face:
    return Face(f"Cutroom {name}", f"Cutroom{name.replace(' ', '')}.ttf")


_CJK = {
    region: Face(f"Cutroom CJK {region}", "CutroomCJK.ttc", index)
    for index, region in enumerate(("JP", "KR", "SC", "TC"))
}
_CJK_OF_LANGUAGE = {"ja": "JP", "ko": "KR", "zh": "SC", "yue": "TC"}
_EMOJI = _face("Emoji")

#: Faces a style may ask for; each lends what it lacks from the fallbacks.
DISPLAY = {
    name: _face(name)
    for name in ("Sans", "Sans Light", "Montserrat", "Poppins", "Anton", "Bebas", "Luckiest", "Courier")
}

#: Asked in this order; the large files last, so that they are read only when a text needs them.
_FALLBACKS = tuple(
    _face(name)
    for name in (
        "Sans", "Arabic", "Hebrew", "Devanagari", "Thai", "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam",
        "Gujarati", "Gurmukhi", "Oriya", "Sinhala", "Khmer", "Lao", "Myanmar", "Georgian", "Armenian", "Ethiopic",
        "Thaana", "Tibetan", "Cherokee", "Javanese", "Mongolian", "NKo", "Ol Chiki", "Syriac", "Tifinagh", "Canadian",
    )
)  # fmt: skip
_SYMBOLS = (_face("Symbols"), _face("Math"))


def fonts_dir() -> Path:
    """Find the folder of packaged fonts, for the ``fontsdir`` of ffmpeg's ``ass`` filter."""
    return Path(__file__).parent / "data" / "fonts"


@lru_cache(maxsize=4096)
def runs(text: str, face: Face, language: str = "und") -> tuple[Run, ...]:
    """Split text so that every run names a face that has all of its characters.

    The wanted face is taken where it can; characters that belong to no script (punctuation, digits) stay with
    their neighbour when its face has them, so that a word is not cut for its full stop. A character that no
    packaged face has stays with the wanted face and is drawn as its "missing" box.

    Args:
        text: Cleaned text (:func:`cutroom.media.graphemes.clean`).
        language: ISO 639-1; chooses between the Japanese, Korean and Chinese forms of shared ideographs.
    """
    found: list[Run] = []
    chain = _chain(face, language)
    for cluster in clusters(text):
        last = found[-1] if found else None
        if last and last.face != _EMOJI and _is_neutral(cluster) and _draws(last.face, cluster):
            chosen = last.face
        else:
            chosen = next((one for one in _order(cluster, chain) if _draws(one, cluster)), face)
        if last and chosen == last.face:
            found[-1] = Run(last.text + cluster, chosen)
        else:
            found.append(Run(cluster, chosen))
    if (
        len(found) > 1
        and _is_neutral(found[0].text)
        and _draws(found[1].face, found[0].text)
        and found[1].face != _EMOJI
    ):
        found[:2] = [Run(found[0].text + found[1].text, found[1].face)]
    return tuple(found)


def covers(text: str, face: Face) -> bool:
    """Tell whether a face has every character of a text."""
    return all(_draws(face, cluster) for cluster in clusters(text))


@lru_cache(maxsize=16384)
def measure(text: str, face: Face) -> Extent:
    """Measure text as it will be shaped (joined, stacked, kerned) by one face.

    Returns:
        Ems, to about a thousandth.
    """
    font = _loaded(face)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    if right <= left:
        top = bottom = 0
    return Extent(font.getlength(text) / _MEASURE_PX, -top / _MEASURE_PX, bottom / _MEASURE_PX)


@cache
def metrics(face: Face) -> Metrics:
    """Read the vertical measures that libass scales a face by (``OS/2`` Windows ascent and descent)."""
    tables = _tables(face)
    units = struct.unpack_from(">H", tables["head"], 18)[0]
    ascent, descent = struct.unpack_from(">HH", tables["OS/2"], 74)
    return Metrics(ascent / units, descent / units)


def _chain(face: Face, language: str) -> tuple[Face, ...]:
    region = _CJK_OF_LANGUAGE.get(language, "SC")
    return (face, *_FALLBACKS, _CJK[region], *_SYMBOLS, _EMOJI)


def _order(cluster: str, chain: tuple[Face, ...]) -> tuple[Face, ...]:
    # A text font has a few emoji as thin outlines; asked for as emoji, they are drawn as emoji.
    return (_EMOJI, *chain) if "\ufe0f" in cluster or cluster[0] >= "\U0001f000" else chain


def _is_neutral(cluster: str) -> bool:
    if cluster == "\\":  # written with a word joiner behind it, which only the Latin faces have
        return False
    return unicodedata.bidirectional(cluster[0]) not in ("L", "R", "AL") and not unicodedata.category(
        cluster[0]
    ).startswith("L")


def _draws(face: Face, cluster: str) -> bool:
    have = _characters(face)
    return all(ord(char) in have or char in _DEFAULT_IGNORABLE for char in cluster)


@cache
def _loaded(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts_dir() / face.file, _MEASURE_PX, index=face.index)


@cache
def _tables(face: Face) -> dict[str, bytes]:
    """Cut the needed tables out of a font file (OpenType 1.9, "Organization of an OpenType Font")."""
    data = (fonts_dir() / face.file).read_bytes()
    start = struct.unpack_from(">I", data, 12 + 4 * face.index)[0] if data[:4] == b"ttcf" else 0
    found = {}
    for number in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if tag in (b"head", b"OS/2", b"cmap"):
            found[tag.decode("ascii")] = data[offset : offset + length]
    return found


@cache
def _characters(face: Face) -> frozenset[int]:
    """Read which characters a face has (OpenType ``cmap``, formats 4 and 12)."""
    cmap = _tables(face)["cmap"]
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        table = cmap[offset:]
        if platform not in (0, 3):
            continue
        match struct.unpack_from(">H", table)[0]:
            case 4:
                found |= _segments(table)
            case 12:
                count = struct.unpack_from(">I", table, 12)[0]
                for first, last, _ in struct.iter_unpack(">III", table[16 : 16 + 12 * count]):
                    found.update(range(first, last + 1))
    return frozenset(found)


def _segments(table: bytes) -> set[int]:
    count = struct.unpack_from(">H", table, 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", table, 14 + 2 * count * part + (2 if part else 0)) for part in range(4)
    )
    found = set()
    for number, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            if not offset:
                glyph = (code + delta) & 0xFFFF
            else:
                at = 16 + 6 * count + 2 * number + offset + 2 * (code - first)
                glyph = struct.unpack_from(">H", table, at)[0]
            if glyph:
                found.add(code)
    return found
