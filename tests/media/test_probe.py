from __future__ import annotations

import contextlib
import random
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from tests.media import hostile
from tests.media.hostile import film, make

from cutroom.core.errors import UnsupportedMedia
from cutroom.core.files import sha256_of
from cutroom.core.settings import get_settings
from cutroom.media.audio import decode_audio
from cutroom.media.demux import measure_steps
from cutroom.media.frames import keyframes
from cutroom.media.probe import probe


@pytest.fixture
def an_hour_at_most(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CUTROOM_MAX_DURATION_S", "3600")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def refusal(path: Path) -> str:
    with pytest.raises(UnsupportedMedia) as caught:
        probe(path)
    return str(caught.value)


@pytest.mark.parametrize("kind", hostile.REFUSED)
def test_a_hostile_file_is_refused_in_one_sentence(kind: str, tmp_path: Path) -> None:
    maker, reason = hostile.REFUSED[kind]
    sentence = refusal(maker(tmp_path))
    assert reason in sentence
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 300


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "absent.mp4")
    assert "is a folder" in refusal(tmp_path)
    assert "is a device or a pipe" in refusal(Path("/dev/null"))


def test_a_film_is_measured(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", size="320x240", rate="30000/1001")
    info = probe(path)
    video = info.video
    assert video is not None
    assert (video.width, video.height, video.rate) == (320, 240, Fraction(30000, 1001))
    assert (video.codec, video.pixel_format, video.rotation) == ("h264", "yuv420p", 0)
    assert (video.variable_rate, video.hdr, video.interlaced) == (False, False, False)
    assert info.duration_s == pytest.approx(4, abs=0.05)
    assert video.keyframe_interval_s == pytest.approx(25 * 1001 / 30000, rel=0.25)
    assert [(track.codec, track.sample_rate, track.channels) for track in info.audio] == [("aac", 44100, 1)]
    assert (info.size_bytes, info.sha256) == (path.stat().st_size, sha256_of(path))
    assert info.notes == ()


def test_a_name_is_only_a_name(tmp_path: Path) -> None:
    path = film(tmp_path / "plain.mkv", duration_s=1)
    odd = path.rename(tmp_path / "-i $(touch x) %03d 'ü\n|.txt")
    assert probe(odd).container.startswith("matroska")
    assert list(tmp_path.iterdir()) == [odd]
    odd.write_bytes(b"")
    assert refusal(odd).isprintable()


def test_the_header_does_not_decide_the_length(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mkv", sound=None)
    data = bytearray(path.read_bytes())
    at = data.index(b"\x44\x89\x88") + 3  # Matroska's Duration, in milliseconds
    data[at : at + 8] = struct.pack(">d", 3_000_000)
    path.write_bytes(data)
    info = probe(path)
    assert info.duration_s == pytest.approx(4, abs=0.05)
    assert "declares 3000.0 s and holds 4.0 s" in " ".join(info.notes)


def test_a_cut_off_recording_is_as_long_as_what_is_left(tmp_path: Path) -> None:
    info = probe(hostile.cut_off(tmp_path))
    assert 4 < info.duration_s < 8
    assert "cut off" in " ".join(info.notes)


def test_damage_in_the_middle_is_let_through(tmp_path: Path) -> None:
    assert probe(hostile.damaged(tmp_path)).duration_s == pytest.approx(10, abs=0.1)


@pytest.mark.usefixtures("an_hour_at_most")
def test_a_recording_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    source = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=3700")
    assert "lasts 1.0 h and the limit is 1.0 h" in refusal(make(tmp_path / "long.flac", *source))


def test_time_stamps_that_start_again_are_joined(tmp_path: Path) -> None:
    part = film(tmp_path / "part.ts", duration_s=20, size="64x48")
    path = tmp_path / "joined.ts"
    path.write_bytes(part.read_bytes() * 2)
    assert probe(path).duration_s == pytest.approx(40, abs=0.2)


def test_a_turned_picture_is_measured_as_shown(tmp_path: Path, shared_media: Path) -> None:
    video = probe(shared_media / "video" / "rotated-90-degrees.mp4").video
    assert video is not None
    assert (video.width, video.height, video.rotation) == (1080, 1920, 90)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_rotation_is_given_clockwise(rotation: int, tmp_path: Path) -> None:
    plain = film(tmp_path / "plain.mp4", duration_s=1, size="160x120")
    turned = make(tmp_path / "turned.mp4", "-display_rotation:v", str(-rotation), "-i", f"file:{plain}", "-c", "copy")
    video = probe(turned).video
    assert video is not None
    assert video.rotation == rotation
    assert (video.width, video.height) == ((120, 160) if rotation % 180 else (160, 120))


def test_wide_pixels_are_counted_as_square_ones(tmp_path: Path) -> None:
    video = probe(film(tmp_path / "film.mp4", "-vf", "setsar=4/3", size="180x144", duration_s=1)).video
    assert video is not None
    assert (video.width, video.height) == (240, 144)


def test_uneven_distances_are_a_variable_rate(tmp_path: Path) -> None:
    uneven = ("-vf", "select='mod(n,7)*mod(n,5)'", "-fps_mode", "passthrough")
    video = probe(film(tmp_path / "film.mp4", *uneven, sound=None)).video
    assert video is not None
    assert video.variable_rate
    assert video.rate == 25


def test_rounded_time_stamps_are_a_constant_rate() -> None:
    steps = measure_steps(round(n * 1000 * 1001 / 30000) * 1000 for n in range(1000))
    assert steps["odd_steps"] == 0
    assert 1e6 / steps["step_us"] == pytest.approx(30000 / 1001, rel=1e-4)


def test_a_high_dynamic_range_is_seen(tmp_path: Path) -> None:
    colours = ("-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc")
    tenth = ("-pix_fmt", "yuv420p10le", "-vf", "setparams=color_trc=smpte2084")
    video = probe(film(tmp_path / "film.mp4", *tenth, *colours, duration_s=1)).video
    assert video is not None
    assert video.hdr
    assert video.matrix == "bt2020nc"


def test_two_fields_in_a_frame_are_seen(tmp_path: Path) -> None:
    fields = ("-vf", "interlace", "-flags", "+ilme+ildct")
    video = probe(film(tmp_path / "film.mp4", *fields, rate="50", duration_s=1)).video
    assert video is not None
    assert video.interlaced


def test_a_cover_is_not_a_picture(tmp_path: Path) -> None:
    sound = make(tmp_path / "sound.mp3", "-f", "lavfi", "-i", "sine=440:d=3")
    cover = make(tmp_path / "cover.png", "-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1")
    both = ("-i", f"file:{sound}", "-f", "png_pipe", "-i", f"file:{cover}", "-map", "0", "-map", "1", "-c", "copy")
    info = probe(make(tmp_path / "covered.mp3", *both, "-disposition:v", "attached_pic"))
    assert info.video is None
    assert len(info.audio) == 1
    assert info.notes == ()


def test_the_track_to_use_comes_first(tmp_path: Path) -> None:
    tones = [item for frequency in (300, 500) for item in ("-f", "lavfi", "-i", f"sine={frequency}:d=3")]
    silent = ("-f", "lavfi", "-i", "anullsrc=d=3:cl=mono:r=44100")
    maps = ("-map", "2", "-map", "0", "-map", "1", "-disposition:a", "0")
    path = make(tmp_path / "tracks.mkv", *tones, *silent, *maps, "-disposition:a:2", "default", "-c:a", "aac")
    assert [track.index for track in probe(path).audio] == [2, 1, 0]
    path = make(tmp_path / "mute.mkv", *tones, *silent, *maps, "-disposition:a:0", "default", "-c:a", "aac")
    assert probe(path).audio[-1].index == 0, "a silent track is last even when it is the default"


def test_chapters_and_several_pictures_are_read(shared_media: Path) -> None:
    chapters = probe(shared_media / "video" / "sintel_with_14_chapters.mp4").chapters
    assert len(chapters) == 14
    assert chapters[1][0] == pytest.approx(0.1)
    info = probe(shared_media / "video" / "nasa_13013.mp4")
    assert info.video is not None
    assert (info.video.index, [track.index for track in info.audio]) == (3, [4, 1])


@pytest.mark.slow
@pytest.mark.parametrize("container", ["mp4", "mkv", "ts", "avi"])
def test_any_damage_ends_in_an_answer_or_a_sentence(container: str, tmp_path: Path) -> None:
    whole = film(tmp_path / f"whole.{container}", duration_s=1, size="64x48").read_bytes()
    chance = random.Random(11)
    path = tmp_path / f"broken.{container}"
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            # Headers matter most: half of the blows fall on the first or last kilobyte.
            at = chance.choice((chance.randrange(len(data)), chance.randrange(1024), -chance.randrange(1, 1024)))
            data[at] = chance.randrange(256)
        path.write_bytes(data[: chance.choice((len(data), chance.randrange(1, len(data))))])
        with contextlib.suppress(UnsupportedMedia):
            info = probe(path)
            assert info.duration_s > 0
            if info.video:
                assert all(frame.time_s >= 0 for frame in keyframes(path, info, width=32))
            if info.audio:
                assert decode_audio(path, info, tmp_path / "sound.pcm").samples > 0
