"""One suite for every embedding; the one that needs weights is skipped, with its reason, where they are absent."""

from __future__ import annotations

import numpy as np
import pytest

from cutroom.core.errors import MissingCapability
from cutroom.core.settings import Settings
from cutroom.providers import registry
from cutroom.providers.embedding import Embedding

TEXTS = (
    "The lens bends the light.",
    "Light is bent by lenses.",
    "Money earns compound interest every year.",
    "",
    "東京",
)


@pytest.fixture(scope="module", params=["hashed", "minilm"])
def embedding(request: pytest.FixtureRequest) -> Embedding:
    try:
        made: Embedding = registry.load("embedding", request.param)(Settings(offline=True), None)
    except MissingCapability as error:
        pytest.skip(str(error))
    return made


def test_every_row_has_length_one(embedding: Embedding) -> None:
    vectors = embedding.embed([*TEXTS, "word " * 400])
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(TEXTS) + 1
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_gives_no_rows(embedding: Embedding) -> None:
    assert embedding.embed([]).shape == (0, embedding.embed(["a"]).shape[1])


def test_like_texts_are_nearer_than_unlike_ones(embedding: Embedding) -> None:
    lens, light, money = embedding.embed(TEXTS[:3])
    assert lens @ light > 0.5 > lens @ money


def test_a_row_does_not_depend_on_the_texts_beside_it(embedding: Embedding) -> None:
    together = embedding.embed([*TEXTS, *(f"another text of number {number}" * number for number in range(8))])
    alone = np.concatenate([embedding.embed([text]) for text in TEXTS])
    # Padding changes the order of sums, not what is summed.
    assert np.allclose(together[: len(TEXTS)], alone, atol=1e-3)


def test_meaning_is_seen_without_a_shared_word_by_the_model_alone() -> None:
    try:
        model: Embedding = registry.load("embedding", "minilm")(Settings(offline=True), None)
    except MissingCapability as error:
        pytest.skip(str(error))
    physician, doctor, engine = model.embed(
        ["A physician treats the ill.", "Doctors heal sick people.", "The engine is loud."]
    )
    assert physician @ doctor > physician @ engine + 0.3
    assert registry.load("embedding", "hashed")(Settings(), None).name != model.name


def test_a_model_that_is_not_there_is_refused_with_the_one_that_is() -> None:
    with pytest.raises(MissingCapability, match="all-MiniLM-L6-v2"):
        registry.load("embedding", "minilm")(Settings(offline=True), "bert-large")
