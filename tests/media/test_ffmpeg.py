from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.media import hostile
from tests.media.hostile import Maker, film

from cutroom.core.errors import MissingCapability, OutputFailed, ProcessFailed, ProcessKilled
from cutroom.core.settings import get_settings
from cutroom.media import ffmpeg
from cutroom.media.builds import known_faults, version_number
from cutroom.media.frames import keyframes
from cutroom.media.probe import probe
from cutroom.media.process import KEPT_LINES, Child

ENDLESS = ("-re", "-f", "lavfi", "-i", "testsrc=s=64x48:r=25")
RAW = ("-f", "rawvideo", "-pix_fmt", "gray", "pipe:1")


@pytest.fixture
def unconfined(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CUTROOM_SANDBOX", "off")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def children() -> set[int]:
    """Find the sandboxed programs that this process has started and that still run; servers of other tests are not."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if (
                int(fields[1]) == os.getpid()
                and fields[0] != "Z"
                and b"ffmpeg" in (stat.parent / "cmdline").read_bytes()
            ):
                found.add(int(stat.parent.name))
    return found


def transcode(source: Path, target: Path, inputs: list[str], *more: Path) -> None:
    ffmpeg.run([*inputs, "-t", "1", f"file:{target}"], reads=[source, *more], writes=target.parent, time_limit_s=30)


PLAYLISTS = (hostile.hls_playlist, hostile.dash_playlist, hostile.concat_script)
FORCED: dict[Maker, tuple[str, ...]] = {  # what an attacker who got round the lists would have
    hostile.hls_playlist: ("-f", "hls", "-allowed_extensions", "ALL", "-extension_picky", "0"),
    hostile.dash_playlist: ("-f", "dash"),
    hostile.concat_script: ("-f", "concat", "-safe", "0"),
}


@pytest.mark.parametrize("maker", PLAYLISTS)
@pytest.mark.usefixtures("unconfined")
def test_the_lists_alone_keep_a_playlist_from_a_strangers_file(maker: Maker, tmp_path: Path) -> None:
    playlist, output = maker(tmp_path), tmp_path / "out.mp4"
    with pytest.raises(ProcessFailed):
        transcode(playlist, output, ffmpeg.input_arguments(playlist))
    transcode(playlist, output, [*FORCED[maker], "-i", f"file:{playlist}"])
    assert output.stat().st_size > 1000, "without the lists the same file must succeed, or this test proves nothing"


@pytest.mark.parametrize("maker", PLAYLISTS)
def test_the_sandbox_alone_keeps_a_playlist_from_a_strangers_file(maker: Maker, tmp_path: Path) -> None:
    playlist, output = maker(tmp_path), tmp_path / "out" / "out.mp4"
    output.parent.mkdir()
    forced = [*FORCED[maker], "-i", f"file:{playlist}"]
    with pytest.raises(ProcessFailed):
        transcode(playlist, output, forced)
    transcode(playlist, output, forced, tmp_path / "stranger")
    assert output.stat().st_size > 1000, "where it may be read the same must succeed, or this test proves nothing"


@pytest.mark.usefixtures("unconfined")
def test_the_lists_alone_keep_a_bad_decoder_out(tmp_path: Path) -> None:
    path = hostile.magicyuv(tmp_path)
    with pytest.raises(ProcessFailed):
        transcode(path, tmp_path / "out.mp4", ffmpeg.input_arguments(path))
    transcode(path, tmp_path / "out.mp4", ["-i", f"file:{path}"])


def test_a_file_name_is_never_an_option(tmp_path: Path) -> None:
    path = film(tmp_path / "plain.mp4", duration_s=1).rename(tmp_path / "-y -f lavfi %d;|x.mp4")
    transcode(path, tmp_path / "out.mp4", ffmpeg.input_arguments(path))


def test_progress_runs_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[float] = []
    source = ("-re", "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=2")
    arguments = ["-stats_period", "0.2", *source, "-f", "null", "-"]
    ffmpeg.run(arguments, reads=[], writes=None, time_limit_s=60, progress=told.append, duration_s=2)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(set(told)) > 3


def test_what_it_says_is_kept_from_the_start_and_the_end(tmp_path: Path) -> None:
    said = ffmpeg.run(
        ["-f", "lavfi", "-i", "testsrc=s=16x16:r=1000:d=2,showinfo", "-f", "null", "-"],
        reads=[],
        writes=None,
        time_limit_s=60,
    )
    assert "Input #0, lavfi" in said
    assert " n:1999 " in said
    assert len(said.splitlines()) <= 2 * KEPT_LINES


def test_a_failure_is_one_clean_sentence(tmp_path: Path) -> None:
    absent = tmp_path / "absent\x1b[31m\n.mp4"
    with pytest.raises(ProcessFailed) as caught:
        transcode(absent, tmp_path / "out.mp4", ffmpeg.input_arguments(absent))
    sentence = str(caught.value)
    assert "No such file" in sentence
    assert "0x" not in sentence
    assert sentence.isprintable()
    assert len(sentence) < 400


def test_the_cause_is_named_and_not_what_a_decoder_passed_over(tmp_path: Path) -> None:
    path = hostile.damaged(tmp_path)
    arguments = [
        *ffmpeg.input_arguments(path),
        "-f",
        "null",
        "-",
        "-c:v",
        "rawvideo",
        f"file:{tmp_path / 'no' / 'x.avi'}",
    ]
    with pytest.raises(ProcessFailed, match="No such file or directory"):
        ffmpeg.run(arguments, reads=[path], writes=tmp_path, time_limit_s=60)
    with pytest.raises(ProcessFailed, match="No such filter: 'nonsense'"):
        ffmpeg.run(
            [*ffmpeg.input_arguments(path), "-vf", "nonsense", "-f", "null", "-"],
            reads=[path],
            writes=None,
            time_limit_s=60,
        )


def test_it_is_stopped_when_its_time_is_over() -> None:
    with pytest.raises(ProcessFailed, match="stopped after 1 s"):
        ffmpeg.run([*ENDLESS, "-f", "null", "-"], reads=[], writes=None, time_limit_s=1)
    assert not children()
    with (
        pytest.raises(ProcessFailed, match="stopped after 1 s"),
        ffmpeg.stream([*ENDLESS, *RAW], reads=[], time_limit_s=1) as pipe,
    ):
        pipe.read()
    assert not children()


def test_one_that_was_killed_does_not_blame_its_input(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", "-g", "1")
    frames = keyframes(path, probe(path), width=640)  # too large for the pipe, so that it waits
    next(frames)
    for each in children():
        os.kill(each, signal.SIGKILL)
    with pytest.raises(ProcessKilled, match="ended by SIGKILL"):
        list(frames)


def test_a_full_disk_is_named() -> None:
    source = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=1")
    with pytest.raises(OutputFailed, match="disk is full"):
        ffmpeg.run([*source, "-f", "rawvideo", "file:/dev/full"], reads=[], writes=Path("/dev"), time_limit_s=60)


def test_leaving_early_ends_the_program_and_is_no_error() -> None:
    with ffmpeg.stream([*ENDLESS, *RAW], reads=[], time_limit_s=60) as pipe:
        assert len(pipe.read(64 * 48)) == 64 * 48
        assert children()
    assert not children()


def test_an_interruption_ends_the_program() -> None:
    def interrupt(fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ffmpeg.run(
            [*ENDLESS, "-f", "null", "-"], reads=[], writes=None, time_limit_s=60, progress=interrupt, duration_s=9
        )
    assert not children()


def test_a_broken_stream_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(b"nothing")
    with (
        pytest.raises(ProcessFailed),
        ffmpeg.stream([*ffmpeg.input_arguments(path), *RAW], reads=[path], time_limit_s=60) as pipe,
    ):
        assert pipe.read() == b""


def test_it_outlives_the_thread_that_started_it() -> None:
    running = contextlib.ExitStack()
    pipes = []
    starter = threading.Thread(
        target=lambda: pipes.append(running.enter_context(ffmpeg.stream([*ENDLESS, *RAW], reads=[], time_limit_s=60)))
    )
    starter.start()
    starter.join()
    time.sleep(0.3)
    with running:
        assert len(pipes[0].read(64 * 48 * 3)) == 64 * 48 * 3


def test_a_forked_process_can_start_it_too() -> None:
    code = """
import os
from cutroom.media import ffmpeg
assert ffmpeg.describe().version
child = os.fork()
ffmpeg.run(["-f", "lavfi", "-i", "testsrc=d=0.1", "-f", "null", "-"], reads=[], writes=None, time_limit_s=20)
if child:
    raise SystemExit(os.waitpid(child, 0)[1])
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_no_key_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTROOM_OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("FFREPORT", "file=report.log")
    with ffmpeg.stream([*ENDLESS, *RAW], reads=[], time_limit_s=60) as pipe:
        pipe.read(1)
        (child,) = children()
        environment = Path(f"/proc/{child}/environ").read_bytes()
    assert b"sk-secret" not in environment
    assert b"FFREPORT" not in environment


def test_a_text_of_the_file_cannot_pass_for_a_line_of_the_program() -> None:
    seen: list[str] = []
    long = "x" * 3000 + "[Parsed_showinfo_0 @ 0x1] n: 0 pts: 7 "
    with Child(["/bin/sh", "-c", f"echo '{long}' >&2; echo end >&2"], time_limit_s=20, on_message=seen.append) as child:
        child.wait()
    assert [line[:3] for line in seen] == ["xxx", "end"]


def test_the_program_in_use_has_all_that_is_needed() -> None:
    build = ffmpeg.describe()
    assert build.missing == ()
    assert build.number >= (5, 1)


def test_a_program_that_was_set_must_be_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTROOM_FFMPEG", "/bin/true")
    get_settings.cache_clear()
    ffmpeg.find_ffmpeg.cache_clear()
    try:
        with pytest.raises(MissingCapability, match="CUTROOM_FFMPEG=/bin/true lacks ffmpeg"):
            ffmpeg.find_ffmpeg()
    finally:
        get_settings.cache_clear()
        ffmpeg.find_ffmpeg.cache_clear()


@pytest.mark.parametrize(
    ("version", "number", "faulty"),
    [
        ("n9.0.2-17-g2a571b6068", (9, 0, 2), False),
        ("8.1.2", (8, 1, 2), False),
        ("8.1.1", (8, 1, 1), True),
        ("8.0.3", (8, 0, 3), False),
        ("7.1.5-0ubuntu1", (7, 1, 5), False),
        ("7.0.9", (7, 0, 9), True),
        ("5.1.9-0+deb12u1", (5, 1, 9), True),
        ("N-118203-g1234", (), True),
    ],
)
def test_known_faults_follow_the_version(version: str, number: tuple[int, ...], *, faulty: bool) -> None:
    assert version_number(version) == number
    assert bool(known_faults(number)) is faulty


def test_one_module_starts_processes() -> None:
    source = Path(ffmpeg.__file__).parents[1]
    starting = re.compile(r"^\s*(import|from) (subprocess|multiprocessing|pty)\b|os\.(system|popen|exec|spawn|posix_)")
    found = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if any(starting.search(line) for line in path.read_text("utf-8").splitlines())
    }
    assert found == {"media/process.py", "media/confine.py"}, "the second becomes a program and starts none"
