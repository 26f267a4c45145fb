"""A file is read once as long as nobody writes to it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cutroom.core.files import sha256_of
from cutroom.providers.storage.hashed import Hashed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    return path


def test_an_unchanged_file_is_known(path: Path) -> None:
    hashed, name = Hashed(), sha256_of(path)
    assert not hashed.knows(name, path)
    assert hashed.holds(name, path)
    assert hashed.knows(name, path)
    os.link(path, path.with_name("another name"))
    assert hashed.knows(name, path)
    hashed.forget(name)
    assert not hashed.knows(name, path)


@pytest.mark.parametrize("content", [b"CONTENT", b"content and more", b""])
def test_a_file_that_was_written_is_read_again(path: Path, content: bytes) -> None:
    hashed, name = Hashed(), sha256_of(path)
    assert hashed.holds(name, path)
    path.write_bytes(content)
    assert not hashed.knows(name, path)
    assert not hashed.holds(name, path)


def test_another_file_in_its_place_is_read(path: Path) -> None:
    hashed, name, status = Hashed(), sha256_of(path), path.stat()
    assert hashed.holds(name, path)
    other = path.with_name("other")
    other.write_bytes(b"CONTENT")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)
    assert not hashed.holds(name, path)


def test_a_file_that_was_just_written_is_not_remembered(path: Path) -> None:
    hashed, name = Hashed(), sha256_of(path)
    os.utime(path)
    assert hashed.holds(name, path)
    assert not hashed.knows(name, path)


def test_an_absent_file_holds_nothing(tmp_path: Path) -> None:
    assert not Hashed().holds("0" * 64, tmp_path / "absent")
