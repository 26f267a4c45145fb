from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.core.errors import InvalidInput
from cutroom.media.ass import write_ass
from cutroom.media.graphemes import clean
from cutroom.media.subtitles import MAX_BYTES, Cue, cues_of, read_subtitles, write_srt, write_vtt
from cutroom.media.timeline import Caption, Captions, CaptionWord, Timeline
from cutroom.media.transcript import Word

ONE = "1\n00:00:01,000 --> 00:00:02,500\nHéllo “world”\n"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("subtitles")


def read(folder: Path, content: str | bytes) -> list[Cue]:
    path = folder / "given.srt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_subtitles(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_text_is_read_in_every_encoding_and_with_every_line_end(encoding: str, newline: str, folder: Path) -> None:
    assert read(folder, ONE.replace("\n", newline).encode(encoding)) == [Cue(1.0, 2.5, "Héllo “world”")]


def test_markup_is_dropped_and_what_only_looks_like_it_stays(folder: Path) -> None:
    text = '<font size="5000" color=red>A <b>b</b></font> {\\an8\\fs900}c < d & e &amp; f <3 <i/>g'
    assert read(folder, f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n")[0].text == "A b c < d & e & f <3 g"


def test_webvtt_settings_notes_styles_and_voices_are_dropped(folder: Path) -> None:
    vtt = (
        "WEBVTT - title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE not this\nnor this\n\nintro\n"
        "00:01.000 --> 00:04.000 line:0 align:start\n<v Ann>Hello <c.loud>there</c>\n&lt;you&gt;\n"
    )
    assert read(folder, vtt) == [Cue(1.0, 4.0, "Hello there\n<you>")]


def test_times_inside_a_cue_give_its_words_their_times(folder: Path) -> None:
    (cue,) = read(folder, "WEBVTT\n\n00:01.000 --> 00:04.000\nHello <00:00:02.000>my <00:00:03.000><c>friend</c>\n")
    assert cue.words == (Word("Hello", 1.0, 2.0), Word("my", 2.0, 3.0), Word("friend", 3.0, 4.0))


def test_words_between_two_times_share_them_by_length(folder: Path) -> None:
    (cue,) = read(folder, "WEBVTT\n\n00:00.000 --> 00:08.000\nab abcd <00:00:06.000>end\n")
    assert cue.words == (Word("ab", 0.0, 2.0), Word("abcd", 2.0, 6.0), Word("end", 6.0, 8.0))


def test_live_captions_that_repeat_the_line_before_say_each_word_once(folder: Path) -> None:
    vtt = (
        "WEBVTT\n\n00:00:00.480 --> 00:00:02.000 align:start\n \nhello<00:00:00.960><c> there</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\nhello there\n \n\n"
        "00:00:02.010 --> 00:00:04.000\nhello there\nmy<00:00:02.960><c> friend</c>\n"
    )
    assert [cue.text for cue in read(folder, vtt)] == ["hello there", "my friend"]


def test_ass_is_read_without_its_commands_and_drawings(folder: Path) -> None:
    ass = (
        "[Script Info]\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n[Events]\n"
        "Format: Layer, Start, End, Style, Text\n"
        "Comment: 0,0:00:00.00,0:00:09.00,Default,not this\n"
        "Dialogue: 0,0:00:01.50,0:00:03.00,Default,{\\fs5000\\pos(1,1)}Hello, {\\i1}you\\Nthere\\hnow\n"
        "Dialogue: 0,0:00:04.00,0:00:05.00,Default,{\\p1}m 0 0 l 9 9{\\p0}\n"
        "Dialogue: 0,never,0:00:05.00,Default,broken\nDialogue: 0\n"
    )
    assert read(folder, ass) == [Cue(1.5, 3.0, "Hello, you\nthere now")]


def test_our_own_caption_documents_are_read_back(folder: Path) -> None:
    words = (CaptionWord("One", 25, 25), CaptionWord("{two}", 50, 25))
    captions = Captions("plain", "en", (Caption(25, 50, (words,)),))
    document = write_ass(Timeline("t", Fraction(25), 1080, 1920, (), (), captions))
    (cue,) = read(folder, document.replace("\\{", "{").replace("\\}", "}"))
    assert cue.text == "One {two}"
    assert (cue.start_s, cue.end_s) == pytest.approx((1.0, 3.0), abs=0.021)


def test_cues_are_put_in_order_and_out_of_each_others_way(folder: Path) -> None:
    srt = (
        "3\n00:00:05,000 --> 00:00:03,000\nlast\n1\n-00:00:01,000 --> 00:00:02,000\nfirst\n\n"
        "2\n00:00:01,000 --> 00:00:09,000\nsecond\n\n4\n00:00:01,000 --> 00:00:02,000\nat once\n"
    )
    cues = read(folder, srt)
    assert [(cue.start_s, cue.end_s, cue.text) for cue in cues] == [
        (0.0, 1.0, "first"),
        (1.0, 5.0, "second\nat once"),
        (5.0, 7.0, "last"),
    ]


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_bytes_are_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    parts = st.sampled_from(
        [
            "1",
            "\n",
            "\n\n",
            "00:00:01,000 --> 00:00:02,000",
            "99:99:99.9 --> -1:0:0",
            "<00:00:01.5>",
            "<c",
            "-->",
            "{\\p1}",
        ]
    )
    content = "".join(data.draw(st.lists(st.one_of(parts, st.text(max_size=8)), max_size=30)))
    folder = tmp_path_factory.mktemp("any")
    cues, said = [], "given.srt "
    try:
        cues = read(folder, content.encode("utf-8", "surrogatepass"))
    except InvalidInput as refusal:
        said = str(refusal)
    assert said.startswith("given.srt ")
    assert all(0 <= cue.start_s < cue.end_s and cue.text for cue in cues)
    assert all(one.end_s <= other.start_s for one, other in pairwise(cues))
    for cue in cues:
        assert all(word.start_s <= word.end_s <= cue.end_s for word in cue.words)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"just text", "is not SRT, WebVTT or ASS"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not SRT, WebVTT or ASS"),
        (b"<c" * 5_000_000, "is not SRT, WebVTT or ASS"),
        (b"00:" * 5_000_000, "is not SRT, WebVTT or ASS"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<c " * 3_000_000, "more than 10000 characters at one time"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<\n" * 3_000_000, "more than 10000 characters at one time"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nwhat\n\n" * 20_000, "more than 10000 characters at one time"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\n" * 101_000, "more than 100000 cues"),
        (b"[Events]\nFormat: Start,End,Text\nDialogue: 0:0:1.0,0:0:2.0," + b"{" * 20_000, "more than 10000 characters"),
        (b"x" * (MAX_BYTES + 1), "larger than 20 MB"),
    ],
    ids=["text", "png", "tags", "digits", "long line", "many lines", "one moment", "many cues", "long event", "large"],
)
def test_a_hostile_file_is_refused(content: bytes, message: str, folder: Path) -> None:
    with pytest.raises(InvalidInput, match=message):
        read(folder, content)


