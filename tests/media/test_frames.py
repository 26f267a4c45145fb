from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.media import hostile
from tests.media.hostile import film, make

from cutroom.core.errors import UnsupportedMedia
from cutroom.media.frames import Frame, frame_at, keyframes
from cutroom.media.probe import probe


def numbered(target: Path, *options: str, count: int = 100, rate: str = "25") -> Path:
    """Make a film whose frame n has the grey 16 + 2 n, without loss."""
    source = f"color=s=64x48:r={rate},geq=lum='16+2*N':cb=128:cr=128"
    coding = ("-c:v", "libx264", "-preset", "veryfast", "-qp", "0", "-pix_fmt", "yuv420p")
    return make(target, "-f", "lavfi", "-i", source, "-frames:v", str(count), *coding, *options)


def number(frame: Frame) -> int:
    """Read the number of a frame of such a film."""
    return round(float(frame.pixels.mean()) * 219 / 255 / 2 + 0.1)


def all_keyframes(path: Path, width: int = 64, interval_s: float | None = None) -> list[Frame]:
    return list(keyframes(path, probe(path), width=width, interval_s=interval_s))


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_every_keyframe_comes_with_its_exact_time(container: str, tmp_path: Path) -> None:
    path = numbered(tmp_path / f"film.{container}", "-g", "30", "-bf", "3", "-sc_threshold", "0")
    frames = all_keyframes(path)
    assert [number(frame) for frame in frames] == list(range(0, 100, 30))
    assert [frame.time_s for frame in frames] == pytest.approx([n / 25 for n in range(0, 100, 30)], abs=0.002)


@pytest.mark.parametrize("codec", ["libx265", "libvpx-vp9", "libsvtav1", "mpeg2video", "mpeg4"])
def test_keyframes_are_found_in_any_codec(codec: str, tmp_path: Path) -> None:
    quiet = ("-x265-params", "log-level=none:pools=1") if codec == "libx265" else ()
    fast = ("-preset", "12") if codec == "libsvtav1" else ("-deadline", "realtime") if "vpx" in codec else ()
    source = ("-f", "lavfi", "-i", "testsrc=s=64x64:r=10:d=4")
    path = make(tmp_path / "film.mkv", *source, "-pix_fmt", "yuv420p", "-c:v", codec, "-g", "10", *quiet, *fast)
    times = [frame.time_s for frame in all_keyframes(path)]
    assert times == pytest.approx([0, 1, 2, 3], abs=0.002)


def test_times_count_from_the_start_of_the_sound_if_that_is_first(tmp_path: Path) -> None:
    late = ("-itsoffset", "2", "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=3", "-f", "lavfi", "-i", "sine=440:d=5")
    for container in ("mp4", "mkv", "ts"):
        path = make(
            tmp_path / f"late.{container}", *late, "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"
        )
        assert [frame.time_s for frame in all_keyframes(path)] == pytest.approx([2, 3, 4], abs=0.03), container
        assert frame_at(path, probe(path), 3.5, width=64).time_s == pytest.approx(3.5, abs=0.05), container


def test_a_picture_is_given_as_it_is_shown(tmp_path: Path) -> None:
    left_red = "color=red:s=80x60:r=25:d=1[a];color=blue:s=80x60:r=25:d=1[b];[a][b]hstack"
    plain = make(tmp_path / "plain.mp4", "-f", "lavfi", "-i", f"{left_red},setsar=2", "-c:v", "libx264")
    turned = make(tmp_path / "turned.mp4", "-display_rotation:v", "-90", "-i", f"file:{plain}", "-c", "copy")
    assert all_keyframes(plain, width=320)[0].pixels.shape == (60, 320, 3)
    picture = all_keyframes(turned, width=60)[0].pixels
    assert picture.shape == (320, 60, 3), "turned, and its pixels made square"
    assert picture[10, 30].argmax() == 0, "what was left is on top after a turn clockwise"
    assert picture[-10, 30].argmax() == 2


def test_a_high_dynamic_range_is_brought_to_an_ordinary_screen(tmp_path: Path) -> None:
    colours = ("-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc")
    # PQ codes for 0, 203 (paper white) and 1,000 cd/m², in 10 bits of video range: ITU-R BT.2408, table 1.
    shades = []
    for code in (64, 573, 723):
        source = f"color=s=64x48:r=5:d=1,format=yuv420p10le,geq=lum={code}:cb=512:cr=512"
        tagged = ("-vf", "setparams=color_trc=smpte2084", "-pix_fmt", "yuv420p10le", "-c:v", "libx264", *colours)
        path = make(tmp_path / f"{code}.mp4", "-f", "lavfi", "-i", source, *tagged)
        pixel = all_keyframes(path)[0].pixels[20, 20].astype(int)
        assert np.ptp(pixel) <= 4, "grey stays grey"
        shades.append(int(pixel.mean()))
    assert shades[0] < 5
    assert 120 < shades[1] < 220, "paper is bright and not burnt out"
    assert shades[1] + 20 < shades[2] <= 255


def test_sparse_keyframes_are_filled_up(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", "-g", "9999", duration_s=35, size="64x48", rate="10", sound=None)
    times = [frame.time_s for frame in all_keyframes(path)]
    assert times[0] == 0
    assert max(np.diff([*times, 35])) <= 10.5
    assert len(times) == 4


def test_pictures_come_as_often_as_asked(tmp_path: Path) -> None:
    path = numbered(tmp_path / "film.mp4", "-g", "100")
    frames = all_keyframes(path, interval_s=0.5)
    assert max(np.diff([frame.time_s for frame in frames])) <= 0.6
    assert len(frames) < 15
    for frame in frames:
        assert number(frame) == pytest.approx(frame.time_s * 25, abs=1)


def test_one_picture_is_the_first_at_or_after_its_time(tmp_path: Path) -> None:
    path = numbered(tmp_path / "film.mp4", "-g", "50", "-bf", "3", rate="30000/1001")
    info = probe(path)
    for n in (0, 1, 2, 37, 49, 50, 51, 99):
        frame = frame_at(path, info, n * 1001 / 30000, width=64)
        assert number(frame) == n
        assert frame.time_s == pytest.approx(n * 1001 / 30000, abs=0.001)
    assert number(frame_at(path, info, info.duration_s + 5, width=64)) == 99


def test_a_damaged_picture_is_passed_over(tmp_path: Path) -> None:
    path = hostile.damaged(tmp_path)
    assert len(all_keyframes(path)) >= 9


def test_a_title_cannot_forge_a_time(tmp_path: Path) -> None:
    title = "\n[Parsed_showinfo_3 @ 0x1] n: 0 pts: 9999999 "
    path = film(tmp_path / "film.mp4", "-metadata", f"title={title}", "-metadata", f"comment={'x' * 990}{title}")
    assert [frame.time_s for frame in all_keyframes(path)] == [0, 1, 2, 3]


def test_stopping_early_is_no_error(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4")
    frames = keyframes(path, probe(path), width=64)
    assert next(frames).time_s == 0
    frames.close()  # type: ignore[attr-defined]  # the promise is an iterator; it is a generator


def test_sound_alone_has_no_pictures(tmp_path: Path) -> None:
    path = make(tmp_path / "tone.wav", "-f", "lavfi", "-i", "sine=440:d=1")
    with pytest.raises(UnsupportedMedia, match="has no picture"):
        all_keyframes(path)
