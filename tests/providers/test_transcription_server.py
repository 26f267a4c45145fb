"""A transcription server over the network: what is sent, what is made of each kind of answer, and how seams close.

The server on loopback follows OpenAI's published protocol. It finds out by the samples which part of the recording it
was sent, and answers from a transcript that is known.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cutroom.core.errors import MissingCapability, ProviderFailed, ProviderUnavailable
from cutroom.core.http import Limits, RequestRefused, Server
from cutroom.core.settings import Settings
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.probe import probe
from cutroom.media.span import Span
from cutroom.media.transcript import Word
from cutroom.media.words import place_words, spread_words
from cutroom.providers.speech_to_text.openai import OpenAi, create, encode, stretches
from cutroom.providers.speech_to_text.stitching import stitch

SAID = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it "
    "was the epoch of belief, it was the epoch of incredulity, it was the season of light, it was the season of "
    "darkness, it was the spring of hope, it was the winter of despair. We had everything before us, we had nothing "
    "before us; we were all going direct to heaven, we were all going direct the other way. In short, the period was "
    "so far like the present period that some of its noisiest authorities insisted on its being received, for good or "
    "for evil, in the superlative degree of comparison only."
)
BUSY = '{"error": {"message": "Rate limit reached", "type": "requests", "param": null, "code": "rate_limit_exceeded"}}'
SPENT = '{"error": {"message": "You exceeded your quota", "type": "x", "param": null, "code": "insufficient_quota"}}'


@pytest.fixture(scope="module")
def reading(shared_media: Path, tmp_path_factory: pytest.TempPathFactory) -> Pcm:
    source = shared_media / "speech" / "misc" / "two_cities_16k.wav"
    return decode_audio(source, probe(source), tmp_path_factory.mktemp("pcm") / "reading.s16")


@pytest.fixture(scope="module")
def truth(reading: Pcm) -> tuple[Word, ...]:
    return spread_words(SAID, Span(0.0, reading.duration_s), "en")


@dataclass
class Transcriber:
    """The server's side of ``POST /audio/transcriptions``."""

    pcm: Pcm
    truth: Sequence[Word]
    gives: str = "words"
    largest_bytes: int = 25_000_000
    first: list[Response] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    heard: list[Span] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        upload = request.files["file"]
        sound = upload.stream.read()
        self.asked.append({key: request.form.getlist(key) for key in request.form})
        if self.first:
            return self.first.pop(0)
        if len(sound) > self.largest_bytes:
            return Response('{"error": {"message": "Maximum content size limit exceeded"}}', status=413)
        wanted = request.form["response_format"]
        if self.gives == "text" and wanted != "json":
            message = f"response_format '{wanted}' is not compatible with this model."
            return Response(json.dumps({"error": {"message": message, "param": "response_format"}}), status=400)
        assert upload.filename
        assert upload.filename.endswith(".flac")
        return Response(json.dumps(self.answer(self.place(sound))), mimetype="application/json")

    def place(self, sound: bytes) -> Span:
        """Find the stretch by its samples."""
        with av.open(io.BytesIO(sound), "r") as container:
            samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
            assert container.streams.audio[0].rate == self.pcm.rate
        at = self.pcm.path.read_bytes().find(samples.astype("<i2").tobytes())
        assert at >= 0, "what was sent is not a part of the recording"
        span = Span(at / 2 / self.pcm.rate, (at / 2 + len(samples)) / self.pcm.rate)
        self.heard.append(span)
        return span

    def answer(self, span: Span) -> dict[str, Any]:
        words = [word for word in self.truth if span.start_s <= word.start_s and word.end_s <= span.end_s]
        if self.gives == "text":
            words = [word for word in self.truth if span.contains((word.start_s + word.end_s) / 2)]
        text = " ".join(word.text for word in words)
        if self.gives == "text":
            return {"text": text, "usage": {"type": "duration", "seconds": 1}}
        segments = [
            {
                "id": number,
                "text": " " + " ".join(word.text for word in words[first : first + 10]),
                "start": words[first].start_s - span.start_s,
                "avg_logprob": -0.2,
                "compression_ratio": 1.1,
                "end": words[first : first + 10][-1].end_s - span.start_s,
                "no_speech_prob": 0.01,
            }
            for number, first in enumerate(range(0, len(words), 10))
        ]
        answer = {"task": "transcribe", "language": "english", "duration": span.duration_s, "text": text}
        if self.gives == "segments":
            return {**answer, "segments": segments}
        bare = [
            {
                "word": word.text.strip(".,;"),
                "start": round(word.start_s - span.start_s, 2),
                "end": round(word.end_s - span.start_s, 2),
            }
            for word in words
        ]
        # What lies over an edge is heard in halves.
        for word in self.truth:
            if word.start_s < span.start_s < word.end_s:
                bare.insert(0, {"word": "uh", "start": 0.0, "end": word.end_s - span.start_s})
            if word.start_s < span.end_s < word.end_s:
                bare.append({"word": "thank you", "start": word.start_s - span.start_s, "end": span.duration_s})
        return {**answer, "words": bare, "segments": segments}


