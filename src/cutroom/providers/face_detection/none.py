"""See no faces: layouts are then decided by the screen alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cutroom.core.settings import Settings
from cutroom.providers.face_detection import Face, FaceDetection


class NoFaces:
    """The detector that finds nothing."""

    @property
    def name(self) -> str:
        return "none"

    def find(self, pixels: NDArray[np.uint8]) -> tuple[Face, ...]:
        """Find nothing; see :class:`~cutroom.providers.face_detection.FaceDetection`."""
        del pixels
        return ()


def create(settings: Settings, model: str | None) -> FaceDetection:
    """Make the detector that finds nothing."""
    del settings, model
    return NoFaces()
