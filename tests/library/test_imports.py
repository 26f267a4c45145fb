"""What may be brought in from the server's own disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cutroom.core.database import Database
from cutroom.core.errors import CutroomError, InvalidInput, OutputFailed, UnsupportedMedia
from cutroom.core.settings import Settings
from cutroom.library.errors import OutsideRoots
from cutroom.library.imports import bring_in, import_roots
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage, StoredFile

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

RECORDING = bytes(range(256)) * 64


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", free_space=0.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    folder.mkdir()
    (tmp_path / "secret.mp4").write_bytes(RECORDING)
    return folder


async def _bring(
    database: Database, settings: Settings, path: Path, root: Path | None
) -> tuple[Storage, StoredFile, str]:
    storage: Storage = load("storage", "local")(settings, "local")
    file, name = await bring_in(database, storage, settings, path, None if root is None else [root])
    return storage, file, name


async def test_a_recording_is_copied_whole(database: Database, settings: Settings, root: Path) -> None:
    path = root / "week 1" / "talk – ünï.mp4"
    path.parent.mkdir()
    path.write_bytes(RECORDING)
    storage, file, name = await _bring(database, settings, path, root)
    path.unlink()
    assert name == "talk – ünï.mp4"
    assert file.size_bytes == len(RECORDING)
    assert b"".join(storage.read(file.sha256)) == RECORDING
    assert not list((settings.data_dir / "incoming").iterdir())


def _symlink_out(root: Path) -> Path:
    (root / "link.mp4").symlink_to(root.parent / "secret.mp4")
    return root / "link.mp4"


def _linked_folder(root: Path) -> Path:
    (root / "folder").symlink_to(root.parent)
    return root / "folder" / "secret.mp4"


def _loop(root: Path) -> Path:
    (root / "loop").symlink_to(root / "loop")
    return root / "loop"


def _hidden(root: Path) -> Path:
    (root / ".ssh").mkdir()
    (root / ".ssh" / "key").write_bytes(RECORDING)
    return root / ".ssh" / "key"


def _locked(root: Path) -> Path:
    path = root / "locked.mp4"
    path.write_bytes(RECORDING)
    path.chmod(0)
    if os.geteuid() == 0:  # nothing is locked for root: the file is not there at all instead
        path.unlink()
    return path


@pytest.mark.parametrize(
    "make",
    [
        _symlink_out,
        _linked_folder,
        _loop,
        _hidden,
        _locked,
        lambda root: root / ".." / "secret.mp4",
        lambda root: root.parent / "secret.mp4",
        lambda root: root / "missing.mp4",
        lambda root: root,
        lambda _: Path("/etc/passwd"),
        lambda _: Path("/proc/self/environ"),
        lambda root: root / ("x" * 300),
        lambda root: Path(f"{root}/a\0b"),
    ],
)
async def test_nothing_outside_the_roots_is_told_from_nothing_at_all(
    database: Database, settings: Settings, root: Path, make: Callable[[Path], Path]
) -> None:
    with pytest.raises(OutsideRoots):
        await _bring(database, settings, make(root), root)


async def test_a_link_within_the_root_is_followed(database: Database, settings: Settings, root: Path) -> None:
    (root / "real.mp4").write_bytes(RECORDING)
    (root / "link.mp4").symlink_to("real.mp4")
    _, file, name = await _bring(database, settings, root / "link.mp4", root)
    assert (file.size_bytes, name) == (len(RECORDING), "link.mp4")


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"root:x:0:0:root:/root\n", "a text"), (b"#EXTM3U\n", "a playlist"), (b"%PDF-1.7\0\1", "PDF")],
)
async def test_what_is_no_recording_is_refused(
    database: Database, settings: Settings, root: Path, content: bytes, word: str
) -> None:
    (root / "talk.mp4").write_bytes(content)
    with pytest.raises(UnsupportedMedia, match=word):
        await _bring(database, settings, root / "talk.mp4", root)


async def test_a_pipe_does_not_make_anybody_wait(database: Database, settings: Settings, root: Path) -> None:
    os.mkfifo(root / "pipe.mp4")
    with pytest.raises(UnsupportedMedia, match="not a file"):
        await _bring(database, settings, root / "pipe.mp4", root)


async def test_a_relative_path_is_refused(database: Database, settings: Settings, root: Path) -> None:
    with pytest.raises(InvalidInput, match="whole path"):
        await _bring(database, settings, Path("talk.mp4"), root)


async def test_whoever_runs_the_program_may_name_any_path(database: Database, settings: Settings, root: Path) -> None:
    _, file, _ = await _bring(database, settings, _hidden(root), None)
    assert file.size_bytes == len(RECORDING)


async def test_a_full_disk_is_told_before_anything_is_copied(
    database: Database, settings: Settings, root: Path
) -> None:
    (root / "talk.mp4").write_bytes(RECORDING)
    full = settings.model_copy(update={"free_space": 0.999999})
    with pytest.raises(OutputFailed, match="free some space"):
        await _bring(database, full, root / "talk.mp4", root)
    assert not list((settings.data_dir / "incoming").iterdir())


def test_the_home_folder_is_the_root_when_none_is_named(database_url: str) -> None:
    assert import_roots(Settings(import_roots=None)) == (Path.home(),)
    assert import_roots(Settings(import_roots="/a:/b")) == (Path("/a"), Path("/b"))
    assert import_roots(Settings(import_roots="")) == ()


async def test_without_any_root_nothing_can_be_brought(database: Database, settings: Settings, root: Path) -> None:
    (root / "talk.mp4").write_bytes(RECORDING)
    storage: Storage = load("storage", "local")(settings, "local")
    with pytest.raises(CutroomError):
        await bring_in(database, storage, settings, root / "talk.mp4", [])
