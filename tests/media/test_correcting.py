"""What a person wrote gets times; doing it again changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.correcting import Correction, correct_words, rewrite_words
from cutroom.media.span import Span
from cutroom.media.transcript import Word

SAID = (Word("Bees", 1.0, 1.4), Word("dans", 1.4, 1.8, 0.3), Word("in", 1.8, 2.0), Word("circles.", 2.0, 2.6))
SPAN = Span(1.0, 2.6)


def test_as_many_words_keep_their_times() -> None:
    rewritten = rewrite_words("Bees dance in circles.", SAID, SPAN, "en")
    assert [(word.start_s, word.end_s) for word in rewritten] == [(word.start_s, word.end_s) for word in SAID]
    assert rewritten[1] == Word("dance", 1.4, 1.8)
    assert rewritten[0] is SAID[0]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Bees dance about in circles.", {"Bees", "in", "circles."}),
        ("Bees dans circles.", {"Bees", "circles."}),
        ("dans in circles.", {"in", "circles."}),
        ("Honey Bees dans in circles.", {"dans", "in", "circles."}),
        ("Bees dans in circles. Always.", {"Bees", "dans", "in"}),
    ],
)
def test_words_at_both_ends_that_stay_keep_their_times(text: str, same: set[str]) -> None:
    rewritten = rewrite_words(text, SAID, SPAN, "en")
    assert [word.text for word in rewritten] == text.split()
    kept = {word.text for word in rewritten if word in SAID}
    assert same <= kept
    assert all(word.end_s > word.start_s for word in rewritten)


def test_nothing_takes_the_words_away() -> None:
    assert correct_words(SAID, [Correction(1.0, 2.6, "")], "en") == ()


def test_only_words_of_the_stretch_are_rewritten() -> None:
    assert correct_words(SAID, [Correction(1.8, 2.6, "around us.")], "en")[:2] == SAID[:2]


@given(st.lists(st.text("abc.", min_size=1, max_size=5), max_size=8), st.sampled_from(["en", "ja"]))
def test_a_correction_done_twice_is_the_same_as_once(texts: list[str], language: str) -> None:
    corrections = [Correction(1.0, 2.6, " ".join(texts))]
    once = correct_words(SAID, corrections, language)
    assert correct_words(once, corrections, language) == once
    starts = [word.start_s for word in once]
    assert starts == sorted(starts)
    assert all(1.0 <= word.start_s <= word.end_s <= 2.6 + 1e-9 for word in once)
