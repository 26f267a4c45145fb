"""From sound or subtitles to a transcript: words, marks and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cutroom.core.errors import InvalidInput
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media.audio import Pcm
from cutroom.media.disfluency import mark_disfluencies
from cutroom.media.languages import UNDETERMINED, language_code
from cutroom.media.sentences import split_sentences
from cutroom.media.settling import settle_words
from cutroom.media.span import Span
from cutroom.media.subtitles import read_subtitles
from cutroom.media.transcript import Transcript, Word
from cutroom.media.words import order_words, spread_words
from cutroom.providers.speech_to_text import SpeechToText

#: What the source of a transcript begins with that a person brought.
IMPORTED = "import/"


def transcribe(
    pcm: Pcm,
    recogniser: SpeechToText,
    *,
    language: str | None = None,
    vocabulary: Sequence[str] = (),
    silences: Sequence[Span] = (),
    progress: Progress = ignore_progress,
) -> Transcript:
    """Have a recording heard.

    Args:
        pcm: 16 kHz.
        silences: Where the recording is silent; word times are settled on them.
        language: ISO 639-1; heard when left out.
        vocabulary: Names and terms that may occur.

    Returns:
        A transcript without words, in language ``"und"``, when nobody speaks.

    Raises:
        CutroomError: As the recogniser says.
    """
    heard = recogniser.transcribe(pcm, language=language, vocabulary=vocabulary, progress=progress)
    return compose(settle_words(heard.words, silences), heard.language, recogniser.name)


def import_subtitles(path: Path, duration_s: float, language: str | None = None) -> Transcript:
    """Read a transcript from SRT or VTT.

    Where the file times lines only, the words of a line share its time by their length.

    Args:
        duration_s: Of the recording; what lies behind it is left out.
        language: ISO 639-1, or ``None`` when it is not known.

    Raises:
        InvalidInput: If the file cannot be read, or holds no words within the recording.
    """
    code = language_code(language)
    words: list[Word] = []
    for cue in read_subtitles(path):
        if cue.start_s >= duration_s:
            continue
        if cue.words:
            words += cue.words
        else:
            words += spread_words(cue.text, Span(cue.start_s, max(cue.start_s, min(cue.end_s, duration_s))), code)
    if not words:
        raise InvalidInput(f"{path.name} holds no words within the recording's {duration_s:.0f} s: give another file.")
    return compose(order_words(words, duration_s), code, f"{IMPORTED}{path.suffix.lstrip('.').lower()}")


def compose(words: Sequence[Word], language: str, source: str) -> Transcript:
    """Make a transcript from words in order: mark disfluencies and split sentences."""
    marked = mark_disfluencies(words, language)
    return Transcript(marked, split_sentences(marked, language), language if marked else UNDETERMINED, source)
