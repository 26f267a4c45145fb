"""What each command prints, where, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.conftest import QUICK, Command

from cutroom import __version__

ENVIRONMENT = {**os.environ, **{f"CUTROOM_{name}": value for name, value in QUICK.items()}, "TERM": "xterm"}


def arguments_for(talk: Path, words: Path, out: Path, *more: str) -> list[str]:
    first = ["highlights", str(talk), "--transcript", str(words), "-o", str(out)]
    return [*first, "--min", "3", "--max", "6", "--count", "1", *more]


def start(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "cutroom", *arguments], capture_output=True, env=ENVIRONMENT)


def test_json_is_all_that_stands_on_standard_output(cutroom: Command, talk: Path, words: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = cutroom(*arguments_for(talk, words, out, "--json", "--dry-run"))
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["status"] == "candidates"
    assert ended.out.strip() == (out / "result.json").read_text().strip()


def test_a_dry_run_renders_nothing(cutroom: Command, talk: Path, words: Path, tmp_path: Path) -> None:
    ended = cutroom(*arguments_for(talk, words, tmp_path, "--dry-run"))
    assert ended.code == 0
    assert "0 clips in" in ended.out
    assert not list(tmp_path.rglob("*.mp4"))
    assert not list(tmp_path.rglob("*.jpg"))


def test_a_name_is_not_broken_where_no_terminal_is(cutroom: Command, talk: Path, words: Path, tmp_path: Path) -> None:
    out = tmp_path / ("a" * 100) / "[b]"
    ended = cutroom(*arguments_for(talk, words, out, "--dry-run"))
    assert ended.out.splitlines()[-2:] == [f"{out}/result.json", f"0 clips in {out}"]
    assert "\x1b" not in ended.out + ended.err
    assert all(": done in " in line for line in ended.err.splitlines())


def test_a_terminal_sees_bars(talk: Path, words: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cutroom", *arguments_for(talk, words, tmp_path, "--dry-run")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=ENVIRONMENT) as child:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # Linux says so at the end of a terminal
            pass
    os.close(ours)
    assert child.returncode == 0
    assert "━".encode() in shown
    assert b"100%" in shown
    assert b"done in" not in shown


def test_the_module_is_the_program_too() -> None:
    ended = start("--version")
    assert (ended.returncode, ended.stdout.decode().strip(), ended.stderr) == (0, __version__, b"")


def test_a_reader_that_goes_away_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "cutroom", "captions"]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=ENVIRONMENT)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_an_output_that_is_full_is_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "cutroom", "captions"], stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT
        )
    assert ended.returncode == 7
    assert ended.stderr.decode().startswith("cutroom: The disk is full: free some space")
    assert ended.stderr.count(b"\n") == 1


def test_no_command_shows_the_help(cutroom: Command) -> None:
    ended = cutroom()
    assert ended.code == 2
    assert "highlights" in ended.err
    assert cutroom("--help").code == 0
    assert cutroom("nope").sentence.startswith("No such command 'nope'")


def test_two_runs_do_not_share_a_folder(cutroom: Command, talk: Path, words: Path, tmp_path: Path) -> None:
    (tmp_path / ".cutroom").mkdir()
    with (tmp_path / ".cutroom" / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        ended = cutroom(*arguments_for(talk, words, tmp_path, "--dry-run"))
    assert ended.code == 2
    assert "Another run is at work in" in ended.sentence
    assert cutroom(*arguments_for(talk, words, tmp_path, "--dry-run")).code == 0


def test_a_start_clears_what_a_killed_run_left_and_nothing_of_a_persons(
    cutroom: Command, talk: Path, words: Path, tmp_path: Path
) -> None:
    left = [
        tmp_path / ".01-clip.0123abcd.part.mp4",
        tmp_path / ".cutroom" / "rendition" / ".x.0123abcd.part.mp4",
        tmp_path / ".cutroom" / "scratch" / "render-x" / "cut.wav",
    ]
    own = [tmp_path / ".part", tmp_path / "my.part.mp4", tmp_path / ".notes.part.txt", tmp_path / "talk.mp4"]
    for path in (*left, *own):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    assert cutroom(*arguments_for(talk, words, tmp_path, "--dry-run")).code == 0
    assert [path.name for path in left if path.exists()] == []
    assert [path.name for path in own if not path.exists()] == []


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/cutroom"])
def test_a_folder_that_cannot_be_made_is_named(place: str, cutroom: Command, talk: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    ended = cutroom("highlights", talk, "-o", tmp_path / place)
    assert ended.code == 7
    assert "choose another" in ended.sentence
    assert len(ended.err.splitlines()) == 1, "refused before any work"
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_doctor_lists_what_is_used(cutroom: Command) -> None:
    ended = cutroom("doctor")
    assert ended.code == 0
    assert ended.err == ""
    rows = {line.split()[0]: line.split()[1] for line in ended.out.splitlines()[2:-1]}
    assert rows["ffmpeg"] in {"used", "fault"}
    assert rows["embedding"] == "used"
    assert rows["face_detection"] == "off"
    assert rows["mail"] == "off"


@pytest.mark.parametrize("name", ["SPEECH_TO_TEXT", "EMBEDDING", "FACE_DETECTION"])
def test_doctor_ends_with_4_when_something_needed_is_missing(
    name: str, cutroom: Command, settings_of: Callable[[str, str], None]
) -> None:
    settings_of(name, "nobody")
    ended = cutroom("doctor")
    assert ended.code == 4
    assert ended.sentence == f"{name.lower()} cannot be used; the table says what to do."
    assert "choose one of" in ended.out


def test_doctor_goes_on_when_something_optional_is_missing(
    cutroom: Command, settings_of: Callable[[str, str], None]
) -> None:
    settings_of("LANGUAGE_MODEL", "nobody")
    ended = cutroom("doctor")
    assert ended.code == 0
    assert "missing" in ended.out


def test_doctor_says_that_no_mail_goes_out(cutroom: Command, settings_of: Callable[[str, str], None]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        settings_of("MAIL", f"smtp://127.0.0.1:{taken.getsockname()[1]}?tls=none")
        ended = cutroom("doctor")
    assert ended.code == 0
    (row,) = [line for line in ended.out.splitlines() if line.startswith("mail")]
    assert row.split()[1] == "fault"


def test_doctor_names_a_program_that_is_no_ffmpeg() -> None:
    command = [sys.executable, "-m", "cutroom", "doctor"]
    ended = subprocess.run(command, capture_output=True, env={**ENVIRONMENT, "CUTROOM_FFMPEG": sys.executable})
    assert ended.returncode == 4
    assert b"ffmpeg" in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_captions_are_listed_and_drawn(cutroom: Command, tmp_path: Path) -> None:
    assert "karaoke" in cutroom("captions").out
    picture = tmp_path / "a picture.png"
    ended = cutroom("captions", "pop", "-o", picture, "--text", "\x1b[31m{\\fs900}[in] %{x}\n'quoted'")
    assert ended.code == 0, ended.err
    assert ended.out == f"{picture}\n"
    with Image.open(picture) as image:
        assert image.size == (1080, 1920)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nobody"], 2, "There is no caption style 'nobody'"),
        (["pop", "-o", "x.jpg"], 2, "must end in .png"),
        (["pop", "-o", "/proc/cutroom/x.png"], 7, "No folder can be made in /proc"),
    ],
)
def test_captions_that_cannot_be_drawn_are_one_sentence(
    arguments: list[str], code: int, words: str, cutroom: Command
) -> None:
    ended = cutroom("captions", *arguments)
    assert ended.code == code
    assert words in ended.sentence
