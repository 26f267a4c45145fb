"""A disk, a file or a table that is full ends in one sentence, and room to breathe mends it."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.conftest import Program

pytestmark = pytest.mark.slow

Mount = Callable[[str], None]


@pytest.fixture
def disk(program: Program) -> Iterator[Mount]:
    """Put a small disk where the clips go; mounted again, it gets another size."""
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    program.out.mkdir()
    mounted = False

    def put(options: str) -> None:
        nonlocal mounted
        again = "remount," if mounted else ""
        command = [mount, "-t", "tmpfs", "-o", again + options, "cutroom-test", str(program.out)]
        ended = subprocess.run(command, capture_output=True, text=True)
        if ended.returncode != 0:
            pytest.skip(f"this machine does not mount: {ended.stderr.strip()}")
        mounted = True

    yield put
    if mounted:
        subprocess.run([shutil.which("umount") or "umount", "-l", str(program.out)], check=True)


@pytest.mark.parametrize("size", ["16k", "1200k", "2m"])
def test_a_full_disk_is_one_sentence_and_room_mends_it(
    size: str, disk: Mount, program: Program, undisturbed: dict[str, str]
) -> None:
    disk(f"size={size}")
    ended = program.run()
    assert ended.code == 7
    assert "free some space" in ended.sentence
    assert program.clips().items() <= undisturbed.items()
    assert len(program.clips()) < 2
    assert program.halves() == []
    assert program.orphans() == []
    disk("size=200m")
    assert program.run().code == 0
    assert program.clips() == undisturbed


def test_a_disk_that_cannot_be_written_is_refused_before_any_work(disk: Mount, program: Program) -> None:
    disk("size=1m,ro")
    ended = program.run()
    assert ended.code == 7
    assert "cannot be written: choose another folder with --out" in ended.sentence
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("limit", [4096, 500_000])
def test_a_limit_on_the_size_of_files_is_one_sentence(
    limit: int, program: Program, undisturbed: dict[str, str]
) -> None:
    ended = program.run({resource.RLIMIT_FSIZE: limit})
    assert ended.code == 7
    assert ended.sentence
    assert program.clips().items() <= undisturbed.items()
    assert program.halves() == []
    assert program.run().code == 0
    assert program.clips() == undisturbed


@pytest.mark.parametrize("limit", [12, 24])
def test_a_limit_on_open_files_is_clips_or_one_sentence(
    limit: int, program: Program, undisturbed: dict[str, str]
) -> None:
    ended = program.run({resource.RLIMIT_NOFILE: limit})
    if ended.code == 0:
        assert program.clips() == undisturbed
    else:
        assert ended.sentence
        assert program.halves() == []
        assert program.orphans() == []


def test_kept_results_that_were_damaged_are_made_again(
    program: Program, finished: Program, undisturbed: dict[str, str]
) -> None:
    shutil.copytree(finished.out, program.out)
    kept = sorted(path for path in (program.out / ".cutroom").glob("*/*") if path.is_file())
    assert {path.parent.name for path in kept} >= {"probe", "sound", "pcm", "import", "picture", "outline", "rendition"}
    for number, path in enumerate(kept):
        harm(path, ("flip", "truncate", "empty", "remove")[number % 4])
    assert program.run().code == 0
    assert program.clips() == undisturbed


def harm(path: Path, what: str) -> None:
    content = bytearray(path.read_bytes())
    match what:
        case "flip":
            content[len(content) // 2] ^= 0x01
            path.write_bytes(content)
        case "truncate":
            path.write_bytes(content[: len(content) // 2])
        case "empty":
            path.write_bytes(b"")
        case "remove":
            path.unlink()
