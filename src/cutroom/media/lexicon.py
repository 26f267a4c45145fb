"""Words for counting: split, folded, without endings, in any script.

Nothing here is linguistics. It is what makes "lenses" and "Lens" count as one thing, and what gives a language
without spaces something to count at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cutroom.media.stopwords import stop_words

# Python's \w leaves out combining marks, which would cut Hindi, Arabic or Thai words to pieces.
_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
    "\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b4-\u17d3"
)
_HAN: Final = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA: Final = "\u3041-\u309f"
_KATAKANA: Final = "\u30a0-\u30ff"
_THAI_AND_KIN: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# One script a run, so that a pair of characters never joins a noun to the grammar after it.
_RUN: Final = re.compile(
    rf"(?P<han>[{_HAN}]+)|(?P<unspaced>[{_HIRAGANA}]+|[{_THAI_AND_KIN}]+)|[{_KATAKANA}]+"
    rf"|(?:(?![{_HAN}{_HIRAGANA}{_KATAKANA}{_THAI_AND_KIN}])(?:[^\W_]|[{_MARKS}]))+"
)
_KANA: Final = re.compile(rf"[{_HIRAGANA}]+")

#: Endings that carry grammar, longest first; what is left must have at least three letters.
_ENDINGS: Final = {
    language: tuple(table.split())
    for language, table in {
        "en": "ization ations ation ments ment ingly edly ings ing ness ies ers ed ly es er s e y",
        "de": "ungen ung heiten heit keiten keit lichen liche lich ern em en er es e n s",
        "fr": "issements issement ements ement ations ation euses euse eurs eur ées ée és é er ez es e s",
        "es": "aciones ación amientos amiento idades idad mente ando iendo adas ados ada ado ar er ir es as os a o e s",
        "it": "azioni azione amenti amento mente ando endo ati ata ate ato are ere ire a e i o",
        "pt": "ações ação amentos amento idades idade mente ando endo adas ados ada ado ar er ir es as os a o e s",
        "nl": "heden heid ingen ing lijke lijk en er e s",
        "ru": "ностью ности ность ениями ениях ения ение ений ого его ому ему ыми ими ами ями ах ях ов ев ой ый ий "
        "ая яя ое ее ые ие ых их ом ем ам ям ть а я о е ы и у ю ь",
    }.items()
}
_SHORTEST_STEM: Final = 3
_VOWELS: Final = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word in its place, ``text[first:stop]``.

    Attributes:
        spaced: False for a run of a script without spaces.
        han: Whether it is such a run of Chinese characters.
    """

    word: str
    first: int
    stop: int
    spaced: bool
    han: bool


def tokens(text: str) -> Iterator[Token]:
    """Find the folded words of a text and where they stand; a run without spaces stays whole."""
    for run in _RUN.finditer(text):
        word = unicodedata.normalize("NFKC", run.group()).casefold()
        yield Token(word, run.start(), run.end(), spaced=run.lastgroup is None, han=run.lastgroup == "han")


def words(text: str) -> list[str]:
    """Split text into folded words.

    A run without spaces (Chinese, Japanese, Thai and their kin) gives its overlapping pairs of characters, the
    usual stand-in for words there; a run of katakana is one word.
    """
    found: list[str] = []
    for token in tokens(text):
        found += [token.word] if token.spaced else pairs(token.word)
    return found


def pairs(run: str) -> list[str]:
    """Split a run of characters into overlapping pairs; a lone character stays."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """Take a grammatical ending off a folded word, in languages with a table; others come back as they are."""
    if language == "en":
        return _stem_english(word)
    for ending in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _stem_english(word: str) -> str:
    if word.endswith("ss") or len(word) <= _SHORTEST_STEM:
        return word
    for ending in _ENDINGS["en"]:
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= _SHORTEST_STEM and not _VOWELS.isdisjoint(root):
            # "stopped" and "stop", but "fall" and "falling".
            doubled = ending in {"ing", "ings", "ed", "er", "ers"} and root[-1] == root[-2] and root[-1] not in "lsz"
            return root[:-1] if doubled else root
    return word


def is_content(word: str, language: str) -> bool:
    """Tell whether a folded word says something about a subject: not a stop word, no lone letter, no bare grammar."""
    if word in stop_words(language) or _KANA.fullmatch(word):
        return False
    return len(word) > 1 and not word.isdigit()


def content_words(text: str, language: str) -> list[str]:
    """Split text into the stems of the words that say something about a subject, in order."""
    return [stem(word, language) for word in words(text) if is_content(word, language)]
