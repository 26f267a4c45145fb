from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.core.errors import InvalidInput
from cutroom.media.captions import caption_words
from cutroom.media.timeline import Captions, CaptionWord
from cutroom.pipelines.editing import rewrite

SAID = ("why", "is", "the", "sky", "red", "in", "the", "late", "evening")
WORDS = tuple(CaptionWord(text, 15 * n, 12) for n, text in enumerate(SAID))


def captions_of(words: tuple[CaptionWord, ...]) -> Captions:
    return Captions("karaoke", "en", caption_words(words, "karaoke", 1080, 1920, Fraction(30), "en"))


CAPTIONS = captions_of(WORDS)


def said(number: int) -> list[CaptionWord]:
    return [word for line in CAPTIONS.captions[number].lines for word in line]


def test_as_many_words_keep_their_times() -> None:
    before = said(0)
    texts = [f"word{n}" for n in range(len(before))]
    after = rewrite(WORDS, CAPTIONS, {0: " ".join(texts)})
    assert [(word.start, word.duration) for word in after] == [(word.start, word.duration) for word in WORDS]
    assert [word.text for word in after[: len(before)]] == texts
    assert after[len(before) :] == WORDS[len(before) :]


def test_an_empty_text_removes_its_words_alone() -> None:
    before = said(1)
    after = rewrite(WORDS, CAPTIONS, {1: ""})
    assert set(WORDS) - set(after) == set(before)


def test_several_captions_are_changed_by_their_numbers_as_they_were() -> None:
    after = rewrite(WORDS, CAPTIONS, {0: "", 1: "only this"})
    assert [word.text for word in after[:2]] == ["only", "this"]


def test_a_caption_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no number 99"):
        rewrite(WORDS, CAPTIONS, {99: "hello"})
    with pytest.raises(InvalidInput, match="0 captions"):
        rewrite(WORDS, None, {0: "hello"})


def test_more_words_than_frames_are_refused() -> None:
    with pytest.raises(InvalidInput, match="fewer words"):
        rewrite(WORDS, CAPTIONS, {0: "a " * 500})


@given(st.dictionaries(st.integers(0, len(CAPTIONS.captions) - 1), st.text("ab ñ中", max_size=40), max_size=3))
def test_words_stay_in_order_and_apart_within_their_caption(texts: dict[int, str]) -> None:
    after = rewrite(WORDS, CAPTIONS, texts)
    assert all(word.duration >= 1 for word in after)
    for one, two in pairwise(after):
        assert one.start + one.duration <= two.start
    for number, text in texts.items():
        first, last = said(number)[0], said(number)[-1]
        within = [word for word in after if first.start <= word.start < last.start + last.duration]
        assert [word.text for word in within] == text.split()
