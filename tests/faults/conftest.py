"""The program as a child of its own, so that it can be hurt."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.conftest import QUICK
from tests.pipelines.conftest import make_recording, write_subtitles

from cutroom.core.files import sha256_of

#: Longer than anything here takes on a busy machine; a test that waits this long has failed.
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended."""

    code: int
    err: str

    @property
    def sentence(self) -> str:
        """The last line on standard error, which must be ours."""
        assert "Traceback" not in self.err, self.err
        line = self.err.splitlines()[-1]
        assert line.startswith("cutroom: "), self.err
        return line


class Program:
    """``cutroom highlights`` on a talk of 27 seconds, giving two clips."""

    def __init__(self, talk: Path, words: Path, out: Path, log: Path) -> None:
        self.out = out
        self.log = log
        self.arguments = [
            *("highlights", str(talk), "--transcript", str(words), "-o", str(out)),
            *("--min", "3", "--max", "6", "--count", "2", "--preset", "square-1080"),
        ]

    def start(self, limits: Mapping[int, int] | None = None) -> subprocess.Popen[bytes]:
        """Start it; ``limits`` are of :mod:`resource`."""

        def limit() -> None:
            # On one core clips are rendered one after the other, so there is a first and a second.
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
            for kind, value in (limits or {}).items():
                resource.setrlimit(kind, (value, value))

        environment = {**os.environ, **{f"CUTROOM_{name}": value for name, value in QUICK.items()}}
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "cutroom", *self.arguments],
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=environment,
                preexec_fn=limit,
            )

    def wait(self, child: subprocess.Popen[bytes]) -> Ended:
        """Wait for its end."""
        code = child.wait(PATIENCE_S)
        return Ended(code, self.log.read_text())

    def run(self, limits: Mapping[int, int] | None = None) -> Ended:
        """Run it to its end."""
        return self.wait(self.start(limits))

    def until(self, child: subprocess.Popen[bytes], what: Callable[[], bool]) -> None:
        """Wait for something to happen while it runs."""
        end = time.monotonic() + PATIENCE_S
        while not what():
            assert child.poll() is None, f"it ended first: {self.log.read_text()}"
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.005)

    def renders(self) -> bool:
        """Whether a clip is being written."""
        with contextlib.suppress(FileNotFoundError):  # it has its name by now
            return any(part.stat().st_size > 0 for part in self.out.glob(".cutroom/rendition/.*.part.mp4"))
        return False

    def renders_the_second(self) -> bool:
        """Whether one clip is finished and the next is being written."""
        return bool(self.clips()) and self.renders()

    def said(self, stage: str) -> Callable[[], bool]:
        """Whether it has finished a stage."""
        return lambda: f"{stage}: done" in self.log.read_text()

    def encoders(self) -> list[int]:
        """Give the processes that write clips into this folder."""
        return [pid for pid, command in _processes() if str(self.out) in command and "libx264" in command]

    def orphans(self) -> list[str]:
        """Give the processes that still speak of this folder, once the dying have had a moment."""
        found = [""]
        end = time.monotonic() + 5
        while found and time.monotonic() < end:
            found = [command for pid, command in _processes() if str(self.out) in command and pid != os.getpid()]
        return found

    def clips(self) -> dict[str, str]:
        """Name the finished clips with the hash of their bytes."""
        return {path.name: sha256_of(path) for path in self.out.glob("*.mp4")}

    def halves(self) -> list[str]:
        """Name what is not whole or was meant to be gone."""
        scratch = self.out / ".cutroom" / "scratch"
        left = [*self.out.rglob("*.part*"), *(scratch.iterdir() if scratch.is_dir() else [])]
        return [str(path.relative_to(self.out)) for path in left]

    def status(self) -> str:
        """Read how the run described itself."""
        return str(json.loads((self.out / "result.json").read_text())["status"])


def _processes() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " ")
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z":
                yield int(folder.name), command


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("talk") / "talk.mp4")


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_subtitles(tmp_path_factory.mktemp("words") / "talk.srt")


@pytest.fixture
def program(talk: Path, words: Path, tmp_path: Path) -> Iterator[Program]:
    made = Program(talk, words, tmp_path / "clips", tmp_path / "log")
    yield made
    for pid, command in _processes():
        if str(made.out) in command and pid != os.getpid():
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def finished(talk: Path, words: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A run that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    program = Program(talk, words, folder / "clips", folder / "log")
    ended = program.run()
    assert ended.code == 0, ended.err
    assert len(program.clips()) == 2
    return program


@pytest.fixture(scope="session")
def undisturbed(finished: Program) -> dict[str, str]:
    """The clips of a run that nothing happened to."""
    return finished.clips()
