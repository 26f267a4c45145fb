from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.facts import SoundFacts
from cutroom.analysis.sounds import listen
from cutroom.edit.cutting import SHORTEST_PIECE_S, CutReason, Tightened, tighten
from cutroom.media.audio import Pcm
from cutroom.media.span import Span
from cutroom.media.transcript import Mark, Sentence, Transcript, Word


def silent_at(silences: list[tuple[float, float]], duration_s: float, *, loud_db: float = -20.0) -> SoundFacts:
    level = np.full(int(duration_s / 0.05) + 1, loud_db)
    for start_s, end_s in silences:
        level[int(start_s / 0.05) : int(end_s / 0.05)] = -70.0
    return SoundFacts(0.05, tuple(level.tolist()), -70.0, -50.0, tuple(Span(*s) for s in silences), (), ())


def talk(*words: tuple[str, float, float] | tuple[str, float, float, Mark]) -> Transcript:
    """Words with times; a word that ends with a full stop, or with a dash, ends its sentence."""
    made = tuple(Word(w[0], w[1], w[2], 1.0, w[3] if len(w) > 3 else None) for w in words)
    sentences, first = [], 0
    for index, word in enumerate(made, start=1):
        if word.text[-1] in ".?—" or index == len(made):
            text = " ".join(w.text for w in made[first:index])
            sentences.append(Sentence(first, index, made[first].start_s, word.end_s, text))
            first = index
    return Transcript(made, tuple(sentences), "en", "test")


def kept_s(result: Tightened) -> float:
    return sum(span.duration_s for span in result.kept)


def test_a_long_pause_keeps_a_breath_on_both_sides() -> None:
    transcript = talk(("one", 0.1, 0.9), ("two", 3.0, 3.9))
    result = tighten(Span(0.0, 4.0), transcript, silent_at([(0.95, 2.95)], 4.0))
    (cut,) = result.cuts
    assert cut.reason is CutReason.SILENCE
    assert [cut.span.start_s, cut.span.end_s] == pytest.approx([1.05, 2.89])


def test_a_pause_at_a_sentence_end_stays_longer() -> None:
    inside = tighten(Span(0, 4), talk(("one", 0.1, 0.9), ("two.", 3.0, 3.9)), silent_at([(0.9, 3.0)], 4))
    between = tighten(Span(0, 4), talk(("one.", 0.1, 0.9), ("two.", 3.0, 3.9)), silent_at([(0.9, 3.0)], 4))
    assert kept_s(between) - kept_s(inside) == pytest.approx(0.19)


def test_a_short_pause_is_rhythm_and_stays() -> None:
    transcript = talk(("one", 0.1, 0.9), ("two", 1.45, 1.9))
    assert tighten(Span(0.0, 2.0), transcript, silent_at([(0.9, 1.45)], 2.0)).cuts == ()


def test_a_gap_that_is_not_silent_stays() -> None:
    laughter = talk(("one", 0.1, 0.9), ("two", 5.0, 5.9))
    assert tighten(Span(0.0, 6.0), laughter, silent_at([], 6.0)).cuts == ()


def test_a_silence_inside_a_word_is_never_cut() -> None:
    # A recogniser may stretch a word over a pause; its times are all that is known of it.
    transcript = talk(("one", 0.1, 0.9), ("stretched", 1.0, 4.0), ("two", 4.1, 4.9))
    assert tighten(Span(0.0, 5.0), transcript, silent_at([(1.5, 3.5)], 5.0)).cuts == ()


def test_a_filler_with_clean_edges_goes_with_its_pauses() -> None:
    transcript = talk(("so", 0.0, 0.5), ("um,", 0.8, 1.2, Mark.FILLER), ("yes", 1.5, 2.0))
    result = tighten(Span(0.0, 2.0), transcript, silent_at([(0.5, 0.8), (1.2, 1.5)], 2.0))
    (cut,) = result.cuts
    assert (cut.reason, cut.text) == (CutReason.FILLER, "um,")
    assert [cut.span.start_s, cut.span.end_s] == pytest.approx([0.6, 1.44])


def test_a_filler_that_runs_into_its_neighbour_stays() -> None:
    transcript = talk(("so", 0.0, 0.5), ("um", 0.5, 0.9, Mark.FILLER), ("yes", 0.9, 2.0))
    assert tighten(Span(0.0, 2.0), transcript, silent_at([], 2.0)).cuts == ()


def test_a_filler_whose_time_cannot_be_true_stays() -> None:
    transcript = talk(
        ("so", 0.0, 0.5), ("you", 0.8, 0.84, Mark.FILLER), ("know,", 0.84, 0.92, Mark.FILLER), ("yes", 1.3, 2.0)
    )
    assert tighten(Span(0.0, 2.0), transcript, silent_at([(0.5, 0.8), (0.92, 1.3)], 2.0)).cuts == ()


def test_a_stutter_at_a_dip_of_the_level_goes() -> None:
    transcript = talk(("in", 0.0, 0.5), ("the", 0.5, 1.0, Mark.STUTTER), ("the", 1.0, 1.5), ("end", 1.5, 2.0))
    result = tighten(Span(0.0, 2.0), transcript, silent_at([(0.45, 0.55), (0.95, 1.05)], 2.0))
    assert [(cut.reason, cut.text) for cut in result.cuts] == [(CutReason.STUTTER, "the")]


