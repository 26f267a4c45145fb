from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.hostile import film, make

from cutroom.core.errors import OutputFailed
from cutroom.core.files import written_whole
from cutroom.media.mp4 import read_boxes
from cutroom.media.verify import check_output

FAST = ("-ar", "48000", "-movflags", "+faststart")


def check(path: Path, *, duration_s: float = 4, width: int = 160, rate: int = 25, audio: bool = True) -> None:
    check_output(path, duration_s=duration_s, width=width, height=120, rate=Fraction(rate), audio=audio)


def complaint(path: Path, *, duration_s: float = 4, width: int = 160, rate: int = 25, audio: bool = True) -> str:
    with pytest.raises(OutputFailed) as caught:
        check(path, duration_s=duration_s, width=width, rate=rate, audio=audio)
    sentence = str(caught.value)
    assert sentence.isprintable()
    return sentence


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("whole") / "whole.mp4", *FAST)


def test_a_whole_film_passes(whole: Path, tmp_path: Path) -> None:
    check(whole)
    check(film(tmp_path / "mute.mp4", *FAST, sound=None), audio=False)


def test_the_check_tells_how_loud_the_file_is(tmp_path: Path) -> None:
    tone = film(tmp_path / "tone.mp4", *FAST, sound="sine=1000:r=48000")
    heard = check_output(tone, duration_s=4, width=160, height=120, rate=Fraction(25), audio=True)
    assert heard is not None
    # The source is a sine at an eighth of full scale in one channel, and the meter's weighting is 0 dB there.
    assert heard.integrated_lufs == pytest.approx(-21.1, abs=0.5)
    assert heard.peak_dbtp == pytest.approx(-18.1, abs=2)  # AAC overshoots where the tone begins
    mute = film(tmp_path / "mute.mp4", *FAST, sound=None)
    assert check_output(mute, duration_s=4, width=160, height=120, rate=Fraction(25), audio=False) is None


def test_a_file_that_is_not_in_its_place_yet_is_called_by_its_name(whole: Path, tmp_path: Path) -> None:
    def finish(content: bytes) -> None:
        with written_whole(tmp_path / "clip.mp4") as part:
            part.write_bytes(content)
            check(part, width=320)

    for content in (whole.read_bytes(), b"damaged" * 100):
        with pytest.raises(OutputFailed) as caught:
            finish(content)
        assert "file clip.mp4 did not pass" in str(caught.value)
        assert ".part" not in str(caught.value)


def test_what_was_not_ordered_is_named(whole: Path) -> None:
    assert "160 × 120 and not 320 × 120" in complaint(whole, width=320)
    assert "25.000 frames a second and not 30.000" in complaint(whole, rate=30)
    assert "it has 1 tracks of sound" in complaint(whole, audio=False)
    assert "it lasts 4.0" in complaint(whole, duration_s=4.4)
    assert "and not 4.40 s" in complaint(whole, duration_s=4.4)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((*FAST, "-pix_fmt", "yuv444p"), "yuv444p"),
        ((*FAST, "-c:v", "mpeg4"), "mpeg4"),
        (("-ar", "44100", "-movflags", "+faststart"), "aac at 44100 Hz"),
        ((*FAST, "-c:a", "libmp3lame"), "mp3"),
        (("-ar", "48000"), "index does not stand at the start"),
        ((*FAST, "-vf", "select='mod(n,7)*mod(n,5)'", "-fps_mode", "passthrough"), "all alike"),
    ],
)
def test_what_players_choke_on_is_named(options: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    assert reason in complaint(film(tmp_path / "film.mp4", *options))


def test_a_film_without_picture_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "sound.mp4", "-f", "lavfi", "-i", "sine=440:d=4:r=48000", "-c:a", "aac", *FAST[2:])
    assert "it has no picture" in complaint(path)


def test_a_film_that_breaks_off_is_refused(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    assert "it lasts" in complaint(path)


def test_a_film_whose_last_bytes_are_missing_is_refused(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.mp4"
    path.write_bytes(whole.read_bytes()[:-600])
    assert "did not pass its check" in complaint(path) or "does not play" in complaint(path)


@pytest.mark.parametrize("where", [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95])
def test_a_film_with_damage_inside_is_refused(where: float, whole: Path, tmp_path: Path) -> None:
    data = bytearray(whole.read_bytes())
    start = data.index(b"mdat")
    at = start + int((len(data) - start) * where)
    data[at : at + 400] = b"\x55" * 400
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    assert "does not play" in complaint(path)


def test_an_empty_or_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.touch()
    assert "is empty" in complaint(path)
    path.write_bytes(b"\0" * 10_000)
    assert "not a recording" in complaint(path)


def test_boxes_are_listed_with_what_is_missing_of_them(tmp_path: Path) -> None:
    path = tmp_path / "boxes.mp4"
    small, large = (
        (16).to_bytes(4, "big") + b"ftyp" + bytes(8),
        (1).to_bytes(4, "big") + b"mdat" + (32).to_bytes(8, "big"),
    )
    path.write_bytes(small + large + bytes(16) + (100).to_bytes(4, "big") + b"moov" + bytes(52))
    assert read_boxes(path) == [("ftyp", 0), ("mdat", 0), ("moov", 40)]
    path.write_bytes(small + bytes(4) + b"mdat" + bytes(99))
    assert read_boxes(path) == [("ftyp", 0), ("mdat", 0)]
