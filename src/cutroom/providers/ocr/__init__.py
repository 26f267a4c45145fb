"""Read the text in a picture."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Ocr(Protocol):
    """A reader of printed text.

    Attributes:
        name: Provider and model, such as ``rapidocr/PP-OCRv6``; ``none`` reads nothing.
    """

    @property
    def name(self) -> str: ...

    def read(self, pixels: NDArray[np.uint8]) -> tuple[str, ...]:
        """Read the lines of one picture.

        Args:
            pixels: Shape (height, width, 3), RGB, upright; about 1000 wide or more for small print.

        Returns:
            Lines from top to bottom, from left to right within a line's height; never an empty string.
        """
        ...
