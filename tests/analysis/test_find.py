from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.find import find_spans, measure_relevance
from cutroom.core.settings import Settings
from cutroom.media.transcript import Sentence
from cutroom.providers import registry
from cutroom.providers.embedding import Embedding

TEXTS = (
    *("We greet each other and begin.", "The room is full today.") * 5,
    "A vaccine shows the body a harmless part of a virus.",
    "The body answers the vaccine with antibodies.",
    "Memory cells keep the antibodies against the virus ready.",
    "So the vaccine protects us from the virus for years.",
    *("Then we take a break.", "The coffee stands outside.") * 5,
)


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    made: Embedding = registry.load("embedding", "hashed")(Settings(), None)
    return made


def say(texts: tuple[str, ...], length_s: float = 6.0) -> tuple[Sentence, ...]:
    return tuple(Sentence(n, n + 1, n * length_s, (n + 1) * length_s - 0.3, text) for n, text in enumerate(texts))


def test_an_answer_is_found_from_its_first_sentence_to_its_last(embedding: Embedding) -> None:
    found = find_spans(say(TEXTS), "How does a vaccine work?", embedding, min_s=5, max_s=90, count=1, language="en")
    first, stop, _ = found[0]
    assert 9 <= first <= 10
    assert 14 <= stop <= 15


def test_lengths_are_kept_and_nothing_overlaps(embedding: Embedding) -> None:
    sentences = say(TEXTS)
    found = find_spans(sentences, "vaccine virus coffee", embedding, min_s=12, max_s=30, count=5)
    assert 2 <= len(found) <= 5
    for first, stop, _ in found:
        assert 12 <= sentences[stop - 1].end_s - sentences[first].start_s <= 30
    taken = [number for first, stop, _ in found for number in range(first, stop)]
    assert len(taken) == len(set(taken))
    assert [score for *_, score in found] == sorted((score for *_, score in found), reverse=True)


def test_a_recording_shorter_than_wanted_is_the_answer_as_a_whole(embedding: Embedding) -> None:
    found = find_spans(say(TEXTS[9:13]), "vaccine", embedding, min_s=60, max_s=90, count=3)
    assert [(first, stop) for first, stop, _ in found] == [(0, 4)]


def test_a_sentence_longer_than_wanted_is_still_found(embedding: Embedding) -> None:
    found = find_spans(say(TEXTS[9:13], length_s=100), "harmless part", embedding, min_s=20, max_s=90, count=1)
    assert [(first, stop) for first, stop, _ in found] == [(1, 2)]


def test_no_question_and_no_sentence_find_nothing(embedding: Embedding) -> None:
    assert find_spans(say(TEXTS), " ?! ", embedding, min_s=5, max_s=90, count=3) == []
    assert find_spans((), "vaccine", embedding, min_s=5, max_s=90, count=3) == []
    assert find_spans(say(("Same words here.",) * 9), "vaccine", embedding, min_s=5, max_s=90, count=3) == []


def test_a_question_in_a_language_without_spaces_is_answered(embedding: Embedding) -> None:
    texts = ("今天天气很好。", "我们先休息一下。", "疫苗训练免疫系统。", "免疫系统记住病毒。", "谢谢大家。", "再见。")
    found = find_spans(say(texts), "疫苗和免疫系统", embedding, min_s=5, max_s=30, count=1, language="zh")
    assert found[0][0] <= 2 < found[0][1]


def test_known_vectors_give_the_same_answer(embedding: Embedding) -> None:
    given_vectors = measure_relevance(TEXTS, "vaccine", embedding, "en", embedding.embed(TEXTS))
    assert (given_vectors == measure_relevance(TEXTS, "vaccine", embedding, "en")).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=40),
    st.text(max_size=40),
    st.floats(1, 60),
    st.floats(1, 60),
    st.integers(1, 6),
)
def test_any_search_gives_stretches_within_the_recording(
    texts: list[str], query: str, min_s: float, more_s: float, count: int
) -> None:
    made: Embedding = registry.load("embedding", "hashed")(Settings(), None)
    found = find_spans(say(tuple(texts)), query, made, min_s=min_s, max_s=min_s + more_s, count=count)
    assert len(found) <= count
    assert all(0 <= first < stop <= len(texts) for first, stop, _ in found)
