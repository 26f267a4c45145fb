from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.edit.assembly import Framing, lay_picture, lay_pieces, lay_sound, lay_words
from cutroom.media.geometry import Rect
from cutroom.media.span import Span
from cutroom.media.timeline import Layout, Placement
from cutroom.media.transcript import Word

NTSC = Fraction(30000, 1001)
WHOLE = Layout((Placement(),))
LEFT = Layout((Placement(source=Rect(0, 0, 0.5, 1)),))

rates = st.sampled_from([Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60)])
kept_spans = st.lists(st.floats(0.05, 9, allow_nan=False), min_size=2, max_size=40).map(
    lambda steps: (
        [Span(sum(steps[: i + 1]), sum(steps[: i + 2])) for i in range(0, len(steps) - 1, 2) if steps[i + 1] > 0.1]
        or [Span(0, 1)]
    )
)


@given(kept_spans, rates)
def test_pieces_follow_each_other_without_gap_and_miss_their_time_by_at_most_half_a_frame(
    kept: list[Span], rate: Fraction
) -> None:
    pieces = lay_pieces(kept, rate)
    assert pieces[0].programme_start == 0
    for before, after in itertools.pairwise(pieces):
        assert after.programme_start == before.programme_start + before.duration
        assert after.source_start > before.source_stop
    for span in kept:
        assert any(
            abs(piece.source_start / rate - Fraction(span.start_s)) <= 1 / (2 * rate)
            or piece.source_start / rate <= span.start_s
            for piece in pieces
        )


@given(kept_spans, rates)
def test_picture_and_sound_are_cut_at_the_same_frames(kept: list[Span], rate: Fraction) -> None:
    pieces = lay_pieces(kept, rate)
    picture = lay_picture(pieces, [Framing(Span(0, 1e4), WHOLE)], "source", rate)
    sound = lay_sound(pieces, "source")
    assert [(c.source_start, c.duration) for c in picture.clips] == [(c.source_start, c.duration) for c in sound.clips]


def test_a_piece_is_split_where_its_framing_changes() -> None:
    pieces = lay_pieces([Span(0, 4), Span(6, 8)], Fraction(25))
    framings = [Framing(Span(0, 2), WHOLE), Framing(Span(2, 7), LEFT), Framing(Span(7, 9), WHOLE)]
    clips = lay_picture(pieces, framings, "source", Fraction(25)).clips
    assert [(c.source_start, c.duration, c.layout) for c in clips] == [
        (0, 50, WHOLE),
        (50, 50, LEFT),
        (150, 25, LEFT),
        (175, 25, WHOLE),
    ]


def test_a_stretch_that_no_framing_covers_takes_the_nearest() -> None:
    pieces = lay_pieces([Span(10, 11)], Fraction(25))
    framings = [Framing(Span(0, 2), WHOLE), Framing(Span(4, 7), LEFT)]
    assert [clip.layout for clip in lay_picture(pieces, framings, "source", Fraction(25)).clips] == [LEFT]


def test_words_move_with_their_piece_and_words_that_were_cut_are_gone() -> None:
    words = [Word("One", 0.0, 0.4), Word("um", 0.5, 0.9), Word("two.", 1.2, 1.6)]
    pieces = lay_pieces([Span(0, 0.44), Span(1.16, 2)], Fraction(25))
    placed = lay_words(words, pieces, Fraction(25))
    assert [(w.text, w.start, w.duration) for w in placed] == [("One", 0, 10), ("two.", 12, 10)]


@given(kept_spans, rates, st.lists(st.tuples(st.floats(0, 0.8), st.floats(0, 0.6)), max_size=60))
def test_words_on_screen_never_overlap_and_last_at_least_a_frame(
    kept: list[Span], rate: Fraction, steps: list[tuple[float, float]]
) -> None:
    words, time_s = [], 0.0
    for gap_s, length_s in steps:
        words.append(Word("w", time_s + gap_s, time_s + gap_s + length_s))
        time_s += gap_s + length_s
    placed = lay_words(words, lay_pieces(kept, rate), rate)
    assert all(word.duration >= 1 for word in placed)
    assert all(a.start + a.duration <= b.start for a, b in itertools.pairwise(placed))


def test_nothing_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        lay_pieces([Span(1, 1.001)], Fraction(25))
