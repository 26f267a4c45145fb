"""What every kind of storage promises, held against each."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import obstore
import pytest

from cutroom.core.clock import now
from cutroom.core.errors import InvalidInput
from cutroom.providers.registry import load
from cutroom.providers.storage import PIECE_BYTES, FileMissing, Storage, StorageFailed, StoredObject

#: Some pieces and a rest.
CONTENT = bytes(range(256)) * 10_000


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "work" / "made.mp4"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def kept(storage: Storage, source: Path) -> str:
    name = sha256(CONTENT)
    storage.put(source, name)
    return name


def whole(storage: Storage, name: str) -> bytes:
    return b"".join(storage.read(name))


def overwrite(storage: Storage, name: str, content: bytes) -> None:
    """Change what is kept, behind the storage's back."""
    path = storage.local(name)
    if path:
        path.chmod(0o644)
        path.write_bytes(content)
    else:
        obstore.put(storage._store, f"{name[:2]}/{name}", content)  # type: ignore[attr-defined]  # of the S3 one


def test_a_file_comes_back_as_it_was_put(storage: Storage, kept: str, tmp_path: Path) -> None:
    assert storage.size(kept) == len(CONTENT)
    assert storage.fetch(kept, tmp_path / "fetched").read_bytes() == CONTENT
    assert whole(storage, kept) == CONTENT


def test_a_file_fetched_again_is_not_copied_again(storage: Storage, kept: str, tmp_path: Path) -> None:
    first = storage.fetch(kept, tmp_path / "fetched").stat()
    again = storage.fetch(kept, tmp_path / "fetched").stat()
    assert (first.st_ino, first.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)


def test_the_source_stays(storage: Storage, kept: str, source: Path) -> None:
    assert source.read_bytes() == CONTENT


def test_a_fetched_file_is_not_for_writing(storage: Storage, kept: str, tmp_path: Path) -> None:
    assert storage.fetch(kept, tmp_path / "fetched").stat().st_mode & 0o222 == 0


def test_an_empty_file_is_a_file(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    storage.put(tmp_path / "empty", sha256(b""))
    assert storage.size(sha256(b"")) == 0
    assert whole(storage, sha256(b"")) == b""
    assert storage.fetch(sha256(b""), tmp_path / "fetched").read_bytes() == b""
    assert storage.check(sha256(b""))


@pytest.mark.parametrize(
    ("start", "stop"),
    [(0, 10), (10, 20), (5, None), (0, 10**9), (len(CONTENT) - 1, None), (len(CONTENT), None), (10**9, None), (7, 7)],
)
def test_a_range_is_the_bytes_between(storage: Storage, kept: str, start: int, stop: int | None) -> None:
    assert b"".join(storage.read(kept, start, stop)) == CONTENT[start:stop]


def test_pieces_are_short(storage: Storage, kept: str) -> None:
    assert max(map(len, storage.read(kept))) <= PIECE_BYTES


def test_putting_a_file_twice_changes_nothing(storage: Storage, kept: str, source: Path) -> None:
    storage.put(source, kept)
    assert [item.sha256 for item in storage.list()] == [kept]


def test_many_who_put_the_same_file_leave_one(storage: Storage, source: Path) -> None:
    name, together = sha256(CONTENT), threading.Barrier(6)

    def put() -> None:
        together.wait()
        storage.put(source, name)

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(put) for _ in range(6)]:
            done.result()
    assert whole(storage, name) == CONTENT
    assert [item.sha256 for item in storage.list()] == [name]


def test_what_is_not_there_is_missing(storage: Storage, tmp_path: Path) -> None:
    name = sha256(b"never put")
    assert storage.size(name) is None
    assert not storage.check(name)
    assert storage.local(name) is None
    with pytest.raises(FileMissing, match=name[:12]):
        storage.fetch(name, tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()
    with pytest.raises(FileMissing, match=name[:12]):
        storage.read(name)
    storage.remove(name)


def test_a_removed_file_is_gone(storage: Storage, kept: str) -> None:
    storage.remove(kept)
    assert storage.size(kept) is None
    assert list(storage.list()) == []


def test_a_list_tells_names_lengths_and_times(storage: Storage, kept: str) -> None:
    (item,) = storage.list()
    assert item == StoredObject(kept, len(CONTENT), item.modified_at)
    assert abs(now() - item.modified_at) < timedelta(minutes=5)


def test_only_a_hash_is_a_name(storage: Storage, source: Path, tmp_path: Path) -> None:
    for name in ("", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "/" + "a" * 63, "é" * 64):
        with pytest.raises(InvalidInput, match="64 hexadecimal digits"):
            storage.put(source, name)
        for call in (storage.size, storage.check, storage.read, storage.remove):
            with pytest.raises(InvalidInput, match="64 hexadecimal digits"):
                call(name)
        with pytest.raises(InvalidInput, match="64 hexadecimal digits"):
            storage.fetch(name, tmp_path / "fetched")


def test_a_file_that_is_not_what_it_is_called_is_not_kept(storage: Storage, source: Path) -> None:
    with pytest.raises(StorageFailed, match=r"made\.mp4 changed"):
        storage.put(source, sha256(b"something else"))
    assert list(storage.list()) == []


DAMAGES = {
    "a flipped byte": CONTENT[:1000] + bytes([CONTENT[1000] ^ 1]) + CONTENT[1001:],
    "a cut": CONTENT[:-1],
    "nothing left": b"",
    "more than there was": CONTENT + b"x",
    "another file": b"<html>not found</html>",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_counts_as_absent_once_it_is_read(
    storage: Storage, kept: str, damage: bytes, tmp_path: Path
) -> None:
    overwrite(storage, kept, damage)
    with pytest.raises(FileMissing, match="has to be made again"):
        storage.fetch(kept, tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()
    assert storage.size(kept) is None
    assert list(storage.list()) == []


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_check_finds_damage_and_the_file_can_be_put_again(
    storage: Storage, kept: str, damage: bytes, source: Path
) -> None:
    assert storage.check(kept)
    source.unlink()  # on a disk it is the same file as the one that is damaged
    source.write_bytes(CONTENT)
    overwrite(storage, kept, damage)
    assert not storage.check(kept)
    assert storage.size(kept) is None
    storage.put(source, kept)
    assert storage.check(kept)
    assert whole(storage, kept) == CONTENT


def test_another_process_sees_what_was_put(
    storage: Storage, kept: str, storage_settings: object, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue("storage_settings")
    again: Storage = load("storage", storage.name)(settings, settings.storage)
    assert whole(again, kept) == CONTENT


def test_storage_that_is_there_says_so(storage: Storage) -> None:
    storage.probe()


def test_sweeping_leaves_what_is_whole(storage: Storage, kept: str) -> None:
    assert storage.sweep(now() + timedelta(days=1)) == 0
    assert whole(storage, kept) == CONTENT
