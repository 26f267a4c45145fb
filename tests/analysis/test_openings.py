from __future__ import annotations

import pytest

from cutroom.analysis.openings import begins_thought, hooks, is_finished, is_housekeeping, is_question, leans_on_before


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("And that is why it fell.", "and"),
        ("He never came back.", "he"),
        ("As I said, it fell.", "as i said"),
        ("So they offered it for free.", "they"),
        ('"Absolutely." But tell you what.', '"'),
        ('Right seat, sir." Off to the plane.', "…”"),
        ("Bridges fall in the wind.", None),
        ("Who is he?", None),
        ("Then it fell.", "then"),
        ("", None),
        ("…", None),
    ],
)
def test_an_opening_that_needs_the_sentence_before_is_known(text: str, leans: str | None) -> None:
    assert leans_on_before(text, "en") == leans


@pytest.mark.parametrize(
    ("language", "leaning", "alone"),
    [
        ("de", "Aber das stimmt nicht.", "Brücken fallen im Wind."),
        ("fr", "Mais ce n'est pas vrai.", "Les ponts tombent."),
        ("es", "Pero no es cierto.", "Los puentes caen."),
        ("it", "Ma non è vero.", "I ponti cadono."),
        ("pt", "Mas não é verdade.", "As pontes caem."),
        ("nl", "Maar dat klopt niet.", "Bruggen vallen."),
    ],
)
def test_each_language_has_its_own_openings(language: str, leaning: str, alone: str) -> None:
    assert leans_on_before(leaning, language)
    assert leans_on_before(alone, language) is None


@pytest.mark.parametrize("language", ["fi", "ja", "und"])
def test_a_language_without_a_table_is_judged_neutrally(language: str) -> None:
    assert leans_on_before("And he said it.", language) is None
    assert not begins_thought("Let me show you.", language)
    assert not is_housekeeping("Thank you.", language)
    assert hooks("Never again, 5 %?", language) == ("a question", "a number")


def test_hooks_are_named() -> None:
    assert set(hooks("Why do 90% of you never ask, but wait?", "en")) == {
        "a question",
        "a number",
        "a strong claim",
        "a contrast",
        "the listener",
    }
    assert hooks("The bridge stood there.", "en") == ()


@pytest.mark.parametrize("text", ["Why?", "なぜですか？", "لماذا؟", 'He asked: "why?"'])
def test_questions_are_known_in_any_script(text: str) -> None:
    assert is_question(text)
    assert is_finished(text)


@pytest.mark.parametrize("text", ["It ends here", "It ends, and", "そして"])
def test_a_sentence_without_an_end_is_not_finished(text: str) -> None:
    assert not is_finished(text)


def test_greetings_and_thanks_are_housekeeping_and_words_that_begin_alike_are_not() -> None:
    assert is_housekeeping("Thank you very much.", "en")
    assert is_housekeeping("Good morning, everybody.", "en")
    assert not is_housekeeping("Thanksgiving is a feast.", "en")
    assert not leans_on_before("Backstage it was dark.", "en")
