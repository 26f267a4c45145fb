"""The contract of a voice, against the one that rides in a wheel."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cutroom.core.errors import CutroomError, InvalidInput, MissingCapability
from cutroom.core.settings import Settings
from cutroom.providers import registry

if TYPE_CHECKING:
    from cutroom.providers.text_to_speech import Speech, TextToSpeech

TEXT = "How does a bee tell her sisters where the flowers are? She dances, in the dark, on a wall of wax."


@pytest.fixture(scope="module")
def voice() -> TextToSpeech:
    voice: TextToSpeech = registry.load("text_to_speech", "hibari")(Settings(), None)
    return voice


@pytest.fixture(scope="module")
def speech(voice: TextToSpeech) -> Speech:
    return voice.speak(TEXT)


def _level_db(speech: Speech, start_s: float, end_s: float) -> float:
    part = speech.samples[round(start_s * speech.rate) : round(end_s * speech.rate)]
    return 10 * float(np.log10(np.mean(part**2) + 1e-12))


def test_the_same_text_is_the_same_sound(voice: TextToSpeech, speech: Speech) -> None:
    np.testing.assert_array_equal(voice.speak(TEXT).samples, speech.samples)


def test_samples_are_mono_and_within_full_scale(speech: Speech) -> None:
    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    assert 0.1 < np.abs(speech.samples).max() <= 1


def test_sentences_cover_the_speech_in_order(speech: Speech) -> None:
    assert [span.start_s for span in speech.sentences] == [0, speech.sentences[0].end_s]
    assert speech.sentences[-1].end_s == pytest.approx(speech.duration_s)


def test_every_word_of_the_text_has_its_time_in_order(speech: Speech) -> None:
    assert speech.words is not None
    assert [word.text for word in speech.words] == TEXT.split()
    assert all(one.end_s <= two.start_s for one, two in itertools.pairwise(speech.words))
    first_of_second = speech.words[11]
    assert first_of_second.text == "She"
    assert speech.sentences[0].end_s <= first_of_second.start_s < speech.sentences[1].end_s


def test_a_word_sounds_where_the_voice_says_and_a_pause_does_not(speech: Speech) -> None:
    assert speech.words is not None
    pauses = [
        _level_db(speech, one.end_s + 0.1, two.start_s - 0.05)
        for one, two in itertools.pairwise(speech.words)
        if two.start_s - one.end_s > 0.3
    ]
    assert pauses
    assert min(_level_db(speech, word.start_s, word.end_s) for word in speech.words) > max(pauses) + 6


def test_numbers_are_read_out_and_told_as_spoken(voice: TextToSpeech) -> None:
    words = voice.speak("It was the 3rd of May, 1973.").words
    assert words is not None
    assert [word.text for word in words][-2:] == ["May,", "1973."]
    assert words[-1].end_s - words[-1].start_s > 0.8


def test_a_slower_voice_takes_longer(voice: TextToSpeech, speech: Speech) -> None:
    assert voice.speak(TEXT, speed=0.7).duration_s > 1.25 * speech.duration_s


def test_a_sentence_of_any_length_is_spoken_whole(voice: TextToSpeech) -> None:
    said = voice.speak(" ".join(["and the water rises again"] * 40) + ".")
    assert said.words is not None
    assert len(said.words) == 200
    assert len(said.sentences) == 1


@pytest.mark.parametrize("nothing", ["", "  \n ", "…", "?!"])
def test_a_text_without_words_is_refused(voice: TextToSpeech, nothing: str) -> None:
    with pytest.raises(InvalidInput, match="nothing to say"):
        voice.speak(nothing)


@pytest.mark.parametrize("speed", [0.0, 0.4, 2.5, float("nan")])
def test_a_pace_beyond_the_voice_is_refused(voice: TextToSpeech, speed: float) -> None:
    with pytest.raises(InvalidInput, match=r"choose 0\.5 to 2"):
        voice.speak(TEXT, speed=speed)


def test_an_unknown_voice_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="heart"):
        registry.load("text_to_speech", "hibari")(Settings(), "nobody")


def test_a_voice_that_is_not_here_is_never_fetched_unasked(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    with pytest.raises(MissingCapability, match="hibari --voice emma"):
        registry.load("text_to_speech", "hibari")(Settings(), "emma")


ANYTHING = st.text(st.characters(codec="utf-8") | st.sampled_from("ab. ,!?'\"()[]/—…019$%&\n<>{}\\"), max_size=40)


@settings(max_examples=15, deadline=None)
@given(text=ANYTHING)
@example(text="5 m² \x1b¹ 9" + "9" * 30)
@example(text="a [link](http://localhost) and {braces} 1/0 $.5 12:99 00/00/0000")
def test_any_text_is_spoken_with_words_in_order_or_refused(voice: TextToSpeech, text: str) -> None:
    try:
        speech = voice.speak(text)
    except CutroomError as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - most texts are spoken; a refusal must be a sentence
        return
    assert speech.words is not None
    assert np.isfinite(speech.samples).all()
    edges = [edge for word in speech.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert 0 <= min(edges) <= max(edges) <= speech.duration_s
    assert all(word.text == word.text.strip() != "" for word in speech.words)
