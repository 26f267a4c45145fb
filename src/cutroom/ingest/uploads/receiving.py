"""Write what arrives to the end of a file: in large pieces, beside the loop, and on the disk before anybody is told."""

from __future__ import annotations

import asyncio
import errno
import hmac
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final, TypeVar

from starlette.requests import ClientDisconnect

from cutroom.core.errors import DiskFull
from cutroom.core.files import output_failed
from cutroom.ingest.errors import ChecksumMismatch, FileTooLarge, UploadTaken
from cutroom.ingest.uploads.holding import Hold
from cutroom.ingest.uploads.protocol import CHECKSUMS, Checksum
from cutroom.media.sniff import HEAD_BYTES

T = TypeVar("T")

#: Bytes handed to the disk at a time.
_BATCH: Final = 1 << 20
#: The kernel takes no more buffers in one call.
_MOST_BUFFERS: Final = 1024
#: How often it is looked whether anything still arrives, and after which silence what did is written.
_LOOK_S: Final = 0.25
#: A line that brings nothing for so long counts as dead.
_DEAD_S: Final = 60.0
#: After so many bytes, room on the disk is looked at again, and they are brought to the disk while more arrive.
_STRIDE: Final = 32 << 20
#: Of their own: a disk that stalls must not keep other work of this process waiting.
_threads = ThreadPoolExecutor(4, thread_name_prefix="upload")
_syncers = ThreadPoolExecutor(2, thread_name_prefix="upload-sync")


@dataclass(frozen=True, slots=True)
class Intake:
    """What may be added to an upload.

    Attributes:
        start: Where the first byte goes.
        limit: Where the last one ends at most.
        free_space: The share of the disk that stays free.
        more: Gives a limit beyond the one reached, or raises; none where the limit is the length.
        judge: Given the head once it is here; raises when it is of no recording.
        checksum: Of all that arrives; without it all is kept that does.
    """

    start: int
    limit: int
    free_space: float
    more: Callable[[int], Awaitable[int]] | None = None
    judge: Callable[[bytes], None] | None = None
    checksum: Checksum | None = None


async def append(stream: AsyncIterator[bytes], hold: Hold, intake: Intake, *, target: Path | None = None) -> int:
    """Add what a request brings to a file that is held; what arrived before a line broke is kept.

    Args:
        target: Another file that the bytes go to.

    Returns:
        Where the last byte ended.

    Raises:
        UploadTaken: If somebody else wants the file.
        FileTooLarge: If more arrives than may; what is beyond is not kept.
        ChecksumMismatch: If it is not what was sent; the file is as it was.
        DiskFull: If there is no room for it.
        OutputFailed: If it cannot be written.
    """
    aside = hold.path.with_name(f"{hold.path.name}.unchecked") if intake.checksum else None
    pump = _Pump(aside or target or hold.path, intake, aside=aside is not None)
    try:
        end = await _watch(asyncio.ensure_future(pump.run(stream)), pump, hold)
        await pump.flush()
        await pump.sync()
        if end is _End.TAKEN:
            raise UploadTaken("Another connection went on with this upload: ask for its offset.")
        if aside is not None and intake.checksum is not None and end is _End.WHOLE:
            if not hmac.compare_digest(pump.digest(), intake.checksum.digest):
                raise ChecksumMismatch(
                    f"The {intake.checksum.algorithm} of what arrived is another than that of what was sent: send it "
                    "again."
                )
            await in_thread(_join, aside, hold.path)
    except OSError as error:
        raise output_failed(hold.path, error) from error
    finally:
        await pump.close()
        if aside is not None:
            aside.unlink(missing_ok=True)
    return pump.at


class _End(Enum):
    """How a request ended."""

    WHOLE = auto()
    BROKEN = auto()
    TAKEN = auto()


async def _watch(reader: asyncio.Future[None], pump: _Pump, hold: Hold) -> _End:
    """Wait until all has arrived, the line has broken, or somebody else wants the file."""
    try:
        while not (await asyncio.wait({reader}, timeout=_LOOK_S))[0]:
            if hold.is_wanted(pump.quiet_s):
                return _End.TAKEN
            if pump.quiet_s > _DEAD_S:
                return _End.BROKEN
            if pump.quiet_s > _LOOK_S:
                await pump.flush()
        await reader
    except ClientDisconnect:
        return _End.BROKEN
    finally:
        reader.cancel()
        await asyncio.wait({reader})
    return _End.WHOLE


