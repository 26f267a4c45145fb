from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.core.settings import Settings
from cutroom.jobs.results import Results
from cutroom.media.transcript import Sentence, Transcript
from cutroom.pipelines.facts import embed_sentences
from cutroom.providers.embedding import hashed


class Counted(hashed.Hashed):
    """The embedding without a model, which remembers how many texts it was given."""

    def __init__(self) -> None:
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        return super().embed(texts)


def transcript(*texts: str) -> Transcript:
    return Transcript((), tuple(Sentence(n, n + 1, n, n + 0.9, text) for n, text in enumerate(texts)), "en", "given")


def test_a_sentence_is_embedded_once_whatever_is_asked_of_it_later(tmp_path: Path) -> None:
    embedding = Counted()
    said = transcript("Bees dance.", "The curve stays flat.")
    first = embed_sentences(said, embedding, Results(tmp_path))
    again = embed_sentences(said, embedding, Results(tmp_path))
    assert embedding.texts == 2
    assert np.array_equal(first, again)
    assert np.array_equal(again, hashed.create(Settings(), None).embed(["Bees dance.", "The curve stays flat."]))


def test_other_words_are_embedded_anew(tmp_path: Path) -> None:
    embedding, results = Counted(), Results(tmp_path)
    embed_sentences(transcript("Bees dance."), embedding, results)
    embed_sentences(transcript("Bees sleep."), embedding, results)
    assert embedding.texts == 2


def test_a_transcript_without_words_has_no_vectors(tmp_path: Path) -> None:
    assert embed_sentences(transcript(), hashed.create(Settings(), None), Results(tmp_path)).shape[0] == 0
