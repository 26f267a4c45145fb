"""Vectors of hashed words and letter groups: no model, no download, any language.

They see shared words, not shared meaning. Source: Weinberger et al. 2009, *Feature Hashing for Large Scale
Multitask Learning*. There is no inverse document frequency, because a text's vector must not depend on the
texts beside it; stop words are left out instead.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cutroom.core.settings import Settings
from cutroom.media.lexicon import content_words
from cutroom.providers.embedding import Embedding

_DIMENSIONS = 512
#: What a group of letters counts beside a whole word; it ties inflections and compounds together.
_LETTERS_WEIGHT = 0.3
_LETTERS = 4


class Hashed:
    """The vectors; there is nothing to load."""

    @property
    def name(self) -> str:
        return "hashed/words"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; see :class:`~cutroom.providers.embedding.Embedding`."""
        vectors = np.zeros((len(texts), _DIMENSIONS), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for feature, weight in _features(text).items():
                number = zlib.crc32(feature.encode())
                row[number % _DIMENSIONS] += weight if number >> 31 else -weight
            length = float(np.linalg.norm(row))
            if length == 0:
                row[0] = 1
            else:
                row /= length
        return vectors


def _features(text: str) -> dict[str, float]:
    features: dict[str, float] = {}
    for word, count in Counter(content_words(text, "und")).items():
        weight = 1 + math.log(count)
        features[word] = features.get(word, 0) + weight
        padded = f"<{word}>"
        for first in range(max(0, len(padded) - _LETTERS + 1)):
            group = padded[first : first + _LETTERS]
            features[group] = features.get(group, 0) + weight * _LETTERS_WEIGHT
    return features


def create(settings: Settings, model: str | None) -> Embedding:
    """Make the fallback; it needs nothing."""
    del settings, model
    return Hashed()