class _Pump:
    """Takes pieces from a request and hands them on in batches; while one is written, the next is gathered."""

    def __init__(self, target: Path, intake: Intake, *, aside: bool) -> None:
        self._intake = intake
        self._folder = target.parent
        self._limit = intake.limit
        self.at = intake.start  # where the next byte handed on goes
        self._shift = intake.start if aside else 0
        self._unseen = 0
        self._judged = intake.judge is None or aside
        self._digest = CHECKSUMS[intake.checksum.algorithm]() if intake.checksum else None
        self._batch: list[bytes] = []
        self._batch_size = 0
        self._last = time.monotonic()
        self._turn = asyncio.Lock()
        self._writing: asyncio.Future[None] | None = None
        self._syncing: Future[None] | None = None
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT | os.O_TRUNC if aside else 0)
        try:
            self._descriptor = os.open(target, flags, 0o600)
        except OSError as error:
            raise output_failed(target, error) from error

    @property
    def quiet_s(self) -> float:
        """How long nothing has arrived."""
        return time.monotonic() - self._last

    def digest(self) -> bytes:
        """Give the hash of all that was written."""
        return self._digest.digest() if self._digest else b""

    async def run(self, stream: AsyncIterator[bytes]) -> None:
        """Take all that arrives."""
        async for piece in stream:
            self._last = time.monotonic()
            self._batch.append(piece)
            self._batch_size += len(piece)
            if self._batch_size >= _BATCH:
                await self.flush()
        await self.flush()

    async def flush(self) -> None:
        """Hand on what has been gathered, once what was handed on before is written."""
        async with self._turn:
            batch, size = self._batch, self._batch_size
            self._batch, self._batch_size = [], 0
            if self._writing is not None:
                await asyncio.shield(self._writing)
            if not size:
                return
            if self.at + size > self._limit:
                if self._intake.more is None:
                    raise FileTooLarge(f"More arrived than the {self._limit:,} bytes that the upload has.")
                self._limit = await self._intake.more(self.at + size)
            self._writing = asyncio.get_running_loop().run_in_executor(_threads, self._write, batch, self.at)
            self.at += size

    async def sync(self) -> None:
        """Wait until all is on the disk."""
        if self._writing is not None:
            await asyncio.shield(self._writing)
        await in_thread(os.fsync, self._descriptor)

    async def close(self) -> None:
        """Let go of the file, once no thread writes to it any more."""
        if self._writing is not None:
            await asyncio.wait({self._writing})
            self._writing.exception()
        if self._syncing is not None:
            await asyncio.wait({asyncio.wrap_future(self._syncing)})
        os.close(self._descriptor)

    def _write(self, batch: list[bytes], at: int) -> None:
        if self._digest is not None:
            for piece in batch:
                self._digest.update(piece)
        size = _write_all(self._descriptor, batch, at - self._shift)
        self._unseen += size
        if self._unseen >= _STRIDE:
            self._unseen = 0
            check_room(self._folder, self._intake.free_space, 0)
            if self._syncing is None or self._syncing.done():
                self._syncing = _syncers.submit(os.fdatasync, self._descriptor)
        if not self._judged and self._intake.judge is not None and at + size >= HEAD_BYTES:
            self._judged = True
            self._intake.judge(os.pread(self._descriptor, HEAD_BYTES, 0))


def check_room(folder: Path, free_space: float, size_bytes: int) -> None:
    """Make sure that a disk takes so many bytes more and keeps its share free.

    Raises:
        DiskFull: If it does not.
    """
    usage = shutil.disk_usage(folder)
    if usage.free - size_bytes < free_space * usage.total:
        raise DiskFull(
            f"The server's disk has {usage.free / 1e6:,.0f} MB free, of which it keeps {free_space:.0%} of the whole: "
            "ask an administrator to free some space."
        )


def _write_all(descriptor: int, batch: Sequence[bytes], at: int) -> int:
    """Write pieces one after the other, and count their bytes."""
    left = [memoryview(piece) for piece in batch if piece]
    total = sum(map(len, left))
    while left:
        written = os.pwritev(descriptor, left[:_MOST_BUFFERS], at)
        at += written
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if written:
            left[0] = left[0][written:]
    return total


def _join(source: Path, target: Path) -> None:
    """Add a file's bytes to another, and have them on the disk."""
    with source.open("rb") as read, target.open("r+b", buffering=0) as write:
        write.seek(0, os.SEEK_END)
        copy_bytes(read.fileno(), write.fileno(), 0)
        os.fsync(write.fileno())


def copy_bytes(source: int, target: int, start: int) -> None:
    """Copy a file from a byte on to where another stands, by the kernel alone where it can."""
    while True:
        try:
            copied = os.copy_file_range(source, target, 1 << 30, offset_src=start)
        except OSError as error:  # a file system without it, or two of them
            if error.errno not in {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}:
                raise
            copied = os.sendfile(target, source, start, 1 << 30)
        if copied == 0:
            return
        start += copied


async def in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Run a function of the disk in a thread that only uploads wait for."""
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *arguments)
