from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.facts import Highlight, SoundEvent, SoundEventKind, SoundFacts
from cutroom.edit.selection import select
from cutroom.media.span import Span
from cutroom.media.transcript import Sentence, Transcript, Word

QUIET = SoundFacts(0.05, (), -70.0, -50.0, (), (), ())
SUBJECTS = ("volcano lava ash magma", "violin string bow wood", "tax income law state", "whale ocean song deep")


def talk(count: int, *, sentence_s: float = 10.0, gap_s: float = 0.6) -> Transcript:
    """Sentences of five words about one of four subjects in turn, ``gap_s`` apart."""
    words: list[Word] = []
    sentences: list[Sentence] = []
    for index in range(count):
        start_s = index * sentence_s
        step_s = (sentence_s - gap_s) / 5
        text = [*SUBJECTS[index % 4].split(), f"number{index}."]
        first = len(words)
        words += [Word(w, start_s + k * step_s, start_s + (k + 1) * step_s) for k, w in enumerate(text)]
        sentences.append(Sentence(first, len(words), start_s, words[-1].end_s, " ".join(text)))
    return Transcript(tuple(words), tuple(sentences), "en", "test")


def pick(transcript: Transcript, first: int, stop: int, score: float, topic: int | None = None) -> Highlight:
    span = Span(transcript.sentences[first].start_s, transcript.sentences[stop - 1].end_s)
    return Highlight(span, first, stop, score, (), topic, f"from {first} to {stop}", "transcript")


def test_chosen_clips_never_overlap_and_the_reason_names_the_other() -> None:
    transcript = talk(40)
    chosen = select(
        [pick(transcript, 0, 3, 90), pick(transcript, 2, 5, 80), pick(transcript, 21, 24, 70)],
        transcript,
        QUIET,
        duration_s=400,
    )
    assert [h.first for h in chosen.accepted] == [0, 21]
    ((rejected, why),) = chosen.rejected
    assert (rejected.first, why) == (2, "overlaps 'from 0 to 3'")


def test_one_shared_sentence_is_an_overlap() -> None:
    transcript = talk(40, sentence_s=4)
    chosen = select([pick(transcript, 0, 6, 90), pick(transcript, 5, 11, 80)], transcript, QUIET, duration_s=160)
    assert len(chosen.accepted) == 1


def test_what_says_the_same_is_chosen_once() -> None:
    transcript = talk(40)
    # Four sentences hold all four subjects: every such run says the same but for its numbers.
    chosen = select([pick(transcript, k, k + 4, 90 - k) for k in (0, 8, 16)], transcript, QUIET, duration_s=400)
    assert len(chosen.accepted) == 1
    assert all(why.startswith("says nearly the same as") for _, why in chosen.rejected)


def test_another_subject_goes_before_a_little_more_of_the_same() -> None:
    transcript = talk(60)
    alike = [pick(transcript, 0, 2, 90, 0), pick(transcript, 4, 6, 89, 0)]
    other = pick(transcript, 30, 32, 84, 5)
    chosen = select([*alike, other], transcript, QUIET, duration_s=600, count=2, min_s=15)
    assert {h.first for h in chosen.accepted} == {0, 30}


def test_the_order_is_by_score() -> None:
    transcript = talk(60)
    found = [pick(transcript, 5 * k, 5 * k + 2 + k % 2, 50 + 7 * k % 31, k) for k in range(10)]
    scores = [h.score for h in select(found, transcript, QUIET, duration_s=600).accepted]
    assert scores == sorted(scores, reverse=True)


def test_a_clip_starts_and_ends_in_the_breath_around_it() -> None:
    transcript = talk(10)
    (chosen,) = select([pick(transcript, 2, 5, 90)], transcript, QUIET, duration_s=100).accepted
    assert chosen.span.start_s == pytest.approx(20 - 0.15)
    assert chosen.span.end_s == pytest.approx(49.4 + 0.3)


def test_a_laugh_that_the_last_word_earned_stays_in_the_clip() -> None:
    transcript = talk(10, gap_s=4.0)
    laugh = SoundEvent(SoundEventKind.LAUGHTER, Span(46.3, 48.2), 0.6)
    sounds = SoundFacts(0.05, (), -70.0, -50.0, (), (), (laugh,))
    (chosen,) = select([pick(transcript, 2, 5, 90)], transcript, sounds, duration_s=100).accepted
    assert chosen.span.end_s == pytest.approx(48.2)


