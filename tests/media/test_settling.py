from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.settling import settle_words
from cutroom.media.span import Span
from cutroom.media.transcript import Word

SILENCE = (Span(2.0, 3.0),)


def edges(*words: tuple[float, float], silences: tuple[Span, ...] = SILENCE) -> list[tuple[float, float]]:
    return [(w.start_s, w.end_s) for w in settle_words([Word("w", *times) for times in words], silences)]


@pytest.mark.parametrize(
    ("said", "settled"),
    [
        ((1.5, 1.8), (1.5, 2.0)),
        ((1.5, 2.4), (1.5, 2.0)),
        ((2.6, 3.4), (3.0, 3.4)),
        ((1.95, 2.2), (3.0, 3.25)),
        ((1.95, 3.3), (3.0, 3.3)),
        ((1.5, 3.05), (1.5, 2.0)),
        ((1.0, 1.3), (1.0, 1.3)),
        ((2.2, 2.6), (2.2, 2.6)),
        ((3.2, 3.6), (3.2, 3.6)),
    ],
    ids=[
        "a word lasts as long as it is heard",
        "a word ends where silence begins",
        "a word starts where silence ends",
        "a sliver before silence is said after it",
        "a sliver before silence is left out",
        "a sliver after silence is left out",
        "a word far from silence stays",
        "a word in silence stays",
        "a word after silence stays",
    ],
)
def test_an_edge_moves_to_the_sound(said: tuple[float, float], settled: tuple[float, float]) -> None:
    assert edges(said) == [pytest.approx(settled)]


def test_a_word_does_not_reach_over_the_next() -> None:
    assert edges((1.2, 1.5), (1.6, 1.9)) == [(1.2, 1.5), (1.6, 2.0)]


def test_a_sliver_moves_only_where_there_is_room_before_the_next_word() -> None:
    assert edges((1.95, 2.2), (3.0, 3.3)) == [(1.95, 2.2), (3.0, 3.3)]


steps = st.floats(0, 0.8, allow_nan=False)


@given(
    st.lists(st.tuples(steps, steps), max_size=30),
    st.lists(st.tuples(st.floats(0.05, 2), st.floats(0.2, 1)), max_size=20),
)
def test_words_stay_in_order_and_apart(timed: list[tuple[float, float]], quiet: list[tuple[float, float]]) -> None:
    words, silences, clock_s = [], [], 0.0
    for gap_s, length_s in timed:
        words.append(Word("w", clock_s + gap_s, clock_s + gap_s + length_s))
        clock_s += gap_s + length_s
    clock_s = 0.0
    for gap_s, length_s in quiet:
        silences.append(Span(clock_s + gap_s, clock_s + gap_s + length_s))
        clock_s += gap_s + length_s
    settled = settle_words(words, silences)
    assert len(settled) == len(words)
    assert all(word.start_s <= word.end_s for word in settled)
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(settled))
