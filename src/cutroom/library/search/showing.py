"""What is shown of a passage: its text, what of it was asked for, and the second at which that is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cutroom.library.search.models import Kind, Passage
from cutroom.library.search.passages import JOINT, word_at
from cutroom.library.search.query import Term
from cutroom.library.search.words import tokens_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as it is shown.

    Attributes:
        start_s: When the first of the words is said; a chapter's own start; ``None`` for what has no time.
        marks: First and last (exclusive) character of what was asked for, in order, apart from each other.
    """

    kind: Kind
    start_s: float | None
    end_s: float | None
    text: str
    marks: tuple[tuple[int, int], ...]


def show_passage(passage: Passage, terms: Iterable[Term]) -> Shown:
    """Mark in a passage what was asked for."""
    tokens = list(tokens_of(passage.text))
    spans = sorted(
        (tokens[first].start, tokens[stop - 1].stop) for term in terms for first, stop in term.places(tokens)
    )
    marks: list[tuple[int, int]] = []
    for start, stop in spans:
        if marks and start <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(stop, marks[-1][1]))
        else:
            marks.append((start, stop))
    start_s = passage.start_s
    if start_s is not None and passage.starts and marks:
        start_s += sum(passage.starts[: word_at(passage.text, marks[0][0]) + 1]) / 100
    shown = tuple((_shown(passage.text, start), _shown(passage.text, stop)) for start, stop in marks)
    return Shown(passage.kind, start_s, passage.end_s, passage.text.replace(JOINT, ""), shown)


def _shown(text: str, offset: int) -> int:
    return offset - text.count(JOINT, 0, offset)
