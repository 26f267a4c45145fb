"""A small disk of its own, to be filled."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class Disk:
    """A file system in memory.

    Attributes:
        folder: Where it is.
    """

    def __init__(self, folder: Path, size: str) -> None:
        self.folder = folder
        self._mount(f"size={size}")

    def fill(self, *, leave_bytes: int = 0) -> None:
        """Take all its room but some."""
        with contextlib.suppress(OSError), (self.folder / "filler").open("ab", buffering=0) as filler:
            while (free := shutil.disk_usage(self.folder).free - leave_bytes) > 0:
                filler.write(bytes(min(free, 1 << 20)))

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / "filler").unlink(missing_ok=True)

    def protect(self) -> None:
        """Let nobody write to it from now on."""
        self._mount("remount,ro")

    def _mount(self, options: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [str(shutil.which("mount")), "-t", "tmpfs", "-o", options, "cutroom-test", str(self.folder)]
        ended = subprocess.run(command, capture_output=True, text=True)
        if ended.returncode != 0:
            pytest.skip(f"this machine does not mount: {ended.stderr.strip()}")


@contextlib.contextmanager
def mounted(folder: Path, size: str) -> Iterator[Disk]:
    """Mount a disk of a size such as ``64m`` until the block ends."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = Disk(folder, size)
    try:
        yield disk
    finally:
        subprocess.run([str(shutil.which("umount")), "-l", str(folder)], check=True)
