"""Text to speech: turn a script into a voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cutroom.media.span import Span
from cutroom.media.transcript import Word


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """A voice saying a text.

    Attributes:
        samples: Shape (samples,), mono, full scale = ±1.0.
        rate: Samples per second.
        sentences: Where each sentence lies, in order; a sentence keeps its own breath at its ends.
        words: Every word as spoken with its time, or ``None`` when the voice cannot tell.
    """

    samples: NDArray[np.float32]
    rate: int
    sentences: tuple[Span, ...]
    words: tuple[Word, ...] | None

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate


class TextToSpeech(Protocol):
    """A voice."""

    @property
    def name(self) -> str:
        """Name the provider and the voice, such as ``hibari/heart``."""
        ...

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        """Say a text; the same text gives the same samples.

        Args:
            text: Running text; line breaks end a sentence.
            speed: 0.5 to 2; 1 is the voice's own pace.

        Raises:
            InvalidInput: If there is nothing to say in the text, or the speed is out of range.
            ProviderFailed: If the voice could not be made.
        """
        ...
