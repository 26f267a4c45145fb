from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.cohesion import measure_costs
from cutroom.analysis.cues import count_cues
from cutroom.analysis.facts import Outline, Slide
from cutroom.analysis.segmentation import divide, divide_by_length, divide_freely
from cutroom.analysis.topics import measure_openings, outline
from cutroom.core.settings import Settings
from cutroom.media.lexicon import content_words
from cutroom.media.span import Span
from cutroom.media.transcript import Sentence, Transcript, Word
from cutroom.providers import registry
from cutroom.providers.embedding import Embedding

BEES = (
    "A honey bee that finds flowers flies back to the hive.",
    "In the dark hive the bee dances on the comb.",
    "The angle of the dance tells the other bees where the flowers are.",
    "The longer the bee dances, the farther away the nectar is.",
    "Bees that follow the dance fly out and find the same flowers.",
)
TIDES = (
    "The ocean rises and falls twice a day because of the moon.",
    "The moon pulls the water on the near side of the earth.",
    "On the far side the ocean bulges as well.",
    "When sun and moon stand in a line the tide is highest.",
    "A harbour master reads the tide from the moon months ahead.",
)
COINS = (
    "Compound interest pays interest on the interest of earlier years.",
    "A hundred coins at seven percent are two hundred coins after ten years.",
    "The bank pays, and the money in the account grows faster every year.",
    "Whoever saves early beats whoever saves more money late.",
    "Debt grows by the same compound interest, against the saver.",
)
CELLS = (
    "A vaccine shows the immune system a harmless part of a virus.",
    "White blood cells learn the shape of the virus from the vaccine.",
    "Memory cells remember that shape for years.",
    "When the real virus comes, antibodies are ready within hours.",
    "Enough immune people protect those whose cells cannot learn.",
)


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    made: Embedding = registry.load("embedding", "hashed")(Settings(), None)
    return made


def say(texts: list[str], *, length_s: float = 6.0, pause_s: float = 0.3, language: str = "en") -> Transcript:
    words: list[Word] = []
    sentences = []
    for number, text in enumerate(texts):
        start_s = number * length_s
        parts = text.split() or ["…"]
        step_s = (length_s - pause_s) / len(parts)
        first = len(words)
        words += [Word(part, start_s + k * step_s, start_s + (k + 1) * step_s) for k, part in enumerate(parts)]
        sentences.append(Sentence(first, len(words), start_s, start_s + length_s - pause_s, text))
    return Transcript(tuple(words), tuple(sentences), language, "import/test")


def check_whole(made: Outline, transcript: Transcript) -> None:
    """Topics cover the sentences, chapters cover the topics, and times leave no gap."""
    assert [topic.first for topic in made.topics] == [0, *(topic.stop for topic in made.topics[:-1])]
    assert made.topics[-1].stop == len(transcript.sentences)
    assert [chapter.first for chapter in made.chapters] == [0, *(chapter.stop for chapter in made.chapters[:-1])]
    assert made.chapters[-1].stop == len(made.topics)
    for spans in ([topic.span for topic in made.topics], [chapter.span for chapter in made.chapters]):
        assert all(before.end_s == after.start_s for before, after in pairwise(spans))
    for chapter in made.chapters:
        assert chapter.span.start_s == made.topics[chapter.first].span.start_s
        assert chapter.span.end_s == made.topics[chapter.stop - 1].span.end_s
    titles = [topic.title for topic in made.topics] + [chapter.title for chapter in made.chapters]
    assert all(0 < len(title) <= 60 for title in titles)
    assert all(len(topic.keywords) <= 8 for topic in made.topics)


def test_a_text_about_two_things_is_divided_at_the_seam(embedding: Embedding) -> None:
    transcript = say([*BEES, *BEES, *TIDES, *TIDES], length_s=12)
    made = outline(transcript, (), (), embedding)
    check_whole(made, transcript)
    assert [made.topics[chapter.first].first for chapter in made.chapters] == [0, 10]
    assert "dance" in made.chapters[0].title.lower() or "bee" in made.chapters[0].title.lower()
    assert "moon" in made.chapters[1].title.lower() or "tide" in made.chapters[1].title.lower()


def test_topics_last_20_seconds_to_2_minutes(embedding: Embedding) -> None:
    transcript = say([*BEES, *TIDES, *BEES, *TIDES] * 8)
    made = outline(transcript, (), (), embedding)
    check_whole(made, transcript)
    assert all(20 <= topic.span.duration_s <= 120 for topic in made.topics)


def test_a_lecture_on_four_things_has_four_chapters(embedding: Embedding) -> None:
    transcript = say([*BEES * 5, *COINS * 4, *TIDES * 6, *CELLS * 5])
    made = outline(transcript, (), (), embedding)
    check_whole(made, transcript)
    assert [made.topics[chapter.first].first for chapter in made.chapters] == [0, 25, 45, 75]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_short_recording_has_one_chapter_or_none(count: int, embedding: Embedding) -> None:
    transcript = say(list(BEES[:count]))
    made = outline(transcript, (), (), embedding)
    assert len(made.chapters) == len(made.topics) == (1 if count else 0)


