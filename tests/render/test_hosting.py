from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.render.conftest import make

from cutroom.core.errors import OutputFailed
from cutroom.media import ffmpeg
from cutroom.media.mp4 import read_boxes
from cutroom.media.probe import probe
from cutroom.media.verify import check_copy, check_sound
from cutroom.render.hls import check_hls, choose_rungs, write_hls
from cutroom.render.hosting import Hosted, fit, host, plays, shows, write_still
from cutroom.render.storyboard import write_storyboard

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "10")
PLAIN = (*H264, "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "64k")
FAST = ("-movflags", "+faststart")
HDR = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")


def picture(size: str = "320x180", rate: int = 25, duration_s: float = 1) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={duration_s}")


def sound(rate: int = 48000, channels: str = "stereo", duration_s: float = 1) -> tuple[str, ...]:
    layout = f"aformat=channel_layouts={channels}"
    return ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={rate}:duration={duration_s},{layout}")


#: What somebody may bring: a name, how it is made, and whether its picture is copied.
ZOO: dict[str, tuple[Sequence[str], bool]] = {
    "plain.mp4": ((*picture(), *sound(), *PLAIN, *AAC), True),
    "plain.mkv": ((*picture(), *sound(), *PLAIN, *AAC), True),
    "plain.ts": ((*picture(), *sound(), *PLAIN, *AAC), True),
    "silent.mp4": ((*picture(), *PLAIN), True),
    "opus.mkv": ((*picture(), *sound(), *PLAIN, "-c:a", "libopus"), True),
    "eight_kilohertz.mp4": ((*picture(), *sound(8000), *PLAIN, *AAC), True),
    "six_channels.mp4": ((*picture(), *sound(channels="5.1"), *PLAIN, *AAC), True),
    "two_tracks.mp4": ((*picture(), *sound(), *sound(), "-map", "0", "-map", "1", "-map", "2", *PLAIN, *AAC), True),
    "444.mp4": ((*picture(), *H264, "-pix_fmt", "yuv444p"), False),
    "422.mp4": ((*picture(), *H264, "-pix_fmt", "yuv422p"), False),
    "full_range.mp4": ((*picture(), *H264, "-pix_fmt", "yuvj420p"), False),
    "ten_bits.mp4": ((*picture(), *H264, "-pix_fmt", "yuv420p10le"), False),
    "hdr.mp4": ((*picture(), *H264, "-pix_fmt", "yuv420p10le", *HDR), False),
    "wide_pixels.mp4": ((*picture(), "-vf", "setsar=4/3", *PLAIN), False),
    "fields.mp4": ((*picture(), "-vf", "setfield=tff", *PLAIN, "-flags", "+ildct+ilme", "-x264opts", "tff=1"), False),
    "slow_motion.mp4": ((*picture(rate=240, duration_s=0.5), *PLAIN), False),
    "odd.mkv": ((*picture("321x181"), "-c:v", "ffv1", "-pix_fmt", "yuv444p"), False),
    "large.mp4": ((*picture("2560x1440", duration_s=0.2), *PLAIN), False),
    "old.avi": ((*picture(), *sound(44100), "-c:v", "mpeg4", "-c:a", "mp2"), False),
}


@pytest.mark.parametrize("name", ZOO)
def test_whatever_is_brought_plays_everywhere(tmp_path: Path, name: str) -> None:
    arguments, copied = ZOO[name]
    source = make(tmp_path, name, arguments)
    brought = probe(source)
    assert brought.video is not None
    made = host(source, brought, tmp_path / "play.mp4", threads=2)
    info = probe(tmp_path / "play.mp4")
    assert made.copied is copied
    assert info.video is not None
    assert shows(info.video, info.container)
    assert (info.video.width, info.video.height) == (made.width, made.height)
    assert made.width / made.height == pytest.approx(brought.video.width / brought.video.height, rel=0.02)
    assert info.duration_s == pytest.approx(brought.duration_s, abs=0.2)
    assert len(info.audio) == min(1, len(brought.audio))
    assert all(plays(track, info.container) for track in info.audio)
    assert info.container.startswith("mov")
    order = [box for box, _ in read_boxes(tmp_path / "play.mp4")]
    assert order.index("moov") < order.index("mdat")


def test_a_turned_recording_is_turned_upright(tmp_path: Path) -> None:
    lying = make(tmp_path, "lying.mp4", (*picture(), *PLAIN))
    turned = tmp_path / "turned.mp4"
    before = ["-display_rotation", "90"]
    arguments = [*ffmpeg.input_arguments(lying, before=before), "-c", "copy", f"file:{turned}"]
    ffmpeg.run(arguments, reads=[lying], writes=tmp_path, time_limit_s=60)
    made = host(turned, probe(turned), tmp_path / "play.mp4")
    info = probe(tmp_path / "play.mp4")
    assert not made.copied
    assert info.video is not None
    assert (info.video.width, info.video.height, info.video.rotation) == (180, 320, 0)


def test_a_copied_picture_is_the_source_bit_for_bit(tmp_path: Path) -> None:
    source = make(tmp_path, "plain.mkv", (*picture(), *sound(), *PLAIN, *AAC))
    host(source, probe(source), tmp_path / "play.mp4")

    def frames(path: Path) -> bytes:
        arguments = [*ffmpeg.input_arguments(path), "-map", "0:v", "-f", "rawvideo", "pipe:1"]
        with ffmpeg.stream(arguments, reads=[path], time_limit_s=60) as pipe:
            return pipe.read()

    assert frames(source) == frames(tmp_path / "play.mp4")


def test_a_copy_that_is_not_the_whole_source_is_refused(tmp_path: Path) -> None:
    whole = make(tmp_path, "whole.mp4", (*picture(duration_s=2), *sound(duration_s=2), *PLAIN, *AAC, *FAST))
    check_copy(whole, probe(whole))
    half = make(tmp_path, "half.mp4", (*picture(), *sound(), *PLAIN, *AAC, *FAST))
    with pytest.raises(OutputFailed, match=r"it lasts 1\.\d+ s and not 2\.\d+ s"):
        check_copy(half, probe(whole))
    late = make(tmp_path, "late.mp4", (*picture(duration_s=2), *sound(duration_s=2), *PLAIN, *AAC))
    with pytest.raises(OutputFailed, match="index does not stand at the start"):
        check_copy(late, probe(whole))
    silent = make(tmp_path, "silent.mp4", (*picture(duration_s=2), *PLAIN, *FAST))
    with pytest.raises(OutputFailed, match="sound"):
        check_copy(silent, probe(whole))
    with pytest.raises(OutputFailed, match="it has a picture"):
        check_sound(whole, duration_s=2)


@pytest.mark.parametrize(("name", "codec", "copied"), [("a.m4a", AAC, True), ("a.mp3", ("-c:a", "libmp3lame"), False)])
def test_sound_alone_stays_sound(tmp_path: Path, name: str, codec: Sequence[str], copied: bool) -> None:  # noqa: FBT001
    source = make(tmp_path, name, (*sound(duration_s=2), *codec))
    made = host(source, probe(source), tmp_path / "play.m4a")
    info = probe(tmp_path / "play.m4a")
    assert (made.width, made.height, made.copied) == (0, 0, copied)
    assert info.duration_s == pytest.approx(2, abs=0.1)
    assert info.video is None
    assert plays(info.audio[0], info.container)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((1920, 1080), (1920, 1080)),
        ((3840, 2160), (1920, 1080)),
        ((1080, 1920), (1080, 1920)),
        ((2160, 3840), (1080, 1920)),
        ((1440, 1440), (1080, 1080)),
        ((321, 181), (320, 180)),
        ((8000, 200), (1920, 48)),
    ],
)
def test_a_picture_is_brought_within_1080p_and_never_enlarged(size: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert fit(*size) == fitted


def brightening(folder: Path, duration_s: int) -> Path:
    """Make a picture that is one step brighter each second, with a keyframe at each."""
    source = f"color=black:s=320x180:r=10:d={duration_s},geq=lum='16+12*floor(T)':cb=128:cr=128"
    return make(folder, "steps.mp4", ("-f", "lavfi", "-i", source, *PLAIN))


def test_a_storyboard_shows_each_time_as_it_is(tmp_path: Path) -> None:
    video = brightening(tmp_path, 15)
    hosted = Hosted(320, 180, 15.0, copied=True)
    made = write_storyboard(video, hosted, tmp_path)
    with Image.open(made.sheets[0]) as sheet:
        assert sheet.size == (160 * 8, 90)
        tiles = [np.asarray(sheet)[20:70, 160 * n + 20 : 160 * n + 140].mean() for n in range(8)]
    # 16 is black and 235 is white where bytes are 0 to 255.
    assert tiles == pytest.approx([12 * 2 * n * 255 / 219 for n in range(8)], abs=4)
    track = made.track.read_text()
    assert track.startswith("WEBVTT")
    assert "00:00:02.000 --> 00:00:04.000\nstoryboard-1.jpg#xywh=160,0,160,90\n" in track
    assert "00:00:14.000 --> 00:00:15.000\nstoryboard-1.jpg#xywh=1120,0,160,90\n" in track


def test_a_poster_is_the_picture_at_one_second(tmp_path: Path) -> None:
    video = brightening(tmp_path, 3)
    write_still(video, probe(video), tmp_path / "poster.jpg", scratch=tmp_path)
    with Image.open(tmp_path / "poster.jpg") as image:
        assert image.size == (320, 180)
        assert np.asarray(image).mean() == pytest.approx(12 * 255 / 219, abs=4)


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Hosted]:
    folder = tmp_path_factory.mktemp("ladder")
    source = make(folder, "play.mp4", (*picture("960x540", 25, 13), *sound(duration_s=13), *PLAIN, *AAC))
    hosted = Hosted(960, 540, probe(source).duration_s, copied=True)
    write_hls(source, hosted, folder / "hls", sound=True, threads=2)
    return folder / "hls", hosted