Begin = Callable[..., tuple[OpenAi, Transcriber]]


@pytest.fixture
def begin(httpserver: HTTPServer, reading: Pcm, truth: tuple[Word, ...]) -> Begin:
    def start(stretch_s: float = 600.0, **options: Any) -> tuple[OpenAi, Transcriber]:  # noqa: ANN401 - passed on
        side = Transcriber(reading, truth, **options)
        httpserver.expect_request("/v1/audio/transcriptions", method="POST").respond_with_handler(side)
        limits = Limits(time_limit_s=20.0, attempts=3, first_wait_s=0.001)
        headers = {"Authorization": "Bearer sk-test"}
        server = Server("the test server", httpserver.url_for("/v1"), headers, ("sk-test",), limits)
        return OpenAi(server, "whisper-1", stretch_s=stretch_s), side

    return start


def test_a_recording_in_three_stretches_is_heard_as_one(begin: Begin, reading: Pcm, truth: tuple[Word, ...]) -> None:
    client, server = begin(stretch_s=24.0)
    told: list[float] = []

    heard = client.transcribe(reading, progress=told.append)

    assert len(server.heard) == 3
    assert all(after.start_s < before.end_s for before, after in pairwise(server.heard))
    assert [word.text for word in heard.words] == [word.text for word in truth]
    assert all(abs(word.start_s - true.start_s) < 0.02 for word, true in zip(heard.words, truth, strict=True))
    assert heard.language == "en"
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_is_sent_is_what_the_protocol_says(begin: Begin, reading: Pcm) -> None:
    client, server = begin()

    client.transcribe(reading, language="en", vocabulary=["Dickens", "Sydney Carton"])

    assert server.asked == [
        {
            "model": ["whisper-1"],
            "response_format": ["verbose_json"],
            "timestamp_granularities[]": ["word", "segment"],
            "language": ["en"],
            "prompt": ["Dickens, Sydney Carton"],
        }
    ]


def test_later_stretches_are_heard_in_the_first_ones_language(begin: Begin, reading: Pcm) -> None:
    client, server = begin(stretch_s=24.0)

    client.transcribe(reading)

    assert [asked.get("language") for asked in server.asked] == [None, ["en"], ["en"]]


def test_segments_alone_give_words_their_times(begin: Begin, reading: Pcm, truth: tuple[Word, ...]) -> None:
    client, _ = begin(gives="segments")

    heard = client.transcribe(reading)

    assert [word.text for word in heard.words] == [word.text for word in truth]
    assert all(abs(word.start_s - true.start_s) < 1.0 for word, true in zip(heard.words, truth, strict=True))


def test_text_alone_is_asked_for_by_phrases_and_timed_by_them(
    begin: Begin, reading: Pcm, truth: tuple[Word, ...]
) -> None:
    client, server = begin(gives="text")

    heard = client.transcribe(reading, language="en")

    assert [asked["response_format"] for asked in server.asked][:3] == [["verbose_json"], ["json"], ["json"]]
    texts = [word.text for word in heard.words]
    assert SequenceMatcher(None, texts, [word.text for word in truth]).ratio() > 0.9
    assert all(before.end_s <= after.start_s for before, after in pairwise(heard.words))
    assert all(span.duration_s < 60.0 for span in server.heard[1:])


