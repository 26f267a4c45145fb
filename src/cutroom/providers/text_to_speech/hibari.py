"""The voice that rides in the hibari-tts wheel: English, no key, no download, no network."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from hibari import Hibari
from hibari.dsp import synth
from hibari.g2p.normalize import normalize
from hibari.tts import MAX_PHONEMES
from hibari.voices import VOICES, voice_path
from numpy.typing import NDArray

from cutroom.core.errors import InvalidInput, MissingCapability, ProviderFailed
from cutroom.core.settings import Settings
from cutroom.media.span import Span
from cutroom.media.transcript import Word
from cutroom.providers.text_to_speech import Speech

DEFAULT_VOICE = "heart"
#: The graph's running sum of phoneme lengths, which it uses and does not give out.
_LENGTHS = "/CumSum_output_0"
#: Samples in one step of that sum: two spectral frames of 300 samples (hibari/dsp.py, HOP).
_STEP = 600
_PAUSES = frozenset(';:,.!?—…"“”()')
#: The sound comes this much before the lengths say: measured at the onsets that follow a pause, over 50 sentences.
_LAG_S = 0.05
#: The phoneme before a pause is given the pause too, so quiet at a word's edges is taken off it.
_QUIET_DB = -30.0
_BLOCK_S, _SHORTEST_S = 0.01, 0.025


def create(settings: Settings, model: str | None) -> HibariVoice:  # noqa: ARG001 - every provider is made alike
    """Load a voice.

    Args:
        settings: Not used: the voice has none.
        model: A voice of hibari; ``heart`` is the one inside the wheel.

    Raises:
        InvalidInput: If hibari has no such voice.
        MissingCapability: If that voice is not on this machine.
    """
    voice = model or DEFAULT_VOICE
    if voice not in VOICES:
        raise InvalidInput(f"There is no hibari voice '{voice}': choose one of {', '.join(VOICES)}.")
    try:
        path = Path(voice_path(voice, download_missing=False))
    except FileNotFoundError as error:
        raise MissingCapability(
            f"The hibari voice '{voice}' is not on this machine: fetch it once with `hibari --voice {voice} hello`."
        ) from error
    return HibariVoice(voice, path)


class HibariVoice:
    """Speak with one hibari model, on one core, some 200 times faster than real time."""

    def __init__(self, voice: str, path: Path) -> None:
        self.name = f"hibari/{voice}"
        self._hibari = Hibari(voice=voice, model=str(path))
        del self._hibari.sess  # ours takes its place
        self._session = _session_with_lengths(path)

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        """Say a text; see :class:`cutroom.providers.text_to_speech.TextToSpeech`.

        Word times are the model's own phoneme lengths, in steps of 25 ms, without the quiet at a word's edges. Where
        a reading has more words than the text (``3 May``), the words are those spoken.
        """
        if not 0.5 <= speed <= 2:
            raise InvalidInput(f"A voice cannot speak at {speed:g} times its pace: choose 0.5 to 2.")
        noise = np.random.default_rng(0)  # the breath in the voice: seeded, so that it is the same each time
        parts: list[NDArray[np.float32]] = []
        sentences: list[Span] = []
        words: list[Word] = []
        at = 0
        for sentence in self._hibari.split_sentences(text):
            start = at
            spoken: list[Word] = []
            for phrase in self._phrases(sentence):
                samples, ends = self._synthesise(phrase.ids, speed, noise)
                spoken += _timed(phrase.words, ends / self._rate, samples, self._rate, at / self._rate)
                parts.append(samples)
                at += len(samples)
            if at > start:
                sentences.append(Span(start / self._rate, at / self._rate))
                words += _as_written(spoken, sentence)
        if not parts:
            raise InvalidInput("There is nothing to say: give a text with words in it.")
        return Speech(np.concatenate(parts), self._rate, tuple(sentences), tuple(words))

    @property
    def _rate(self) -> int:
        return int(self._hibari.sample_rate)

    def _phrases(self, sentence: str) -> list[_Phrase]:
        """Split a sentence into what the model takes at once, at clauses where that is possible."""
        g2p = self._hibari.g2p
        try:
            tokens = g2p.phonemize_tokens(g2p.tokenize(normalize(_plain(sentence))))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ProviderFailed(f"The voice cannot read '{_plain(sentence)[:60]}': write it in words.") from error
        phrases, phrase, clause = [], _Phrase(), _Phrase()
        for token in tokens:
            phonemes = token.phonemes or ""
            clause.add(
                token.text, [(char, self._hibari.vocab[char]) for char in phonemes if char in self._hibari.vocab]
            )
            if token.whitespace:
                clause.space(self._hibari.vocab[" "])
            if phonemes[-1:] in _PAUSES or len(clause.ids) > MAX_PHONEMES / 2:
                if len(phrase.ids) + len(clause.ids) > MAX_PHONEMES:
                    phrases.append(phrase)
                    phrase = _Phrase()
                phrase.extend(clause)
                clause = _Phrase()
        if len(phrase.ids) + len(clause.ids) > MAX_PHONEMES:
            phrases.append(phrase)
            phrase = _Phrase()
        phrase.extend(clause)
        return [each for each in (*phrases, phrase) if each.words]

    def _synthesise(
        self, ids: list[int], speed: float, noise: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Give the samples of a phrase, and for each phoneme the sample at which it ends."""
        padded = np.asarray([[0, *ids, 0]], np.int64)
        *spectrum, lengths = self._session.run(None, {"ids": padded, "speed": np.asarray([speed], np.float32)})
        samples: NDArray[np.float32] = synth(*(part[0] for part in spectrum), noise)
        return samples, lengths.reshape(-1) * _STEP