def test_of_two_takes_the_last_stays() -> None:
    transcript = talk(
        *(("The", 0.0, 0.3), ("speed", 0.3, 0.6), ("of", 0.6, 0.8), ("lint—", 0.8, 1.2)),
        *(
            ("The", 2.0, 2.3),
            ("speed", 2.3, 2.6),
            ("of", 2.6, 2.8),
            ("light", 2.8, 3.2),
            ("is", 3.2, 3.4),
            ("finite.", 3.4, 4.0),
        ),
    )
    result = tighten(Span(0.0, 4.0), transcript, silent_at([(1.2, 2.0)], 4.0))
    (cut,) = result.cuts
    assert (cut.reason, cut.text) == (CutReason.RETAKE, "The speed of lint—")
    assert cut.span.start_s == 0.0
    assert 1.8 < cut.span.end_s <= 2.0


@pytest.mark.parametrize("said", ["I have a dream that one day.", "Never give up."])
def test_a_figure_of_speech_is_not_a_retake(said: str) -> None:
    words = said.split()
    line = [(word, 0.3 * k, 0.3 * k + 0.3) for k, word in enumerate(words)]
    again = " ".join([*words[:-1], "other", "day."]) if said.startswith("I") else said
    later = [(word, 3 + 0.3 * k, 3.3 + 0.3 * k) for k, word in enumerate(again.split())]
    result = tighten(Span(0.0, 6.0), talk(*line, *later), silent_at([(2.0, 3.0)], 6.0))
    assert all(cut.reason is CutReason.SILENCE for cut in result.cuts)


def test_a_clip_without_words_and_one_that_is_not_to_be_tightened_stay_whole() -> None:
    sounds = silent_at([(1.0, 4.0)], 5.0)
    whole = Tightened((Span(0.0, 5.0),), ())
    assert tighten(Span(0.0, 5.0), Transcript((), (), "en", "test"), sounds) == whole
    assert tighten(Span(0.0, 5.0), talk(("a", 0, 1), ("b", 4, 5)), sounds, tighten=False) == whole


def test_a_clip_of_nothing_but_fillers_stays_whole() -> None:
    transcript = talk(("um", 0.2, 0.5, Mark.FILLER), ("uh", 0.8, 1.0, Mark.FILLER))
    assert tighten(Span(0.0, 1.2), transcript, silent_at([], 1.2)).kept == (Span(0.0, 1.2),)


def test_pauses_of_a_made_recording_are_cut_to_the_hundredth(tmp_path: Path) -> None:
    """Six words as tones, with known pauses between them; what the level says is all that is known of the edges."""
    rate, words, sound, pauses = 16000, [], [], [0.3, 0.9, 0.5, 2.0, 1.1]
    clock = 0.0
    for index in range(6):
        time = np.arange(rate) / rate
        sound.append(0.2 * np.sin(2 * np.pi * 300 * time))
        words.append((f"word{index}", round(clock, 3), round(clock + 1.0, 3)))
        clock += 1.0
        if index < 5:
            sound.append(np.zeros(round(pauses[index] * rate)))
            clock += pauses[index]
    samples = np.concatenate(sound) + 0.0005 * np.random.default_rng(2).standard_normal(round(clock * rate))
    path = tmp_path / "sound.s16"
    path.write_bytes((samples * 32767).astype("<i2").tobytes())
    result = tighten(Span(0.0, clock), talk(*words), listen(Pcm(path, rate, samples.size)))
    assert [round(cut.span.duration_s, 2) for cut in result.cuts] == pytest.approx([0.74, 1.84, 0.94], abs=0.03)


@st.composite
def clips(draw: st.DrawFn) -> tuple[Span, Transcript, SoundFacts]:
    words: list[tuple[str, float, float] | tuple[str, float, float, Mark]] = []
    clock = draw(st.floats(0, 2))
    silences: list[tuple[float, float]] = []
    for _ in range(draw(st.integers(1, 25))):
        length, gap = draw(st.floats(0.02, 0.9)), draw(st.sampled_from([0.0, 0.0, 0.03, 0.2, 0.7, 1.5]))
        text = draw(st.sampled_from(["we", "the", "go", "then", "end.", "stop.", "and—"]))
        mark = draw(st.sampled_from([None, None, None, Mark.FILLER, Mark.STUTTER]))
        words.append((text, clock, clock + length, mark) if mark else (text, clock, clock + length))
        # Silences as they are measured: near the gaps, and not exactly at the words' edges.
        low, high = clock + length + draw(st.floats(-0.1, 0.1)), clock + length + gap + draw(st.floats(-0.1, 0.1))
        if high - low >= 0.2 and (not silences or low > silences[-1][1]):
            silences.append((max(0.0, low), high))
        clock += length + gap
    start_s = draw(st.floats(0, words[0][1]))
    return Span(start_s, clock + draw(st.floats(0, 2))), talk(*words), silent_at(silences, clock + 3)


@settings(max_examples=250, deadline=None)
@given(clips())
def test_kept_and_cut_cover_the_clip_and_no_kept_word_is_touched(clip: tuple[Span, Transcript, SoundFacts]) -> None:
    span, transcript, sounds = clip
    result = tighten(span, transcript, sounds)
    pieces = sorted([*result.kept, *(cut.span for cut in result.cuts)])
    assert pieces[0].start_s == span.start_s
    assert pieces[-1].end_s == span.end_s
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(pieces))
    assert all(piece.duration_s >= min(SHORTEST_PIECE_S, span.duration_s) - 1e-9 for piece in result.kept)
    gone = " ".join(cut.text for cut in result.cuts).split()
    for word in transcript.words:
        cut_s = sum(cut.span.overlap_s(word.span) for cut in result.cuts)
        if cut_s > 1e-9:
            # A word is whole or gone, and what is gone is told.
            assert cut_s == pytest.approx(word.end_s - word.start_s)
            assert word.text in gone
