from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.candidates import MOST, first_words, propose
from cutroom.analysis.facts import (
    Highlight,
    Outline,
    PictureFacts,
    Shot,
    ShotKind,
    Slide,
    SoundEvent,
    SoundEventKind,
    SoundFacts,
    Topic,
)
from cutroom.analysis.scores import lay_windows, percentiles
from cutroom.media.span import Span
from cutroom.media.transcript import UNSPACED, Sentence, Transcript, Word

CHATTER = "and then we did some more of it and it went on like that for a while."
POINT = (
    "Why does a bridge fall in a wind that is not even strong?",
    "The wind pushes the bridge at its own rhythm, and the bridge answers.",
    "Each push adds a little to the swing of the bridge, until the swing tears it apart.",
    "That is resonance, and every bridge since 1940 is built against it.",
)


def sounding(duration_s: float, events: Sequence[SoundEvent] = ()) -> SoundFacts:
    level = -24 + 4 * np.sin(np.arange(int(duration_s / 0.05) + 1) / 37)
    return SoundFacts(0.05, tuple(level.tolist()), -70.0, -50.0, (), (), tuple(events))


def talk(texts: Sequence[str], *, word_s: float = 0.4, gap_s: float = 0.3, language: str = "en") -> Transcript:
    words: list[Word] = []
    sentences: list[Sentence] = []
    clock = 0.0
    for text in texts:
        first = len(words)
        for token in text if language in UNSPACED else text.split():
            words.append(Word(token, clock, clock + word_s * 0.9))
            clock += word_s
        sentences.append(Sentence(first, len(words), words[first].start_s, words[-1].end_s, text))
        clock += gap_s
    return Transcript(tuple(words), tuple(sentences), language, "test")


def outline_of(transcript: Transcript, size: int = 5) -> Outline:
    topics = []
    for first in range(0, len(transcript.sentences), size):
        run = transcript.sentences[first : first + size]
        topics.append(Topic(Span(run[0].start_s, run[-1].end_s), first, first + len(run), "topic", ()))
    return Outline(tuple(topics), ())


def found_in(
    transcript: Transcript, sounds: SoundFacts | None = None, *, min_s: float = 20.0, max_s: float = 90.0
) -> tuple[Highlight, ...]:
    duration_s = transcript.words[-1].end_s + 1
    sounds = sounds or sounding(duration_s)
    return propose(transcript, outline_of(transcript), sounds, duration_s=duration_s, min_s=min_s, max_s=max_s)


def test_a_point_that_is_made_well_is_found_among_chatter() -> None:
    transcript = talk([*[CHATTER] * 20, *POINT, *[CHATTER] * 20])
    best = found_in(transcript, min_s=15, max_s=40)[0]
    assert best.first == 20
    assert best.stop in {23, 24}
    hook = next(part for part in best.parts if part.name == "hook")
    assert hook.reason.startswith("opens with a question")
    assert 20 in hook.sentences


def test_a_clip_does_not_open_with_what_leans_on_the_sentence_before() -> None:
    story = ["He never came back to the island after the great storm.", *POINT[1:3]]
    transcript = talk([*[CHATTER] * 8, "The captain of the boat was Erik Lund.", *story, *[CHATTER] * 8])
    found = found_in(transcript, min_s=10, max_s=30)
    assert max(h.score for h in found if h.first == 8) > max((h.score for h in found if h.first == 9), default=0)
    assert all(h.first != 9 for h in found[:5])


def test_of_openings_that_differ_in_nothing_else_those_that_lean_rank_last() -> None:
    texts = [f"{'And' if k % 2 else 'Now'} part{k % 7} of the machine moves part{k % 5} of it." for k in range(60)]
    best = found_in(talk(texts), min_s=15, max_s=40)[:10]
    assert all(highlight.first % 2 == 0 for highlight in best)


def test_every_reason_is_told_with_its_weight_and_rank() -> None:
    transcript = talk([*[CHATTER] * 10, *POINT, *[CHATTER] * 10])
    for highlight in found_in(transcript):
        assert sum(part.weight for part in highlight.parts) == pytest.approx(1, abs=0.001)
        expected = 100 * sum(part.weight * part.percentile for part in highlight.parts)
        assert highlight.score == pytest.approx(expected, abs=0.2)
        for part in highlight.parts:
            assert 0 <= part.percentile <= 1
            assert part.reason
            assert all(highlight.first <= k < highlight.stop for k in part.sentences)


