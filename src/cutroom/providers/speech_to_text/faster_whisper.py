"""Whisper on this machine, through CTranslate2: no key, no network once the weights are here.

Silence is left out before recognition (a Whisper model writes sentences over it), pieces of up to 30 s are decoded
in batches, and a piece whose text repeats itself is decoded again with repetition forbidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import ctranslate2
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from cutroom.core.cores import count_cores
from cutroom.core.errors import InvalidInput, MissingCapability
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.settings import Settings
from cutroom.media.audio import Pcm
from cutroom.media.languages import UNDETERMINED, language_code
from cutroom.media.transcript import UNSPACED, Word
from cutroom.media.words import order_words
from cutroom.providers.speech_to_text import Recognition, SpeechToText
from cutroom.providers.speech_to_text.pieces import RATE, Piece, cut_pieces, find_speech
from cutroom.providers.weights import find_weights, whisper_weights

_REPOSITORIES: Final = {
    **{
        size: f"Systran/faster-whisper-{size}"
        for size in (
            *("tiny", "tiny.en", "base", "base.en", "small", "small.en", "medium", "medium.en"),
            *("large-v1", "large-v2", "large-v3"),
        )
    },
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
#: Whisper hears so much at a time.
_PIECE_S: Final = 30.0
#: Pieces decoded together: more is no faster on a processor.
_BATCH: Final = 4
_BATCH_GPU: Final = 16
#: Text that gzip brings below 1/2.4 repeats itself, and this little sureness over what sounds like no speech is
#: invention. Source: the thresholds of Radford et al. 2022, *Whisper*, §4.5.
_REPEATS: Final = 2.4
_UNSURE: Final = -1.0
_NO_SPEECH: Final = 0.6
#: Languages are told apart over this many pieces, spread over the recording.
_SAMPLES: Final = 4
_SURE: Final = 0.9


class FasterWhisper:
    """A Whisper model, loaded.

    Args:
        folder: The weights.
        name: For transcripts.
        beam_size: 5 hears a talk better than 1 (5.5 to 6.7 % of words wrong on ten minutes) for a quarter more time.
        threads: 0 for one a core.
    """

    def __init__(self, folder: Path, name: str, *, beam_size: int = 5, threads: int = 0) -> None:
        self.name = name
        self._beam_size = beam_size
        gpu = ctranslate2.get_cuda_device_count() > 0
        self._batch = _BATCH_GPU if gpu else _BATCH
        self._model: Any = WhisperModel(
            str(folder),
            device="cuda" if gpu else "cpu",
            compute_type="float16" if gpu else "int8",
            cpu_threads=threads or count_cores(),
        )
        self._pipeline: Any = BatchedInferencePipeline(self._model)

    def transcribe(
        self,
        pcm: Pcm,
        *,
        language: str | None = None,
        vocabulary: Sequence[str] = (),
        progress: Progress = ignore_progress,
    ) -> Recognition:
        """Hear a recording; see :meth:`~cutroom.providers.speech_to_text.SpeechToText.transcribe`."""
        if pcm.rate != RATE:
            raise ValueError(f"the recogniser hears 16 kHz, not {pcm.rate}")
        if language and language_code(language) not in self._languages():
            raise InvalidInput(f"{self.name} does not know the language '{language}': leave it out to have it heard.")
        speech = find_speech(pcm, lambda fraction: progress(0.03 * fraction))
        pieces = cut_pieces(speech, pcm.duration_s, _PIECE_S)
        if not pieces:
            progress(1.0)
            return Recognition((), language_code(language))
        spoken = self._languages()[language_code(language)] if language else self._hear_language(pcm, pieces)
        words: list[Word] = []
        for first in range(0, len(pieces), self._batch):
            batch = pieces[first : first + self._batch]
            words += self._decode(pcm, batch, spoken, vocabulary)
            progress(0.03 + 0.97 * batch[-1].end_s / pcm.duration_s)
        progress(1.0)
        return Recognition(order_words(words, pcm.duration_s, speech=speech), language_code(spoken))

    def _languages(self) -> dict[str, str]:
        """List what the model knows: our codes, and its own for them."""
        # In order, so that Chinese stays "zh" where Cantonese ("yue") leads to the same code.
        known = {language_code(own): own for own in sorted(self._model.supported_languages)}
        known.pop(UNDETERMINED, None)
        return known

    def _hear_language(self, pcm: Pcm, pieces: Sequence[Piece]) -> str:
        """Tell the language from pieces all over the recording: an opening may be music, a name or a quotation."""
        if not self._model.model.is_multilingual:
            return "en"
        heard: dict[str, float] = {}
        count = min(_SAMPLES, len(pieces))
        for number in range(count):
            piece = pieces[(2 * number + 1) * len(pieces) // (2 * count)]
            _, _, shares = self._model.detect_language(audio=piece.read(pcm))
            for own, share in shares:
                heard[own] = heard.get(own, 0.0) + share * min(piece.duration_s, 10.0)
            # Two that agree leave nothing to learn from more.
            if number >= 1 and max(heard.values()) >= _SURE * sum(heard.values()):
                break
        return max(heard, key=heard.__getitem__)

    def _decode(self, pcm: Pcm, batch: Sequence[Piece], spoken: str, vocabulary: Sequence[str]) -> list[Word]:
        words: list[Word] = []
        for piece, segments in zip(batch, self._segments(pcm, batch, spoken, vocabulary, {}), strict=True):
            if any(segment.compression_ratio > _REPEATS for segment in segments):
                stricter = {"repetition_penalty": 1.1, "no_repeat_ngram_size": 4, "beam_size": 5}
                segments = self._segments(pcm, [piece], spoken, vocabulary, stricter)[0]
                segments = [segment for segment in segments if segment.compression_ratio <= _REPEATS]
            for segment in segments:
                if segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNSURE:
                    continue
                words += _words(segment.words or (), piece, spoken)
        return words

    def _segments(
        self,
        pcm: Pcm,
        batch: Sequence[Piece],
        spoken: str,
        vocabulary: Sequence[str],
        options: Mapping[str, float],
    ) -> list[list[Any]]:
        """Decode pieces side by side.

        Returns:
            For each piece its segments, timed from the piece's start.
        """
        sounds = [piece.read(pcm) for piece in batch]
        ends = np.cumsum([len(sound) for sound in sounds])
        clips = [
            {"start": (end - len(sound)) / RATE, "end": end / RATE} for sound, end in zip(sounds, ends, strict=True)
        ]
        found, _ = self._pipeline.transcribe(
            np.concatenate(sounds),
            clip_timestamps=clips,
            language=spoken,
            word_timestamps=True,
            batch_size=len(batch),
            hotwords=", ".join(vocabulary) or None,
            **{"beam_size": self._beam_size, **options},
        )
        decoded: list[list[Any]] = [[] for _ in batch]
        for segment in found:
            # A segment is named by the frame its piece starts at.
            number = min(
                range(len(clips)), key=lambda at: abs(clips[at]["start"] * self._model.frames_per_second - segment.seek)
            )
            offset_s = clips[number]["start"]
            for word in segment.words or ():
                word.start -= offset_s
                word.end -= offset_s
            decoded[number].append(segment)
        return decoded


def _words(heard: Iterable[Any], piece: Piece, spoken: str) -> list[Word]:
    """Bring a segment's words into the recording's time, and the parts of one word together."""
    words: list[Word] = []
    apart = language_code(spoken) in UNSPACED
    for word in heard:
        text = word.word.strip()
        if not text:
            continue
        start_s, end_s = piece.original(word.start, word.end)
        # Where words have spaces, what has none before it goes on with the last: "well" "-known", "3" ".5". After a
        # full stop a capital is a new word all the same: the space was forgotten.
        forgotten = words and words[-1].text[-1] in ".!?" and text[0].isupper() and len(words[-1].text) > 2
        goes_on = _is_latin(words[-1].text[-1] + text[0]) if words and apart else not forgotten
        if words and goes_on and not word.word[0].isspace():
            last = words[-1]
            words[-1] = Word(
                last.text + text, last.start_s, max(last.end_s, end_s), min(last.confidence, float(word.probability))
            )
        else:
            words.append(Word(text, float(start_s), float(end_s), float(word.probability)))
    return [word for word in words if any(char.isalnum() for char in word.text)]


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def create(settings: Settings, model: str | None) -> SpeechToText:
    """Load a model by size, such as ``base``, or by its repository on the hub.

    Raises:
        MissingCapability: If there is no such model, or its weights are not here and may not be fetched.
    """
    size = model or "base"
    repository = _REPOSITORIES.get(size, size if size.count("/") == 1 else None)
    if repository is None:
        raise MissingCapability(f"There is no Whisper model '{size}': choose one of {', '.join(_REPOSITORIES)}.")
    return FasterWhisper(find_weights(whisper_weights(repository), settings=settings), f"faster_whisper/{size}")
