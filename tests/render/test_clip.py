from __future__ import annotations

import errno
import math
import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.render.conftest import cut_timeline, make, read_numbers, read_pixels, read_sound

from cutroom.core.errors import CutroomError, OutputFailed, ProcessFailed
from cutroom.core.files import sha256_of
from cutroom.media.captions import caption_words, preview_timeline
from cutroom.media.geometry import Rect
from cutroom.media.timeline import (
    Background,
    Captions,
    CaptionWord,
    Clip,
    Fit,
    Layout,
    Media,
    Placement,
    Timeline,
    Track,
    TrackKind,
)
from cutroom.render.batch import RenderJob, render_all
from cutroom.render.clip import Rendition, render_clip, render_frame
from cutroom.render.poster import detail, write_poster

RATE = Fraction(30)
WIDTH, HEIGHT = 270, 480
LEFT, RIGHT = (Layout((Placement(Rect(x, 0, 0.4, 1)),)) for x in (0.0, 0.6))
BLUR = Layout((Placement(fit=Fit.CONTAIN),), Background.BLUR)
SPLIT = Layout((Placement(target=Rect(0, 0, 1, 0.5)), Placement(Rect(0.5, 0.5, 0.4, 0.4), Rect(0, 0.5, 1, 0.5))))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Media:
    """Ten seconds of moving picture and changing tone."""
    inputs = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=30", "-f", "lavfi", "-i", "sine=f=300:beep_factor=3"]
    output = ["-t", "10", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
    path = make(tmp_path_factory.mktemp("talk"), "talk.mp4", [*inputs, *output])
    return Media("a", path, "", Fraction(10), 640, 360, RATE, 0, 1)


def programme(media: Media) -> Timeline:
    """Cut three seconds, in four layouts, with captions."""
    clips = [(20, 15, LEFT), (60, 15, RIGHT), (80, 20, SPLIT), (120, 20, BLUR), (141, 20, LEFT)]
    picture = tuple(Clip("a", start, duration, layout) for start, duration, layout in clips)
    words = [CaptionWord(f"word{number}", number * 9, 9) for number in range(10)]
    captions = Captions("spotlight", "en", caption_words(words, "spotlight", WIDTH, HEIGHT, RATE, "en"))
    tracks = (Track(TrackKind.VIDEO, picture), Track(TrackKind.AUDIO, picture))
    return Timeline("test", RATE, WIDTH, HEIGHT, (media,), tracks, captions)


@pytest.fixture(scope="module")
def rendition(talk: Media, tmp_path_factory: pytest.TempPathFactory) -> Rendition:
    folder = tmp_path_factory.mktemp("rendition")
    return render_clip(programme(talk), folder / "clip.mp4", scratch=folder / "scratch", threads=2)


def test_a_rendition_tells_what_the_file_is(rendition: Rendition) -> None:
    assert rendition.sha256 == sha256_of(rendition.path)
    assert rendition.size_bytes == rendition.path.stat().st_size
    assert rendition.duration_s == 3
    assert len(read_pixels(rendition.path, WIDTH, HEIGHT)) == 90
    assert abs(rendition.loudness_lufs + 14.0) <= 0.5
    assert rendition.peak_dbtp <= -1.5


def test_the_same_timeline_gives_the_same_bytes(talk: Media, rendition: Rendition, tmp_path: Path) -> None:
    again = render_clip(programme(talk), tmp_path / "again.mp4", scratch=tmp_path / "other", threads=1)
    assert again.sha256 == rendition.sha256


def test_a_graph_too_long_for_an_argument_goes_in_by_file(
    talk: Media, rendition: Rendition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cutroom.render.clip._LONGEST_ARGUMENT", 100)
    again = render_clip(programme(talk), tmp_path / "again.mp4", scratch=tmp_path / "other", threads=2)
    assert again.sha256 == rendition.sha256


def test_nothing_is_left_in_the_scratch_folder(rendition: Rendition) -> None:
    assert not list((rendition.path.parent / "scratch").iterdir())
    assert [path.name for path in rendition.path.parent.iterdir() if path.is_file()] == ["clip.mp4"]


@pytest.mark.parametrize("frame", [0, 14, 15, 31, 60, 89])
def test_the_preview_of_a_frame_is_the_frame_of_the_export(
    frame: int, talk: Media, rendition: Rendition, tmp_path: Path
) -> None:
    render_frame(programme(talk), frame, tmp_path / "frame.png", scratch=tmp_path)
    preview = np.asarray(Image.open(tmp_path / "frame.png"), int)
    export = read_pixels(rendition.path, WIDTH, HEIGHT)
    differences = [float(np.abs(preview - export[number]).mean()) for number in range(len(export))]
    # Only the encoder stands between them, and no other frame is as near.
    assert differences[frame] < 3
    assert min(range(len(export)), key=differences.__getitem__) == frame


def test_a_preview_of_a_style_needs_no_source(tmp_path: Path) -> None:
    timeline = preview_timeline("plain", "Hello", WIDTH, HEIGHT)
    render_frame(timeline, timeline.duration // 2, tmp_path / "style.png", scratch=tmp_path)
    pixels = np.asarray(Image.open(tmp_path / "style.png"))
    assert 0.001 < (pixels > 128).mean() < 0.3
    assert (pixels[: HEIGHT // 2] < 40).all()


def test_a_frame_that_does_not_exist_is_refused(talk: Media, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frames 0 to 89, not 90"):
        render_frame(programme(talk), 90, tmp_path / "frame.png", scratch=tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "it's [a] 'test'.mp4",
        "a:b;c,d=e.mp4",
        "%03d\\n.mp4",
        "-i.mp4",
        "line\nbreak.mp4",
        "講義 🎬.mp4",
        "a" * 200 + ".mp4",
    ],
)
def test_a_file_may_have_any_name(name: str, talk: Media, tmp_path: Path) -> None:
    folder = tmp_path / "it's, [my]: folder;%d"
    folder.mkdir()
    (folder / name).write_bytes(talk.path.read_bytes())
    clips = (Clip("a", 30, 5, LEFT),)
    words = Captions("plain", "en", caption_words([CaptionWord("Hi", 0, 5)], "plain", WIDTH, HEIGHT, RATE))
    timeline = Timeline(
        name, RATE, WIDTH, HEIGHT, (replace(talk, path=folder / name),), (Track(TrackKind.VIDEO, clips),), words
    )
    rendition = render_clip(timeline, folder / f"out {name}"[-200:], scratch=folder / "scratch")
    assert len(read_pixels(rendition.path, WIDTH, HEIGHT)) == 5


def test_a_render_that_fails_leaves_no_file(talk: Media, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(talk.path.read_bytes()[:5000])
    with pytest.raises(ProcessFailed):
        render_clip(programme(replace(talk, path=broken)), tmp_path / "out" / "clip.mp4", scratch=tmp_path / "scratch")
    assert not list(tmp_path.glob("out/*"))


def test_progress_goes_forward_to_the_end(talk: Media, tmp_path: Path) -> None:
    told: list[float] = []
    render_clip(programme(talk), tmp_path / "clip.mp4", scratch=tmp_path, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_source_without_sound_gives_a_silent_track(talk: Media, tmp_path: Path) -> None:
    mute = replace(programme(talk), media=(replace(talk, audio_stream=None),))
    rendition = render_clip(mute, tmp_path / "clip.mp4", scratch=tmp_path)
    assert rendition.loudness_lufs == -math.inf
    assert np.abs(read_sound(rendition.path)).max() < 1e-3


def test_sound_alone_is_shown_as_a_card_with_captions(talk: Media, tmp_path: Path) -> None:
    track = Track(TrackKind.AUDIO, (Clip("a", 0, 60),))
    heard = replace(programme(talk), media=(replace(talk, video_stream=None),), tracks=(track,))
    rendition = render_clip(heard, tmp_path / "clip.mp4", scratch=tmp_path)
    frames = read_pixels(rendition.path, WIDTH, HEIGHT)
    assert len(frames) == 60
    assert abs(rendition.loudness_lufs + 14.0) <= 0.5
    assert (frames[5] > 200).any(), "the caption is missing"
    assert np.abs(frames[5][:20].astype(int) - (0x14, 0x18, 0x1F)).max() <= 4
    row = frames[:, round(0.42 * HEIGHT), :, 2] > 150
    assert row[5].sum() < row[30].sum() < row[58].sum(), "the bars do not light up"


def test_a_picture_that_ends_before_the_sound_stands_still(numbered: Callable[..., Media], tmp_path: Path) -> None:
    source = numbered(RATE, 26, name="a.mov")
    render_clip(cut_timeline(source, RATE, [(770, 40)]), tmp_path / "clip.mp4", scratch=tmp_path)
    assert read_numbers(tmp_path / "clip.mp4") == [*range(770, 780), *[779] * 30]


def test_clips_that_are_done_stay_when_another_fails(talk: Media, tmp_path: Path) -> None:
    good, bad = programme(talk), programme(replace(talk, path=tmp_path / "missing.mp4"))
    jobs = [RenderJob(line, tmp_path / f"{n}.mp4") for n, line in enumerate((good, bad, good))]
    told: list[RenderJob] = []
    results = render_all(jobs, scratch=tmp_path / "scratch", workers=2, on_done=lambda job, _: told.append(job))
    assert [isinstance(result, Rendition) for result in results] == [True, False, True]
    assert isinstance(results[1], CutroomError)
    assert sorted(path.name for path in tmp_path.glob("*.mp4")) == ["0.mp4", "2.mp4"]
    assert sorted(job.target.name for job in told) == ["0.mp4", "1.mp4", "2.mp4"]


def test_a_disk_that_refuses_one_clip_stops_no_other(talk: Media, tmp_path: Path) -> None:
    jobs = [RenderJob(programme(talk), tmp_path / f"{n}.mp4") for n in range(2)]
    refusals = iter([OSError(errno.ENOSPC, "No space left on device")])

    def refuse_once(fraction: float) -> None:
        if error := next(refusals, None):
            raise error

    first, second = render_all(jobs, scratch=tmp_path / "scratch", workers=1, progress=refuse_once)
    assert isinstance(first, OutputFailed)
    assert "is full" in str(first)
    assert isinstance(second, Rendition)


def test_ctrl_c_ends_what_runs_and_keeps_what_is_done(talk: Media, tmp_path: Path) -> None:
    long = cut_timeline(talk, RATE, [(0, 9000)], width=1080, height=1920)
    jobs = [RenderJob(programme(talk), tmp_path / "short.mp4"), RenderJob(long, tmp_path / "long.mp4")]

    def interrupt(job: RenderJob, outcome: Rendition | CutroomError) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_all(jobs, scratch=tmp_path / "scratch", workers=2, on_done=interrupt)
    assert [path.name for path in tmp_path.glob("*.mp4")] == ["short.mp4"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("render")]


def test_a_poster_is_the_most_detailed_picture(tmp_path: Path) -> None:
    plain = "color=gray:s=270x480:r=30:d=10,format=yuv420p"
    picture = f"{plain}[a];testsrc2=s=270x480:r=30:d=10,format=yuv420p[b];[a][b]overlay=enable='between(t,3.5,4.5)'"
    encoding = ["-c:v", "libx264", "-g", "30", "-colorspace", "bt709"]
    clip = make(tmp_path, "clip.mp4", ["-f", "lavfi", "-i", picture, *encoding])
    write_poster(clip, tmp_path / "poster.jpg", width=270, height=480, duration_s=10)
    poster = Image.open(tmp_path / "poster.jpg")
    assert (poster.format, poster.size) == ("JPEG", (270, 480))
    assert detail(np.asarray(poster)) > 2
