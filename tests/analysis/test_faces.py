from __future__ import annotations

from cutroom.analysis.faces import follow_faces, main_first
from cutroom.analysis.facts import FaceSample
from cutroom.media.geometry import Rect


def face(time_s: float, x: float, height: float = 0.2, confidence: float = 0.9) -> FaceSample:
    return FaceSample(time_s, Rect(x - height / 4, 0.2, height / 2, height), confidence)


def test_two_people_are_two_tracks_and_the_larger_one_is_first() -> None:
    samples = [sample for t in range(10) for sample in (face(t, 0.2, 0.12), face(t, 0.7, 0.25))]
    first, second = follow_faces(samples)
    assert abs(first.centre_x - 0.7) < 0.01
    assert abs(second.centre_x - 0.2) < 0.01
    assert len(first.samples) == len(second.samples) == 10


def test_a_face_that_walks_slowly_is_one_track() -> None:
    assert len(follow_faces([face(t, 0.2 + 0.05 * t) for t in range(12)])) == 1


def test_a_large_face_that_passes_once_is_not_the_main_one() -> None:
    samples = [face(t, 0.3, 0.2) for t in range(10)] + [face(10, 0.8, 0.5)]
    assert abs(follow_faces(samples)[0].centre_x - 0.3) < 0.01


def test_within_a_time_the_main_face_of_the_shot_stands_first() -> None:
    samples = [sample for t in range(5) for sample in (face(t, 0.2, 0.1), face(t, 0.7, 0.25))]
    ordered = main_first(samples)
    assert [sample.time_s for sample in ordered] == sorted(sample.time_s for sample in samples)
    assert all(sample.box.centre_x > 0.5 for sample in ordered[::2])


def test_nobody_gives_no_tracks() -> None:
    assert follow_faces([]) == ()
    assert main_first([]) == ()
