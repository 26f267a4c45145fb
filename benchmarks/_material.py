"""What the benchmarks work on: the sample lecture, made once, and the clip that is cut from it."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks import RESULTS
from cutroom.analysis.facts import FaceSample, PictureFacts, Shot, ShotKind
from cutroom.core.settings import Settings
from cutroom.edit.assembly import lay_picture, lay_pieces, lay_sound, lay_words
from cutroom.edit.reframing import frame_shots
from cutroom.media import ffmpeg
from cutroom.media.captions import caption_words
from cutroom.media.geometry import FULL
from cutroom.media.presets import DEFAULT_PRESET, find_preset, programme_rate
from cutroom.media.probe import probe
from cutroom.media.sources import SOURCE, media_of
from cutroom.media.span import Span
from cutroom.media.timeline import Captions, Timeline
from cutroom.narration.lecture import LectureTruth, ShotTruth, make_lecture, read_truth, write_truth
from cutroom.providers import registry

#: A film or a talk of your own, instead of the lecture, where what is in it does not matter.
FILM = "CUTROOM_BENCH_FILM"
STYLE = "spotlight"
#: The clip: ten stretches of slides with the camera beside them, what lies between is cut out; seconds.
_FIRST_S, _KEPT_S, _LEFT_OUT_S, _STRETCHES = 22.0, 6.0, 2.6, 10


def lecture() -> tuple[Path, LectureTruth]:
    """Give the sample lecture: 3.4 minutes of slides and a camera in 720p at 25 frames a second, with its truth."""
    path = RESULTS / "lecture.mp4"
    kept = path.with_suffix(".truth.json")
    if not (path.exists() and kept.exists()):
        settings = Settings()
        name, model = registry.split(settings.text_to_speech)
        write_truth(make_lecture(path, registry.load("text_to_speech", name)(settings, model)), kept)
    return path, read_truth(kept)


def film() -> Path:
    """Give the recording that analysis is measured on."""
    return Path(os.environ[FILM]) if os.environ.get(FILM) else lecture()[0]


def looped(source: Path, span: Span, target: Path, duration_s: float) -> Path:
    """Write a stretch of a recording again and again, without encoding it anew, until it lasts so long."""
    part = target.with_name("part.mp4")
    cut = ["-ss", f"{span.start_s:.3f}", "-to", f"{span.end_s:.3f}"]
    for before, file, end, into in (
        (cut, source, [], part),
        (["-stream_loop", "-1"], part, ["-t", f"{duration_s}"], target),
    ):
        arguments = [*ffmpeg.input_arguments(file, before=before), *end, "-c", "copy", f"file:{into}"]
        ffmpeg.run(arguments, reads=[file], writes=target.parent, time_limit_s=600)
    return target


def clip_timeline(stretches: int = _STRETCHES) -> Timeline:
    """Cut a vertical clip from the lecture: screen above camera, every word captioned, six seconds a stretch."""
    path, truth = lecture()
    info = probe(path)
    assert info.video is not None  # noqa: S101 - the lecture has a picture
    preset, rate = find_preset(DEFAULT_PRESET), programme_rate(info.video)
    starts = [_FIRST_S + number * (_KEPT_S + _LEFT_OUT_S) for number in range(stretches)]
    kept = [Span(start_s, start_s + _KEPT_S) for start_s in starts]
    picture = PictureFacts(tuple(map(_shot, truth.shots)), ())
    size = preset.width, preset.height
    framings = frame_shots(kept, picture, (info.video.width, info.video.height), size)
    pieces = lay_pieces(kept, rate)
    words = lay_words(truth.transcript.words, pieces, rate)
    captions = Captions(STYLE, "en", caption_words(words, STYLE, *size, rate, "en"))
    tracks = lay_picture(pieces, framings, SOURCE, rate), lay_sound(pieces, SOURCE)
    return Timeline("benchmark", rate, *size, (media_of(path, info),), tracks, captions)


def _shot(truth: ShotTruth) -> Shot:
    faces = (FaceSample(truth.span.start_s, truth.face, 1.0),) if truth.face else ()
    screen = None if truth.kind is ShotKind.TALKING_HEAD else FULL
    return Shot(truth.span, truth.kind, screen, truth.camera, faces, 0.0)
