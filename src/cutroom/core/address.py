"""Where the instance answers that runs in a data folder, for commands that print links to it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from cutroom.core.files import output_failed

_FILE = "server.url"


@contextlib.contextmanager
def told_address(folder: Path, url: str) -> Iterator[None]:
    """Tell where this process answers until the block ends; the kernel takes it back when the process dies.

    Of several in one folder, the first is told.

    Raises:
        OutputFailed: If the folder cannot be written.
    """
    path = folder / _FILE
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise output_failed(path, error) from error
    try:
        with contextlib.suppress(OSError):  # another one holds it, or a network disk knows no locks
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.write(file, url.encode())
        yield
    finally:
        os.close(file)


def read_address(folder: Path) -> str | None:
    """Give where an instance answers that runs in a folder; ``None`` when none does."""
    with contextlib.suppress(OSError), (folder / _FILE).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read() or None
    return None
