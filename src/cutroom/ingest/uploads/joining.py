"""Join parts to one file: the first is renamed, each further one is added and then removed.

How long the joined file is tells how far it is, so that after a crash it goes on where it was; at no time is more on
the disk than the file and one part.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cutroom.core.files import output_failed, sync_folder
from cutroom.ingest.errors import UploadGone
from cutroom.ingest.uploads.receiving import copy_bytes


def join_files(target: Path, parts: Sequence[tuple[Path, int]]) -> None:
    """Make one file of parts; does nothing where it is made already.

    Args:
        parts: Files in order with the length of each; those that were joined already are gone.

    Raises:
        UploadGone: If a part is not there, or is shorter.
        DiskFull: If there is no room.
        OutputFailed: If it cannot be written.
    """
    try:
        if not target.exists():
            first, length = parts[0]
            if not first.is_file() or first.stat().st_size != length:
                raise _gone(first)
            first.replace(target)
            sync_folder(target.parent)
        with target.open("r+b", buffering=0) as joined:
            size = joined.seek(0, os.SEEK_END)
            start = 0
            for path, length in parts:
                if size < start + length:
                    if not path.is_file() or path.stat().st_size != length:
                        raise _gone(path)
                    with path.open("rb") as part:
                        copy_bytes(part.fileno(), joined.fileno(), size - start)
                    os.fsync(joined.fileno())
                    size = start + length
                path.unlink(missing_ok=True)
                start += length
    except OSError as error:
        raise output_failed(target, error) from error


def _gone(path: Path) -> UploadGone:
    return UploadGone(f"The part {path.name} is not here whole any more: bring it again.")
