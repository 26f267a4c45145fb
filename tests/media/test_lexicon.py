from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.lexicon import content_words, stem, tokens, words
from cutroom.media.stopwords import stop_words


def test_words_are_folded_and_split_at_anything_else() -> None:
    assert words("Newton's 2nd LAW—ﬁnally!") == ["newton", "s", "2nd", "law", "finally"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("हिन्दी में विज्ञान", ["हिन्दी", "में", "विज्ञान"]),
        ("هذا الدَّرس", ["هذا", "الدَّرس"]),
        ("한국어 수업", ["한국어", "수업"]),
        ("机器学习", ["机器", "器学", "学习"]),
        ("東京タワーへ", ["東京", "タワー", "へ"]),
        ("水", ["水"]),
    ],
)
def test_each_script_gives_words_or_pairs_of_characters(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_combining_mark_never_cuts_a_word() -> None:
    assert words("cafe\u0301 résumé") == ["café", "résumé"]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ("box", "boxes")),
        ("en", ("stop", "stops", "stopped", "stopping")),
        ("en", ("energy", "energies")),
        ("en", ("falls", "falling", "fall")),
        ("de", ("Welle", "Wellen")),
        ("fr", ("vague", "vagues")),
        ("es", ("ola", "olas")),
        ("ru", ("волна", "волны", "волнами")),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: tuple[str, ...]) -> None:
    assert len({stem(form.casefold(), language) for form in forms}) == 1


def test_a_stem_is_never_too_short_to_mean_something() -> None:
    assert stem("bed", "en") == "bed"
    assert stem("string", "en") == "string"
    assert stem("glass", "en") == "glass"


def test_what_says_nothing_is_left_out() -> None:
    assert content_words("So now we are going to look at the wave, okay?", "en") == ["wav"]
    assert content_words("Und jetzt sehen wir uns die Linse an.", "de") == ["lins"]
    assert content_words("これはペンです", "ja") == ["ペン"]


def test_an_unknown_language_leaves_out_the_stop_words_of_all() -> None:
    assert {"the", "und", "les", "для"} <= stop_words("und")
    assert not stop_words("fi")


@given(st.text(max_size=300))
def test_every_token_lies_in_its_text_in_order(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.first < token.stop <= len(text)
        at = token.stop
