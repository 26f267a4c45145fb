"""Turn texts into vectors whose inner product says how close their meanings are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedding(Protocol):
    """A model of meaning.

    Attributes:
        name: Provider and model, such as ``minilm/all-MiniLM-L6-v2``; vectors of different names do not compare.
    """

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts.

        A text's vector does not depend on the texts beside it, beyond rounding.

        Args:
            texts: Any number, any length; what a model cannot hold of a long one is left out.

        Returns:
            Shape (texts, dimensions); every row has length 1, also the row of an empty text.
        """
        ...
