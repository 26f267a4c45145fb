"""Versions of what analysis gives: raised whenever the same input would give another result."""

from __future__ import annotations

from typing import Final

PROBE: Final = 2
PCM: Final = 1
SOUND: Final = 2
TRANSCRIPT: Final = 3
IMPORT: Final = 2
PICTURE: Final = 5
CLOSER: Final = 2
VECTORS: Final = 1
OUTLINE: Final = 2
HIGHLIGHTS: Final = 2
RERANKING: Final = 1

#: Samples a second of the sound that is analysed.
PCM_RATE: Final = 16_000
