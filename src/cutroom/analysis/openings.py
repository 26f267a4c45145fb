"""How a sentence opens and ends; a language without a table is judged neutrally."""

from __future__ import annotations

import re
from typing import Final

from cutroom.analysis.opening_words import OPENING_WORDS
from cutroom.media.lexicon import words

_QUESTION: Final = re.compile(r"[?？؟⸮;;]\s*[\"'”’»)\]]*$")
_NUMBER: Final = re.compile(r"(?<![\w.])[$€£]?\d[\d.,]*\s?%?")
_END: Final = re.compile(r"[.!?。！？…؟।]+[\"'”’»)\]]*$")


def _starts(text: str, phrases: tuple[str, ...]) -> str | None:
    folded = text.casefold().lstrip("\"'“‘«-–— ")
    return next((p for p in phrases if folded.startswith(p) and not folded[len(p) : len(p) + 1].isalpha()), None)


def is_question(text: str) -> bool:
    """Tell whether a sentence asks."""
    return bool(_QUESTION.search(text.strip()))


def is_finished(text: str) -> bool:
    """Tell whether a sentence ends as sentences end, in scripts that mark it."""
    return bool(_END.search(text.strip()))


def leans_on_before(text: str, language: str) -> str | None:
    """Find what makes a sentence hard to understand on its own.

    Returns:
        The opening that leans, or ``None`` when it stands by itself or the language has no table.
    """
    cues = OPENING_WORDS.get(language)
    tokens = words(text[:80])[:4]
    if not tokens or cues is None:
        return None
    if phrase := _starts(text, cues.recalls):
        return phrase
    # Somebody else's words in a told dialogue, of which the beginning is missing.
    if text.lstrip()[0] in '"“«„' and len(text) < 60:
        return text.lstrip()[0]
    if tokens[0] in cues.joins | cues.points:
        return tokens[0]
    # "So he went", "I think they charge": a person comes up whom only the sentence before knows.
    person = next((token for token in tokens[1:] if token in cues.persons), None)
    if person and not is_question(text):
        return person
    # The end of somebody's quoted speech, without its beginning.
    return "…”" if text.count('"') % 2 and text.find('"') > 0 else None


def begins_thought(text: str, language: str) -> bool:
    """Tell whether a sentence opens as new thoughts do."""
    cues = OPENING_WORDS.get(language)
    return cues is not None and _starts(text, cues.begins) is not None


def is_housekeeping(text: str, language: str) -> bool:
    """Tell whether a sentence greets, thanks or runs the event, and so has no place in a clip."""
    cues = OPENING_WORDS.get(language)
    return cues is not None and _starts(text, cues.house) is not None


def hooks(text: str, language: str) -> tuple[str, ...]:
    """Name what in an opening makes a listener stay: question, number, claim, contrast, address."""
    found = ["a question"] if "?" in text or "？" in text or "؟" in text else []
    if _NUMBER.search(text):
        found.append("a number")
    cues = OPENING_WORDS.get(language)
    if cues is not None:
        tokens = frozenset(words(text))
        for name, table in (
            ("a strong claim", cues.strong),
            ("a contrast", cues.turns),
            ("the listener", cues.address),
        ):
            if tokens & table:
                found.append(name)
    return tuple(found)
