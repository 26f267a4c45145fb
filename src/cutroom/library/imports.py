"""Bring a file of the server's own disk into the library: opened once, and only where that is allowed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput, OutputFailed, UnsupportedMedia
from cutroom.core.files import output_failed
from cutroom.core.settings import Settings
from cutroom.core.text import well_formed
from cutroom.jobs.blobs import keep_file
from cutroom.library.errors import OutsideRoots
from cutroom.media.sniff import HEAD_BYTES, name_other
from cutroom.providers.storage import Storage, StoredFile

_BLOCK = 1 << 20
#: Nothing waits for whoever writes to a pipe, and a terminal does not become ours.
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


def import_roots(settings: Settings) -> tuple[Path, ...]:
    """Give the folders that recordings may be taken from."""
    if settings.import_roots is None:
        return (Path.home(),)
    return tuple(Path(part) for part in settings.import_roots.split(os.pathsep) if part)


async def bring_in(
    database: Database, storage: Storage, settings: Settings, path: Path, roots: Sequence[Path] | None
) -> tuple[StoredFile, str]:
    """Copy a recording into storage.

    Args:
        path: On this machine, absolute.
        roots: Folders it must lie in, with no hidden part below them; ``None`` lets it lie anywhere.

    Returns:
        The stored file, and what the recording was called.

    Raises:
        OutsideRoots: If it is not there, or not allowed; which of them is not told.
        UnsupportedMedia: If it is no recording.
        InvalidInput: If it changes while it is read.
        OutputFailed: If the disk is full.
    """
    folder = settings.data_dir / "incoming"
    copy = folder / f"{secrets.token_hex(8)}.part"
    try:
        await asyncio.to_thread(copy_recording, path, roots, copy, settings.free_space)
        stored = await keep_file(database, storage, copy)
    finally:
        with contextlib.suppress(OSError):
            copy.unlink()
    return stored, well_formed(path.name)


def copy_recording(path: Path, roots: Sequence[Path] | None, copy: Path, free_space: float) -> None:
    """Copy a recording of the server's disk, opened once and only where that is allowed.

    Args:
        path, roots: As for :func:`bring_in`.
        copy: A new file.
        free_space: The share of the disk that must stay free.

    Raises:
        OutsideRoots, UnsupportedMedia, InvalidInput, OutputFailed: As for :func:`bring_in`.
    """
    with _opened(path, roots) as descriptor, open(descriptor, "rb", closefd=False) as source:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise UnsupportedMedia(f"{path.name} is not a file: name a recording.")
        if before.st_size == 0:
            raise UnsupportedMedia(f"{path.name} is empty: name a recording.")
        other = name_other(source.read(HEAD_BYTES))
        if other is not None:
            raise UnsupportedMedia(f"{path.name} is {other}: name a recording.")
        source.seek(0)
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            usage = shutil.disk_usage(copy.parent)
            if usage.free - before.st_size < free_space * usage.total:
                raise OutputFailed(
                    f"{path.name} has {before.st_size / 1e6:,.1f} MB, and the disk of {copy.parent.parent} has only "
                    f"{usage.free / 1e6:,.1f} MB free, of which some is kept: free some space."
                )
            with copy.open("xb") as target:
                shutil.copyfileobj(source, target, _BLOCK)
        except OSError as error:
            raise output_failed(copy, error) from error
        after = os.fstat(descriptor)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise InvalidInput(f"{path.name} changed while it was read: wait until it is whole and add it again.")


@contextlib.contextmanager
def _opened(path: Path, roots: Sequence[Path] | None) -> Iterator[int]:
    """Open a file once; a link that is put in its way meanwhile is not followed."""
    refused = OutsideRoots(
        f"There is no recording at {path} that may be added: it must lie in a folder of CUTROOM_IMPORT_ROOTS "
        "(your home folder when unset), not be hidden, and be readable."
    )
    if not path.is_absolute():
        raise InvalidInput(f"'{path}' does not start at the root: write the whole path, as in /home/me/talk.mp4.")
    with contextlib.ExitStack() as stack:
        try:
            real = path.resolve(strict=True)
            folders = [Path("/")] if roots is None else [each.resolve() for each in roots]
            root = next((each for each in folders if real.is_relative_to(each)), None)
            if root is None:
                raise refused
            parts = real.relative_to(root).parts
            if not parts or (roots is not None and any(part.startswith(".") for part in parts)):
                raise refused
            at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, at)
            for part in parts[:-1]:
                at = os.open(part, _READ | os.O_DIRECTORY, dir_fd=at)
                stack.callback(os.close, at)
            found = os.open(parts[-1], _READ, dir_fd=at)
            stack.callback(os.close, found)
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL
            raise refused from error
        yield found
