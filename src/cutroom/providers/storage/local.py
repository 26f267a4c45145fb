"""Media on this machine's disk."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cutroom.core.errors import DiskFull, InvalidInput, OutputFailed
from cutroom.core.settings import Settings
from cutroom.providers.storage import PIECE_BYTES, DirectStore, FileMissing, StorageFailed, StoredObject, checked_name
from cutroom.providers.storage.hashed import Hashed

#: Nobody writes to a file that has its name.
_READ_ONLY: Final = 0o444


class LocalStorage:
    """Files at ``ab/abcdef…`` below a folder; what is not whole lies in ``incoming``, what was damaged in ``damaged``.

    A file of the folder ``own`` is linked instead of copied: it is ours, and nobody changes it after it was put.
    """

    name = "local"

    def __init__(self, folder: Path, own: Path) -> None:
        self._folder = folder
        self._own = own
        self._hashed = Hashed()

    def probe(self) -> None:
        """Raise if files could not be put now; see the protocol."""
        try:
            (self._folder / "incoming").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused(error) from error
        if not os.access(self._folder / "incoming", os.W_OK | os.X_OK):
            raise self._refused(OSError(errno.EACCES, os.strerror(errno.EACCES)))

    def put(self, source: Path, sha256: str) -> None:
        """Keep a file's bytes; see the protocol."""
        path = self._path(sha256)
        if self.check(sha256):
            return
        part = self._folder / "incoming" / f"{sha256}.{secrets.token_hex(4)}"
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            if self._bring(source, part) != sha256:
                raise StorageFailed(f"{source.name} changed while it was put into storage: nothing was kept.")
            _sync(part)
            part.chmod(_READ_ONLY)
            if not path.parent.is_dir():
                path.parent.mkdir(exist_ok=True)
                _sync(self._folder)
            part.replace(path)
            _sync(path.parent)
        except OSError as error:
            raise self._refused(error) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink()

    def fetch(self, sha256: str, target: Path) -> Path:  # noqa: ARG002 - the Protocol's parameter: no copy is needed
        """Give the file itself; see the protocol."""
        path = self._path(sha256)
        if not self._hashed.knows(sha256, path) and not self.check(sha256):
            raise FileMissing(f"The file {sha256[:12]}… is not whole in {self._folder}: it has to be made again.")
        return path

    def size(self, sha256: str) -> int | None:
        """Give the length of a file that is here; see the protocol."""
        try:
            return self._path(sha256).stat().st_size
        except OSError:
            return None

    def check(self, sha256: str) -> bool:
        """Read a file and put it aside when it is damaged; see the protocol."""
        path = self._path(sha256)
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                seen = os.fstat(file.fileno())
                if found == sha256:
                    self._hashed.learn(sha256, seen)
                    return True
                # Whoever put a whole one meanwhile keeps it; the open file keeps its number from being given again.
                if path.stat().st_ino == seen.st_ino:
                    self._put_aside(path)
        except FileNotFoundError:
            pass
        except OSError as error:  # a sector that cannot be read
            if error.errno != errno.EIO:
                raise self._refused(error) from error
            self._put_aside(path)
        return False

    def read(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Give a range in pieces; see the protocol."""
        path = self._path(sha256)
        size_bytes = self.size(sha256)
        if size_bytes is None:
            raise FileMissing(f"The file {sha256[:12]}… is not in {self._folder}.")
        return _pieces(path, start, size_bytes if stop is None else min(stop, size_bytes))

    def local(self, sha256: str) -> Path | None:
        """Name the file; see the protocol."""
        path = self._path(sha256)
        return path if path.is_file() else None

    def link(self, sha256: str, *, expires_s: int, media_type: str, file_name: str) -> str | None:  # noqa: ARG002
        """Give no address: the web server is who hands out files of this disk."""
        return None

    def direct(self) -> DirectStore | None:
        """Give nothing: what comes to this disk comes through the web server."""
        return None

    def remove(self, sha256: str) -> None:
        """Forget a file; see the protocol."""
        self._hashed.forget(sha256)
        try:
            self._path(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def list(self) -> Iterator[StoredObject]:
        """Go through all files; see the protocol."""
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            for entry in os.scandir(folder):
                with contextlib.suppress(FileNotFoundError, InvalidInput):
                    name = checked_name(entry.name)
                    status = entry.stat()
                    yield StoredObject(name, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def sweep(self, before: datetime) -> int:
        """Remove what puts left when their process was killed; see the protocol."""
        left = 0
        for path in (self._folder / "incoming").glob("*"):
            with contextlib.suppress(OSError):
                if path.lstat().st_ctime < before.timestamp():
                    path.unlink()
                    left += 1
        return left

    def _path(self, sha256: str) -> Path:
        return self._folder / checked_name(sha256)[:2] / sha256

    def _bring(self, source: Path, part: Path) -> str:
        """Link or copy a file, and hash what is there then."""
        digest = hashlib.sha256()
        with source.open("rb") as file:
            if source.resolve().is_relative_to(self._own):
                try:
                    os.link(source, part)
                except OSError as error:  # a file system without links, or one too many of them
                    if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP}:
                        raise
                else:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            with part.open("xb") as out:
                while block := file.read(PIECE_BYTES):
                    digest.update(block)
                    out.write(block)
        return digest.hexdigest()

    def _put_aside(self, path: Path) -> None:
        aside = self._folder / "damaged" / f"{path.name}.{secrets.token_hex(4)}"
        try:
            aside.parent.mkdir(exist_ok=True)
            path.replace(aside)
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()  # on a full disk no folder can be made

    def _refused(self, error: OSError) -> OutputFailed:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                free = shutil.disk_usage(self._folder).free
                return DiskFull(
                    f"The disk that holds {self._folder} is full ({free / 1e6:,.1f} MB are free): free some space."
                )
            case errno.EACCES | errno.EPERM | errno.EROFS:
                return OutputFailed(
                    f"{self._folder} cannot be written: change its rights, or set CUTROOM_DATA_DIR to another folder."
                )
            case _:
                return OutputFailed(f"Storage in {self._folder} failed ({error.strerror or error}): check the disk.")


def _pieces(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (piece := file.read(min(PIECE_BYTES, stop - start))):
            start += len(piece)
            yield piece


def _sync(path: Path) -> None:
    # A renamed file that was not synced first is empty after a power cut, and so is its name when the folder was not.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create(settings: Settings, location: str) -> LocalStorage:
    """Open the storage below the data folder."""
    if location != "local":
        raise InvalidInput(
            f"'{location}' is no place for media: set CUTROOM_STORAGE to local or to s3://bucket/prefix."
        )
    return LocalStorage(settings.data_dir.absolute() / "media", settings.data_dir.resolve())