def test_a_single_sentence_that_is_too_long_ends_between_words() -> None:
    transcript = talk(2, sentence_s=200)
    (chosen,) = select([pick(transcript, 0, 1, 90)], transcript, QUIET, duration_s=400, max_s=90).accepted
    assert chosen.span.duration_s <= 90
    assert not any(w.start_s < chosen.span.end_s < w.end_s for w in transcript.words)


def test_a_short_recording_gives_one_clip_shorter_than_asked_and_a_note() -> None:
    transcript = talk(3, sentence_s=3)
    chosen = select([pick(transcript, 0, 2, 90), pick(transcript, 1, 3, 80)], transcript, QUIET, duration_s=9)
    assert len(chosen.accepted) == 1
    assert chosen.notes


def test_clips_together_stay_highlights_of_a_recording() -> None:
    transcript = talk(12)
    chosen = select([pick(transcript, k, k + 3, 90 - k, k) for k in (0, 3, 6, 9)], transcript, QUIET, duration_s=120)
    assert len(chosen.accepted) == 3
    assert "85%" in chosen.rejected[-1][1]


def test_stretches_without_words_end_in_silence_near_by() -> None:
    sounds = SoundFacts(0.05, (), -70.0, -50.0, (Span(9.7, 9.9), Span(30.2, 31.0)), (), ())
    scene = Highlight(Span(10.0, 30.0), 0, 0, 50, (), None, "Scene", "signal")
    (chosen,) = select([scene], Transcript((), (), "en", "t"), sounds, duration_s=60).accepted
    assert (chosen.span.start_s, chosen.span.end_s) == (9.9, 30.2)


def test_nothing_gives_nothing() -> None:
    assert select([], talk(3), QUIET, duration_s=30).accepted == ()


@st.composite
def choices(draw: st.DrawFn) -> tuple[Transcript, list[Highlight], SoundFacts, float]:
    count = draw(st.integers(1, 40))
    gap_s = draw(st.sampled_from([0.0, 0.02, 0.5, 3.0]))
    transcript = talk(count, sentence_s=draw(st.sampled_from([4.0, 12.0, 120.0])), gap_s=gap_s)
    found = []
    for _ in range(draw(st.integers(0, 20))):
        first = draw(st.integers(0, count - 1))
        stop = draw(st.integers(first + 1, min(count, first + 6)))
        found.append(pick(transcript, first, stop, draw(st.integers(0, 100)), draw(st.sampled_from([None, 0, 1]))))
    edges = sorted(draw(st.lists(st.floats(0, 400), max_size=12, unique=True)))
    silences = tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    sounds = SoundFacts(0.05, (), -70.0, -50.0, silences, (), ())
    return transcript, found, sounds, transcript.words[-1].end_s + draw(st.floats(0, 3))


@settings(max_examples=120, deadline=None)
@given(choices(), st.integers(1, 12))
def test_a_choice_is_apart_between_words_inside_the_recording_and_complete(
    made: tuple[Transcript, list[Highlight], SoundFacts, float], count: int
) -> None:
    transcript, found, sounds, duration_s = made
    chosen = select(found, transcript, sounds, duration_s=duration_s, count=count)
    assert len(chosen.accepted) <= count
    assert bool(chosen.accepted) == bool(found)
    assert len(chosen.accepted) + len(chosen.rejected) == len(found)
    again = select(list(reversed(found)), transcript, sounds, duration_s=duration_s, count=count)
    assert [h.span for h in again.accepted] == [h.span for h in chosen.accepted]
    spans = sorted(h.span for h in chosen.accepted)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in itertools.pairwise(spans))
    for span in spans:
        assert 0 <= span.start_s < span.end_s <= duration_s + 1e-3
        assert span.duration_s <= 90 or len([w for w in transcript.words if span.overlap_s(w.span) > 0.01]) == 1
        for word in transcript.words:
            assert not word.start_s + 2e-3 < span.start_s < word.end_s - 2e-3
            assert not word.start_s + 2e-3 < span.end_s < word.end_s - 2e-3
