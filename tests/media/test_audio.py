from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from tests.media import hostile
from tests.media.hostile import film, make

from cutroom.core.errors import UnsupportedMedia
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.probe import probe

#: A beep from second 1 to 1.1.
BEEP = "aevalsrc='0.5*between(t,1,1.1)*sin(2*PI*1000*t)':s=48000:d=4"


def decode(path: Path, rate: int = 16000, stream: int | None = None) -> Pcm:
    return decode_audio(path, probe(path), path.with_suffix(".pcm"), rate=rate, stream=stream)


def onset_s(pcm: Pcm) -> float:
    """Find where the first loud sample is."""
    return float(np.argmax(np.abs(pcm.read(0, pcm.duration_s)) > 0.1)) / pcm.rate


def with_sound(target: Path, *options: str, late_s: float = 0.0) -> Path:
    """Make a film whose sound begins late."""
    picture = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=4", "-itsoffset", str(late_s), "-f", "lavfi", "-i", BEEP)
    return make(target, *picture, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", *options)


@pytest.mark.parametrize(
    ("container", "late_s"),
    [("mp4", 0), ("mp4", 1.5), ("mkv", 1.5), ("ts", 0), ("ts", 1.5), ("mpg", 1.5), ("webm", 1.5)],
)
def test_sample_0_is_the_start_of_the_recording(container: str, late_s: float, tmp_path: Path) -> None:
    codecs = {"mpg": ("-c:v", "mpeg1video", "-c:a", "mp2"), "webm": ("-c:v", "libvpx", "-c:a", "libopus")}
    path = with_sound(tmp_path / f"film.{container}", *codecs.get(container, ()), late_s=late_s)
    assert onset_s(decode(path)) == pytest.approx(1 + late_s, abs=0.03)


def test_a_gap_is_silence(tmp_path: Path) -> None:
    hole = ("-af", "aselect='not(between(t,0.3,0.8))'")
    path = make(tmp_path / "gap.mkv", "-f", "lavfi", "-i", BEEP, *hole, "-c:a", "flac")
    pcm = decode(path)
    assert onset_s(pcm) == pytest.approx(1, abs=0.03)
    assert pcm.duration_s == pytest.approx(4, abs=0.05)


def test_channels_are_averaged(tmp_path: Path) -> None:
    one_sided = "aevalsrc='0.8*sin(2*PI*440*t)|0':s=48000:d=2"
    pcm = decode(make(tmp_path / "left.wav", "-f", "lavfi", "-i", one_sided))
    assert np.abs(pcm.read(0.5, 1.5)).max() == pytest.approx(0.4, abs=0.02)


def test_opposed_channels_do_not_cancel_each_other(tmp_path: Path) -> None:
    opposed = "aevalsrc='0.8*sin(2*PI*440*t)|-0.8*sin(2*PI*440*t)':s=48000:d=4"
    pcm = decode(make(tmp_path / "opposed.wav", "-f", "lavfi", "-i", opposed))
    assert np.abs(pcm.read(0.5, 1.5)).max() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("rate", [8000, 16000, 48000])
def test_the_rate_is_as_asked(rate: int, tmp_path: Path) -> None:
    pcm = decode(make(tmp_path / "tone.m4a", "-f", "lavfi", "-i", "sine=500:d=2", "-c:a", "aac"), rate=rate)
    samples = pcm.read(0.5, 1.5)
    assert (pcm.rate, len(samples)) == (rate, rate)
    assert np.argmax(np.abs(np.fft.rfft(samples))) == 500


def test_a_track_can_be_chosen(tmp_path: Path) -> None:
    tones = [item for tone in (300, 500) for item in ("-f", "lavfi", "-i", f"sine={tone}:d=2")]
    path = make(tmp_path / "two.mkv", *tones, "-map", "0", "-map", "1", "-c:a", "flac")
    for index, tone in enumerate((300, 500)):
        assert np.argmax(np.abs(np.fft.rfft(decode(path, stream=index).read(0, 1)))) == tone
    with pytest.raises(UnsupportedMedia, match="no sound in stream 7"):
        decode(path, stream=7)


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedMedia, match="has no sound"):
        decode(film(tmp_path / "mute.mp4", sound=None, duration_s=1))


def test_damage_costs_no_more_than_the_damaged_part(tmp_path: Path) -> None:
    pcm = decode(hostile.damaged(tmp_path))
    assert pcm.duration_s == pytest.approx(10, abs=0.1)
    loud = [np.abs(block).max() > 0.05 for block in pcm.blocks(0.5)]
    assert sum(loud) >= 18


def test_a_cut_off_film_gives_the_sound_that_is_left(tmp_path: Path) -> None:
    path = hostile.cut_off(tmp_path)
    assert decode(path).duration_s == pytest.approx(probe(path).duration_s, abs=0.5)


def test_blocks_and_reads_are_the_same_samples(tmp_path: Path) -> None:
    path = tmp_path / "noise.pcm"
    samples = np.random.default_rng(1).integers(-32768, 32767, 100_000, dtype="<i2")
    path.write_bytes(samples.tobytes())
    pcm = Pcm(path, 16000, len(samples))
    assert np.array_equal(np.concatenate(list(pcm.blocks(0.73))), samples / np.float32(32768))
    assert np.array_equal(pcm.read(1.0, 2.0), samples[16000:32000] / np.float32(32768))
    assert np.array_equal(pcm.read(6.0, 99.0), samples[96000:] / np.float32(32768))
    assert len(pcm.read(99.0, 100.0)) == 0
    assert len(pcm.read(-5.0, -1.0)) == 0


def test_two_hours_are_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.pcm"
    with path.open("wb") as file:
        file.truncate(2 * 3600 * 16000 * 2)
    tracemalloc.start()
    seconds = sum(len(block) for block in Pcm(path, 16000, 2 * 3600 * 16000).blocks(60)) / 16000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds == 2 * 3600
    assert peak < 20_000_000
