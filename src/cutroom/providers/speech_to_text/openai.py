"""OpenAI's transcription and the servers that speak its protocol.

A recording is sent in stretches of ten minutes that overlap, as FLAC, which keeps every sample and stays under the
25 MB that the protocol allows. Servers differ in what they time: words, segments, or nothing; what they leave out is
filled in here, and a server that times nothing is sent phrases of half a minute, whose own times are known.
"""

from __future__ import annotations

import math
import tempfile
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from cutroom.core.errors import MissingCapability
from cutroom.core.http import RequestRefused, Server
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.settings import Settings
from cutroom.core.text import one_line
from cutroom.media import ffmpeg
from cutroom.media.audio import Pcm
from cutroom.media.languages import UNDETERMINED, language_code
from cutroom.media.span import Span
from cutroom.media.transcript import Word
from cutroom.media.words import order_words, place_words, spread_words
from cutroom.providers.speech_to_text import Recognition, SpeechToText
from cutroom.providers.speech_to_text.pieces import Piece, cut_pieces, find_speech
from cutroom.providers.speech_to_text.stitching import stitch

#: At 16 kHz and 16 bits at most 19.2 MB, even where FLAC finds nothing to save.
_STRETCH_S: Final = 600.0
_OVERLAP_S: Final = 8.0
#: A seam is moved by up to this much to where it is quiet.
_REACH_S: Final = 20.0
_SHORTEST_STRETCH_S: Final = 60.0
#: What is sent to a server that times nothing.
_PHRASES_S: Final = 30.0
#: Source: the thresholds of Radford et al. 2022, *Whisper*, §4.5.
_REPEATS: Final = 2.4
_UNSURE: Final = -1.0
_NO_SPEECH: Final = 0.6


class _NoTimes(Exception):
    """The server gives text and no times; it only travels inside this module."""


class OpenAi:
    """A transcription server.

    Args:
        server: Its address ends in ``/v1``.
        model: As the server calls it.
        stretch_s: How much is sent at a time; halved when the server finds it too large.
    """

    def __init__(self, server: Server, model: str, *, stretch_s: float = _STRETCH_S) -> None:
        self.name = f"openai/{model}"
        self._server = server
        self._model = model
        self._stretch_s = stretch_s
        self._format = "verbose_json"

    def transcribe(
        self,
        pcm: Pcm,
        *,
        language: str | None = None,
        vocabulary: Sequence[str] = (),
        progress: Progress = ignore_progress,
    ) -> Recognition:
        """Have a recording heard; see :meth:`~cutroom.providers.speech_to_text.SpeechToText.transcribe`."""
        told = 0.0

        def forward(fraction: float) -> None:
            nonlocal told
            told = max(told, fraction)  # what is sent anew in another form takes nothing back
            progress(told)

        asked = language_code(language)
        hints = ", ".join(vocabulary)[:800]  # a prompt holds 224 tokens
        while True:
            try:
                words, heard = self._hear_stretches(pcm, asked, hints, forward)
                break
            except _NoTimes:
                words, heard = self._hear_phrases(pcm, asked, hints, forward)
                break
            except RequestRefused as error:
                if error.answer_status != 413 or self._stretch_s / 2 < _SHORTEST_STRETCH_S:
                    raise
                self._stretch_s /= 2
        forward(1.0)
        spoken = asked if asked != UNDETERMINED else heard
        return Recognition(order_words(words, pcm.duration_s), spoken if words else asked)

    def _hear_stretches(self, pcm: Pcm, language: str, hints: str, progress: Progress) -> tuple[list[Word], str]:
        words: list[Word] = []
        heard = language
        end_s = 0.0
        for span in stretches(pcm, self._stretch_s):
            answer = self._ask(pcm, span, heard, hints)
            found, told = _words(answer, span, heard)
            # Later stretches are told what the first was heard as, or one quotation would change the language.
            heard = heard if heard != UNDETERMINED else told
            words = stitch(words, found, Span(span.start_s, end_s)) if words else found
            end_s = span.end_s
            progress(span.end_s / pcm.duration_s)
        return words, heard

    def _hear_phrases(self, pcm: Pcm, language: str, hints: str, progress: Progress) -> tuple[list[Word], str]:
        """Send what lies between pauses, so that the times are those of the phrases."""
        words: list[Word] = []
        heard = language
        for piece in cut_pieces(find_speech(pcm, ignore_progress), pcm.duration_s, _PHRASES_S):
            span = Span(piece.spans[0].start_s, piece.end_s)
            answer = self._ask(pcm, span, heard, hints)
            told = language_code(_text(answer.get("language")))
            heard = heard if heard != UNDETERMINED else told
            words += _over(piece, _text(answer.get("text")), heard)
            progress(piece.end_s / pcm.duration_s)
        return words, heard

    def _ask(self, pcm: Pcm, span: Span, language: str, hints: str) -> dict[str, Any]:
        """Send a stretch, and once more for plain text when the server does not know the fuller form."""
        sound = encode(pcm, span)
        while True:
            form: dict[str, str | list[str]] = {"model": self._model, "response_format": self._format}
            if self._format == "verbose_json":
                form["timestamp_granularities[]"] = ["word", "segment"]
            if language != UNDETERMINED:
                form["language"] = language
            if hints:
                form["prompt"] = hints
            try:
                answer = self._server.ask(
                    "POST", "/audio/transcriptions", form=form, files={"file": ("sound.flac", sound, "audio/flac")}
                ).json()
            except RequestRefused as error:
                if error.answer_status not in {400, 422} or self._format == "json":
                    raise
                self._format = "json"
                continue
            if not isinstance(answer, dict):
                raise RequestRefused(f"{self._server.base_url} answered with something that is no transcript.")
            return answer


