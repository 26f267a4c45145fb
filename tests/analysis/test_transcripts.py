"""From subtitles and from what a recogniser heard to one transcript."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from cutroom.analysis.transcripts import import_subtitles, transcribe
from cutroom.core.errors import InvalidInput
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media.audio import Pcm
from cutroom.media.transcript import Mark, Word
from cutroom.providers.speech_to_text import Recognition, SpeechToText

SRT = """1
00:00:01,000 --> 00:00:03,000
Um, hello there. This

2
00:00:03,500 --> 00:00:05,000
is the the second line.

3
00:00:58,000 --> 00:01:10,000
The end is cut.

4
00:01:30,000 --> 00:01:40,000
Nobody hears this.
"""


@pytest.fixture
def srt(tmp_path: Path) -> Path:
    path = tmp_path / "talk.srt"
    path.write_text(SRT)
    return path


def test_lines_become_words_sentences_and_marks(srt: Path) -> None:
    transcript = import_subtitles(srt, 60.0, "en")

    assert [sentence.text for sentence in transcript.sentences] == [
        "Um, hello there.",
        "This is the the second line.",
        "The end is cut.",
    ]
    assert [(word.text, word.mark) for word in transcript.words if word.mark] == [
        ("Um,", Mark.FILLER),
        ("the", Mark.STUTTER),
    ]
    assert (transcript.language, transcript.source) == ("en", "import/srt")


def test_words_share_the_time_of_their_line_and_stay_in_the_recording(srt: Path) -> None:
    words = import_subtitles(srt, 60.0, "en").words

    assert words[0].start_s == 1.0
    assert [word.end_s for word in words if word.text == "This"] == pytest.approx([3.0])
    assert next(word.start_s for word in words if word.text == "is") == 3.5
    assert words[-1].end_s == 60.0
    assert all(before.end_s <= after.start_s for before, after in pairwise(words))


def test_word_times_of_the_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "talk.vtt"
    path.write_text("WEBVTT\n\n00:01.000 --> 00:04.000\nOne <00:02.500>two <00:03.000>three.\n")

    transcript = import_subtitles(path, 60.0)

    assert [(word.text, word.start_s) for word in transcript.words] == [("One", 1.0), ("two", 2.5), ("three.", 3.0)]
    assert transcript.language == "und"


def test_subtitles_of_another_recording_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.srt"
    path.write_text("1\n01:00:00,000 --> 01:00:02,000\nMuch later.\n")

    with pytest.raises(InvalidInput, match="no words within the recording's 60 s"):
        import_subtitles(path, 60.0)


def test_a_language_without_spaces_is_imported_letter_by_letter(tmp_path: Path) -> None:
    path = tmp_path / "zh.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:03,000\n今天天气很好。我们走吧！\n")

    transcript = import_subtitles(path, 60.0, "zh")

    assert len(transcript.words) == 10
    assert [sentence.text for sentence in transcript.sentences] == ["今天天气很好。", "我们走吧！"]


class Parrot:
    """A recogniser that has heard it before."""

    name = "parrot/1"

    def __init__(self, heard: Recognition) -> None:
        self.heard = heard
        self.asked: tuple[str | None, Sequence[str]] = (None, ())

    def transcribe(
        self,
        pcm: Pcm,  # noqa: ARG002 - the protocol has it
        *,
        language: str | None = None,
        vocabulary: Sequence[str] = (),
        progress: Progress = ignore_progress,
    ) -> Recognition:
        self.asked = (language, vocabulary)
        progress(1.0)
        return self.heard


def test_any_recogniser_that_keeps_the_protocol_will_do(tmp_path: Path) -> None:
    parrot = Parrot(Recognition((Word("Uh,", 0.0, 0.5), Word("yes.", 0.5, 1.0), Word("No.", 3.0, 3.5)), "en"))
    recogniser: SpeechToText = parrot

    transcript = transcribe(Pcm(tmp_path / "x", 16000, 64000), recogniser, language="en", vocabulary=["Polly"])

    assert parrot.asked == ("en", ["Polly"])
    assert [sentence.text for sentence in transcript.sentences] == ["Uh, yes.", "No."]
    assert transcript.words[0].mark is Mark.FILLER
    assert transcript.source == "parrot/1"


def test_where_nobody_speaks_the_transcript_is_empty(tmp_path: Path) -> None:
    transcript = transcribe(Pcm(tmp_path / "x", 16000, 64000), Parrot(Recognition((), "und")), language="en")

    assert (transcript.words, transcript.sentences, transcript.language) == ((), (), "und")
