"""Words as they are compared: one function for what is indexed and for what is asked, on every database.

Case, accents, ligatures, full and half width do not count. What is written without spaces (Chinese, Japanese, Korean,
Thai, Lao, Khmer, Burmese) is a word a character, so that any part of it is found as a run of words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

#: Written into each entry of the index: another number tells that it was made by other rules than these.
VERSION = 1
#: Characters of a word that are compared.
_LONGEST = 64

_ASCII = re.compile(r"[A-Za-z0-9]+")
#: Letters that Unicode does not take apart, and that people without them on their keyboard write so.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ĸ": "k"}
)
#: First and last characters of scripts without spaces between words, and of Hangul, whose words carry particles.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1100, 0x115F),
    (0x1780, 0x17FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3041, 0x312F),
    (0x3131, 0x318E),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
#: Hangul written letter by letter, and the half-width voicing signs, belong to the character before.
_FOLLOWING = ((0x1160, 0x11FF), (0xFF9E, 0xFF9F))


class Token(NamedTuple):
    """A word as it is compared, and where in the text it stands."""

    word: str
    start: int
    stop: int


def tokens_of(text: str) -> Iterator[Token]:
    """Give the words of a text, in order; what is neither letter nor digit only divides them."""
    if text.isascii():
        for found in _ASCII.finditer(text):
            yield Token(found[0].lower()[:_LONGEST], *found.span())
        return
    for start, stop in _runs(text):
        for word in _folded(text[start:stop]):
            yield Token(word, start, stop)


def words_of(text: str) -> list[str]:
    """Give the words of a text alone."""
    return [token.word for token in tokens_of(text)]


def is_unspaced(word: str) -> bool:
    """Tell whether a word is one character of a script without spaces."""
    return _kind(word[:1]) == "unspaced"


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Divide a text into what belongs together, before anything is changed, so that its place is known."""
    begin = -1
    for place, char in enumerate(text):
        kind = _kind(char)
        if kind == "mark":
            continue  # belongs to what is before; alone it is nothing
        if begin >= 0 and (kind != "letter" or _kind(text[begin]) == "unspaced"):
            yield begin, place
            begin = -1
        if kind in {"letter", "unspaced"} and begin < 0:
            begin = place
    if begin >= 0:
        yield begin, len(text)


@lru_cache(maxsize=1 << 16)
def _kind(char: str) -> str:
    code = ord(char) if char else 0
    if any(first <= code <= last for first, last in _FOLLOWING):
        return "mark"
    category = unicodedata.category(char) if char else "Cc"
    if category[0] == "M" or (category == "Cf" and char != "\u200b"):
        return "mark"
    if category[0] not in "LN":
        return "none"
    return "unspaced" if any(first <= code <= last for first, last in _UNSPACED) else "letter"


@lru_cache(maxsize=1 << 16)
def _folded(run: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", run).casefold().translate(_PLAIN)
    taken_apart = unicodedata.normalize("NFKD", plain)
    kept = "".join(char for char in taken_apart if not _is_accent(char))
    words, word = [], ""
    for char in unicodedata.normalize("NFC", kept):
        kind = _kind(char)
        if kind == "none" or (kind == "unspaced" and word):
            words.append(word)
            word = ""
        if kind != "none":
            word += char
    return tuple(each[:_LONGEST] for each in (*words, word) if each)


def _is_accent(char: str) -> bool:
    # Accents of Latin, Greek and Cyrillic, the points of Hebrew and Arabic, and joiners; the vowels of Indian scripts
    # and the voicing of kana are letters in all but name.
    place = unicodedata.combining(char)
    return place >= 200 or 10 <= place <= 36 or unicodedata.category(char) == "Cf"
