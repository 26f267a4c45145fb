from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.graphemes import clean, clusters


@given(st.text(max_size=200))
def test_cleaned_text_is_one_line_without_controls_and_stays_as_it_is(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    assert kept == kept.strip()
    assert not [char for char in kept if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("override", ["\u202e", "\u2067", "\u200f", "\u202a", "\u2069"])
def test_direction_controls_are_dropped(override: str) -> None:
    assert clean(f"a{override}b") == "ab"


def test_a_letter_keeps_at_most_four_marks() -> None:
    assert clean("x" + "\u0336" * 60 + "y") == "x" + "\u0336" * 4 + "y"


def test_joiners_stay_where_writing_needs_them() -> None:
    for text in ("می\u200cخواهم", "क\u094d\u200dष", "👩\u200d💻"):
        assert clean(text) == text


@given(st.text(max_size=80))
def test_clusters_hold_all_of_a_text_in_order(text: str) -> None:
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301a", ["e\u0301", "a"]),
        ("👩\u200d💻!", ["👩\u200d💻", "!"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("1\ufe0f\u20e32", ["1\ufe0f\u20e3", "2"]),
        ("क्षत्रिय", ["क्ष", "त्रि", "य"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("น้ำ", ["น้ำ"]),
        ("한국", ["한", "국"]),
    ],
)
def test_a_cluster_is_what_a_reader_sees_as_one_character(text: str, expected: list[str]) -> None:
    assert clusters(text) == expected
