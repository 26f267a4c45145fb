from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.clauses import LONGEST_CLAUSE, Clause, standing_clauses


def texts(sentence: str, language: str = "en") -> list[str]:
    return [clause.text for clause in standing_clauses(sentence, language)]


def one(sentence: str, text: str, language: str = "en") -> Clause:
    return next(clause for clause in standing_clauses(sentence, language) if clause.text == text)


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("So, well, the moon pulls the water.", "the moon pulls the water"),
        ("But then blue light is scattered, and the rest goes on.", "blue light is scattered"),
        ("At sunset, the light must cross more air.", "the light must cross more air"),
        ("And that is why the sky is blue.", "why the sky is blue"),
        ("The point is that bridges fall in the wind.", "bridges fall in the wind"),
        ("The budget is $1,000 a day.", "The budget is $1,000 a day"),
        ("Bridges actually fall in the wind.", "Bridges fall in the wind"),
    ],
)
def test_a_clause_loses_what_only_gets_a_speaker_going(sentence: str, clause: str) -> None:
    assert clause in texts(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "He never came back to the house.",
        "They found the gold there.",
        "This is the best part of the lecture.",
        "Look at the ladder here on the wall.",
        "Because the bridge was old.",
        "Which is the name of the captain.",
        "Good morning, dear students of physics.",
        "Let us now talk about the ladder and the wall.",
        "Did you notice?",
        "Yes, of course.",
        "The captain never thought of that.",
        "The ladder on the wall",
    ],
)
def test_what_points_outside_or_goes_nowhere_is_refused(sentence: str) -> None:
    assert texts(sentence) == []


def test_a_word_for_something_in_the_same_clause_may_end_it() -> None:
    assert "The moon pulls the water that faces it" in texts("The moon pulls the water that faces it.")
    assert "How can a vaccine protect you if you never had it?" in texts(
        "How can a vaccine protect you if you never had it?"
    )


def test_nothing_of_an_opened_quotation_or_of_a_listing_is_cut_out() -> None:
    assert texts('"Right seat, sir, the captain waits.') == []
    assert "The bee sees a sunset" not in texts("The bee sees a sunset, a penny, a tide and a vaccine.")
    assert texts("The bee sees a sunset, a penny, a tide and a vaccine.") == [
        "The bee sees a sunset, a penny, a tide and a vaccine"
    ]


def test_a_question_keeps_its_mark_and_is_whole_without_what_sharpens_it() -> None:
    question = one("But why is the sky blue and not green?", "why is the sky blue?")
    assert question.question
    assert question.lead
    assert question.whole
    assert "green" in question.words
    assert "Do small businesses?" not in texts("Do small and large businesses pay the same tax?")
    assert not one("What do bees see before a storm comes?", "What do bees see?").whole


def test_a_word_that_could_point_outside_counts_against_a_clause() -> None:
    assert one("A bee tells her sisters the way.", "A bee tells her sisters the way").leaning == 1
    assert one("A bee tells every sister the way.", "A bee tells every sister the way").leaning == 0
    assert one("I stole my first bicycle in Rome.", "I stole my first bicycle in Rome").personal


@pytest.mark.parametrize(
    ("language", "sentence", "clause"),
    [
        ("de", "Also, warum ist der Himmel eigentlich blau?", "warum ist der Himmel blau?"),
        ("fr", "Alors, pourquoi le ciel est-il bleu ?", "pourquoi le ciel est-il bleu ?"),
        ("es", "Bueno, ¿por qué el cielo es azul?", "¿por qué el cielo es azul?"),
        ("it", "Allora, perché il cielo è blu?", "perché il cielo è blu?"),
        ("pt", "Então, por que o céu é azul?", "por que o céu é azul?"),
        ("nl", "Dus waarom is de lucht blauw?", "waarom is de lucht blauw?"),
        ("zh", "所以，天空为什么是蓝色的？", "天空为什么是蓝色的？"),
        ("ja", "では、なぜ空は青いのでしょうか？", "なぜ空は青いのでしょうか？"),
        ("ru", "Почему небо голубое?", "Почему небо голубое?"),
        ("de", "Das Licht ist schnell, weil die Luft klar ist.", "Das Licht ist schnell"),
        ("zh", "但是银行每年都会付利息。", "银行每年都会付利息"),
    ],
)
def test_other_languages_have_clauses_of_their_own(language: str, sentence: str, clause: str) -> None:
    assert clause in texts(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Das ist der Grund für alles Licht."),
        ("fr", "C'est la raison du bleu."),
        ("es", "Eso explica el color del cielo."),
        ("it", "Questo spiega il colore del cielo."),
        ("pt", "Isso explica a cor do céu."),
        ("nl", "Dit verklaart de kleur van de lucht."),
        ("zh", "这是天空的颜色。"),
        ("ru", "Небо сегодня голубое."),
    ],
)
def test_other_languages_refuse_what_points_outside_and_unknown_ones_all_but_questions(
    language: str, sentence: str
) -> None:
    assert texts(sentence, language) == []


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "de", "fr", "zh", "hi", "und"]))
def test_any_text_gives_clauses_that_fit_on_a_line(text: str, language: str) -> None:
    for clause in standing_clauses(text + ".", language):
        assert 1 <= len(clause.text) <= LONGEST_CLAUSE
        assert "\n" not in clause.text
