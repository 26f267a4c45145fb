from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.media.caption_layout import place, safe_area, visual_order
from cutroom.media.caption_styles import STYLES
from cutroom.media.timeline import Caption, CaptionWord

FRAMES = [(1080, 1920), (1080, 1080), (1920, 1080), (1080, 1350), (360, 640)]


def caption(*lines: str) -> Caption:
    words = [[CaptionWord(word, 0, 1) for word in line.split(" ")] for line in lines]
    return Caption(0, 10, tuple(tuple(line) for line in words))


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8), min_size=1, max_size=2),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(FRAMES),
    st.sampled_from(["en", "ar", "zh", "und"]),
)
def test_whatever_is_said_stands_inside_the_safe_area(
    lines: list[list[str]], style: str, frame: tuple[int, int], language: str
) -> None:
    words = tuple(tuple(CaptionWord(text, 0, 1) for text in line) for line in lines)
    look, (width, height) = STYLES[style], frame
    area = safe_area(width, height)
    for line in place(Caption(0, 10, words), look, width, height, language):
        assert line.left >= area.x * width - 1
        assert line.left + line.width <= (area.x + area.width) * width + 1
        assert line.top >= area.y * height - 1
        assert line.bottom <= (area.y + area.height) * height + 1
        assert sum(word.width for word in line.words) <= line.width + 1


def test_words_of_a_line_follow_each_other_with_a_space_between() -> None:
    (line,) = place(caption("one two three"), STYLES["plain"], 1080, 1920, "en")
    first, second, third = line.words
    assert first.left == pytest.approx(line.left)
    assert second.left > first.left + first.width
    assert third.left + third.width == pytest.approx(line.left + line.width)


def test_chinese_words_stand_without_a_space() -> None:
    (line,) = place(caption("没有 人"), STYLES["plain"], 1080, 1920, "zh")
    assert line.words[1].left == pytest.approx(line.words[0].left + line.words[0].width)


def test_a_line_of_hebrew_starts_at_the_right() -> None:
    (line,) = place(caption("שלום עולם"), STYLES["plain"], 1080, 1920, "he")
    assert line.words[0].left > line.words[1].left


def test_two_lines_do_not_touch() -> None:
    for text in ("Hg gy", "ที่นี่ ญู", "أُسْتَاذِي ج", "क्षत्रिय मुं"):
        upper, lower = place(caption(text, text), STYLES["plain"], 1080, 1920, "und")
        assert upper.bottom < lower.top


def test_captions_of_the_same_style_stand_on_the_same_baseline() -> None:
    baselines = [place(caption(text), STYLES["karaoke"], 1080, 1920, "en")[0].baseline for text in ("ace", "Hgy,", "…")]
    assert max(baselines) - min(baselines) < 1


def test_a_long_line_is_drawn_smaller() -> None:
    (short,) = place(caption("word"), STYLES["plain"], 1080, 1920, "en")
    (long,) = place(caption("word " * 29 + "word"), STYLES["plain"], 1080, 1920, "en")
    assert long.em < short.em / 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("א ב ג", "ג ב א"),
        ("א GPT four ב", "ב GPT four א"),
        ("א 10 20 ב", "ב 20 10 א"),
        ("GPT 4 א", "א GPT 4"),
        ("א – ב", "ב – א"),
    ],
)
def test_a_line_from_right_to_left_is_ordered_by_the_bidirectional_algorithm(text: str, expected: str) -> None:
    words = text.split()
    assert " ".join(words[index] for index in visual_order(words, right_to_left=True)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b c", "a b c"),
        ("a א ב c", "a ב א c"),
        ("a א 10 c", "a 10 א c"),
        ("a א – ב c", "a ב – א c"),
        ("a א – c", "a א – c"),
    ],
)
def test_a_line_from_left_to_right_is_ordered_by_the_bidirectional_algorithm(text: str, expected: str) -> None:
    words = text.split()
    assert " ".join(words[index] for index in visual_order(words, right_to_left=False)) == expected
