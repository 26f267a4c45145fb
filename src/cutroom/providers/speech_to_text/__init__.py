"""Speech to text: what every recogniser takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cutroom.core.progress import Progress, ignore_progress
from cutroom.media.audio import Pcm
from cutroom.media.transcript import Word


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was heard.

    Attributes:
        words: In order, without overlap, inside the recording.
        language: ISO 639-1, or ``"und"`` when nothing was said.
    """

    words: tuple[Word, ...]
    language: str


class SpeechToText(Protocol):
    """Hears words and when they were said."""

    @property
    def name(self) -> str:
        """Say what hears, such as ``faster_whisper/base``."""

    def transcribe(
        self,
        pcm: Pcm,
        *,
        language: str | None = None,
        vocabulary: Sequence[str] = (),
        progress: Progress = ignore_progress,
    ) -> Recognition:
        """Hear a recording.

        Args:
            pcm: 16 kHz, any length; no more than minutes of it are in memory at a time.
            language: ISO 639-1; heard when left out.
            vocabulary: Names and terms that may occur, most likely first; a hint.
            progress: Counts sound that is done with.

        Raises:
            InvalidInput: If the recogniser does not know the language.
            ProviderFailed: If a server refuses.
            ProviderUnavailable: If a server cannot be reached.
        """
