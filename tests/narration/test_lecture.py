"""The sample lecture: what its truth says is so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from cutroom.analysis.facts import ShotKind
from cutroom.core.files import sha256_of
from cutroom.core.settings import Settings
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.frames import frame_at
from cutroom.media.info import MediaInfo
from cutroom.media.probe import probe
from cutroom.media.transcript import Mark
from cutroom.narration.lecture import LectureTruth, make_lecture, read_truth, write_truth
from cutroom.narration.lecture.presenter import Pose, Presenter, mouths_of, pose_at
from cutroom.narration.lecture.script import SCRIPT, Line, Scene, SlideName
from cutroom.narration.lecture.slides import draw_slide
from cutroom.providers import registry
from cutroom.providers.text_to_speech import TextToSpeech

SHORT = (
    Scene(
        SlideName.SKY,
        ShotKind.SCREEN_WITH_CAMERA,
        (
            Line("The sky is, um, blue.", 0.5),
            Line("A sunset is red,", 0.8, false_start=True),
            Line("A sunset is red too.", 1.2),
        ),
    ),
    Scene(SlideName.SKY, ShotKind.TALKING_HEAD, (Line("Here I am.", 0.7),)),
    Scene(SlideName.TIDES, ShotKind.SCREEN, (Line("Twice a day.", 1.0),)),
)


@dataclass(frozen=True)
class Made:
    path: Path
    truth: LectureTruth
    info: MediaInfo
    pcm: Pcm


@pytest.fixture(scope="module")
def voice() -> TextToSpeech:
    voice: TextToSpeech = registry.load("text_to_speech", "hibari")(Settings(), None)
    return voice


@pytest.fixture(scope="module")
def made(voice: TextToSpeech, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("lecture")
    truth = make_lecture(folder / "lecture.mp4", voice, script=SHORT)
    info = probe(folder / "lecture.mp4")
    return Made(folder / "lecture.mp4", truth, info, decode_audio(folder / "lecture.mp4", info, folder / "sound.s16"))


def _level_db(pcm: Pcm, start_s: float, end_s: float) -> float:
    return 10 * float(np.log10(np.mean(pcm.read(start_s, end_s) ** 2) + 1e-12))


def test_the_file_is_as_long_and_as_large_as_its_truth_says(made: Made) -> None:
    assert made.info.video is not None
    assert (made.info.video.width, made.info.video.height) == (made.truth.width, made.truth.height)
    assert made.info.video.rate == made.truth.frame_rate
    assert made.info.duration_s == pytest.approx(made.truth.duration_s, abs=0.05)
    assert made.truth.shots[-1].span.end_s == made.truth.duration_s


def test_the_same_script_gives_the_same_bytes(made: Made, voice: TextToSpeech, tmp_path: Path) -> None:
    make_lecture(tmp_path / "again.mp4", voice, script=SHORT)
    assert sha256_of(tmp_path / "again.mp4") == sha256_of(made.path)


def test_every_silence_is_quiet_and_every_word_is_heard(made: Made) -> None:
    loudest_silence = max(_level_db(made.pcm, s.start_s + 0.06, s.end_s - 0.06) for s in made.truth.silences)
    quietest_word = min(_level_db(made.pcm, word.start_s, word.end_s) for word in made.truth.transcript.words)
    assert loudest_silence < -50
    assert quietest_word > loudest_silence + 10


def test_pauses_are_as_long_as_the_script_asks(made: Made) -> None:
    sentences = made.truth.transcript.sentences
    assert sentences[1].start_s - sentences[0].end_s == pytest.approx(0.5)
    assert sentences[2].start_s - sentences[1].end_s == pytest.approx(0.8)


def test_fillers_and_false_starts_are_marked(made: Made) -> None:
    words = made.truth.transcript.words
    assert [word.text for word in words if word.mark is Mark.FILLER] == ["um,"]
    assert [word.text for word in words if word.mark is Mark.STUTTER] == ["A", "sunset", "is", "red,"]
    assert [span.start_s for span in made.truth.fillers] == [words[3].start_s]
    (retake,) = made.truth.retakes
    assert (retake.start_s, retake.end_s) == (words[5].start_s, words[9].start_s)


def test_each_scene_shows_its_own_picture(made: Made) -> None:
    for shot, name in zip(made.truth.shots, (SlideName.SKY, None, SlideName.TIDES), strict=True):
        frame = frame_at(made.path, made.info, (shot.span.start_s + shot.span.end_s) / 2, width=1280).pixels
        for slide in (SlideName.SKY, SlideName.TIDES):
            drawn = np.asarray(draw_slide(slide).picture, np.int16)[:480]
            error = float(np.mean(np.abs(frame[:480].astype(np.int16) - drawn)))
            assert (error < 4) == (slide is name), (shot.kind, slide, error)


def test_the_camera_is_in_its_rectangle_and_nowhere_else(made: Made) -> None:
    shot = made.truth.shots[0]
    assert shot.camera is not None
    frames = [frame_at(made.path, made.info, time_s, width=1280).pixels.astype(int) for time_s in (0.6, 1.4, 2.2)]
    moving = np.max([np.abs(frames[0] - frame).max(axis=2) for frame in frames[1:]], axis=0) > 60
    rows, columns = np.nonzero(moving)
    left, top = shot.camera.x * 1280, shot.camera.y * 720
    assert rows.size > 500
    assert left <= columns.min()
    assert columns.max() < left + shot.camera.width * 1280
    assert top <= rows.min()
    assert rows.max() < top + shot.camera.height * 720


def test_a_scene_changes_on_the_frame_that_the_truth_names(made: Made) -> None:
    change_s = made.truth.shots[1].span.start_s
    before, after = (
        frame_at(made.path, made.info, change_s + shift, width=320).pixels.mean() for shift in (-0.06, 0.02)
    )
    assert before > after + 40  # a light slide, then a dark room


def test_a_truth_is_read_back_as_it_was_written(made: Made, tmp_path: Path) -> None:
    write_truth(made.truth, tmp_path / "truth.json")
    assert read_truth(tmp_path / "truth.json") == made.truth


def test_the_mouth_opens_with_the_voice() -> None:
    samples = np.repeat(np.asarray([0, 0.2, 0.4], np.float32), 2 * 960)
    assert mouths_of(samples, 24000, 25) == [0, 0, 2, 2, 4, 4]
    shut, wide = (np.asarray(Presenter(384, 216).draw(Pose(0, 0, mouth, blinking=False))) for mouth in (0, 4))
    changed = np.nonzero(np.abs(shut.astype(int) - wide).sum(axis=2))[0]
    assert changed.min() > 0.5 * 216
    assert changed.max() < 0.75 * 216


def test_the_head_moves_and_the_eyes_blink_and_return() -> None:
    poses = [pose_at(frame, 25, 0) for frame in range(500)]
    assert {pose.sway for pose in poses} == set(range(-4, 5))
    assert 10 < sum(pose.blinking for pose in poses) < 40


def test_a_face_detector_takes_the_presenter_for_a_face() -> None:
    detector = registry.load("face_detection", "yunet")(Settings(), None)
    for width, height in ((384, 216), (1280, 720)):
        presenter = Presenter(width, height)
        for pose in (Pose(0, 0, 0, blinking=False), Pose(4, 2, 4, blinking=False), Pose(-4, -2, 1, blinking=True)):
            faces = detector.find(np.asarray(presenter.draw(pose)))
            assert len(faces) == 1
            assert abs(faces[0].box.centre_x - presenter.face.centre_x) < 0.05
            assert abs(faces[0].box.centre_y - presenter.face.centre_y) < 0.08


def test_every_line_of_the_lecture_is_spoken_word_for_word(voice: TextToSpeech) -> None:
    for line in (line for scene in SCRIPT for line in scene.lines if any(c.isdigit() or c == "," for c in line.text)):
        words = voice.speak(line.text).words
        assert words is not None
        assert [word.text for word in words] == line.text.split()


def test_every_slide_is_drawn_with_its_title_first() -> None:
    titles = [draw_slide(name).text[0] for name in SlideName]
    assert len(set(titles)) == len(titles)
    corner = [np.asarray(draw_slide(name).picture)[480:696, 872:1256] for name in SlideName if name != "tides"]
    assert all(np.ptp(each.reshape(-1, 3), axis=0).max() == 0 for each in corner)  # left free for the camera
