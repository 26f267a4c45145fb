from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.core.errors import InvalidInput
from cutroom.media.caption_layout import letter_size, line_room, shown, word_width
from cutroom.media.caption_styles import STYLES, find_style
from cutroom.media.captions import caption_words, preview_timeline
from cutroom.media.graphemes import clean
from cutroom.media.grouping import MIN_GAP_S
from cutroom.media.timeline import Caption, CaptionWord

FRAMES = [(1080, 1920), (1080, 1080), (1920, 1080), (1080, 1350)]
SPEECH = (
    "Nobody told me that gravity bends light itself. So, when Einstein wrote his paper in 1915, the astronomers did "
    "not believe it; they needed an eclipse to see the stars move. And then, of course, everybody was surprised!"
)


def spoken(text: str, frames_per_letter: int = 2) -> list[CaptionWord]:
    words = []
    start = 0
    for part in text.split():
        duration = 3 + frames_per_letter * len(part)
        words.append(CaptionWord(part, start, duration))
        start += duration + (8 if part[-1] in ",.;!" else 1)
    return words


def texts(captions: Sequence[Caption]) -> list[str]:
    return [" / ".join(" ".join(word.text for word in line) for line in caption.lines) for caption in captions]


words_in_order = st.lists(
    st.tuples(
        st.one_of(
            st.text(min_size=1, max_size=14),
            st.sampled_from(
                ["and", "light.", "of", "Ja,", "Donaudampfschifffahrtsgesellschaftskapitän", "这是", "שלום"]
            ),
        ),
        st.integers(0, 40),
        st.integers(1, 40),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=60)
@given(
    words_in_order,
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(FRAMES),
    st.sampled_from(["en", "zh", "th", "ar", "und"]),
    st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(60)]),
)
def test_captions_keep_every_word_in_order_on_at_most_two_lines_without_overlap(
    drawn: list[tuple[str, int, int]], style: str, frame: tuple[int, int], language: str, rate: Fraction
) -> None:
    words, start = [], 0
    for text, pause, duration in drawn:
        words.append(CaptionWord(text, start + pause, duration))
        start += pause + duration
    captions = caption_words(words, style, *frame, rate, language, duration=start)
    kept = "".join(word.text for caption in captions for line in caption.lines for word in line)
    assert kept.replace(" ", "") == "".join(clean(word.text) for word in words).replace(" ", "")
    for caption in captions:
        assert 1 <= len(caption.lines) <= find_style(style).max_lines
        assert all(caption.lines)
        assert caption.duration >= 1
        first = caption.lines[0][0]
        assert caption.start <= first.start or first.start <= caption.start < caption.start + caption.duration
    for one, other in pairwise(captions):
        assert one.start + one.duration <= other.start


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("style", STYLES)
def test_every_line_of_speech_fits_its_room(style: str, frame: tuple[int, int]) -> None:
    look = find_style(style)
    room = line_room(look, *frame)
    for caption in caption_words(spoken(SPEECH), style, *frame, Fraction(30), "en"):
        for line in caption.lines:
            ems = sum(word_width(shown(word.text, look, "en"), look) for word in line)
            assert ems * letter_size(look, *frame) <= 1.3 * room
            assert len(line) == 1 or ems * letter_size(look, *frame) <= room


def test_captions_end_where_sentences_end() -> None:
    captions = caption_words(spoken(SPEECH), "karaoke", 1080, 1920, Fraction(30), "en")
    for caption in captions:
        words = [word.text for line in caption.lines for word in line]
        assert not [word for word in words[:-1] if word.endswith((".", "!"))], texts(captions)


def test_no_caption_of_speech_leaves_a_word_alone() -> None:
    for style in ("plain", "karaoke", "boxed"):
        for caption in caption_words(spoken(SPEECH), style, 1080, 1920, Fraction(30), "en"):
            assert sum(len(line) for line in caption.lines) > 1


def test_captions_of_speech_stay_half_a_second_and_leave_no_flicker() -> None:
    rate = Fraction(30)
    captions = caption_words(spoken(SPEECH), "karaoke", 1080, 1920, rate, "en")
    assert min(caption.duration for caption in captions) >= rate / 2
    gaps = [other.start - one.start - one.duration for one, other in pairwise(captions)]
    assert not [gap for gap in gaps if 0 < gap < MIN_GAP_S * rate]


