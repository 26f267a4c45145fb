from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cutroom.media import ffmpeg
from cutroom.media.ass import escape, write_ass
from cutroom.media.caption_layout import PlacedLine, place, safe_area
from cutroom.media.caption_styles import STYLES, find_style
from cutroom.media.captions import caption_words
from cutroom.media.fonts import fonts_dir
from cutroom.media.graphemes import clean
from cutroom.media.timeline import Caption, Captions, CaptionWord, Clip, Timeline, Track, TrackKind

RATE = Fraction(25)
WIDTH, HEIGHT = 360, 640

Pixels = NDArray[np.uint8]
Draw = Callable[..., tuple[Pixels, str]]

HOSTILE = [
    "{\\fs5000}big",
    "{\\p1}m 0 0 l 900 0 900 900 0 900{\\p0}",
    "\\p1",
    "a\\Nb",
    "a\\nb\\hc",
    "{\\an7\\pos(0,0)}corner",
    "{\\alpha&HFF&}hidden",
    "{\\1c&H0000FF&}red",
    "{\\t(0,10,\\fscx9000)}wide",
    "{\\clip(0,0,1,1)}gone",
    "{\\fnWingdings}font",
    "{\\rDefault}reset",
    "{\\k100}karaoke",
    "{\\org(0,0)\\frz90}turn",
    "{\\b900}{\\i1}",
    "{\\blur500}fog",
    "{\\bord999}edge",
    "{\\move(0,0,900,900)}run",
    "{\\fad(9999,9999)}fade",
    "{",
    "}",
    "{}",
    "}{",
    "{{{{}}}}",
    "\\",
    "\\\\",
    "\\{",
    "\\}",
    "{\\",
    "\\{\\fs90\\}",
    "x{",
    "x\\",
    "}\\{",
    "text\\{still",
    "Dialogue: 0,0:00:00.00,9:00:00.00,Caption,,0,0,0,,x",
    "[Events]",
    "[Fonts]",
    "fontname: x.ttf",
    "a\nDialogue: 0,0:00:00.00,9:00:00.00,Caption,,0,0,0,,x",
    "a\rb\x0bc\x0cd\u2028e\u2029f",
    "a\x00b",
    "a\x1b[31mb",
    "\u202egnp.exe",
    "\u2067abc\u2069",
    "abc\u200f\u200e",
    "שלום {\\fs99} abc",
    "مرحبا\\Nبكم",
    "Z\u0351\u036b\u0343\u0363\u0363a\u0334\u0335\u0336\u0337\u0338l\u0489g\u0321\u0322o\u0300\u0301",
    "%s %n %p {0} {{1}}",
    "$(reboot) `id`",
    "'; DROP TABLE clips; --",
    "drawtext=textfile=secret.txt",
    "x',movie=secret.mp4,'",
    "[in]null[out];",
    "a:b=c,d;e",
    "<font size=5000>x</font>",
    "&lt;b&gt; &amp;",
    "１＋１＝２｛\\fs｝x",
    "W" * 300,
    "i" * 5000,
    "字" * 5000,
    "🔥" * 200,
    "ا" * 500,
    "\ufffd\ufeffx",
    "\U0010ffffx\ue000y",
]


def timeline_of(
    captions: Sequence[Caption], style: str, language: str = "und", width: int = WIDTH, height: int = HEIGHT
) -> Timeline:
    duration = max(caption.start + caption.duration for caption in captions)
    track = Track(TrackKind.VIDEO, (Clip("none", 0, duration),))
    return Timeline("t", RATE, width, height, (), (track,), Captions(style, language, tuple(captions)))


