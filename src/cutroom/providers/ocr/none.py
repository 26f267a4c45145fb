"""Read nothing: slides then have times but no text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cutroom.core.settings import Settings
from cutroom.providers.ocr import Ocr


class NoText:
    """The reader that reads nothing."""

    @property
    def name(self) -> str:
        return "none"

    def read(self, pixels: NDArray[np.uint8]) -> tuple[str, ...]:
        """Read nothing; see :class:`~cutroom.providers.ocr.Ocr`."""
        del pixels
        return ()


def create(settings: Settings, model: str | None) -> Ocr:
    """Make the reader that reads nothing."""
    del settings, model
    return NoText()