SENTENCES = st.lists(
    st.sampled_from([*BEES, *TIDES, "Okay.", "", "?!", "東京の話をします。", "3.14"]), min_size=1, max_size=60
)


@settings(max_examples=30, deadline=None)
@given(SENTENCES, st.floats(0.5, 200))
def test_any_transcript_is_covered_in_order_with_names(texts: list[str], length_s: float) -> None:
    made: Embedding = registry.load("embedding", "hashed")(Settings(), None)
    transcript = say(texts, length_s=length_s, pause_s=length_s / 10)
    check_whole(outline(transcript, (), (), made), transcript)


def test_the_same_recording_gives_the_same_outline(embedding: Embedding) -> None:
    transcript = say([*BEES, *TIDES] * 6)
    assert outline(transcript, (), (), embedding) == outline(transcript, (), (), embedding)


def test_a_pause_a_slide_and_a_cue_phrase_each_speak_for_a_beginning() -> None:
    transcript = say(["We have seen this.", "It is so.", "Now let's look at tides.", "It is so.", "It is so."])
    plain = measure_openings(transcript.sentences, (), (), "en")
    assert plain.argmax() == 2
    paused = measure_openings(transcript.sentences, (Span(17.0, 18.0),), (), "en")
    assert paused[3] > plain[3]
    slides = (Slide(Span(0, 24.5), ()), Slide(Span(24.5, 30), ()))
    shown = measure_openings(transcript.sentences, (), slides, "en")
    assert shown[4] > plain[4]
    assert np.array_equal(np.delete(shown, 4), np.delete(plain, 4))


def test_cues_are_read_through_small_words_and_only_at_the_beginning() -> None:
    assert count_cues("Okay, so now let's talk about enzymes.", "en") == 2
    assert count_cues("All right, the worst part is over.", "en") == 1
    assert count_cues("The cell splits, and that happens right now.", "en") == 0
    assert count_cues("Gut, kommen wir zum nächsten Punkt.", "de") == 2
    assert count_cues("Okay, so now let's talk about enzymes.", "und") == 0


def test_costs_are_the_likelihoods_they_are_said_to_be() -> None:
    # Computed the slow way, stretch by stretch, from the definition of the compound multinomial.
    from math import lgamma

    texts = [*BEES, *TIDES]
    vectors = np.ones((len(texts), 1), np.float32)  # all the same: meaning costs nothing
    costs = measure_costs(texts, vectors, "en")
    bags = [content_words(text, "en") for text in texts]
    vocabulary = {word for bag in bags for word in bag}
    prior, mass = 0.2, 0.2 * len(vocabulary)
    for first in range(len(texts)):
        for stop in range(first + 1, len(texts) + 1):
            said = [word for bag in bags[first:stop] for word in bag]
            likelihood = lgamma(mass) - lgamma(mass + len(said))
            likelihood += sum(lgamma(prior + said.count(word)) - lgamma(prior) for word in vocabulary)
            assert costs[first, stop] == pytest.approx(-likelihood, abs=1e-6)


@settings(deadline=None)
@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_the_division_is_the_cheapest_of_all(size: int, seed: int) -> None:
    costs = np.random.default_rng(seed).uniform(0, 10, (size + 1, size + 1))
    costs[np.tri(size + 1, dtype=bool)] = np.inf

    def price(mask: int) -> float:
        edges = [0, *(place for place in range(1, size) if mask >> place & 1), size]
        return float(sum(costs[first, stop] for first, stop in pairwise(edges)))

    def mask_of(boundaries: tuple[int, ...]) -> int:
        return sum(1 << place for place in boundaries)

    masks = range(0, 2**size, 2)
    assert price(mask_of(divide_by_length(costs))) == pytest.approx(min(price(mask) for mask in masks))
    for count in range(1, size + 1):
        cheapest = min(price(mask) for mask in masks if mask.bit_count() == count - 1)
        assert price(mask_of(divide(costs, count))) == pytest.approx(cheapest)
    free = divide_freely(costs, 1, size)
    assert price(mask_of(free)) == pytest.approx(price(mask_of(divide(costs, len(free) + 1))))


def test_the_number_of_parts_is_taken_at_the_elbow() -> None:
    # Three blocks that agree within and not without: a fourth part gains next to nothing.
    blocks = np.repeat([0, 1, 2], 6)
    vectors = np.eye(3, dtype=np.float32)[blocks]
    costs = measure_costs([""] * len(blocks), vectors, "en")
    assert divide_freely(costs, 1, 8) == (6, 12)
