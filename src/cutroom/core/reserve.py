"""Room held back on a disk: on a full one not even a row can be deleted, and what would make room cannot begin."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

#: Some thousand transactions' worth of journal.
RESERVE_BYTES: Final = 16 << 20
#: Below this much room the reserve is given up; one transaction of ours takes less.
_SCARCE_BYTES: Final = 4 << 20
_NAME: Final = ".reserve"


def hold_reserve(folder: Path) -> None:
    """Hold room back on a folder's disk, where there is plenty; a disk that has none is left as it is."""
    path = folder / _NAME
    part = folder / f"{_NAME}.{os.getpid()}"
    with contextlib.suppress(OSError):
        if path.exists() or shutil.disk_usage(folder).free < 2 * RESERVE_BYTES:
            return
        try:
            with part.open("wb") as file:
                for _ in range(16):
                    # By chance: a file system that packs what it writes would keep zeros in no room at all.
                    file.write(os.urandom(RESERVE_BYTES // 16))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def free_reserve(folder: Path) -> None:
    """Give up what was held back once the disk is nearly full; cheap enough to ask before every transaction."""
    with contextlib.suppress(OSError):
        status = os.statvfs(folder)
        if status.f_bavail * status.f_frsize < _SCARCE_BYTES:
            (folder / _NAME).unlink(missing_ok=True)
