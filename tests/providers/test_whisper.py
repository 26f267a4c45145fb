"""Whisper on this machine, on real recordings with known truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from cutroom.core.errors import InvalidInput, MissingCapability
from cutroom.core.settings import Settings
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.probe import probe
from cutroom.media.span import Span
from cutroom.media.transcript import join_words
from cutroom.providers import registry
from cutroom.providers.speech_to_text import Recognition
from cutroom.providers.speech_to_text.faster_whisper import FasterWhisper, _words, create
from cutroom.providers.speech_to_text.pieces import RATE, Piece, cut_pieces, find_speech
from cutroom.providers.weights import WHISPER_BASE, find_weights

Decoded = Callable[[str], Pcm]


@pytest.fixture(scope="module")
def whisper() -> FasterWhisper:
    try:
        folder = find_weights(WHISPER_BASE, settings=Settings(offline=True))
    except MissingCapability as error:
        pytest.skip(str(error))
    return FasterWhisper(folder, "faster_whisper/base", threads=1)


@pytest.fixture(scope="module")
def decoded(shared_media: Path, tmp_path_factory: pytest.TempPathFactory) -> Decoded:
    folder = tmp_path_factory.mktemp("pcm")

    def decode(path: str) -> Pcm:
        source = shared_media / "speech" / path
        target = folder / f"{path.replace('/', '_')}.s16"
        return decode_audio(source, probe(source), target)

    return decode


def clips(shared_media: Path, name: str) -> list[dict[str, str]]:
    manifest = json.loads((shared_media / "speech" / "manifest.json").read_text())
    return [entry for entry in manifest if entry["set"] == name]


def word_error_rate(
    whisper: FasterWhisper, decoded: Decoded, entries: list[dict[str, str]], *, told: str | None = None
) -> float:
    language = entries[0]["language"]
    normalise = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    heard = [whisper.transcribe(decoded(entry["path"]), language=told) for entry in entries]
    assert {result.language for result in heard} == {language}
    # The normaliser throws away what stands in brackets, and the readers read it.
    said = [normalise(entry["text"].replace("(", "").replace(")", "")) for entry in entries]
    written = [normalise(join_words([word.text for word in result.words], language)) for result in heard]
    if language == "zh":
        return float(jiwer.cer(["".join(text.split()) for text in said], ["".join(text.split()) for text in written]))
    return float(jiwer.wer(said, written))


def assert_well_timed(heard: Recognition, pcm: Pcm) -> None:
    assert all(word.text and word.text == word.text.strip() for word in heard.words)
    assert all(0.0 <= word.start_s <= word.end_s <= pcm.duration_s for word in heard.words)
    assert all(before.end_s <= after.start_s for before, after in pairwise(heard.words))
    assert all(0.0 <= word.confidence <= 1.0 for word in heard.words)


def silence(path: Path, seconds: float) -> Pcm:
    path.write_bytes(bytes(int(seconds * RATE) * 2))
    return Pcm(path, RATE, int(seconds * RATE))


def test_a_reading_is_heard_word_by_word(whisper: FasterWhisper, decoded: Decoded) -> None:
    pcm = decoded("misc/jfk.flac")
    told: list[float] = []

    heard = whisper.transcribe(pcm, progress=told.append)

    text = "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country."
    assert join_words([word.text for word in heard.words], "en") == text
    assert heard.language == "en"
    assert_well_timed(heard, pcm)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_words_are_where_the_voice_is(whisper: FasterWhisper, decoded: Decoded) -> None:
    pcm = decoded("misc/jfk.flac")
    speech = find_speech(pcm, lambda _: None)

    for word in whisper.transcribe(pcm, language="en").words:
        heard_s = sum(span.overlap_s(word.span) for span in speech)
        # A detector hears soft edges late, so a word may reach 0.12 s into silence on either side.
        assert heard_s >= word.end_s - word.start_s - 0.25


@pytest.mark.slow
def test_short_utterances_keep_the_published_word_error_rate(
    whisper: FasterWhisper, decoded: Decoded, shared_media: Path
) -> None:
    assert word_error_rate(whisper, decoded, clips(shared_media, "short"), told="en") <= 0.027


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("phone8k", 0.044),
        ("azure_en", 0.045),
        ("azure_de", 0.116),
        ("azure_es", 0.090),
        ("azure_fr", 0.140),
        ("azure_it", 0.103),
        ("azure_ko", 0.119),
        ("azure_pt", 0.176),
        ("azure_zh", 0.278),
    ],
)
def test_each_set_keeps_the_published_word_error_rate(
    whisper: FasterWhisper, decoded: Decoded, shared_media: Path, name: str, limit: float
) -> None:
    # Weights of 8 bits are multiplied in other steps by other processors: a word in a hundred is heard otherwise.
    assert word_error_rate(whisper, decoded, clips(shared_media, name)) <= limit + 0.01


def test_a_passage_with_long_pauses_is_heard_without_invention(whisper: FasterWhisper, decoded: Decoded) -> None:
    truth = (
        "it was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness "
        "it was the epoch of belief it was the epoch of incredulity it was the season of light it was the season of "
        "darkness it was the spring of hope it was the winter of despair we had everything before us we had nothing "
        "before us we were all going direct to heaven we were all going direct the other way in short the period was "
        "so far like the present period that some of its noisiest authorities insisted on its being received for good "
        "or for evil in the superlative degree of comparison only"
    )
    pcm = decoded("misc/two_cities_16k.wav")

    heard = whisper.transcribe(pcm, language="en")

    normalise = EnglishTextNormalizer()
    assert jiwer.wer(normalise(truth), normalise(" ".join(word.text for word in heard.words))) <= 0.1
    assert_well_timed(heard, pcm)


def test_nothing_is_heard_in_silence(whisper: FasterWhisper, tmp_path: Path) -> None:
    assert whisper.transcribe(silence(tmp_path / "silence.s16", 40.0)) == Recognition((), "und")


def test_nothing_is_heard_in_noise(whisper: FasterWhisper, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    (tmp_path / "noise.s16").write_bytes((chance.standard_normal(RATE * 40) * 2000).astype("<i2").tobytes())

    assert not whisper.transcribe(Pcm(tmp_path / "noise.s16", RATE, RATE * 40)).words


def test_no_sound_at_all_is_no_words(whisper: FasterWhisper, tmp_path: Path) -> None:
    assert not whisper.transcribe(silence(tmp_path / "empty.s16", 0.0)).words


def test_times_are_those_of_the_recording_after_a_long_silence(
    whisper: FasterWhisper, decoded: Decoded, tmp_path: Path
) -> None:
    said = decoded("misc/jfk.flac")
    alone = find_speech(said, lambda _: None)
    late = tmp_path / "late.s16"
    late.write_bytes(bytes(RATE * 2 * 400) + said.path.read_bytes())

    pcm = Pcm(late, RATE, said.samples + RATE * 400)

    heard = find_speech(pcm, lambda _: None)
    assert len(heard) == len(alone)
    assert all(abs(after.start_s - 400.0 - before.start_s) < 0.1 for before, after in zip(alone, heard, strict=True))
    words = whisper.transcribe(pcm, language="en").words
    assert [word.text.strip(",") for word in words][:7] == ["And", "so", "my", "fellow", "Americans", "ask", "not"]
    assert 400.0 <= words[0].start_s <= 401.0


def test_an_unknown_language_is_refused(whisper: FasterWhisper, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="tlh"):
        whisper.transcribe(silence(tmp_path / "silence.s16", 1.0), language="tlh")


def test_an_unknown_model_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(MissingCapability, match=r"'gigantic'.*base"):
        create(Settings(data_dir=tmp_path), "gigantic")


def test_it_is_found_by_its_name() -> None:
    assert registry.load("speech_to_text", "faster_whisper") is create


def test_parts_of_a_word_are_joined_and_a_sentence_that_starts_without_a_space_is_not() -> None:
    heard = [Heard(text) for text in (" A", " well", "-known", " fact", " of", " 3", ".5.", "Then", " e.", "g.", " it")]

    words = _words(heard, Piece((Span(0.0, 30.0),)), "en")

    assert [word.text for word in words] == ["A", "well-known", "fact", "of", "3.5.", "Then", "e.g.", "it"]


def test_in_a_language_without_spaces_the_parts_of_a_latin_word_are_joined() -> None:
    heard = [Heard(text) for text in ("我", "用", " Py", "thon", " code", "写", "3", ".5", "版", "。")]

    words = _words(heard, Piece((Span(0.0, 30.0),)), "zh")

    assert [word.text for word in words] == ["我", "用", "Python", "code", "写", "3", ".5", "版"]
    assert join_words([word.text for word in words], "zh") == "我用Python code写3.5版"


@dataclass
class Heard:
    """A word as the recogniser's library gives it."""

    word: str
    start: float = 0.0
    end: float = 0.1
    probability: float = 0.9