@dataclass(slots=True)
class _Phrase:
    """Phoneme ids and, for each word, its text and the range of ids that sound."""

    ids: list[int] = field(default_factory=list)
    words: list[tuple[str, int, int]] = field(default_factory=list)
    _open: bool = False

    def add(self, text: str, phonemes: list[tuple[str, int]]) -> None:
        sounding = [len(self.ids) + k for k, (char, _) in enumerate(phonemes) if char not in _PAUSES]
        self.ids += [number for _, number in phonemes]
        if self._open:
            before, first, last = self.words[-1]
            self.words[-1] = (before + text, first, sounding[-1] if sounding else last)
        elif sounding:
            self.words.append((text, sounding[0], sounding[-1]))
            self._open = True

    def space(self, number: int) -> None:
        if self.ids:
            self.ids.append(number)
        self._open = False

    def extend(self, other: _Phrase) -> None:
        offset = len(self.ids)
        self.ids += other.ids
        self.words += [(text, first + offset, last + offset) for text, first, last in other.words]


def _timed(
    words: list[tuple[str, int, int]], ends_s: NDArray[np.float64], samples: NDArray[np.float32], rate: int, at_s: float
) -> list[Word]:
    """Put words where they sound; ``ends_s`` tells for each phoneme when it ends, the pad before the first included."""
    size = round(_BLOCK_S * rate)
    power = np.mean(samples[: len(samples) // size * size].reshape(-1, size) ** 2, axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (_QUIET_DB / 10)) * _BLOCK_S
    timed = []
    for text, first, last in words:
        start, end = max(0.0, ends_s[first] - _LAG_S), ends_s[last + 1] - _LAG_S
        sounding = loud[(loud > start - _BLOCK_S) & (loud < end)]
        if len(sounding):
            start, end = max(start, float(sounding[0])), min(end, float(sounding[-1]) + _BLOCK_S)
        timed.append(Word(text, at_s + start, at_s + max(end, start + _SHORTEST_S)))
    return timed


def _plain(text: str) -> str:
    """Write a text in plain characters (``²`` becomes ``2``), without controls."""
    return "".join(char if unicodedata.category(char) != "Cc" else " " for char in unicodedata.normalize("NFKC", text))


def _as_written(words: list[Word], sentence: str) -> list[Word]:
    """Spell words as the text does, where the reading kept their number."""
    written = [each for each in sentence.split() if any(char.isalnum() for char in each)]
    if len(written) != len(words):
        return words
    return [Word(text, word.start_s, word.end_s) for text, word in zip(written, words, strict=True)]


def _session_with_lengths(path: Path) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """Open the model with its phoneme lengths as one more output.

    Serialised protobuf messages merge when they are joined, so a graph that holds nothing but one output, put after
    the file's bytes, gives the model that output.
    """
    value = _message(1, _LENGTHS.encode()) + _message(2, _message(1, bytes([1 << 3, 7])))  # name; tensor of int64
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = path.read_bytes() + _message(7, _message(12, value))  # ModelProto.graph, GraphProto.output
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _message(number: int, content: bytes) -> bytes:
    """Write one short length-delimited protobuf field."""
    return bytes([number << 3 | 2, len(content)]) + content