def test_a_file_that_is_not_there_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(InvalidInput, match=r"missing\.srt cannot be read"):
        read_subtitles(folder / "missing.srt")


def test_sixty_thousand_cues_are_read(folder: Path) -> None:
    cues = read(
        folder,
        "".join(f"{n}\n{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02},0 --> 99:00:00,0\nx\n\n" for n in range(60_000)),
    )
    assert len(cues) == 60_000
    assert cues[-1].start_s == 59_999


TEXT = st.text(min_size=1, max_size=40).map(clean).filter(bool)


@settings(deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=5), vtt=st.booleans())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str], *, vtt: bool) -> None:
    cues = [Cue(2.0 * n + 0.25, 2.0 * n + 1.5, text) for n, text in enumerate(texts)]
    written = write_vtt(cues) if vtt else write_srt(cues)
    assert read(tmp_path_factory.mktemp("back"), written) == cues


@pytest.mark.parametrize(
    "text", ["a --> b", "00:00:01,000 --> 00:00:02,000", "<b>bold</b>", "{\\an8}up", "&lt; &amp;", "1"]
)
def test_text_that_looks_like_markup_is_written_as_text(text: str, folder: Path) -> None:
    cues = [Cue(0.0, 1.0, text), Cue(1.0, 2.0, "next")]
    assert read(folder, write_srt(cues)) == cues
    assert read(folder, write_vtt(cues)) == cues


