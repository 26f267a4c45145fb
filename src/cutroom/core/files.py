"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from cutroom.core.errors import CutroomError, DiskFull, InvalidInput, OutputFailed

#: What :func:`written_whole` names a file that is not whole yet.
_PART = re.compile(r"\..*\.[0-9a-f]{8}\.part(\..*)?", re.DOTALL)


def sha256_of(path: Path) -> str:
    """Hash a file's bytes.

    Returns:
        64 lower-case hexadecimal digits.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and rename it there once it is on the disk.

    The temporary name keeps the suffix, because programs choose a format by it. If the block raises, the
    temporary file is removed and ``path`` is left as it was.

    Raises:
        OutputFailed: If the folder cannot be written or the disk is full.
    """
    # A name may have 255 bytes, and a letter up to four.
    part = path.with_name(f".{path.stem[:40]}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        # A renamed file that was not synced first is empty after a power cut.
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except CutroomError as error:
        # A check speaks of the file that it was given, and a person knows the one that it was to become.
        error.args = tuple(said.replace(part.name, path.name) if isinstance(said, str) else said for said in error.args)
        raise
    except OSError as error:
        raise output_failed(path, error) from error
    finally:
        with contextlib.suppress(OSError):  # the folder may be what failed
            part.unlink()


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk: one that was just renamed is gone after a power cut otherwise."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_private(path: Path, content: str) -> None:
    """Write a file that nobody but its owner has ever been able to read, whole.

    Raises:
        OutputFailed: If the folder cannot be written or the disk is full.
    """
    with written_whole(path) as part:
        part.touch(0o600, exist_ok=False)
        part.write_text(content)


def made_once(path: Path, make: Callable[[], str]) -> str:
    """Give what a private file says, and make it first where there is none.

    Of two processes that start together, one wins and both use what it wrote.

    Raises:
        OutputFailed: If the folder cannot be written or the disk is full.
    """
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_private(made, make())
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    sync_folder(path.parent)
    return path.read_text()


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that a reader sees the old content or all of the new.

    Raises:
        OutputFailed: If the folder cannot be written or the disk is full.
    """
    data = content.encode() if isinstance(content, str) else content
    with written_whole(path) as part:
        part.write_bytes(data)


def place(kept: Path, target: Path) -> None:
    """Put a kept file under a second name: a link where the file system has them, else a copy.

    Raises:
        OutputFailed: If the folder cannot be written or the disk is full.
    """
    if target.exists() and target.samefile(kept):
        return
    with written_whole(target) as part:
        try:
            os.link(kept, part)
        except OSError:
            shutil.copyfile(kept, part)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder to this process until the block ends; the kernel frees it when the process dies.

    Raises:
        InvalidInput: If another process holds it.
        OutputFailed: If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise output_failed(folder / "lock", error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InvalidInput(
                f"Another run is at work in {folder.parent}: wait for it, or choose another folder with --out."
            ) from error
        except OSError:
            pass  # a network disk that knows no locks: the person takes care, as everywhere on such a disk
        yield
    finally:
        os.close(lock)


def remove_parts(folder: Path) -> None:
    """Remove what :func:`written_whole` had not finished when its process was killed."""
    for path in folder.iterdir():
        if _PART.fullmatch(path.name):
            path.unlink(missing_ok=True)


def output_failed(path: Path, error: OSError) -> OutputFailed:
    """Put an operating system's refusal to write into a sentence."""
    folder = next((above for above in path.parents if above.exists()), path.parent)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DiskFull(f"The disk that holds {path.parent} is full: free some space and run it again.")
        case errno.EFBIG:
            return OutputFailed(f"{path} would be larger than files may be here: raise the limit (ulimit -f).")
        case _ if not folder.is_dir():
            return OutputFailed(f"{folder} is not a folder: choose another one with --out.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return OutputFailed(f"{folder} cannot be written: choose another folder with --out or change its rights.")
        case errno.ENOENT if folder != path.parent:
            return OutputFailed(f"No folder can be made in {folder}: choose another one with --out.")
        case _:
            return OutputFailed(f"{path} could not be written ({error.strerror}): choose another folder with --out.")
