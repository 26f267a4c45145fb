"""What a person asks."""

from __future__ import annotations

import pytest

from cutroom.core.errors import InvalidInput
from cutroom.library.search.query import Question, Term, for_postgresql, for_sqlite, read_question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("heat engine ", Question((Term(("heat",)), Term(("engine",))))),
        ("heat eng", Question((Term(("heat",)), Term(("eng",), open=True)))),
        ("heat e", Question((Term(("heat",)), Term(("e",))))),
        ('"heat engine"', Question((Term(("heat", "engine")),))),
        ('carnot -"heat engine" -exam', Question((Term(("carnot",)),), (Term(("heat", "engine")), Term(("exam",))))),
        ("“heat engine”", Question((Term(("heat", "engine")),))),
        ("don't ", Question((Term(("don", "t")),))),
        ('"never closed', Question((Term(("never", "closed")),))),
        ("熱力学", Question((Term(("熱", "力", "学")),))),
        ("heat heat ", Question((Term(("heat",)),))),
        ("- heat - ", Question((Term(("heat",)),))),
        ("AND OR NOT ", Question((Term(("and",)), Term(("or",)), Term(("not",))))),
    ],
)
def test_words_phrases_and_what_is_unwanted(text: str, question: Question) -> None:
    assert read_question(text) == question


@pytest.mark.parametrize("text", ["", "   ", "…", '""', "-exam", "🙂"])
def test_nothing_to_look_for_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInput, match="no word to look for"):
        read_question(text)


def test_too_much_to_look_for_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too much"):
        read_question(" ".join(f"word{number}" for number in range(13)))


def test_each_database_reads_the_same() -> None:
    terms = (Term(("heat", "engine")), Term(("car",), open=True))
    assert for_sqlite(terms) == '"heat engine" AND "car" *'
    assert for_postgresql(terms) == "('heat' <-> 'engine') & ('car':*)"
