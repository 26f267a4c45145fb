"""Words → sentences: every word in one, in every script, and no end where none is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.sentences import split_sentences
from cutroom.media.span import Span
from cutroom.media.transcript import Word
from cutroom.media.words import spread_words


def sentences_of(text: str, language: str = "en") -> list[str]:
    words = spread_words(text, Span(0.0, len(text) / 15), language)
    return [sentence.text for sentence in split_sentences(words, language)]


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    texts = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=6)
    marks = st.sampled_from(["", "", "", ".", "?", "…", "。", "؟", ",", "...", ".”"])
    at = 0.0
    words = []
    for text, mark, gap, length in draw(
        st.lists(st.tuples(texts, marks, st.floats(0, 4), st.floats(0, 2)), max_size=150)
    ):
        at += gap
        words.append(Word(text + mark, at, at + length))
        at += length
    return words


@given(spoken(), st.sampled_from(["en", "de", "zh", "hi", "und"]))
def test_every_word_lies_in_exactly_one_sentence_in_order(words: list[Word], language: str) -> None:
    sentences = split_sentences(words, language)

    assert [index for sentence in sentences for index in range(sentence.first, sentence.stop)] == [*range(len(words))]
    for sentence in sentences:
        assert sentence.start_s == words[sentence.first].start_s
        assert sentence.end_s == words[sentence.stop - 1].end_s
        assert sentence.text


@given(spoken())
def test_no_sentence_is_longer_than_one_can_read(words: list[Word]) -> None:
    for sentence in split_sentences(words, "en"):
        assert sentence.stop - sentence.first <= 50
        assert sentence.stop - sentence.first == 1 or sentence.end_s - sentence.start_s <= 30.0


@given(spoken())
def test_no_sentence_goes_on_over_a_long_pause(words: list[Word]) -> None:
    for sentence in split_sentences(words, "en"):
        inside = words[sentence.first : sentence.stop]
        assert all(after.start_s - before.end_s < 2.0 for before, after in pairwise(inside))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Hello there.", "How are you?", "Fine!"]),
        ("en", ["Dr. Smith paid 3.5 dollars, e.g. for J. R. Tolkien vs. me.", "Then he left."]),
        ("en", ["“Really?” she asked.", "He said “no.”", "Then (finally!) it ended.", "Good."]),
        ("en", ["It is... well, slow.", "See fig. 3 and pp. 4 to 9."]),
        ("de", ["Am 3. Mai kam Prof. Meier z.B. nach Bonn.", "Dann ging er."]),
        ("fr", ["Comment ça va?", "Bien!", "M. Dupont arrive."]),
        ("es", ["¿Cómo estás?", "¡Muy bien!", "Gracias."]),
        ("zh", ["今天天气很好。", "我们去公园吧！", "你觉得呢？"]),
        ("ja", ["こんにちは。", "元気ですか？", "はい。"]),
        ("hi", ["मैं घर जा रहा हूँ।", "तुम कहाँ हो?"]),
        ("ar", ["كيف حالك؟", "أنا بخير."]),
        ("am", ["ሰላም ነው።", "እንዴት ነህ፧"]),
        ("ru", ["Это А. С. Пушкин.", "Он писал."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(language: str, expected: list[str]) -> None:
    joint = "" if language in {"zh", "ja"} else " "
    assert sentences_of(joint.join(expected), language) == expected


def test_a_breath_after_an_abbreviation_ends_the_sentence() -> None:
    words = [Word("at", 0.0, 0.2), Word("3", 0.2, 0.4), Word("p.m.", 0.4, 0.8), Word("Then", 1.6, 1.8)]

    assert [sentence.text for sentence in split_sentences(words, "en")] == ["at 3 p.m.", "Then"]


def test_without_punctuation_a_pause_ends_a_sentence() -> None:
    words = [Word("word", at + at // 5 * 1.0, at + at // 5 * 1.0 + 0.9) for at in range(20)]

    assert [sentence.stop for sentence in split_sentences(words, "en")] == [5, 10, 15, 20]


def test_with_punctuation_a_short_pause_does_not() -> None:
    words = [Word("this", 0.0, 0.5), Word("is", 1.6, 1.8), Word("one.", 1.8, 2.0)]

    assert len(split_sentences(words, "en")) == 1


def test_an_endless_sentence_is_split_at_its_longest_pause() -> None:
    words = [Word("and", index * 0.5 + (0.4 if index >= 31 else 0.0), index * 0.5 + 0.45) for index in range(60)]
    words = [Word(word.text, word.start_s, max(word.end_s, word.start_s)) for word in words]

    assert [sentence.stop for sentence in split_sentences(words, "en")] == [31, 60]


def test_nothing_said_is_no_sentence() -> None:
    assert split_sentences([], "en") == ()
