"""The demonstration's check tells a right run from a wrong one, each thing by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cutroom.analysis.facts import PictureFacts, Shot, ShotKind, Slide, SoundFacts
from cutroom.media.geometry import Rect
from cutroom.media.span import Span
from cutroom.media.transcript import Mark, Sentence, Transcript, Word
from cutroom.narration.lecture import LectureTruth, ShotTruth, SlideTruth
from cutroom.pipelines.demo import Finding, check_demo
from cutroom.pipelines.result import Clip, Cut

CAMERA = Rect(0.7, 0.7, 0.25, 0.25)


def _words(text: str, start_s: float) -> tuple[Word, ...]:
    return tuple(Word(each, start_s + 0.5 * k, start_s + 0.5 * k + 0.4) for k, each in enumerate(text.split()))


ABANDONED = tuple(replace(word, mark=Mark.STUTTER) for word in _words("Our minds draw,", 5.0))
WORDS = (
    *_words("Take five thousand dollars a day.", 0.0),
    *ABANDONED,
    *_words("Our minds draw straight lines", 7.5),
    replace(_words("um,", 10.0)[0], mark=Mark.FILLER),
    *_words("and this is twenty seven.", 10.5),
)


def _transcript(words: tuple[Word, ...]) -> Transcript:
    return Transcript(words, (Sentence(0, len(words), words[0].start_s, words[-1].end_s, ""),), "en", "test")


TRUTH = LectureTruth(
    duration_s=20.0,
    width=1280,
    height=720,
    frame_rate=25,
    transcript=_transcript(WORDS),
    silences=(Span(2.9, 5.0), Span(6.4, 7.5), Span(12.9, 20.0)),
    fillers=(Span(10.0, 10.4),),
    retakes=(Span(5.0, 7.5),),
    slides=(SlideTruth(Span(0, 12), ("One",)),),
    shots=(
        ShotTruth(Span(0, 12), ShotKind.SCREEN_WITH_CAMERA, CAMERA, None),
        ShotTruth(Span(12, 20), ShotKind.TALKING_HEAD, None, None),
    ),
)
HEARD = _transcript(
    (
        *_words("take $5,000", 0.0), *_words("a day.", 2.0), *ABANDONED, *_words("Our minds draw straight lines", 7.5),
        *_words("Um,", 10.0), *_words("and this is 27", 10.5),
    )
)  # fmt: skip
PICTURE = PictureFacts(
    (
        Shot(Span(0, 12.5), ShotKind.SCREEN_WITH_CAMERA, None, Rect(0.69, 0.7, 0.26, 0.25), (), 0.1),
        Shot(Span(12.5, 20), ShotKind.TALKING_HEAD, None, None, (), 0.3),
    ),
    (Slide(Span(0, 12.5), ()),),
)
SOUNDS = SoundFacts(0.05, (), -60.0, -45.0, (Span(2.9, 4.9), Span(6.4, 7.5), Span(12.9, 19.9)), (), ())


def _clip(start_s: float, end_s: float, *cuts: tuple[float, float]) -> Clip:
    return Clip(
        rank=1, file="a.mp4", poster="a.jpg", srt=None, vtt=None, title="A", score=50, start_s=start_s, end_s=end_s,
        duration_s=end_s - start_s, width=1080, height=1920, rate="25", size_bytes=1, sha256="", loudness_lufs=None,
        peak_dbtp=None, cuts=[Cut(start_s=one, end_s=two, reason="silence", text="") for one, two in cuts], crops=[],
    )  # fmt: skip


CLIP = _clip(0.0, 13.0, (3.2, 4.8), (5.0, 7.4), (9.95, 10.45))


def _check(
    transcript: Transcript = HEARD,
    picture: PictureFacts = PICTURE,
    sounds: SoundFacts | None = SOUNDS,
    clips: tuple[Clip, ...] = (CLIP,),
) -> dict[str, Finding]:
    return {finding.what: finding for finding in check_demo(TRUTH, transcript, picture, sounds, clips)}


def _wrong(findings: dict[str, Finding]) -> list[str]:
    return [what for what, finding in findings.items() if not finding.passed]


def test_a_right_run_passes_every_check() -> None:
    findings = _check()
    assert _wrong(findings) == []
    assert len(findings) == 9
    assert str(findings["words wrong"]) == "words wrong 0.0%"


def test_wrong_words_are_counted() -> None:
    assert _wrong(_check(transcript=_transcript(_words("take five thousand", 0.0)))) == ["words wrong"]


def test_late_words_are_noticed() -> None:
    late = tuple(replace(word, start_s=word.start_s + 0.4, end_s=word.end_s + 0.4) for word in HEARD.words)
    assert _wrong(_check(transcript=_transcript(late))) == ["word times off by"]


def test_an_empty_transcript_is_wrong_and_not_an_error() -> None:
    assert "words wrong" in _wrong(_check(transcript=Transcript((), (), "und", "none")))


def test_a_missed_change_and_a_wrong_layout_are_noticed() -> None:
    one = PictureFacts((replace(PICTURE.shots[0], span=Span(0, 20)),), ())
    assert _wrong(_check(picture=one)) == ["picture changes found", "layout right for"]


@pytest.mark.parametrize("camera", [None, Rect(0.0, 0.0, 0.25, 0.25), Rect(0.6, 0.6, 0.4, 0.4)])
def test_a_camera_in_the_wrong_place_is_noticed(camera: Rect | None) -> None:
    shots = (replace(PICTURE.shots[0], camera=camera), PICTURE.shots[1])
    assert _wrong(_check(picture=replace(PICTURE, shots=shots))) == ["camera inset covered"]


def test_missed_silences_are_noticed() -> None:
    assert _wrong(_check(sounds=None)) == ["silences found"]
    assert _check(sounds=replace(SOUNDS, silences=SOUNDS.silences[:2]))["silences found"].figure == "2 of 3"


def test_a_retake_left_in_is_noticed() -> None:
    assert _wrong(_check(clips=(_clip(0.0, 13.0, (9.95, 10.45)),))) == ["false starts cut"]


def test_a_heard_filler_left_in_is_noticed() -> None:
    assert _wrong(_check(clips=(_clip(0.0, 13.0, (5.0, 7.4)),))) == ["fillers cut"]


@pytest.mark.parametrize(
    "clip",
    [
        _clip(0.2, 3.0),  # begins inside a word
        _clip(0.0, 2.7),  # ends inside a word
        _clip(0.0, 3.0, (1.2, 1.6)),  # a cut inside a word
        _clip(0.0, 3.0, (1.0, 1.5)),  # a cut takes a word
    ],
)
def test_a_broken_word_is_noticed(clip: Clip) -> None:
    findings = _check(clips=(clip,))
    assert _wrong(findings) == ["words broken by a cut"]