def test_what_made_people_laugh_ranks_higher_and_names_the_sentence() -> None:
    texts = [f"number {k} follows number {k - 1} in the same calm and even voice." for k in range(40)]
    transcript = talk(texts, gap_s=2.0)
    earner = transcript.sentences[22]
    laugh = SoundEvent(SoundEventKind.LAUGHTER, Span(earner.end_s + 0.1, earner.end_s + 1.8), 0.6)
    sounds = sounding(transcript.words[-1].end_s + 1, [laugh])
    best = found_in(transcript, sounds)[0]
    (reaction,) = (part for part in best.parts if part.name == "reaction")
    assert best.first <= 22 < best.stop
    assert reaction.sentences == (22,)


def test_laughter_heard_over_words_is_not_believed() -> None:
    transcript = talk([f"number {k} follows number {k - 1} here." for k in range(40)])
    laugh = SoundEvent(SoundEventKind.LAUGHTER, Span(30, 32), 0.6)
    with_laugh = found_in(transcript, sounding(transcript.words[-1].end_s + 1, [laugh]))
    assert all(part.name != "reaction" for highlight in with_laugh for part in highlight.parts)


def test_a_slide_that_changes_with_the_first_words_counts_for_them() -> None:
    transcript = talk([f"number {k} follows number {k - 1} in the same calm and even voice." for k in range(40)])
    at_s = [0.0, transcript.sentences[13].start_s - 0.5]
    slides = tuple(Slide(Span(start_s, start_s + 30), ()) for start_s in at_s)
    duration_s = transcript.words[-1].end_s
    picture = PictureFacts((), slides)
    best = propose(transcript, outline_of(transcript, 40), sounding(duration_s), picture, duration_s=duration_s)[0]
    assert best.first in {0, 13}


def test_answers_to_a_question_are_all_that_is_proposed() -> None:
    transcript = talk([*[CHATTER] * 10, *POINT, *[CHATTER] * 10])
    duration_s = transcript.words[-1].end_s
    found = propose(
        transcript,
        outline_of(transcript),
        sounding(duration_s),
        duration_s=duration_s,
        found=[(10, 14, 7.5), (2, 5, 1.5), (10, 14, 7.5)],
    )
    assert [(h.first, h.stop, h.source) for h in found] == [(10, 14, "find"), (2, 5, "find")]
    assert all(h.parts[0].name == "match" for h in found)
    assert found[0].score > 60


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("ja", ["橋は風で落ちた。", "なぜ弱い風で橋が落ちたのですか？", "風が橋を同じ周期で押したからです。"]),
        ("zh", ["桥被风吹倒了。", "为什么微风能吹倒一座桥？", "因为风以桥的节奏推它。"]),
        ("hi", ["पुल हवा से गिर गया।", "कमज़ोर हवा से पुल क्यों गिरा?", "हवा ने पुल को उसकी लय में धकेला।"]),
        ("ar", ["سقط الجسر بسبب الريح.", "لماذا سقط الجسر في ريح ضعيفة؟", "دفعت الريح الجسر بإيقاعه."]),
        (
            "de",
            ["Die Brücke fiel im Wind.", "Warum fällt eine Brücke bei schwachem Wind?", "Der Wind stößt sie im Takt."],
        ),
        ("und", ["lorem ipsum dolor sit amet", "consectetur adipiscing elit sed", "do eiusmod tempor incididunt"]),
    ],
)
def test_any_language_gives_named_candidates_of_whole_sentences(language: str, texts: list[str]) -> None:
    transcript = talk(texts * 20, language=language)
    found = found_in(transcript, min_s=6, max_s=30)
    assert len(found) >= 5
    assert all(highlight.title for highlight in found)
    assert max(h.score for h in found) - min(h.score for h in found) > 5


def test_no_clip_is_laid_over_a_break() -> None:
    before, after = talk([CHATTER] * 12), talk([CHATTER] * 12)
    later_s = before.words[-1].end_s + 20
    words = tuple(Word(w.text, w.start_s + later_s, w.end_s + later_s) for w in after.words)
    count = len(before.words)
    sentences = tuple(
        Sentence(s.first + count, s.stop + count, s.start_s + later_s, s.end_s + later_s, s.text)
        for s in after.sentences
    )
    whole = Transcript(before.words + words, before.sentences + sentences, "en", "test")
    found = found_in(whole)
    assert {h.first >= 12 for h in found} == {True, False}
    assert all(h.stop <= 12 or h.first >= 12 for h in found)


def test_subtitles_of_a_silent_film_are_enough() -> None:
    silent = SoundFacts(0.05, (), -120.0, -120.0, (), (), ())
    found = found_in(talk([*[CHATTER] * 10, *POINT, *[CHATTER] * 10]), silent)
    assert found
    assert all(part.name != "energy" for highlight in found for part in highlight.parts)


