"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from cutroom.core.errors import OutputFailed


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
    part = path.with_name(f".{path.stem[:80]}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        # A renamed file that was not synced first is empty after a power cut.
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise output_failed(path, error) from error
    finally:
        with contextlib.suppress(OSError):  # the folder may be what failed
            part.unlink()


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


def output_failed(path: Path, error: OSError) -> OutputFailed:
    """Put an operating system's refusal to write into a sentence."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return OutputFailed(f"The disk that holds {path.parent} is full: free some space and run it again.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return OutputFailed(
                f"{path.parent} cannot be written: choose another folder with --out or change its rights."
            )
        case errno.ENOTDIR | errno.EEXIST:
            return OutputFailed(f"{path.parent} is not a folder: choose another one with --out.")
        case _:
            return OutputFailed(f"{path} could not be written ({error.strerror}): choose another folder with --out.")
