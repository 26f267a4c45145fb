"""Find faces in a picture; who they belong to is never asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cutroom.media.geometry import Rect


@dataclass(frozen=True, slots=True)
class Face:
    """A face from forehead to chin; ``confidence`` is 0 to 1."""

    box: Rect
    confidence: float


class FaceDetection(Protocol):
    """A detector of faces.

    Attributes:
        name: Provider and model, such as ``yunet/2023mar``.
    """

    @property
    def name(self) -> str: ...

    def find(self, pixels: NDArray[np.uint8]) -> tuple[Face, ...]:
        """Find the faces in one picture.

        Args:
            pixels: Shape (height, width, 3), RGB, upright.

        Returns:
            Boxes inside the picture, the surest first; empty when there is none.
        """
        ...
