"""What may go is marked, and what was meant stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.disfluency import mark_disfluencies
from cutroom.media.span import Span
from cutroom.media.transcript import Mark, Word, join_words
from cutroom.media.words import spread_words


def kept(text: str, language: str = "en") -> str:
    words = mark_disfluencies(spread_words(text, Span(0.0, len(text) / 15), language), language)
    return join_words([word.text for word in words if word.mark is None], language)


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [
        ("en", "Um, so uh this is, erm, hmm good.", "so this is, good."),
        ("en", "It is, you know, a lot.", "It is, a lot."),
        ("en", "So the the thing is here.", "So the thing is here."),
        ("en", "I I I think so.", "I think so."),
        ("en", "We have to, uh, we have to go.", "we have to go."),
        ("en", "So today we're going to So today we're going to look.", "So today we're going to look."),
        ("en", "A pho- photo of it.", "A photo of it."),
        ("de", "Äh, um das das zu sehen, öhm, ist ist er da.", "um das zu sehen, ist er da."),
        ("fr", "Euh, le le chat est là.", "le chat est là."),
        ("zh", "嗯，我们走吧。", "我们走吧。"),
    ],
)
def test_what_was_not_meant_is_marked(language: str, said: str, meant: str) -> None:
    assert kept(said, language) == meant


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "This is very very good."),
        ("en", "I know that that is true."),
        ("en", "We had had enough."),
        ("en", "No, no, no."),
        ("en", "New York, New York."),
        ("en", "Again and again and again and again."),
        ("en", "It works. It works. It works."),
        ("en", "The UM hospital has an ER on Main Street."),
        ("en", "Do you know him?"),
        ("en", "Call five five five five."),
        ("en", "Bye bye."),
        ("de", "Er geht um das Haus."),
        ("pt", "Um dia um homem veio."),
        ("it", "Vai piano piano."),
        ("id", "Buku buku itu baru."),
        ("zh", "谢谢谢谢，慢慢来。"),
        ("ja", "えーと、行きましょう。"),  # a filler of several letters, and each letter is a word: left alone
        ("vi", "Um um um ba ba."),
    ],
)
def test_what_may_be_meant_stays(language: str, said: str) -> None:
    assert kept(said, language) == said


def test_the_take_that_is_kept_is_the_last() -> None:
    words = mark_disfluencies(spread_words("and we go and we go home", Span(0.0, 2.0), "en"), "en")

    assert [word.mark for word in words] == [Mark.STUTTER] * 3 + [None] * 4


def test_said_again_after_a_long_pause_is_meant() -> None:
    words = [Word("the", 0.0, 0.3), Word("end", 0.3, 0.6), Word("the", 3.0, 3.3), Word("end", 3.3, 3.6)]

    assert all(word.mark is None for word in mark_disfluencies(words, "en"))


@given(
    st.lists(st.sampled_from(["um,", "the", "the,", "we", "go", "go.", "no", "pho-", "photo"]), max_size=40),
    st.sampled_from(["en", "de", "zh", "und"]),
)
def test_marking_changes_no_text_and_no_time_and_never_marks_everything_that_was_meant(
    texts: list[str], language: str
) -> None:
    words = [Word(text, index * 0.4, index * 0.4 + 0.3) for index, text in enumerate(texts)]

    marked = mark_disfluencies(words, language)

    assert [(word.text, word.start_s) for word in marked] == [(word.text, word.start_s) for word in words]
    said = {word.text.strip(".,-") for word in words if word.text not in {"um,", "pho-"}}
    assert {word.text.strip(".,-") for word in marked if word.mark is None} >= said