def test_a_stretch_that_is_too_large_is_sent_in_halves(begin: Begin, tmp_path: Path, reading: Pcm) -> None:
    long = tmp_path / "long.s16"
    long.write_bytes(reading.path.read_bytes() * 4)
    pcm = Pcm(long, reading.rate, reading.samples * 4)
    whole = len(encode(pcm, Span(0.0, pcm.duration_s)))
    client, server = begin(largest_bytes=whole * 2 // 3)
    server.pcm = pcm

    client.transcribe(pcm)

    assert len(server.heard) >= 2


def test_a_recording_that_stays_too_large_is_an_error(begin: Begin, reading: Pcm) -> None:
    client, _ = begin(largest_bytes=10)

    with pytest.raises(RequestRefused, match=r"413.*Maximum content size"):
        client.transcribe(reading)


def test_a_busy_server_is_asked_again(begin: Begin, reading: Pcm, truth: tuple[Word, ...]) -> None:
    client, _ = begin(first=[Response(BUSY, status=429), Response(status=503)])

    assert len(client.transcribe(reading).words) == len(truth)


@pytest.mark.parametrize(
    ("status", "body", "says", "tries"),
    [
        (401, '{"error": {"message": "Incorrect API key provided: sk-test"}}', "check the key", 1),
        (404, '{"error": {"message": "The model does not exist", "code": "model_not_found"}}', "model's name", 1),
        (429, SPENT, "credit", 1),
        (400, '{"error": {"message": "Invalid language"}}', "Invalid language", 2),
        (422, '{"detail": "no such field"}', "no such field", 2),
    ],
)
def test_a_refusal_is_explained_and_the_key_stays_hidden(
    begin: Begin, reading: Pcm, status: int, body: str, says: str, tries: int
) -> None:
    client, server = begin(first=[Response(body, status=status) for _ in range(5)])

    with pytest.raises(ProviderFailed, match=says) as caught:
        client.transcribe(reading)
    assert len(server.asked) == tries
    assert "sk-test" not in str(caught.value)


def test_a_server_that_stays_down_is_reported_as_such(begin: Begin, reading: Pcm) -> None:
    client, server = begin(first=[Response(status=500) for _ in range(9)])

    with pytest.raises(ProviderUnavailable):
        client.transcribe(reading)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [
        {"text": "", "words": [], "segments": []},
        {"words": [{"word": "x", "start": "soon", "end": None}, {"word": 3}, "x", {"word": "\x00"}]},
        {"words": [{"word": "late", "start": 1e9, "end": 1e12}, {"word": "back", "start": -5, "end": -9}]},
        {"words": None, "segments": {"a": 1}, "language": ["en"], "text": 5},
        {"segments": [{"text": "one two", "start": float("nan"), "end": float("inf")}]},
    ],
)
def test_an_answer_out_of_shape_puts_no_word_out_of_place(
    begin: Begin, reading: Pcm, answer: dict[str, object]
) -> None:
    client, _ = begin(first=[Response(json.dumps(answer), mimetype="application/json")])

    for word in client.transcribe(reading).words:
        assert word.text
        assert 0.0 <= word.start_s <= word.end_s <= reading.duration_s


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "<html>"])
def test_an_answer_that_is_no_transcript_is_refused(begin: Begin, reading: Pcm, body: str) -> None:
    client, _ = begin(first=[Response(body)])

    with pytest.raises(RequestRefused):
        client.transcribe(reading)