def stretches(pcm: Pcm, longest_s: float) -> Iterator[Span]:
    """Divide a recording into stretches that overlap, with the seams where it is quiet.

    Yields:
        Spans in order, none longer than ``longest_s``; each begins before the last one ends.
    """
    start_s = 0.0
    while pcm.duration_s - start_s > longest_s:
        reach_s = min(_REACH_S, longest_s / 4)
        latest_s = start_s + longest_s - _OVERLAP_S / 2
        seam_s = _quietest(pcm, Span(latest_s - reach_s, latest_s))
        yield Span(start_s, seam_s + _OVERLAP_S / 2)
        start_s = seam_s - _OVERLAP_S / 2
    yield Span(start_s, pcm.duration_s)


def _quietest(pcm: Pcm, span: Span) -> float:
    """Find the middle of the quietest half second."""
    window = pcm.rate // 2
    power = np.cumsum(np.concatenate([[0.0], pcm.read(span.start_s, span.end_s).astype(np.float64) ** 2]))
    if len(power) <= window:
        return span.end_s
    at = int(np.argmin(power[window:] - power[:-window]))
    return span.start_s + (at + window / 2) / pcm.rate


def encode(pcm: Pcm, span: Span) -> bytes:
    """Encode a stretch as FLAC."""
    with tempfile.TemporaryDirectory(prefix="cutroom-") as folder:
        raw, packed = Path(folder, "sound.wav"), Path(folder, "sound.flac")
        samples = (pcm.read(span.start_s, span.end_s) * 32768.0).astype("<i2")
        with wave.open(str(raw), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(pcm.rate)
            file.writeframes(samples.tobytes())
        ffmpeg.run(
            [*ffmpeg.input_arguments(raw), "-c:a", "flac", "-f", "flac", f"file:{packed}"],
            reads=[raw],
            writes=Path(folder),
            time_limit_s=120.0,
        )
        return packed.read_bytes()


def _words(answer: dict[str, Any], span: Span, asked: str) -> tuple[list[Word], str]:
    """Read an answer's words in the recording's time, and the language it names.

    Raises:
        _NoTimes: If there is text and nothing that times it.
    """
    told = language_code(_text(answer.get("language")))
    language = asked if asked != UNDETERMINED else told
    segments = _entries(answer.get("segments"))
    invented = [_span(entry, span) for entry in segments if _is_invention(entry)]
    segments = [entry for entry in segments if not _is_invention(entry)]
    timed = []
    for entry in _entries(answer.get("words")):
        text, place = _text(entry.get("word") or entry.get("text")), _span(entry, span)
        if text and not any(hole.contains((place.start_s + place.end_s) / 2) for hole in invented):
            timed.append(Word(text, place.start_s, place.end_s, _share(entry.get("probability"))))
    said = " ".join(_text(entry.get("text")) for entry in segments) or ("" if invented else _text(answer.get("text")))
    if timed:
        return list(place_words(said, timed, language)), told
    if segments:
        lines = [(_text(entry.get("text")), _span(entry, span)) for entry in segments]
        return [word for text, place in lines for word in spread_words(text, place, language)], told
    if said:
        raise _NoTimes
    return [], told


def _is_invention(segment: dict[str, Any]) -> bool:
    """Tell whether a segment repeats itself, or was written over what does not sound like speech."""
    unsure = _number(segment.get("avg_logprob"), 0.0) < _UNSURE
    return _number(segment.get("compression_ratio"), 0.0) > _REPEATS or (
        unsure and _number(segment.get("no_speech_prob"), 0.0) > _NO_SPEECH
    )


def _over(piece: Piece, text: str, language: str) -> list[Word]:
    """Spread a text over the stretches of a piece that hold speech."""
    spread = spread_words(text, Span(0.0, piece.duration_s), language)
    return [Word(word.text, *piece.original(word.start_s, word.end_s), confidence=0.5) for word in spread]


def _entries(found: object) -> list[dict[str, Any]]:
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _text(found: object) -> str:
    """Take a server's text as one line, or nothing where it is none."""
    return one_line(found) if isinstance(found, str) else ""


def _number(found: object, otherwise: float) -> float:
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else otherwise


def _share(found: object) -> float:
    return min(1.0, max(0.0, _number(found, 1.0)))


def _span(entry: dict[str, Any], within: Span) -> Span:
    """Read a start and an end, kept inside what was sent."""
    start_s = min(within.end_s, within.start_s + max(0.0, _number(entry.get("start"), 0.0)))
    end_s = min(within.end_s, within.start_s + max(0.0, _number(entry.get("end"), 0.0)))
    return Span(start_s, max(start_s, end_s))


def create(settings: Settings, model: str | None) -> SpeechToText:
    """Name the server of the settings.

    Raises:
        MissingCapability: If OpenAI's own server is meant and there is no key for it.
        InvalidInput: If the address is none.
    """
    key = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
    if not key and settings.openai_base_url == Settings.model_fields["openai_base_url"].default:
        raise MissingCapability(
            "OpenAI hears speech for those who have a key: set CUTROOM_OPENAI_API_KEY, or CUTROOM_OPENAI_BASE_URL "
            "for a server of your own."
        )
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    server = Server("the speech to text server", settings.openai_base_url, headers, (key,) if key else ())
    return OpenAi(server, model or "whisper-1")
