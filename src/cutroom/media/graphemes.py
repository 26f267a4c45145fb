"""User-perceived characters, and what of a stranger's text may be shown."""

from __future__ import annotations

import unicodedata

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_MARKS = frozenset({"Mn", "Mc", "Me"})
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_VIRAMA = 9  # canonical combining class of the sign that joins two consonants
_MAX_MARKS = 4  # Hebrew with vowels and accents needs four; "zalgo" uses dozens
_MAX_CLUSTER = 24  # the longest emoji sequence, a flag written with tags, has 14


def clean(text: str) -> str:
    """Make text safe to show: composed, on one line, without controls and with at most four marks a letter.

    Direction controls go too: the renderer orders by the letters themselves, so an override cannot turn a
    caption around. Joiners stay, because Indic scripts, Persian and emoji are written with them.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MAX_MARKS:
                continue
        else:
            marks = 0
        if char.isspace():
            kept.append(" ")
        elif category not in _HIDDEN or char in (_ZWNJ, _ZWJ) or _is_tag(char):
            kept.append(char)
    return " ".join("".join(kept).split())


def clusters(text: str) -> list[str]:
    """Split text where a reader sees one character end.

    A simplification of the extended grapheme clusters of Unicode Annex 29 for composed text (NFC), with
    consonants that a virama joins kept together.
    """
    found: list[str] = []
    for char in text:
        if found and len(found[-1]) < _MAX_CLUSTER and _continues(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _continues(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if char in (_ZWJ, _ZWNJ) or unicodedata.category(char) in _MARKS or char in "\u0e33\u0eb3":
        return not cluster.isspace()
    if last == _ZWJ or (unicodedata.combining(last) == _VIRAMA and char.isalpha()):
        return True
    if _is_flag_letter(char):
        return len(cluster) == 1 and _is_flag_letter(cluster)
    return "\U0001f3fb" <= char <= "\U0001f3ff" or _is_tag(char)


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= "\U000e007f"