def test_what_was_written_over_silence_is_left_out(begin: Begin, reading: Pcm) -> None:
    words = [{"word": "Hello", "start": 0.0, "end": 0.5}, {"word": "thanks", "start": 4.0, "end": 4.5}]
    segments = [
        {"text": "Hello.", "start": 0.0, "end": 0.6, "avg_logprob": -0.2, "no_speech_prob": 0.01},
        {"text": "Thanks.", "start": 3.9, "end": 5.0, "avg_logprob": -1.3, "no_speech_prob": 0.9},
    ]
    answer = {"language": "english", "text": "Hello. Thanks.", "words": words, "segments": segments}
    client, _ = begin(first=[Response(json.dumps(answer), mimetype="application/json")])

    assert [word.text for word in client.transcribe(reading).words] == ["Hello."]


def test_stretches_cover_everything_and_stay_under_the_limit(reading: Pcm) -> None:
    found = list(stretches(reading, 30.0))

    assert found[0].start_s == 0.0
    assert found[-1].end_s == reading.duration_s
    assert all(span.duration_s <= 30.0 for span in found)
    assert all(0 < before.end_s - after.start_s <= 8.0 + 1e-6 for before, after in pairwise(found))


def test_the_worst_ten_minutes_stay_under_the_protocols_limit(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    path = tmp_path / "noise.s16"
    path.write_bytes(chance.integers(-32768, 32767, 16000 * 30, dtype=np.int16).tobytes())

    assert 20 * len(encode(Pcm(path, 16000, 16000 * 30), Span(0.0, 30.0))) < 25_000_000


SPOKEN = [Word(f"word{number % 7}", number * 0.5, number * 0.5 + 0.4) for number in range(60)]


@given(st.integers(10, 30), st.integers(2, 20), st.lists(st.integers(0, 59), max_size=6))
def test_a_seam_neither_loses_nor_doubles_a_word(later: int, shared: int, misheard: list[int]) -> None:
    earlier_words = SPOKEN[: later + shared]
    later_words = [
        Word("misheard", word.start_s, word.end_s) if number in misheard and number > later + shared else word
        for number, word in enumerate(SPOKEN)
    ][later:]
    overlap = Span(later_words[0].start_s, earlier_words[-1].end_s)

    joined = stitch(earlier_words, later_words, overlap)

    assert [word.start_s for word in joined] == [word.start_s for word in SPOKEN]


def test_a_seam_without_a_common_word_lies_in_the_middle() -> None:
    earlier = [Word("a", 0.0, 1.0), Word("b", 1.0, 2.0), Word("c", 2.0, 3.0), Word("d", 3.0, 4.0)]
    later = [Word("e", 2.0, 3.0), Word("f", 3.0, 4.0), Word("g", 4.0, 5.0)]

    assert [word.text for word in stitch(earlier, later, Span(2.0, 4.0))] == ["a", "b", "c", "f", "g"]


@pytest.mark.parametrize(
    ("text", "bare", "placed"),
    [
        ("Hello, there.", ["hello", "there"], ["Hello,", "there."]),
        ("It costs $3.50 now.", ["it", "costs", "3", "50", "now"], ["It", "costs", "$3.50", "now."]),
        ("A well-known fact", ["a", "well", "known", "fact"], ["A", "well-known", "fact"]),
        ("Not timed at all", [], ["Not", "timed", "at", "all"]),
        ("one three", ["one", "two", "three"], ["one", "two", "three"]),
    ],
)
def test_punctuation_comes_from_the_text_and_times_from_the_words(
    text: str, bare: list[str], placed: list[str]
) -> None:
    timed = [Word(word, float(number), number + 0.5) for number, word in enumerate(bare)]

    words = place_words(text, timed, "en")

    assert [word.text for word in words] == placed
    assert all(before.end_s <= after.start_s for before, after in pairwise(words))
    assert not timed or (words[0].start_s == 0.0 and words[-1].end_s == timed[-1].end_s)


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(MissingCapability, match="CUTROOM_OPENAI_API_KEY"):
        create(Settings(openai_api_key=None), None)


def test_a_server_of_ones_own_needs_none(httpserver: HTTPServer) -> None:
    assert create(Settings(openai_base_url=httpserver.url_for("/v1")), "tiny").name == "openai/tiny"
    assert create(Settings(openai_api_key=SecretStr("sk-x")), None).name == "openai/whisper-1"