def line_of(text: str, start: int = 0, duration: int = 1) -> Caption:
    """One caption with the text as one word."""
    return Caption(start, duration, ((CaptionWord(text, start, duration),),))


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Draw the captions of timelines of one size over black, in one run: frames of RGB, and what libass said."""

    def drawn(timeline: Timeline, *others: Timeline) -> tuple[Pixels, str]:
        document = write_ass(timeline)
        for other in others:
            styles, _, events = write_ass(other).partition("[Events]")
            document = document.replace("[Events]", styles[styles.index("Style: ") :] + "[Events]", 1)
            document += events[events.index("Text\n") + 5 :]
        (tmp_path / "captions.ass").write_text(document, encoding="utf-8")
        (tmp_path / "fonts").unlink(missing_ok=True)
        (tmp_path / "fonts").symlink_to(fonts_dir())
        frames = max(one.duration for one in (timeline, *others))
        size = f"{timeline.width}x{timeline.height}"
        said = ffmpeg.run(
            ["-f", "lavfi", "-i", f"color=black:s={size}:r={timeline.rate}",
             "-vf", "format=gbrp,ass=filename=captions.ass:fontsdir=fonts", "-frames:v", str(frames),
             "-pix_fmt", "rgb24", "-f", "rawvideo", "file:frames.rgb"],
            reads=[fonts_dir()], writes=tmp_path, time_limit_s=60, cwd=tmp_path,
        )  # fmt: skip
        raw = np.fromfile(tmp_path / "frames.rgb", dtype=np.uint8)
        return raw.reshape(frames, timeline.height, timeline.width, 3), said

    return drawn


def ink(frame: Pixels) -> tuple[int, int, int, int]:
    """Bound what is not black: left, top, right, bottom."""
    rows, columns = np.nonzero(frame.max(axis=2) > 40)
    assert rows.size, "nothing was drawn"
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def placed_lines(timeline: Timeline) -> Iterator[tuple[PlacedLine, ...]]:
    assert timeline.captions
    style = find_style(timeline.captions.style)
    for caption in timeline.captions.captions:
        yield place(caption, style, timeline.width, timeline.height, timeline.captions.language)


def test_hostile_text_is_drawn_as_wide_as_all_its_characters_and_obeyed_in_none(draw: Draw) -> None:
    shown = [text for text in HOSTILE if clean(text)]
    timeline = timeline_of([line_of(text, number) for number, text in enumerate(shown)], "plain")
    frames, _ = draw(timeline)
    wrong = []
    for text, frame, (line,) in zip(shown, frames, placed_lines(timeline), strict=True):
        left, top, right, bottom = ink(frame)
        slack = 0.3 * line.em + 2  # side bearings, outline and shadow
        beside = abs(left - line.left) > slack or abs(right - line.left - line.width) > slack
        above = top < line.top - 0.5 * line.em - 2 or bottom > line.bottom + 0.5 * line.em + 2
        white = frame.reshape(-1, 3).max(axis=0)
        if beside or above or white.min() < 130 or int(white.max()) - int(white.min()) > 3:
            wrong.append((text[:40], (left, top, right, bottom), line.left, line.width))
    assert wrong == []


def test_a_hostile_document_holds_only_events_of_ours() -> None:
    timeline = timeline_of([line_of(text, number) for number, text in enumerate(HOSTILE)], "karaoke")
    lines = write_ass(timeline).splitlines()
    events = lines[lines.index("[Events]") + 2 :]
    assert len(events) == len([text for text in HOSTILE if clean(text)])
    assert all(event.startswith("Dialogue: 2,0:0") for event in events)
    assert max(map(len, events)) < 3000


@given(st.text(max_size=60))
def test_escaped_text_has_no_command_left(text: str) -> None:
    bare = escape(text).replace("\\{", "").replace("\\}", "").replace("\\\u2060", "")
    assert not set(bare) & set("{}\\")


@pytest.mark.parametrize("frame", [(360, 640), (640, 360), (360, 360), (360, 450)])
def test_every_style_draws_inside_the_safe_area(frame: tuple[int, int], draw: Draw) -> None:
    width, height = frame
    timelines = []
    for number, name in enumerate(STYLES):
        texts = ["Wigwam", "ÅÇ gyj", "Jiffy!", "quay", "Qq"]
        words = [CaptionWord(text, 10 * number + 2 * n, 2) for n, text in enumerate(texts)]
        captions = caption_words(words, name, width, height, RATE, "en", duration=10 * number + 10)
        timelines.append(timeline_of(captions, name, "en", width, height))
    frames, _ = draw(*timelines)
    area = safe_area(width, height)
    for number, name in enumerate(STYLES):
        left, top, right, bottom = ink(frames[10 * number : 10 * number + 10].max(axis=0))
        inside = left >= area.x * width - 1 and right <= (area.x + area.width) * width + 1
        assert inside, (name, left, right)
        inside = top >= area.y * height - 1 and bottom <= (area.y + area.height) * height + 1
        assert inside, (name, top, bottom)


SCRIPTS = {
    "en": "gravity bends light",
    "ru": "свет изгибается здесь",
    "el": "το φως λυγίζει εδώ",
    "ar": "الضوء ينحني فعلاً",
    "he": "האור מתעקם באמת",
    "hi": "प्रकाश मुड़ता है",
    "bn": "আলো বাঁকে কেন",
    "ta": "ஒளி வளைகிறது என்று",
    "th": "แสง โค้ง ได้",
    "km": "ពន្លឺ កោង ទេ",
    "my": "အလင်း ကွေး တယ်",
    "ka": "სინათლე იხრება აქ",
    "am": "ብርሃን እንደሚታጠፍ ማንም",
    "zh": "光线 会 弯曲",
    "ja": "光 を 曲げる",
    "ko": "빛을 휘게 한다",
    "emoji": "👍🏽 🔥 👩‍💻",
}


@pytest.mark.parametrize("style", ["plain", "pop", "typewriter", "impact"])
def test_no_script_is_drawn_as_boxes(style: str, draw: Draw) -> None:
    timelines = []
    for number, (language, text) in enumerate(SCRIPTS.items()):
        words = tuple(CaptionWord(word, number, 1) for word in text.split())
        timelines.append(timeline_of([Caption(number, 1, (words,))], style, language))
    frames, said = draw(*timelines)
    # libass says so when it must look for a font beyond those that the document names.
    strange = [line for line in said.splitlines() if "selecting one more font" in line or "/usr/" in line]
    assert strange == []
    for number, (language, timeline) in enumerate(zip(SCRIPTS, timelines, strict=True)):
        (line,) = next(placed_lines(timeline))
        shapes = {frames[number][:, round(w.left) : round(w.left + w.width)].tobytes() for w in line.words}
        assert len(shapes) == len(line.words), language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "So the word שלום means peace"),
        ("he", "אמר GPT four אז 42 סוף."),
        ("he", "Python היא שפה"),
        ("ar", "قال 10 20 مرات – نعم"),
        ("ja", "これ は GPT です"),
        ("hi", "क्षत्रिय (हिन्दी) GPT"),
        ("th", "ที่นี่ มี คน"),
        ("und", "שלום, world 7"),
    ],
)
def test_the_lit_word_is_where_the_layout_says(language: str, text: str, draw: Draw) -> None:
    words = tuple(CaptionWord(word, 2 * n, 2) for n, word in enumerate(text.split()))
    timeline = timeline_of([Caption(0, 2 * len(words), (words,))], "karaoke", language)
    frames, _ = draw(timeline)
    (line,) = next(placed_lines(timeline))
    for word in line.words:
        if not any(char.isalnum() for char in word.word.text):
            continue  # a dash has hardly any ink
        frame = frames[word.word.start + 1].astype(int)
        yellow = (frame[:, :, 0] > 150) & (frame[:, :, 2] < 60)
        columns = np.nonzero(yellow.any(axis=0))[0]
        assert columns.size, word.word.text
        assert columns.min() == pytest.approx(word.left, abs=0.12 * line.em + 1.5), word.word.text
        assert columns.max() == pytest.approx(word.left + word.width, abs=0.4 * line.em + 1.5), word.word.text


def test_a_word_is_lit_from_its_first_frame_to_its_last(draw: Draw) -> None:
    for rate in (Fraction(24), Fraction(30000, 1001), Fraction(60)):
        words = (CaptionWord("Hm", 3, 4), CaptionWord("ok", 7, 5))
        timeline = timeline_of([Caption(3, 9, (words,))], "karaoke", "en")
        timeline = Timeline(
            "t", rate, WIDTH, HEIGHT, (), (Track(TrackKind.VIDEO, (Clip("", 0, 16),)),), timeline.captions
        )
        frames, _ = draw(timeline)
        (line,) = next(placed_lines(timeline))
        lit = {}
        for word in line.words:
            part = frames[:, :, round(word.left) : round(word.left + word.width)].astype(int)
            yellow = (part[..., 0] > 150) & (part[..., 2] < 60)
            lit[word.word.text] = [n for n in range(len(frames)) if yellow[n].any()]
        assert lit == {"Hm": [3, 4, 5, 6], "ok": [7, 8, 9, 10, 11]}, rate
        seen = [n for n in range(len(frames)) if frames[n].max() > 40]
        assert seen == list(range(3, 12)), rate


def test_a_word_at_the_very_start_is_lit_at_once(draw: Draw) -> None:
    words = (CaptionWord("one", 0, 3), CaptionWord("two", 3, 3))
    for style in ("karaoke", "progress", "typewriter"):
        frames, _ = draw(timeline_of([Caption(0, 6, (words,))], style, "en"))
        (line,) = next(placed_lines(timeline_of([Caption(0, 6, (words,))], style, "en")))
        first = slice(round(line.words[0].left), round(line.words[0].left + line.words[0].width))
        # It looks the same on every frame of its time, instead of fading in over the caption's.
        assert np.array_equal(frames[0][:, first], frames[2][:, first]), style


def test_a_revealed_word_is_not_there_before_it_is_spoken(draw: Draw) -> None:
    words = (CaptionWord("one", 0, 3), CaptionWord("two", 3, 3))
    timeline = timeline_of([Caption(0, 6, (words,))], "typewriter", "en")
    frames, _ = draw(timeline)
    (line,) = next(placed_lines(timeline))
    second = slice(round(line.words[1].left), round(line.words[1].left + line.words[1].width))
    rows = slice(round(line.top), round(line.bottom))
    assert frames[1][rows, second].min() > 200
    assert frames[4][rows, second].min() < 100


def test_a_caption_without_text_is_not_drawn(draw: Draw) -> None:
    frames, _ = draw(timeline_of([line_of("\u202e\x00"), line_of("seen", 1)], "boxed"))
    assert frames[0].max() == 0
    assert frames[1].max() > 200


def test_a_timeline_without_captions_has_no_events() -> None:
    document = write_ass(Timeline("t", RATE, WIDTH, HEIGHT, (), ()))
    assert "Dialogue" not in document
    assert document.startswith("[Script Info]")


def test_the_same_timeline_is_written_the_same() -> None:
    timeline = timeline_of([line_of("again and again")], "pop", "en")
    assert write_ass(timeline) == write_ass(timeline)
