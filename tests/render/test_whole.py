"""A clip begins with an intro and ends with an outro, and is between them what it is without."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.render.conftest import make, read_pixels, read_sound

from cutroom.media.captions import caption_words
from cutroom.media.geometry import Rect
from cutroom.media.timeline import Captions, CaptionWord, Clip, Fit, Layout, Logo, Media, Placement, Timeline, Track
from cutroom.media.timeline import TrackKind as Kind
from cutroom.render.clip import Rendition, render_clip, render_frame
from cutroom.render.poster import write_poster
from cutroom.render.sound import SAMPLE_RATE
from cutroom.render.whole import compile_whole, parts_of

RATE = Fraction(30_000, 1001)
WIDTH, HEIGHT = 270, 480
#: Frames of the intro (a second of 25 frames), of the clip and of the outro (0.8 s of 50 frames).
INTRO, CLIP, OUTRO = 30, 45, 24
ENCODED = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-colorspace", "bt709"]


@dataclass(frozen=True)
class Films:
    """A talk, a red film that is silent, and a loud blue one in another shape."""

    talk: Media
    red: Media
    blue: Media

    @property
    def bare(self) -> Timeline:
        """The clip, with captions from its first frame to its last, and a logo."""
        clips = (Clip("source", 20, 25, Layout((Placement(Rect(0.1, 0, 0.4, 1)),))), Clip("source", 90, 20))
        words = [CaptionWord("always", 0, CLIP)]
        captions = Captions("plain", "en", caption_words(words, "plain", WIDTH, HEIGHT, RATE, "en"))
        tracks = (Track(Kind.VIDEO, clips), Track(Kind.AUDIO, clips))
        logo = self.talk.path.with_name("logo.png")
        Image.new("RGB", (40, 20), (255, 0, 255)).save(logo)
        return Timeline(
            *("talk", RATE, WIDTH, HEIGHT, (self.talk,), tracks, captions),
            logo=Logo(logo, "", 40, 20, Rect(0.7, 0.05, 0.25, 0.1)),
        )

    @property
    def whole(self) -> Timeline:
        return replace(self.bare, intro=self.red, outro=self.blue)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    folder = tmp_path_factory.mktemp("films")
    lavfi = ("-f", "lavfi", "-i")
    talk = [*lavfi, "testsrc2=s=640x360:r=30", *lavfi, "sine=f=300", "-t", "5", *ENCODED, "-c:a", "aac"]
    red = [*lavfi, "color=red:s=320x180:r=25:d=1", *ENCODED]
    blue = [*lavfi, "color=blue:s=180x180:r=50:d=0.8", *lavfi, "sine=f=900:d=0.8", *ENCODED, "-c:a", "pcm_s16le"]
    return Films(
        Media("source", make(folder, "talk.mp4", talk), "a", Fraction(5), 640, 360, Fraction(30), 0, 1),
        Media("intro", make(folder, "red.mp4", red), "b", Fraction(1), 320, 180, Fraction(25), 0, None),
        Media("outro", make(folder, "blue.mov", blue), "c", Fraction(4, 5), 180, 180, Fraction(50), 0, 1),
    )


@pytest.fixture(scope="module")
def made(films: Films, tmp_path_factory: pytest.TempPathFactory) -> tuple[Rendition, Rendition]:
    """The clip without and with them."""
    folder = tmp_path_factory.mktemp("made")
    bare, whole = (
        render_clip(line, folder / name, scratch=folder / "scratch", threads=1)
        for line, name in ((films.bare, "bare.mp4"), (films.whole, "whole.mp4"))
    )
    return bare, whole


@pytest.fixture(scope="module")
def frames(made: tuple[Rendition, Rendition]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    bare, whole = (read_pixels(each.path, WIDTH, HEIGHT) for each in made)
    return bare, whole


def is_like(found: NDArray[np.uint8], colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(found.astype(int) - colour).max() < 12)


def test_a_file_has_the_frames_of_all_three_and_says_so(
    made: tuple[Rendition, Rendition], frames: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    assert [len(each) for each in frames] == [CLIP, INTRO + CLIP + OUTRO]
    assert [each.duration_s * RATE for each in made] == [CLIP, INTRO + CLIP + OUTRO]


def test_films_of_other_shapes_are_shown_whole_on_black(frames: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> None:
    whole = frames[1]
    middle, red, blue = HEIGHT // 2, whole[:INTRO], whole[INTRO + CLIP :]
    # 320 × 180 is 270 × 152 here, and 180 × 180 is 270 × 270.
    assert is_like(red[:, middle - 70 : middle + 70], (254, 0, 0))
    assert is_like(blue[:, middle - 130 : middle + 130], (0, 0, 254))
    for shown, half in ((red, 80), (blue, 140)):
        assert is_like(shown[:, : middle - half], (0, 0, 0)), "neither captions nor a logo lie on it"
        assert is_like(shown[:, middle + half :], (0, 0, 0))


def test_between_them_the_clip_is_as_it_is_without(frames: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> None:
    bare, whole = frames
    between = whole[INTRO : INTRO + CLIP]
    differences = [float(np.abs(one.astype(int) - other).mean()) for one, other in zip(bare, between, strict=True)]
    assert max(differences) < 2
    late = float(np.abs(bare[0].astype(int) - between[1]).mean())
    assert late > 2 * differences[0], "a frame too late would be seen"


def test_a_silent_intro_is_silent_and_the_rest_as_loud_as_the_clip(made: tuple[Rendition, Rendition]) -> None:
    bare, whole = (read_sound(each.path) for each in made)
    one, other = (round(SAMPLE_RATE * count / RATE) for count in (INTRO, INTRO + CLIP))
    aac = 2048  # samples that a cut is smeared over
    assert np.abs(whole[: one - aac]).max() < 1e-3
    clip = whole[one + aac : other - aac]
    assert np.abs(np.abs(clip).max() - np.abs(bare[aac:-aac]).max()) < 0.05
    drift = [float(np.abs(clip - bare[aac + by :][: len(clip)]).mean()) for by in (-40, 0, 40)]
    assert min(drift) == drift[1], "the clip's sound begins with its picture"
    last = whole[other + aac : round(SAMPLE_RATE * (INTRO + CLIP + OUTRO) / RATE) - aac]
    assert np.abs(last).max() > 0.1
    assert abs(len(whole) - round(SAMPLE_RATE * (INTRO + CLIP + OUTRO) / RATE)) <= aac, "sound is as long as picture"


def test_the_same_timeline_with_them_gives_the_same_bytes(
    films: Films, made: tuple[Rendition, Rendition], tmp_path: Path
) -> None:
    again = render_clip(films.whole, tmp_path / "again.mp4", scratch=tmp_path / "scratch", threads=2)
    assert again.sha256 == made[1].sha256


def test_a_frame_that_is_looked_at_is_the_clips_own(films: Films, tmp_path: Path) -> None:
    for name, line in (("bare", films.bare), ("whole", films.whole)):
        render_frame(line, 3, tmp_path / f"{name}.png", scratch=tmp_path)
    assert (tmp_path / "bare.png").read_bytes() == (tmp_path / "whole.png").read_bytes()


def test_the_poster_is_a_picture_of_the_clip(made: tuple[Rendition, Rendition], tmp_path: Path) -> None:
    write_poster(
        *(made[1].path, tmp_path / "poster.jpg"),
        width=WIDTH,
        height=HEIGHT,
        duration_s=float(CLIP / RATE),
        start_s=float(INTRO / RATE),
    )
    poster = np.asarray(Image.open(tmp_path / "poster.jpg"))
    assert is_like(poster[42:50, 210:230], (255, 0, 255)), "its logo is seen"


def test_each_part_begins_with_a_keyframe_where_the_encoder_sees_no_cut(films: Films, tmp_path: Path) -> None:
    clips = (Clip("source", INTRO, CLIP, Layout((Placement(fit=Fit.CONTAIN),))),)
    same = replace(films.talk, key="intro", duration_s=Fraction(1))
    goes_on = replace(films.bare, tracks=(Track(Kind.VIDEO, clips), Track(Kind.AUDIO, clips)), captions=None, logo=None)
    render_clip(replace(goes_on, intro=same, outro=films.blue), tmp_path / "clip.mp4", scratch=tmp_path / "scratch")
    with av.open(str(tmp_path / "clip.mp4")) as made:
        keys = [number for number, frame in enumerate(made.decode(video=0)) if frame.key_frame]
    assert {0, INTRO, INTRO + CLIP} <= set(keys)


def test_sound_alone_is_a_card_between_films(films: Films, tmp_path: Path) -> None:
    track = Track(Kind.AUDIO, (Clip("source", 0, 10),))
    talk = replace(films.talk, video_stream=None)
    heard = replace(films.whole, media=(talk,), tracks=(track,), captions=None, logo=None, loudness_lufs=None)
    render_clip(heard, tmp_path / "clip.mp4", scratch=tmp_path / "scratch")
    shown = read_pixels(tmp_path / "clip.mp4", WIDTH, HEIGHT)
    assert len(shown) == INTRO + 10 + OUTRO
    assert is_like(shown[INTRO][:20], (0x14, 0x18, 0x1F))
    assert is_like(shown[INTRO - 1][230:250], (254, 0, 0))


def test_one_of_them_alone_will_do_and_a_clip_without_is_as_before(films: Films) -> None:
    assert parts_of(films.bare) == (films.bare,)
    assert [part.duration for part in parts_of(replace(films.bare, outro=films.blue))] == [CLIP, OUTRO]
    graph = compile_whole(replace(films.bare, intro=films.red))
    assert graph.frames == INTRO + CLIP
    assert [run.media.key for run in graph.runs] == ["intro", "source"]
    assert "red.mp4" not in graph.text