@st.composite
def talks(draw: st.DrawFn) -> tuple[list[Span], float]:
    at = 0.0
    spans = []
    for gap, length in draw(st.lists(st.tuples(st.floats(0.16, 20), st.floats(0.1, 28)), max_size=40)):
        spans.append(Span(at + gap, at + gap + length))
        at += gap + length
    return spans, at + draw(st.floats(0, 5))


@given(talks())
def test_pieces_hold_all_speech_once_and_fit_the_model(talk: tuple[list[Span], float]) -> None:
    speech, duration_s = talk
    pieces = cut_pieces(speech, duration_s, 30.0)
    held = [span for piece in pieces for span in piece.spans]

    assert all(piece.duration_s <= 30.0 + 1e-6 for piece in pieces)
    assert all(before.end_s <= after.start_s + 1e-6 for before, after in pairwise(held))
    assert all(any(span.overlap_s(spoken) >= spoken.duration_s - 1e-6 for span in held) for spoken in speech)
    assert all(span.end_s <= duration_s + 1e-6 for span in held)


@given(talks())
def test_a_time_in_a_piece_is_found_again_in_the_recording(talk: tuple[list[Span], float]) -> None:
    for piece in cut_pieces(*talk, 30.0):
        before_s = 0.0
        for span in piece.spans:
            third_s = span.duration_s / 3
            start_s, end_s = piece.original(before_s + third_s, before_s + 2 * third_s)
            assert start_s == pytest.approx(span.start_s + third_s, abs=1e-6)
            assert end_s == pytest.approx(span.end_s - third_s, abs=1e-6)
            before_s += span.duration_s


def test_a_word_over_a_seam_belongs_where_more_of_it_lies() -> None:
    piece = Piece((Span(10.0, 12.0), Span(20.0, 22.0)))

    assert piece.original(1.9, 2.5) == (20.0, 20.5)
    assert piece.original(1.2, 2.1) == (11.2, 12.0)