def test_an_hour_gives_many_candidates() -> None:
    rng = np.random.default_rng(4)
    texts = [" ".join(f"term{n}" for n in rng.integers(0, 200, 12)) + "." for _ in range(600)]
    found = found_in(talk(texts))
    assert len(found) == MOST


def test_a_recording_shorter_than_a_clip_is_one_candidate() -> None:
    transcript = talk([*POINT[:1], "It is."])
    (only,) = found_in(transcript, min_s=60)
    assert (only.first, only.stop) == (0, 2)


def test_a_recording_without_speech_is_proposed_by_its_shots_and_sound() -> None:
    shots = tuple(
        Shot(Span(10.0 * k, 10.0 * (k + 1)), ShotKind.CAMERA, None, None, (), 0.9 if 8 <= k < 12 else 0.1)
        for k in range(30)
    )
    level = np.full(6000, -40.0)
    level[1600:2400] = -15.0
    sounds = SoundFacts(0.05, tuple(level.tolist()), -70.0, -50.0, (), (), ())
    empty = Transcript((), (), "und", "test")
    found = propose(empty, Outline((), ()), sounds, PictureFacts(shots, ()), duration_s=300.0)
    assert all(h.source == "signal" and h.first == h.stop and h.title for h in found)
    assert all(20 <= h.span.duration_s <= 90 for h in found)
    assert found[0].span.overlap_s(Span(80, 120)) >= 20
    assert len(found) >= 3


def test_a_film_with_a_few_words_is_proposed_by_both() -> None:
    transcript = talk(
        ["Look at that mountain over there.", "It is higher than all the others.", "Let us go."], word_s=1.2
    )
    level = np.full(12000, -40.0)
    level[8000:9000] = -15.0
    sounds = SoundFacts(0.05, tuple(level.tolist()), -70.0, -50.0, (), (), ())
    found = propose(transcript, outline_of(transcript), sounds, duration_s=600.0, title=lambda *_: "Named")
    assert {h.source for h in found} == {"transcript", "signal"}
    assert all((h.title == "Named") == (h.source == "transcript") for h in found)


def test_a_few_seconds_of_speech_are_a_clip_with_a_name() -> None:
    (only,) = found_in(talk(["Hello and welcome."]))
    assert (only.source, only.title) == ("transcript", "Hello and welcome")


@pytest.mark.parametrize("duration_s", [0.0, 3.0, 30.0])
def test_a_silent_black_recording_gives_at_most_itself(duration_s: float) -> None:
    sounds = SoundFacts(0.05, (-120.0,) * int(duration_s * 20), -120.0, -65.0, (), (), ())
    empty = Transcript((), (), "und", "test")
    found = propose(empty, Outline((), ()), sounds, None, duration_s=duration_s)
    assert bool(found) == (duration_s > 0)
    assert all(h.span.end_s <= duration_s for h in found)


def test_a_title_is_never_longer_than_a_line() -> None:
    transcript = talk(["extraordinarily " * 30 + "long."])
    assert 0 < len(first_words(transcript, 0, 1)) <= 60
    assert first_words(talk(["x" * 99]), 0, 1) == "x" * 60


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=50),
    st.floats(5, 30),
    st.floats(0, 60),
    st.sampled_from([0.0, 0.4, 3.0]),
)
def test_windows_are_every_run_of_whole_sentences_that_fits(
    lengths: list[int], min_s: float, longer_s: float, gap_s: float
) -> None:
    transcript = talk([" ".join(["word"] * n) for n in lengths], gap_s=gap_s)
    max_s = min_s + longer_s
    windows = lay_windows(transcript, min_s, max_s)
    laid = set(zip(windows.first.tolist(), windows.stop.tolist(), strict=True))
    fitting = {
        (first, stop)
        for first, stop in itertools.combinations(range(len(lengths) + 1), 2)
        if min_s <= transcript.sentences[stop - 1].end_s - transcript.sentences[first].start_s <= max_s
    }
    assert laid == fitting or (not fitting and laid)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_a_rank_keeps_the_order_and_equal_values_equal(values: list[float]) -> None:
    ranks = percentiles(np.array(values))
    assert ((ranks > 0) & (ranks < 1)).all()
    for (a, rank_a), (b, rank_b) in itertools.combinations(zip(values, ranks.tolist(), strict=True), 2):
        assert (a < b) == (rank_a < rank_b)
        assert (a == b) == (rank_a == rank_b)
