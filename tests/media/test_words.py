"""Words and their times."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.languages import language_code
from cutroom.media.span import Span
from cutroom.media.transcript import Word, join_words
from cutroom.media.words import order_words, split_words, spread_words

TIMES = st.floats(-5, 70)


@given(
    st.lists(st.builds(Word, st.sampled_from(["a", "b"]), TIMES, TIMES), max_size=40),
    st.lists(st.floats(0, 60), max_size=10),
)
def test_words_come_out_in_order_apart_and_inside_the_recording(words: list[Word], bounds: list[float]) -> None:
    bounds = sorted(bounds)
    speech = [Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False)]

    ordered = order_words(words, 60.0, speech=speech)

    assert sorted(word.text for word in ordered) == sorted(word.text for word in words)
    assert all(0.0 <= word.start_s <= word.end_s <= 60.0 for word in ordered)
    assert all(before.end_s <= after.start_s for before, after in pairwise(ordered))


def test_a_word_that_was_stretched_over_silence_is_brought_back_into_speech() -> None:
    speech = [Span(0.0, 1.0), Span(3.0, 4.0)]

    early, late = order_words([Word("end.", 0.7, 2.9), Word("Start", 1.2, 3.5)], 5.0, speech=speech)

    assert [early.start_s, early.end_s] == pytest.approx([0.7, 1.12])
    assert [late.start_s, late.end_s] == pytest.approx([2.88, 3.5])


def test_words_that_are_in_order_stay_as_they_are() -> None:
    words = (Word("one", 0.0, 0.5), Word("two", 0.5, 1.0), Word("three", 1.4, 2.0))

    assert order_words(words, 2.0) == words


def test_longer_words_get_more_time() -> None:
    words = spread_words("a considerable word", Span(10.0, 12.0), "en")

    assert [word.text for word in words] == ["a", "considerable", "word"]
    assert words[0].start_s == 10.0
    assert words[-1].end_s == pytest.approx(12.0)
    lengths = [word.end_s - word.start_s for word in words]
    assert lengths[1] > lengths[2] > lengths[0]


@given(st.text(max_size=60), st.sampled_from(["en", "zh"]))
def test_no_letter_is_lost_when_text_becomes_words(text: str, language: str) -> None:
    words = split_words(text, language)

    assert all(word and word == word.strip() for word in words)
    assert "".join("".join(words).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Comment ça va ?", ["Comment", "ça", "va?"]),
        ("en", "one – two", ["one –", "two"]),
        ("zh", "我用Python 3.5写「代码」。", ["我", "用", "Python", "3.5", "写", "「代", "码」。"]),
        ("ja", "カード", ["カー", "ド"]),
    ],
)
def test_punctuation_goes_with_its_word(language: str, text: str, expected: list[str]) -> None:
    assert split_words(text, language) == expected


def test_words_of_a_language_without_spaces_are_joined_without_them() -> None:
    assert join_words(split_words("今天天气很好。", "zh"), "zh") == "今天天气很好。"


@pytest.mark.parametrize(
    ("language", "texts", "joined"),
    [
        ("zh", ["我", "用", "Python", "3.5", "写", "「代", "码」。"], "我用Python 3.5写「代码」。"),
        ("ja", ["この", "open", "source,", "free", "ソフト"], "このopen source, freeソフト"),
        ("en", ["Hello,", "world."], "Hello, world."),
        ("en", [], ""),
        ("th", ["สวัสดี", "ครับ"], "สวัสดีครับ"),
    ],
)
def test_latin_words_keep_their_spaces_among_letters_that_have_none(
    language: str, texts: list[str], joined: str
) -> None:
    assert join_words(texts, language) == joined


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("en", "en"), ("EN-us", "en"), ("zh_CN", "zh"), ("deu", "de"), ("ger", "de"), ("english", "en")),
        *(("Castilian", "es"), ("jw", "jv"), ("yue", "zh"), ("iw", "he"), ("haw", "und"), ("", "und"), (None, "und")),
    ],
)
def test_a_language_is_known_by_every_name_it_is_given(written: str | None, code: str) -> None:
    assert language_code(written) == code
