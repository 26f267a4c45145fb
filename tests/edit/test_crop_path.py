from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.edit.crop_path import HOLD_S, Point, hold
from cutroom.media.span import Span

SLACK = 0.06


def _points(places: list[float], noise: float = 0.0, seed: int = 0) -> list[Point]:
    chance = np.random.default_rng(seed)
    return [Point(n * 0.5, x + float(chance.uniform(-noise, noise)), 0.5) for n, x in enumerate(places)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_crop_never_moves_for_a_face_that_trembles(seed: int) -> None:
    points = _points([0.5] * 60, noise=0.03, seed=seed)
    assert len(hold(points, [Span(0, 30)], slack_x=SLACK, slack_y=SLACK)) == 1


def test_a_crop_cuts_once_for_a_face_that_moves_once() -> None:
    first, second = hold(_points([0.3] * 30 + [0.7] * 30), [Span(0, 30)], slack_x=SLACK, slack_y=SLACK)
    assert (round(first.x, 2), round(second.x, 2)) == (0.3, 0.7)
    assert abs(first.span.end_s - 14.75) < 0.01


def test_one_wrong_sample_moves_nothing() -> None:
    points = _points([0.3] * 20 + [0.9] + [0.3] * 20)
    assert len(hold(points, [Span(0, 20.5)], slack_x=SLACK, slack_y=SLACK)) == 1


def test_a_move_is_put_onto_a_cut_of_the_programme_nearby() -> None:
    points = _points([0.3] * 30 + [0.7] * 30)
    first, _ = hold(points, [Span(0, 14.4), Span(15.2, 30)], slack_x=SLACK, slack_y=SLACK)
    assert first.span.end_s in (14.4, 15.2)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0.5, 5))
def test_places_cover_the_time_and_are_held_long_enough(xs: list[float], gap_s: float) -> None:
    points = _points(xs)
    end_s = len(xs) * 0.5
    spans = [Span(0, end_s / 2), Span(end_s / 2 + gap_s, end_s + gap_s)]
    places = hold(points, spans, slack_x=SLACK, slack_y=SLACK)
    assert places[0].span.start_s == 0
    assert places[-1].span.end_s == end_s + gap_s
    for before, after in pairwise(places):
        assert before.span.end_s == after.span.start_s
    if len(places) > 1:
        # A move may be put onto a cut of the programme up to 0.75 s away, at either end.
        shortest = min(sum(span.overlap_s(place.span) for span in spans) for place in places)
        assert shortest >= HOLD_S - 1.5
