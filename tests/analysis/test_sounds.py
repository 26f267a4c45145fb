from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cutroom.analysis.facts import SoundEventKind
from cutroom.analysis.sounds import Detector, listen, speech_between
from cutroom.media.audio import Pcm
from cutroom.media.span import Span

RATE = 16000
Sound = NDArray[np.float32]

#: Speech in the labelled files: seconds, up to where the labels reach. Source: SpeechBrain, tests/samples/annotation.
LABELS = {
    "vad_train.wav": ([(0.52, 0.85), (1.32, 1.83), (2.35, 3.70)], 4.0),
    "vad_valid.wav": ([(0.38, 2.70), (4.10, 5.88)], 8.0),
}


def keep(sound: Sound, path: Path) -> Pcm:
    path.write_bytes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return Pcm(path, RATE, sound.size)


def read(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        return np.asarray(np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768, np.float32)


def applause(seconds: float, level_db: float) -> Sound:
    """Hundreds of claps a second: bursts of noise that decay in milliseconds, as they are measured in halls."""
    rng = np.random.default_rng(3)
    sound = np.zeros(round(seconds * RATE))
    clap = np.exp(-np.arange(400) / 60)
    for start in rng.integers(0, sound.size - 400, round(seconds * 300)):
        sound[start : start + 400] += rng.uniform(0.2, 1) * clap * rng.standard_normal(400)
    return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 10 ** (level_db / 20), np.float32)


def mask(spans: list[tuple[float, float]], count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, bool)
    for start_s, end_s in spans:
        found[round(start_s * 100) : round(end_s * 100)] = True
    return found


@pytest.mark.parametrize(("detector", "expected"), [("level", 0.97), ("neural", 0.85)])
def test_speech_is_found_where_people_labelled_it(
    shared_media: Path, tmp_path: Path, detector: Detector, expected: float
) -> None:
    hit = claimed = true = 0
    for name, (spans, end_s) in LABELS.items():
        sound = read(shared_media / "speech" / "misc" / name)[: round(end_s * RATE)]
        facts = listen(keep(sound, tmp_path / "sound.s16"), detector=detector)
        found = mask([(span.start_s, span.end_s) for span in facts.speech], round(end_s * 100))
        truth = mask(spans, found.size)
        hit, claimed, true = hit + int((found & truth).sum()), claimed + int(found.sum()), true + int(truth.sum())
    f1 = 2 * hit / (claimed + true)
    assert f1 >= expected


def test_applause_is_heard_after_speech_and_is_not_speech(shared_media: Path, tmp_path: Path) -> None:
    voice = read(shared_media / "speech" / "misc" / "vad_valid.wav")
    sound = np.concatenate([voice, applause(4.0, -22), voice])
    facts = listen(keep(sound, tmp_path / "sound.s16"))
    (event,) = facts.events
    start_s = voice.size / RATE
    assert event.kind is SoundEventKind.APPLAUSE
    assert event.span.overlap_s(Span(start_s, start_s + 4)) > 3
    assert event.confidence > 0.7
    assert not any(span.contains(start_s + 2) for span in facts.speech)


def test_read_speech_holds_neither_laughter_nor_applause(shared_media: Path, tmp_path: Path) -> None:
    files = sorted((shared_media / "speech" / "librivox").glob("*.wav"))[:12]
    sounds = [read(path) for path in files]
    assert sum(sound.size for sound in sounds) > 20 * RATE
    assert listen(keep(np.concatenate(sounds), tmp_path / "sound.s16")).events == ()


@pytest.mark.parametrize(("seconds", "laughs"), [(2.5, 1), (20.0, 0)])
def test_many_voices_at_once_are_laughter_with_doubt_and_only_for_a_moment(
    shared_media: Path, tmp_path: Path, seconds: float, laughs: int
) -> None:
    rng = np.random.default_rng(1)
    clips = [read(path) for path in sorted((shared_media / "speech" / "librivox").glob("*.wav"))[:12]]
    voices = []
    for _ in range(8):
        clip = clips[rng.integers(len(clips))]
        voices.append(np.resize(np.roll(clip, rng.integers(clip.size)), round(seconds * RATE)))
    crowd = np.sum(voices, axis=0)
    crowd *= 0.08 / np.sqrt(np.mean(crowd**2))
    voice = read(shared_media / "speech" / "misc" / "vad_valid.wav")
    events = listen(keep(np.concatenate([voice, crowd, voice]), tmp_path / "sound.s16")).events
    assert [event.kind for event in events] == [SoundEventKind.LAUGHTER] * laughs
    assert all(event.confidence <= 0.6 for event in events)


def test_a_hiss_that_never_changes_is_not_applause(tmp_path: Path) -> None:
    hiss = np.random.default_rng(5).standard_normal(20 * RATE).astype(np.float32)
    voice = np.sin(2 * np.pi * 220 * np.arange(20 * RATE) / RATE) * (np.arange(20 * RATE) % (2 * RATE) < RATE)
    facts = listen(keep((hiss * 0.01 + voice * 0.2).astype(np.float32), tmp_path / "sound.s16"))
    assert facts.events == ()
    assert len(facts.silences) == 10


def test_a_recording_longer_than_a_block_is_measured_as_one(tmp_path: Path) -> None:
    sound = np.tile(np.concatenate([np.full(RATE, 0.2), np.zeros(RATE)]), 35)
    sound = (sound * np.sin(2 * np.pi * 300 * np.arange(sound.size) / RATE)).astype(np.float32)
    fractions: list[float] = []
    facts = listen(keep(sound, tmp_path / "sound.s16"), progress=fractions.append)
    assert len(facts.level_db) == 70 / facts.hop_s
    assert len(facts.silences) == 35
    assert all(span.duration_s == pytest.approx(1.0, abs=0.03) for span in facts.silences)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


@pytest.mark.parametrize("samples", [0, 1, 700, 5000])
def test_a_recording_of_almost_nothing_is_measured(tmp_path: Path, samples: int) -> None:
    facts = listen(keep(np.full(samples, 0.1, np.float32), tmp_path / "sound.s16"))
    assert facts.events == ()
    assert len(facts.level_db) == -(-samples // 800)


def test_speech_is_what_silence_and_applause_leave() -> None:
    silences = (Span(0.0, 1.0), Span(2.0, 2.5), Span(5.0, 6.0))
    assert speech_between(silences, [Span(2.4, 4.0)], 6.0) == (Span(1.0, 2.0), Span(4.0, 5.0))
    assert speech_between((), (), 3.0) == (Span(0.0, 3.0),)