def test_word_times_are_written_and_read_back(folder: Path) -> None:
    words = [Word("One", 0.0, 0.4), Word("<two>", 0.5, 0.9), Word("three.", 1.0, 1.5)]
    (cue,) = cues_of(words, "en")
    (back,) = read(folder, write_vtt([cue], word_times=True))
    assert back.text == "One <two> three."
    assert [(word.text, word.start_s) for word in back.words] == [("One", 0.0), ("<two>", 0.5), ("three.", 1.0)]


def test_another_reader_reads_our_files_the_same() -> None:
    cues = [Cue(1.0, 2.0, "first line\nsecond line"), Cue(2.5, 4.0, "a & b")]
    for written, form in ((write_srt(cues), "srt"), (write_vtt(cues), "webvtt")):
        with av.open(io.BytesIO(written.encode()), "r", format=form) as container:
            packets = [packet for packet in container.demux() if packet.size]
        milliseconds = [(packet.pts, packet.duration) for packet in packets]
        assert {packet.time_base for packet in packets} == {Fraction(1, 1000)}
        assert milliseconds == [(1000, 1000), (2500, 1500)]
        assert bytes(packets[0]).decode() == "first line\nsecond line"


def spoken(text: str, word_s: float = 0.3) -> list[Word]:
    return [Word(word, n * word_s, (n + 1) * word_s - 0.05) for n, word in enumerate(text.split())]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(TEXT, st.floats(0, 3), st.floats(0, 2)), max_size=40),
    st.sampled_from(["en", "zh", "ja", "th", "ar", "und"]),
)
def test_subtitles_hold_every_word_in_order_on_at_most_two_lines(
    drawn: list[tuple[str, float, float]], language: str
) -> None:
    words, at_s = [], 0.0
    for text, pause_s, length_s in drawn:
        words.append(Word(text, at_s + pause_s, at_s + pause_s + length_s))
        at_s += pause_s + length_s
    cues = cues_of(words, language)
    said = "".join(cue.text for cue in cues)
    assert "".join(said.split()) == "".join("".join(word.text for word in words).split())
    assert all(cue.text.count("\n") <= 1 for cue in cues)
    assert all(one.end_s <= other.start_s for one, other in pairwise(cues))
    assert [word for cue in cues for word in cue.words] == words or language in ("zh", "ja", "th")


def test_lines_hold_at_most_42_characters_and_18_in_full_width() -> None:
    english = "When Einstein wrote his paper in 1915 the astronomers did not believe it and they needed an eclipse " * 5
    assert max(len(line) for cue in cues_of(spoken(english), "en") for line in cue.text.split("\n")) <= 42
    chinese = [Word("没有人告诉我引力会弯曲光线，所以当爱因斯坦写论文的时候，天文学家并不相信。" * 4, 0.0, 40.0)]
    lines = [line for cue in cues_of(chinese, "zh") for line in cue.text.split("\n")]
    assert max(map(len, lines)) <= 18
    assert not [line for line in lines if line[0] in "，。"]


def test_a_word_longer_than_a_line_goes_on_in_the_next_one() -> None:
    (cue,) = cues_of([Word("https://example.org/" + "x" * 50, 0.0, 2.0)], "en")
    assert [len(line) for line in cue.text.split("\n")] == [42, 28]
    assert (cue.words[0].start_s, cue.words[-1].end_s) == (0.0, 2.0)


def test_subtitles_break_where_sentences_end() -> None:
    cues = cues_of(spoken("It was late. Nobody came to the door, so we left. The end was near."), "en")
    assert [cue.text for cue in cues] == ["It was late.", "Nobody came to the door, so we left.", "The end was near."]
