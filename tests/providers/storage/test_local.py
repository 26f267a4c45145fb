"""On a disk, files are linked where they are ours, synced before they have a name, and never half."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from pathlib import Path

import pytest
from tests.services.disk import mounted

from cutroom.core.clock import now
from cutroom.core.errors import InvalidInput, OutputFailed
from cutroom.core.settings import Settings
from cutroom.providers.storage import FileMissing
from cutroom.providers.storage.local import LocalStorage, create

CONTENT = b"a frame and another" * 1000
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def storage(data: Path) -> LocalStorage:
    return create(Settings(data_dir=data), "local")


def made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)
    return path


def kept(storage: LocalStorage) -> Path:
    path = storage.local(NAME)
    assert path
    return path


def test_what_a_worker_made_is_linked(storage: LocalStorage, data: Path) -> None:
    source = made(data / "work" / "clip.mp4")
    storage.put(source, NAME)
    assert kept(storage).samefile(source)


def test_what_somebody_brought_is_copied_and_stays_theirs(storage: LocalStorage, tmp_path: Path) -> None:
    source = made(tmp_path / "videos" / "talk.mp4")
    source.chmod(0o640)
    storage.put(source, NAME)
    assert not kept(storage).samefile(source)
    assert source.stat().st_mode & 0o777 == 0o640
    source.write_bytes(b"edited in place")
    assert storage.check(NAME)


def test_a_link_out_of_the_data_folder_is_copied(storage: LocalStorage, data: Path, tmp_path: Path) -> None:
    source = made(tmp_path / "videos" / "talk.mp4")
    (data / "talk.mp4").symlink_to(source)
    storage.put(data / "talk.mp4", NAME)
    assert not kept(storage).samefile(source)
    assert not kept(storage).is_symlink()


def test_a_file_is_on_the_disk_before_it_has_its_name(
    storage: LocalStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        order.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink()}")
        fsync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        order.append(f"rename {target}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    storage.put(made(tmp_path / "talk.mp4"), NAME)
    part, *rest = order
    media = kept(storage).parent.parent
    assert part.startswith(f"sync {media}/incoming/{NAME}.")
    assert rest == [f"sync {media}", f"rename {kept(storage)}", f"sync {kept(storage).parent}"]


def test_a_put_that_was_killed_leaves_no_file_and_is_swept(storage: LocalStorage, data: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "slow.mp4"
    os.mkfifo(pipe)
    program = f"""
        from pathlib import Path
        from cutroom.core.settings import Settings
        from cutroom.providers.storage.local import create
        create(Settings(data_dir=Path({str(data)!r})), "local").put(Path({str(pipe)!r}), {NAME!r})
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)]) as child, pipe.open("wb") as source:
        source.write(CONTENT[:10_000])
        source.flush()
        end = time.monotonic() + 60
        while not list(data.glob("media/incoming/*")):
            assert child.poll() is None
            assert time.monotonic() < end
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert storage.size(NAME) is None
    assert list(storage.list()) == []
    assert storage.sweep(now() - timedelta(hours=1)) == 0
    assert storage.sweep(now() + timedelta(seconds=1)) == 1
    assert list(data.glob("media/incoming/*")) == []


def test_what_was_damaged_is_kept_aside(storage: LocalStorage, tmp_path: Path, data: Path) -> None:
    storage.put(made(tmp_path / "talk.mp4"), NAME)
    kept(storage).chmod(0o644)
    kept(storage).write_bytes(b"damaged")
    assert not storage.check(NAME)
    (aside,) = (data / "media" / "damaged").iterdir()
    assert aside.name.startswith(NAME)
    assert aside.read_bytes() == b"damaged"


def test_a_file_that_the_disk_cannot_read_counts_as_absent(storage: LocalStorage, tmp_path: Path) -> None:
    storage.put(made(tmp_path / "talk.mp4"), NAME)
    path = kept(storage)
    path.unlink()
    path.symlink_to("/proc/self/mem")  # its first byte cannot be read: an input or output error
    assert not storage.check(NAME)
    assert storage.size(NAME) is None


def test_a_file_that_changed_since_it_was_fetched_is_read_again(storage: LocalStorage, tmp_path: Path) -> None:
    storage.put(made(tmp_path / "talk.mp4"), NAME)
    storage.fetch(NAME, tmp_path / "unused")
    assert not (tmp_path / "unused").exists()
    kept(storage).chmod(0o644)
    with kept(storage).open("rb+") as file:
        file.write(b"A")
    with pytest.raises(FileMissing):
        storage.fetch(NAME, tmp_path / "unused")


def test_what_is_not_a_stored_file_is_not_listed(storage: LocalStorage, tmp_path: Path, data: Path) -> None:
    storage.put(made(tmp_path / "talk.mp4"), NAME)
    made(data / "media" / NAME[:2] / ".DS_Store")
    made(data / "media" / "incoming" / NAME)
    made(data / "media" / "damaged" / NAME)
    assert [item.sha256 for item in storage.list()] == [NAME]


def test_a_disk_gives_no_address(storage: LocalStorage, tmp_path: Path) -> None:
    storage.put(made(tmp_path / "talk.mp4"), NAME)
    assert storage.link(NAME, expires_s=60, media_type="video/mp4", file_name="talk.mp4") is None


def test_a_place_that_is_not_the_disk_is_refused() -> None:
    with pytest.raises(InvalidInput, match="set CUTROOM_STORAGE to local or to s3://bucket/prefix"):
        create(Settings(), "local:///mnt")


def test_a_full_disk_is_told_and_room_mends_it(tmp_path: Path) -> None:
    source = made(tmp_path / "talk.mp4")
    other = tmp_path / "other.mp4"
    other.write_bytes(b"there before")
    before = hashlib.sha256(b"there before").hexdigest()
    with mounted(tmp_path / "disk", "4m") as disk:
        storage = create(Settings(data_dir=disk.folder), "local")
        storage.put(other, before)
        disk.fill()
        with pytest.raises(OutputFailed, match=r"is full \(0\.0 MB are free\): free some space") as caught:
            storage.put(source, NAME)
        assert isinstance(caught.value.__cause__, OSError)  # what decides that work waits and does not fail
        assert caught.value.__cause__.errno == errno.ENOSPC
        assert [item.sha256 for item in storage.list()] == [before]
        assert list((disk.folder / "media" / "incoming").iterdir()) == []
        storage.remove(before)
        disk.empty()
        storage.put(source, NAME)
        assert storage.check(NAME)


def test_a_disk_that_cannot_be_written_is_told_by_a_probe(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "4m") as disk:
        storage = create(Settings(data_dir=disk.folder), "local")
        storage.probe()
        disk.protect()
        for call in (storage.probe, lambda: storage.put(made(tmp_path / "talk.mp4"), NAME)):
            with pytest.raises(OutputFailed, match="cannot be written: change its rights, or set CUTROOM_DATA_DIR"):
                call()
