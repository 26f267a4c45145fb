"""all-MiniLM-L6-v2 with 8-bit weights, on the processor, through ONNX Runtime.

The tokenizer's file is vendored beside this module (Apache-2.0); the weights are found by hash.
Source: Wang et al. 2020, *MiniLM*; ``sentence-transformers/all-MiniLM-L6-v2`` (mean pooling, then unit length).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from cutroom.core.errors import MissingCapability
from cutroom.core.settings import Settings
from cutroom.providers.embedding import Embedding
from cutroom.providers.weights import MINILM, find_weights

_NAME = "all-MiniLM-L6-v2"
_DIMENSIONS = 384
#: As the model was trained and published.
_MAX_TOKENS = 256
#: Texts of like length go together, so that little is computed for padding.
_BATCH = 32


class MiniLm:
    """The model, loaded."""

    def __init__(self, model: Path) -> None:
        tokenizer = resources.files(__package__).joinpath("minilm_tokenizer", "tokenizer.json")
        self._tokenizer: Tokenizer = Tokenizer.from_str(tokenizer.read_text(encoding="utf-8"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Threads that spin while they wait cost a third of the time on a machine that does other work.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    @property
    def name(self) -> str:
        return f"minilm/{_NAME}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; see :class:`~cutroom.providers.embedding.Embedding`."""
        vectors = np.empty((len(texts), _DIMENSIONS), np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for first in range(0, len(by_length), _BATCH):
            batch = by_length[first : first + _BATCH]
            vectors[batch] = self._embed_batch([texts[index] for index in batch])
        return vectors

    def _embed_batch(self, texts: list[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states: NDArray[np.float32] = self._session.run(None, inputs)[0]
        # The mean's divisor is left out: the row is brought to length 1 anyway.
        pooled = np.einsum("btd,bt->bd", states, mask.astype(np.float32))
        unit: NDArray[np.float32] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit


def create(settings: Settings, model: str | None) -> Embedding:
    """Load the model.

    Raises:
        MissingCapability: If the weights are not here and may not be fetched.
    """
    if model not in (None, _NAME):
        raise MissingCapability(f"minilm has one model, {_NAME}, and not '{model}': leave the model out.")
    return MiniLm(find_weights(MINILM, settings=settings) / "model.onnx")
