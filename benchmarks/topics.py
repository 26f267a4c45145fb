"""How long an outline takes: a lecture of fifty minutes, and one of two hours, with made-up words.

The embedding is counted apart: it is one pass of a model over the sentences, whatever is done with its vectors.
"""

from __future__ import annotations

import time

import numpy as np

from cutroom.analysis.chapters import choose_chapters
from cutroom.analysis.titles import read_corpus, title_of
from cutroom.analysis.topics import divide_topics, outline, price_stretches, start_times
from cutroom.core.settings import Settings
from cutroom.media.transcript import Sentence, Transcript, Word
from cutroom.providers import registry

#: Of the MIT physics lectures: sentences in fifty minutes, words in a sentence.
_SENTENCES = 440
_WORDS = 17
_SENTENCE_S = 50 * 60 / _SENTENCES


def measure() -> dict[str, float]:
    """Time the parts of an outline.

    Returns:
        Seconds of processor time, which other work on the machine distorts least: ``divide`` is all between the
        vectors and the boundaries, for topics and chapters together.
    """
    results: dict[str, float] = {}
    embedding = registry.load("embedding", "hashed")(Settings(), None)
    for name, sentences in (("lecture", _SENTENCES), ("two_hours", round(_SENTENCES * 120 / 50))):
        transcript = _speak(sentences)
        texts = [sentence.text for sentence in transcript.sentences]
        vectors = embedding.embed(texts)
        results[f"{name}_divide_s"] = min(_divide(transcript, vectors) for _ in range(5))
        begin = time.process_time()
        corpus = read_corpus(transcript)
        for first in range(0, sentences - 8, 8):
            title_of(transcript, first, first + 8, corpus=corpus)
        results[f"{name}_titles_s"] = time.process_time() - begin
        begin = time.process_time()
        outline(transcript, (), (), embedding)
        results[f"{name}_outline_hashed_s"] = time.process_time() - begin
    model = registry.load("embedding", "minilm")(Settings(offline=True), None)
    texts = [sentence.text for sentence in _speak(_SENTENCES).sentences]
    model.embed(texts[:8])
    begin = time.process_time()
    model.embed(texts)
    results["lecture_embed_minilm_s"] = time.process_time() - begin
    return {key: round(value, 3) for key, value in results.items()}


def _divide(transcript: Transcript, vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    begin = time.process_time()
    costs = price_stretches(transcript.sentences, vectors, (), (), "en")
    starts_s = start_times(transcript.sentences)
    divide_topics(costs, starts_s, choose_chapters(costs, starts_s))
    return time.process_time() - begin


def _speak(count: int) -> Transcript:
    """Make a text whose words are as frequent as in speech (Zipf) and whose subject changes eight times."""
    chance = np.random.default_rng(7)
    words: list[Word] = []
    sentences = []
    for number in range(count):
        subject = number * 8 // count
        ranks = np.minimum(chance.zipf(1.4, _WORDS), 900)
        # Half of speech is small words; of the others the rarer ones belong to one subject.
        texts = ["the" if rank < 6 else f"word{rank if rank < 60 else rank * 10 + subject}" for rank in ranks]
        start_s = number * _SENTENCE_S
        step_s = _SENTENCE_S / _WORDS
        first = len(words)
        words += [Word(text, start_s + k * step_s, start_s + (k + 1) * step_s) for k, text in enumerate(texts)]
        sentences.append(Sentence(first, len(words), start_s, start_s + _SENTENCE_S, " ".join(texts) + "."))
    return Transcript(tuple(words), tuple(sentences), "en", "import/made")