def test_a_long_silence_parts_captions_and_clears_the_screen() -> None:
    words = [CaptionWord("one", 0, 10), CaptionWord("two", 11, 10), CaptionWord("three", 80, 10)]
    first, second = caption_words(words, "karaoke", 1080, 1920, Fraction(30), "en")
    assert texts([first, second]) == ["one two", "three"]
    assert first.start + first.duration < 45
    assert second.start == 80


def test_no_caption_outlasts_the_programme() -> None:
    captions = caption_words([CaptionWord("end.", 20, 5)], "plain", 1080, 1920, Fraction(30), "en", duration=26)
    assert captions[0].start + captions[0].duration == 26


def test_a_caption_stays_up_to_a_second_longer_for_slow_readers() -> None:
    text = "very many words said fast"
    words = [CaptionWord(word, 5 * n, 5) for n, word in enumerate(text.split())]
    caption = caption_words(words, "boxed", 1920, 1080, Fraction(30), "en")[0]
    assert len(text) / 17 <= caption.duration / 30 <= 25 / 30 + 1


@pytest.mark.parametrize("style", ["single", "pop", "plain"])
def test_a_style_shows_no_more_words_than_it_allows(style: str) -> None:
    for caption in caption_words(spoken(SPEECH), style, 1080, 1920, Fraction(30), "en"):
        assert sum(len(line) for line in caption.lines) <= find_style(style).max_words


def test_chinese_breaks_between_characters_and_never_before_punctuation() -> None:
    phrase = CaptionWord("没有人告诉我引力会弯曲光线，所以当爱因斯坦在1915年写论文的时候，天文学家并不相信。", 0, 300)
    captions = caption_words([phrase], "karaoke", 1080, 1920, Fraction(30), "zh")
    lines = ["".join(word.text for word in line) for caption in captions for line in caption.lines]
    assert len(captions) > 1
    assert "".join(lines) == phrase.text
    assert not [line for line in lines if line[0] in "，。"]
    assert [line for line in lines if "1915" in line]


def test_thai_breaks_between_words_only() -> None:
    words = [
        CaptionWord(word, 12 * n, 12)
        for n, word in enumerate(["ไม่มีใคร", "บอกฉัน", "ว่า", "แรงโน้มถ่วง", "ดัดแสง", "ได้", "จริงจริง"])
    ]
    captions = caption_words(words, "karaoke", 1080, 1920, Fraction(30), "th")
    assert [word for caption in captions for line in caption.lines for word in line] == words
    assert len(captions) <= 3


def test_parts_of_one_long_word_share_its_time_and_no_line() -> None:
    word = CaptionWord("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung", 30, 60)
    captions = caption_words([word], "karaoke", 1080, 1920, Fraction(30), "de")
    parts = [part for caption in captions for line in caption.lines for part in line]
    assert all(len(line) == 1 for caption in captions for line in caption.lines)
    assert (parts[0].start, parts[-1].start + parts[-1].duration) == (30, 90)
    assert [a.start + a.duration for a in parts[:-1]] == [b.start for b in parts[1:]]


def test_no_words_make_no_captions() -> None:
    assert caption_words([], "karaoke", 1080, 1920, Fraction(30)) == ()
    assert caption_words([CaptionWord("\u202e\x00 ", 0, 5)], "karaoke", 1080, 1920, Fraction(30)) == ()


def test_an_unknown_style_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"no caption style 'fancy'.*karaoke"):
        caption_words([CaptionWord("a", 0, 1)], "fancy", 1080, 1920, Fraction(30))


def test_a_preview_shows_its_text_for_its_whole_time() -> None:
    timeline = preview_timeline("plain", "See how this looks", 1080, 1920, "en")
    assert timeline.captions is not None
    shown_words = [word.text for caption in timeline.captions.captions for line in caption.lines for word in line]
    assert " ".join(shown_words) == "See how this looks"
    assert timeline.duration == 32
