"""Remember which files were hashed, for as long as nobody wrote to them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from cutroom.core.files import sha256_of

#: Writes within one tick of a disk's clock have one time; the coarsest disks in use count in two seconds.
_TICK_S: Final = 2.0

# Not the time of its last change of status: a link to it, which a worker makes to read it, is one.
_Seen = tuple[int, int, int]


class Hashed:
    """What this process knows of files on its disk; any thread may ask."""

    def __init__(self) -> None:
        self._known: dict[str, _Seen] = {}

    def learn(self, sha256: str, status: os.stat_result) -> None:
        """Note that a file with this status had these bytes, unless it is so new that it could change unseen."""
        if time.time() - status.st_mtime > _TICK_S:
            self._known[sha256] = status.st_ino, status.st_size, status.st_mtime_ns

    def forget(self, sha256: str) -> None:
        """Note nothing of it any more."""
        self._known.pop(sha256, None)

    def knows(self, sha256: str, path: Path) -> bool:
        """Tell whether a file had these bytes when it was last read, and was not written since."""
        try:
            status = path.stat()
        except OSError:
            return False
        return self._known.get(sha256) == (status.st_ino, status.st_size, status.st_mtime_ns)

    def holds(self, sha256: str, path: Path) -> bool:
        """Tell whether a file has these bytes, reading it only if that is not known."""
        if self.knows(sha256, path):
            return True
        try:
            status = path.stat()
            if sha256_of(path) != sha256:
                return False
        except OSError:
            return False
        self.learn(sha256, status)
        return True
