"""File names made from titles: any script, no separators, no surprises."""

from __future__ import annotations

import re
import unicodedata

#: File systems allow 255 bytes in a name; rank, ending and temporary marks need some of them.
MAX_BYTES = 80


def slug(title: str) -> str:
    """Turn a title into a part of a file name.

    Returns:
        Lower-case letters and digits of any script joined by hyphens, 1 to ``MAX_BYTES`` bytes of UTF-8;
        ``clip`` when nothing is left.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", title).lower().replace("'", "").replace("’", ""))
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else "-" for c in text)
    words = re.sub(r"-+", "-", kept).strip("-")
    while len(words.encode()) > MAX_BYTES:
        words = words.rpartition("-")[0] if "-" in words else words[:-1]
    return words or "clip"


def clip_name(rank: int, title: str) -> str:
    """Name a clip's files, without their ending: ``03-why-the-sky-is-blue``."""
    return f"{rank:02d}-{slug(title)}"
