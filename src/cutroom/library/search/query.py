"""What a person asks: words, "words in this order", -without; the last word may be unfinished."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cutroom.core.errors import InvalidInput
from cutroom.library.search.words import Token, is_unspaced, words_of

#: Characters of a question.
LONGEST = 200
_MOST_TERMS = 12
_MOST_WORDS = 48
_PART = re.compile(r'(?P<not>-?)"(?P<quoted>[^"]*)"?|(?P<word>[^\s"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other.

    Attributes:
        words: As :mod:`cutroom.library.search.words` gives them: never a sign of any query language.
        open: Whether the last word may go on.
    """

    words: tuple[str, ...]
    open: bool = False

    def places(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Tell where it stands among the words of a text, as (first, stop) of tokens."""
        *whole, last = self.words
        size = len(self.words)
        return [
            (first, first + size)
            for first in range(len(tokens) - size + 1)
            if all(tokens[first + place].word == word for place, word in enumerate(whole))
            and (
                tokens[first + size - 1].word == last or (self.open and tokens[first + size - 1].word.startswith(last))
            )
        ]

    @property
    def alone(self) -> bool:
        """Whether it is one word."""
        return len(self.words) == 1

    def apart(self) -> tuple[Term, ...]:
        """Give its words as terms of their own."""
        return (*(Term((word,)) for word in self.words[:-1]), Term(self.words[-1:], self.open))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a recording must say all that is wanted and nothing that is unwanted."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


def read_question(text: str) -> Question:
    """Read what a person wrote; whatever they write is words and never a command.

    Raises:
        InvalidInput: If nothing is left to look for, or it is too much.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    parts = list(_PART.finditer(text.translate(_QUOTES)))
    for place, part in enumerate(parts):
        word = part["word"] or ""
        without = bool(part["not"]) or (word.startswith("-") and len(word) > 1)
        words = tuple(words_of(part["quoted"] if part["quoted"] is not None else word))
        if not words:
            continue
        unfinished = place == len(parts) - 1 and bool(word) and not without and not text[-1:].isspace()
        term = Term(words, open=unfinished and len(words[-1]) > 1 and not is_unspaced(words[-1]))
        (unwanted if without else wanted).append(term)
    if not wanted:
        raise InvalidInput("There is no word to look for: write one that was said, or is in a title.")
    if len(wanted) + len(unwanted) > _MOST_TERMS or sum(len(each.words) for each in (*wanted, *unwanted)) > _MOST_WORDS:
        raise InvalidInput(f"That is too much to look for at once: write {_MOST_TERMS} words or fewer.")
    return Question(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def for_sqlite(terms: Iterable[Term], *, any_of: bool = False) -> str:
    """Write terms as SQLite's FTS5 reads them."""
    return (" OR " if any_of else " AND ").join(
        f'"{" ".join(term.words)}"' + (" *" if term.open else "") for term in terms
    )


def for_postgresql(terms: Iterable[Term], *, any_of: bool = False) -> str:
    """Write terms as PostgreSQL reads a ``tsquery``."""
    written = []
    for term in terms:
        quoted = [f"'{word}'" for word in term.words]
        quoted[-1] += ":*" if term.open else ""
        written.append(f"({' <-> '.join(quoted)})")
    return (" | " if any_of else " & ").join(written)
