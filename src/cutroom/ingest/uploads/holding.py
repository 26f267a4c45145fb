"""One writer at a time for each upload, across processes, and a way to take over from one whose line went dead.

Who holds a file has the kernel's lock on it, which dies with the process. Who wants it lays a note beside it; the
holder looks for one while no bytes arrive, and lets go. A holder whose bytes flow may go on for a few seconds: then
what is wanted is wanted by the same person, whose other connection is of no use to them any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cutroom.ingest.errors import UploadBusy, UploadGone

#: A holder that is asked to let go does so when nothing arrived for so long,
QUIET_S: Final = 1.0
#: and after this long whatever arrives.
GRACE_S: Final = 3.0
#: How long it is waited for a holder: some more, for a disk that is slow to take what it has.
PATIENCE_S: Final = 5.5
_POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Hold:
    """A file that is held.

    Attributes:
        descriptor: Open for reading.
        path: Of the file as it was found.
    """

    descriptor: int
    path: Path

    @property
    def size(self) -> int:
        """How many bytes the file has now."""
        return os.fstat(self.descriptor).st_size

    def is_wanted(self, quiet_s: float) -> bool:
        """Tell whether to let go, when nothing has arrived for so long."""
        try:
            asked_s = time.time() - _note(self.path).stat().st_mtime
        except OSError:
            return False
        return quiet_s >= QUIET_S or not 0 <= asked_s < GRACE_S


@contextlib.asynccontextmanager
async def held(*paths: Path, patience_s: float = PATIENCE_S) -> AsyncIterator[Hold]:
    """Hold the first of these files that is there until the block ends.

    Args:
        patience_s: How long to wait for another holder; 0 takes what is free and asks nobody to let go.

    Raises:
        UploadBusy: If it is held that long.
        UploadGone: If none of the files is there.
    """
    end = time.monotonic() + patience_s
    while (hold := await asyncio.to_thread(_take, paths)) is None:
        if time.monotonic() >= end:
            raise UploadBusy("Another connection is bringing this upload: try again in a few seconds.")
        await asyncio.to_thread(_ask, paths)
        await asyncio.sleep(_POLL_S)
    try:
        yield hold
    finally:
        os.close(hold.descriptor)


def _take(paths: Sequence[Path]) -> Hold | None:
    found = _open(paths)
    try:
        fcntl.flock(found.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # It may have been removed, or have got another name, while it was opened.
        if not any(_is(found, path) for path in paths):
            os.close(found.descriptor)
            return _take(paths)
    except BlockingIOError:
        os.close(found.descriptor)
        return None
    _note(found.path).unlink(missing_ok=True)
    return found


def _open(paths: Sequence[Path]) -> Hold:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            return Hold(os.open(path, os.O_RDONLY | os.O_CLOEXEC), path)
    raise UploadGone("The bytes of this upload are not here any more: start it anew.")


def _is(found: Hold, path: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(found.descriptor), path.stat())
    return False


def _ask(paths: Sequence[Path]) -> None:
    for path in paths:
        if path.exists():
            with contextlib.suppress(OSError):  # it stays as old as whoever asked first
                _note(path).touch(exist_ok=False)
            return


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.wanted")
