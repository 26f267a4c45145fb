"""Words as they are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.library.search.words import tokens_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("Größe STRASSE Straße", ["grosse", "strasse", "strasse"]),
        ("Ελληνικά Ёлка Łódź Ørsted Æther", ["ελληνικα", "елка", "lodz", "orsted", "aether"]),
        ("don't don’t l'homme", ["don", "t", "don", "t", "l", "homme"]),
        ("state-of-the-art C++ 3.14 ½", ["state", "of", "the", "art", "c", "3", "14", "1", "2"]),
        ("ﬁne ＦＵＬＬ ① x²", ["fine", "full", "1", "x2"]),
        ("熱力学の法則", ["熱", "力", "学", "の", "法", "則"]),
        ("3D動画", ["3d", "動", "画"]),
        ("ｶﾞ ガ か\u3099", ["ガ", "ガ", "が"]),
        ("한국어", ["한", "국", "어"]),
        ("ภาษาไทย", ["ภ", "า", "ษ", "า", "ไ", "ท", "ย"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("مُحَمَّد محمد", ["محمد", "محمد"]),
        ("soft\u00adware zero\u200bwidth", ["software", "zero", "width"]),
        ("🙂 – … \x00 \ud800", []),
    ],
)
def test_case_accents_and_width_do_not_count_and_unspaced_scripts_are_divided(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_a_word_is_never_a_sign_of_a_query_language_and_is_its_own_word(text: str) -> None:
    for word in words_of(text):
        assert all(ord(char) > 127 or (char.isalnum() and not char.isupper()) for char in word)
        assert 0 < len(word) <= 64
        assert words_of(word)[:1] == [word]
        word.encode()


@given(st.text(st.characters(codec="utf-8")))
def test_how_a_text_is_composed_does_not_count(text: str) -> None:
    assert words_of(unicodedata.normalize("NFD", text)) == words_of(unicodedata.normalize("NFC", text))


@given(st.text())
def test_a_word_is_marked_where_it_stands(text: str) -> None:
    start = stop = 0
    for token in tokens_of(text):
        assert token.start < token.stop
        assert token.start >= stop or token.start == start
        assert token.word in words_of(text[token.start : token.stop])
        start, stop = token.start, token.stop
