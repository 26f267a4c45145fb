"""The power goes: what was said to be kept is kept."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cutroom.core.settings import Settings
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage

pytestmark = pytest.mark.slow

#: Ends a file system at once: nothing that is still in memory reaches the disk, not even the journal's last part.
_EXT4_IOC_SHUTDOWN = 0x8004587D
_NOLOGFLUSH = 2
#: Keeps files and commits rows that name them, says so each time, and beside it writes files that nobody synced.
_WORKER = """
    import asyncio, os, sys
    from pathlib import Path
    from sqlalchemy import text
    from cutroom.core.database import open_database
    from cutroom.core.schema import upgrade
    from cutroom.core.settings import Settings
    from cutroom.jobs.blobs import keep_file
    from cutroom.providers.registry import load

    async def main():
        settings = Settings(data_dir=Path(sys.argv[1]))
        database, storage = open_database(settings), load("storage", "local")(settings, "local")
        await upgrade(database)
        scratch = settings.data_dir / "work"
        scratch.mkdir()
        print("ready", flush=True)

        async def keep(worker):
            for number in range(1_000_000):
                path = scratch / f"{worker}-{number}"
                path.write_bytes(os.urandom(50_000))
                stored = await keep_file(database, storage, path)
                async with database.writing() as session:
                    named = text("insert into rate (stage, seconds, measured) values (:name, 1, 1)")
                    await session.execute(named, {"name": stored.sha256})
                (settings.data_dir / f"unsynced-{stored.sha256}").write_bytes(b"x" * 50_000)
                print(stored.sha256, flush=True)

        await asyncio.gather(*(keep(worker) for worker in range(3)))

    asyncio.run(main())
"""


class Power:
    """A file system on a disk of its own whose power can go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "disk"
        self._image = folder / "image"
        self.folder.mkdir()
        with self._image.open("wb") as image:
            image.truncate(256 << 20)
        self._run("mkfs.ext4", "-q", "-F", str(self._image))
        self.back()

    def back(self) -> None:
        """Mount it, which plays its journal back."""
        self._run("mount", "-o", "loop", str(self._image), str(self.folder))

    def cut(self) -> None:
        """Lose all that is not on the disk."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _EXT4_IOC_SHUTDOWN, struct.pack("I", _NOLOGFLUSH))
        finally:
            os.close(folder)

    def off(self) -> None:
        """Unmount it."""
        self._run("umount", str(self.folder))

    def _run(self, program: str, *arguments: str) -> None:
        ended = subprocess.run([str(shutil.which(program)), *arguments], capture_output=True, text=True)
        if ended.returncode != 0:
            pytest.skip(f"this machine does not mount disks of files: {ended.stderr.strip()}")


@pytest.fixture
def power(tmp_path: Path) -> Iterator[Power]:
    if os.geteuid() != 0 or not all(map(shutil.which, ("mkfs.ext4", "mount", "umount"))):
        pytest.skip("only root may mount a disk, and only of ext4 can the power be cut")
    power = Power(tmp_path)
    yield power
    with contextlib.suppress(pytest.skip.Exception):
        power.off()


@pytest.mark.parametrize("after_s", [1.0, 2.5])
def test_what_was_said_to_be_kept_is_whole_after_a_power_cut(power: Power, after_s: float) -> None:
    data = power.folder / "data"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_WORKER), str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it hears of its disk's end, at length
        text=True,
    ) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        time.sleep(after_s)
        power.cut()
        worker.kill()
        kept = worker.stdout.read().split()
    kept = [name for name in kept if len(name) == 64]  # the last line may be half
    assert len(kept) > 10

    power.off()
    power.back()
    with closing(sqlite3.connect(data / "cutroom.db")) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        rows = {name for (name,) in database.execute("select stage from rate")}
        blobs = {name for (name,) in database.execute("select sha256 from blob")}
    storage: Storage = load("storage", "local")(Settings(data_dir=data), "local")
    assert set(kept) <= rows <= blobs
    assert [name for name in rows if not storage.check(name)] == []
    # The power did go: of what nobody synced, something is lost.
    unsynced = [data / f"unsynced-{name}" for name in kept]
    assert any(not path.exists() or path.stat().st_size == 0 for path in unsynced)
