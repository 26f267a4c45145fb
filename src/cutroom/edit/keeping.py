"""Where material is kept: in storage, by its content, so that all edits of a recording share it."""

from __future__ import annotations

import asyncio
import tempfile
from collections import OrderedDict
from pathlib import Path

from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.edit.material import Material, read_material, write_material
from cutroom.jobs.blobs import keep_file
from cutroom.providers.storage import Storage, StoredFile

#: People at work on as many recordings find theirs in memory: a lecture of an hour takes some megabytes.
_AT_HAND = 8
SUFFIX = ".json"

#: By the hash of their content, which never changes; what was used last is last.
_at_hand: OrderedDict[str, Material] = OrderedDict()


async def keep_material(database: Database, storage: Storage, settings: Settings, material: Material) -> StoredFile:
    """Put material into storage.

    Raises:
        OutputFailed: If there is no room or no right to write.
        StorageUnavailable: If storage cannot be reached.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="material-") as scratch:
        path = Path(scratch) / f"material{SUFFIX}"
        await asyncio.to_thread(lambda: path.write_bytes(write_material(material)))
        return await keep_file(database, storage, path, SUFFIX)


async def load_material(storage: Storage, file: StoredFile) -> Material:
    """Give material back.

    Raises:
        FileMissing: If storage does not hold it whole.
    """
    if (found := _at_hand.get(file.sha256)) is None:
        found = await asyncio.to_thread(lambda: read_material(b"".join(storage.read(file.sha256))))
        while len(_at_hand) >= _AT_HAND:
            _at_hand.popitem(last=False)
    _at_hand[file.sha256] = found
    _at_hand.move_to_end(file.sha256)
    return found
