"""An upload onto a disk that fills up under it: a small one of memory, for what that needs root."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.api.studio import Studio, data_settings, make_studio
from tests.ingest.uploads.bringing import FILM, bringer, used_bytes

from cutroom.core.database import Database
from cutroom.core.schema import upgrade
from cutroom.providers.registry import load

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

DISK = 64 << 20
CONTENT = (FILM + os.urandom(1 << 16)).ljust(12 << 20, b"\7")


def _disk(*command: str) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"no disk of memory can be mounted here: {ended.stderr.strip()}")


@pytest.fixture
async def small(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Studio]:
    """An instance whose disk is small, with its database on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    _disk("mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder))
    try:
        settings = data_settings(folder)
        database = Database(f"sqlite+aiosqlite:///{folder}/cutroom.db")
        await upgrade(database)
        made = make_studio(database, load("storage", "local")(settings, "local"), settings)
        async with made.clients:
            yield made
        await database.close()
    finally:
        _disk("umount", "--lazy", str(folder))


def _fill(folder: Path, leave: int) -> Path:
    """Take what is free of a disk, but so much."""
    ballast = folder / "ballast"
    usage = os.statvfs(folder)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, usage.f_bavail * usage.f_frsize - leave)
    return ballast


@pytest.mark.parametrize(
    ("leave", "kept"),
    [(0, 0.05), (1 << 20, 0.05), (1 << 20, 0.0), (0, 0.0)],
    ids=["none", "kept", "some", "not even kept"],
)
async def test_a_disk_that_fills_up_costs_nothing_but_the_wait(small: Studio, leave: int, kept: float) -> None:
    """What is kept free is refused before it is used; where nothing is kept, the disk itself refuses."""
    small.settings.free_space = kept
    one = await bringer(small)
    address = await one.begin(len(CONTENT))
    half = len(CONTENT) // 2
    assert (await one.add(address, 0, CONTENT[:half])).status_code == 204
    ballast = await asyncio.to_thread(_fill, small.settings.data_dir, leave)
    refused = await one.add(address, half, CONTENT[half:])
    assert refused.status_code == 507, refused.text
    assert "\n" not in refused.json()["detail"]
    again = await one.create(1 << 20)
    assert again.status_code == 507, again.text
    ballast.unlink()
    offset = await one.offset(address)
    assert half <= offset < len(CONTENT)
    assert (await one.add(address, offset, CONTENT[offset:])).status_code == 204
    assert await one.finish() == 1
    (asset,) = await one.assets()
    found = (await one.client.get(asset["original_url"])).content
    assert hashlib.sha256(found).digest() == hashlib.sha256(CONTENT).digest()
    assert await used_bytes(small.database) == len(CONTENT)
    assert list((small.settings.data_dir / "uploads").glob("*")) == []
