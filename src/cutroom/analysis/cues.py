"""How speakers say that something new begins; a language without a table has no cues."""

from __future__ import annotations

from typing import Final

from cutroom.analysis.opening_words import OPENING_WORDS
from cutroom.media.lexicon import tokens

_MOVES_WITHIN_WORDS: Final = 12


def _words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


def _folded(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(" ".join(_words(phrase)) for phrase in phrases)


_OPENING: Final = {language: _folded(table.opens) for language, table in OPENING_WORDS.items()}
_MOVE: Final = {language: _folded(table.moves) for language, table in OPENING_WORDS.items()}
_LONGEST: Final = 4


def count_cues(text: str, language: str) -> int:
    """Count how a sentence says that something new begins: 0, 1 or 2 (it opens so, and it says where it goes)."""
    found = _words(text)[:_MOVES_WITHIN_WORDS]
    table = OPENING_WORDS.get(language)
    skipped = table.small if table else frozenset()
    first = next((number for number, word in enumerate(found) if word not in skipped), len(found))
    # "All right" and "okay" may be skipped as small words and be the opening itself.
    opens = any(_starts(found[start:], _OPENING.get(language)) for start in range(first + 1))
    moves = any(_starts(found[start:], _MOVE.get(language)) for start in range(len(found)))
    return opens + moves


def _starts(found: list[str], phrases: frozenset[str] | None) -> bool:
    return phrases is not None and any(" ".join(found[:size]) in phrases for size in range(1, _LONGEST + 1))