def test_a_ladder_names_whole_segments_of_each_size(ladder: tuple[Path, Hosted]) -> None:
    folder, hosted = ladder
    files = check_hls(folder, hosted, choose_rungs(hosted), sound=True)
    names = [path.relative_to(folder).as_posix() for path in files]
    assert names == ["master.m3u8", "480p/index.m3u8", "480p/0.ts", "480p/1.ts", "480p/2.ts"]
    assert "RESOLUTION=854x480" in (folder / "master.m3u8").read_text()


def test_a_large_recording_has_three_sizes_and_a_small_one_its_own() -> None:
    assert [rung.side for rung in choose_rungs(Hosted(1920, 1080, 1.0, copied=True))] == [1080, 720, 480]
    assert [rung.side for rung in choose_rungs(Hosted(720, 1280, 1.0, copied=True))] == [720, 480]
    assert [rung.side for rung in choose_rungs(Hosted(320, 180, 1.0, copied=True))] == [180]


@pytest.mark.parametrize("hurt", ["480p/index.m3u8", "480p/1.ts", "master.m3u8"])
@pytest.mark.parametrize("length", [0, 100, None])
def test_a_ladder_that_a_full_disk_left_is_refused(
    ladder: tuple[Path, Hosted], tmp_path: Path, hurt: str, length: int | None
) -> None:
    """A length of ``None`` takes the file away; 0 is what was seen with an exit code of 0."""
    folder, hosted = ladder
    copy = tmp_path / "hls"
    (copy / "480p").mkdir(parents=True)
    for path in folder.rglob("*.*"):
        (copy / path.relative_to(folder)).write_bytes(path.read_bytes())
    if length is None:
        (copy / hurt).unlink()
    else:
        (copy / hurt).write_bytes((copy / hurt).read_bytes()[:length])
    with pytest.raises(OutputFailed, match=Path(hurt).name):
        check_hls(copy, hosted, choose_rungs(hosted), sound=True)


def test_a_slow_motion_recording_keeps_an_even_rate(tmp_path: Path) -> None:
    source = make(tmp_path, "slow.mp4", (*picture(rate=240, duration_s=0.5), *PLAIN))
    host(source, probe(source), tmp_path / "play.mp4")
    info = probe(tmp_path / "play.mp4")
    assert info.video is not None
    assert info.video.rate == Fraction(60)
    assert not info.video.variable_rate
