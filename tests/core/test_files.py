from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from cutroom.core.errors import OutputFailed
from cutroom.core.files import output_failed, place, sha256_of, write_whole, written_whole


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "clip.mp4"
    with written_whole(target) as part:
        assert part.parent == target.parent
        assert part.suffix == ".mp4"
        part.write_bytes(b"half")
        assert not target.exists()
        part.write_bytes(b"all of it")
    assert target.read_bytes() == b"all of it"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    interruption: type[BaseException], tmp_path: Path
) -> None:
    target = tmp_path / "clip.mp4"
    target.write_bytes(b"old")

    def write_half() -> None:
        with written_whole(target) as part:
            part.write_bytes(b"half")
            raise interruption

    with pytest.raises(interruption):
        write_half()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match=r"clip\.mp4 could not be written"), written_whole(tmp_path / "clip.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    with written_whole(target) as one, written_whole(target) as two:
        one.write_bytes(b"one")
        two.write_bytes(b"two")
    assert target.read_bytes() == b"one", "the outer block ends last"
    assert list(tmp_path.iterdir()) == [target]


def test_a_long_name_keeps_its_suffix(tmp_path: Path) -> None:
    target = tmp_path / f"{'x' * 240}.mp4"
    write_whole(target, "text ü")
    assert target.read_text("utf-8") == "text ü"


def test_bytes_and_text_are_written_as_they_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"\r\n\0")
    write_whole(tmp_path / "b", "\r\n")
    assert (tmp_path / "a").read_bytes() == b"\r\n\0"
    assert (tmp_path / "b").read_bytes() == b"\r\n"


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputFailed, match="is not a folder: choose another one with --out"):
        write_whole(tmp_path / "out" / "clip.mp4", b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(OutputFailed, match="cannot be written"):
        write_whole(tmp_path / "clip.mp4", b"")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full: free some space"),
        (errno.EDQUOT, "is full: free some space"),
        (errno.EROFS, "cannot be written: choose another folder"),
        (errno.EIO, "could not be written (Input/output error)"),
    ],
)
def test_a_refusal_is_put_into_a_sentence(number: int, words: str) -> None:
    assert words in str(output_failed(Path("/out/clip.mp4"), OSError(number, os.strerror(number))))


def test_a_hash_is_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc" * 1_000_000)
    assert sha256_of(path) == hashlib.sha256(b"abc" * 1_000_000).hexdigest()


def test_a_kept_file_gets_a_second_name(tmp_path: Path) -> None:
    kept, target = tmp_path / "kept.mp4", tmp_path / "out" / "clip.mp4"
    kept.write_bytes(b"film")
    place(kept, target)
    place(kept, target)
    assert target.read_bytes() == b"film"
    assert list(target.parent.iterdir()) == [target]
    write_whole(target, b"another")
    assert kept.read_bytes() == b"film", "writing under the one name leaves the other"
