"""Whatever is given, the answer is clips or one sentence."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.media import hostile
from tests.pipelines.conftest import make_recording

SHORT = ("--min", 3, "--max", 6, "--dry-run")


def missing(folder: Path) -> Path:
    return folder / "missing.mp4"


def a_folder(folder: Path) -> Path:
    return folder


def a_device(folder: Path) -> Path:
    return Path("/dev/zero")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (missing, "check the name"),
        (a_folder, "is a folder: name one recording"),
        (a_device, "is a device or a pipe"),
        (hostile.empty, "is empty"),
        (hostile.plain_text, "is a text, not a recording"),
        (hostile.web_page, "not a recording"),
        (hostile.random_bytes, "not a recording of an accepted kind"),
        (hostile.hls_playlist, "playlist"),
        (hostile.without_index, "was cut off"),
        (hostile.encrypted, "is encrypted"),
        (hostile.png_bomb_in_matroska, "decoded"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_a_file_that_cannot_be_used_is_one_sentence_and_leaves_nothing(
    make: Callable[[Path], Path], words: str, cutroom: Command, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    ended = cutroom("highlights", make(tmp_path / "in"), "-o", tmp_path / "out")
    assert ended.code == 3
    assert words in ended.sentence
    assert len(ended.err.splitlines()) == 1
    assert ended.out == ""
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".cutroom"]


def test_a_recording_longer_than_the_limit_is_one_sentence(
    cutroom: Command, settings_of: Callable[[str, str], None], talk: Path, tmp_path: Path
) -> None:
    settings_of("MAX_DURATION_S", "10")
    ended = cutroom("highlights", talk, "-o", tmp_path / "out")
    assert ended.code == 3
    assert "cut it into parts" in ended.sentence


@pytest.mark.parametrize(
    ("sound", "picture", "duration_s"), [(True, True, 2), (False, True, 9), (True, False, 9)], ids=str
)
def test_two_seconds_or_no_sound_or_no_picture_still_give_a_candidate(
    cutroom: Command, words: Path, tmp_path: Path, duration_s: float, *, sound: bool, picture: bool
) -> None:
    source = tmp_path / ("short.mp4" if picture else "short.m4a")
    make_recording(source, duration_s=duration_s, sound=sound, picture=picture)
    ended = cutroom("highlights", source, "--dry-run", "--json", "-o", tmp_path / "out", "--transcript", words)
    assert (ended.code, ended.err) == (0, "")
    candidates = ended.json["candidates"]
    assert isinstance(candidates, list)
    assert candidates[0]["accepted"]
    assert candidates[0]["end_s"] <= duration_s + 0.2


@pytest.mark.parametrize(
    "name",
    [
        b'it\'s "quoted".mp4',
        b"two\nlines.mp4",
        b"\x1b[31mred\x1b]0;owned\x07.mp4",
        b"-y.mp4",
        b"%d %s $(id) `id`; [in]{x}.mp4",
        b"[red]markup[nope].mp4",
        b"n" * 246 + b".mp4",
        "世界😀".encode() * 24 + b".mp4",
        b"caf\xe9.mp4",
    ],
    ids=lambda name: ascii(name.decode("utf-8", "replace"))[:24],
)
def test_a_hostile_name_is_only_a_name(
    name: bytes, cutroom: Command, talk: Path, words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / os.fsdecode(name)
    try:
        shutil.copy(talk, source)
    except OSError:
        pytest.skip("this file system does not take the name")
    monkeypatch.chdir(tmp_path)
    out = tmp_path / f"out of {os.fsdecode(name[:60])}"
    ended = cutroom("highlights", *SHORT, "--transcript", words, "-o", out, "--", source.name)
    assert ended.code == 0, ended.err
    assert all(line.isprintable() for line in (*ended.out.splitlines(), *ended.err.splitlines()))
    result = json.loads((out / "result.json").read_text("utf-8"))
    assert result["source"]["name"] == name.decode("utf-8", "replace")
    refused = cutroom("highlights", "--captions", "none", "-o", out, "--", f"{source.name[:-4]}.avi")
    assert refused.code == 3
    assert refused.sentence


HOSTILE_WORDS = """1
00:00:00,000 --> 00:00:02,500
Why does [red]the[/nope] sky \x1b[31m {\\an8}{\\fs900} turn %{eif} 'red' in the evening?

2
00:00:03,000 --> 00:00:08,500
Because \x1b]0;owned\x07 light <script>crosses</script>; rm -rf / $(id) [in][out] ten times \x9b31m more air.

3
00:00:09,000 --> 00:00:26,000
[/red] ../../etc/passwd bees \u202e tell each other \\N where the flowers are, with a dance on the wall of wax.
"""


def test_hostile_words_reach_neither_the_terminal_nor_a_path(cutroom: Command, talk: Path, tmp_path: Path) -> None:
    transcript = tmp_path / "hostile.srt"
    transcript.write_text(HOSTILE_WORDS)
    out = tmp_path / "out"
    ended = cutroom("highlights", talk, *SHORT, "--transcript", transcript, "-o", out)
    assert ended.code == 0, ended.err
    assert all(line.isprintable() for line in (*ended.out.splitlines(), *ended.err.splitlines()))
    made = {path.name for path in out.iterdir()}
    assert made == {".cutroom", "result.json", "chapters.json", "chapters.txt"} | {
        f"transcript.{ending}" for ending in ("json", "srt", "vtt", "txt")
    }


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--transcript", "nope.srt"], 2, "nope.srt is not a file"),
        (["--transcript", "{talk}"], 2, "is not SRT, WebVTT or ASS"),
        (["--captions", "zz"], 2, "There is no caption style 'zz'"),
        (["--speech", "zz"], 4, "There is no speech_to_text provider 'zz'"),
        (["--language-model", "zz", "--transcript", "{words}"], 4, "There is no language_model provider 'zz'"),
        (["--find", "bees", "--count", "0"], 2, "--count must be 1 to 50"),
        (["--count", "many"], 2, "--count"),
        (["--layout", "diagonal"], 2, "'diagonal' is not one of"),
        (["--nope"], 2, "No such option: --nope"),
        (["another.mp4"], 2, "another.mp4"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_an_option_that_cannot_be_used_is_one_sentence(
    arguments: list[str], code: int, words: str, cutroom: Command, talk: Path, tmp_path: Path
) -> None:
    subtitles = tmp_path / "talk.srt"
    subtitles.write_text("1\n00:00:00,000 --> 00:00:05,000\nHello there, all of you.\n")
    filled = [each.format(talk=talk, words=subtitles) for each in arguments]
    ended = cutroom("highlights", talk, *filled, "-o", tmp_path / "out")
    assert ended.code == code
    assert words in ended.sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [("SANDBOX", "perhaps"), ("MAX_DURATION_S", "long"), ("DEBUG", "maybe")],
)
def test_a_setting_that_cannot_be_used_is_named(
    name: str, value: str, cutroom: Command, settings_of: Callable[[str, str], None]
) -> None:
    settings_of(name, value)
    ended = cutroom("doctor")
    assert ended.code == 2
    assert ended.sentence.startswith(f"CUTROOM_{name} cannot be used as it is set")


def test_a_key_that_is_set_wrongly_is_not_shown(cutroom: Command, settings_of: Callable[[str, str], None]) -> None:
    settings_of("OPENAI_API_KEY", "secret-word")
    settings_of("SANDBOX", "secret-too")
    ended = cutroom("doctor")
    assert "secret" not in ended.out + ended.err
