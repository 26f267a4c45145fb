"""Where media bytes live: files named by their content, whole or absent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

from cutroom.core.errors import InvalidInput, ProviderFailed, ProviderUnavailable

#: The longest piece that :meth:`Storage.read` gives.
PIECE_BYTES: Final = 1 << 20
_NAME: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in storage: what passes between stages instead of a path.

    Attributes:
        sha256: 64 lower-case hexadecimal digits; the file's name in storage.
        size_bytes: Its length.
        suffix: What programs choose a format by, with its dot; ours, never from a user's file name.
    """

    sha256: str
    size_bytes: int
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What storage says of a file that it holds."""

    sha256: str
    size_bytes: int
    modified_at: datetime


class StorageFailed(ProviderFailed):
    """Storage refused, or what it holds is not what was put there."""


class FileMissing(StorageFailed):
    """Storage does not hold the file whole."""

    status = 404


class StorageUnavailable(ProviderUnavailable):
    """Storage could not be reached."""


class PiecesMissing(StorageFailed):
    """An upload cannot be put together yet.

    Attributes:
        numbers: Of the pieces that are not here, or are not as long as they must be.
    """

    status = 409

    def __init__(self, numbers: list[int]) -> None:
        some = ", ".join(map(str, numbers[:10]))
        super().__init__(f"These pieces are not here whole: {some}{', …' if len(numbers) > 10 else ''}.")
        self.numbers = numbers


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file that is sent directly; they are counted from 1."""

    number: int
    size_bytes: int


class DirectStore(Protocol):
    """Where browsers send files themselves, under a name of ours that is not that of their content.

    Attributes:
        most_bytes: The largest file.
    """

    most_bytes: int

    def begin(self, name: str) -> str:
        """Begin an upload and give its number."""
        ...

    def address(self, name: str, number: str, piece: int, *, expires_s: int) -> str:
        """Sign the address that takes a piece by PUT for a while."""
        ...

    def finish(self, name: str, number: str, pieces: list[Piece]) -> None:
        """Put the pieces together; nothing happens where that was done.

        Raises:
            PiecesMissing: If some are not here.
            StorageUnavailable: If it cannot be reached, or could not do it now.
        """
        ...

    def give_up(self, name: str, number: str) -> None:
        """Forget an upload, whole or not; nothing happens when there is none."""
        ...

    def size(self, name: str) -> int | None:
        """Give the length of a file that was put together, else ``None``."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Give its bytes in pieces."""
        ...

    def adopt(self, name: str, sha256: str) -> None:
        """Keep it by its content, whose hash the caller found by reading it; the first name stays."""
        ...


class Storage(Protocol):
    """Keep files by the hash of their bytes.

    Every call may come from any thread and any process at the same time. A name never changes its content, so
    putting a file twice is harmless, and nothing is ever overwritten or seen half.
    """

    name: str

    def probe(self) -> None:
        """Make sure that files could be put now: for a start that says at once what is wrong.

        Raises:
            OutputFailed: If there is no right to write.
            StorageFailed: If it refuses us, or the place in it is not there.
            StorageUnavailable: If it cannot be reached.
        """
        ...

    def put(self, source: Path, sha256: str) -> None:
        """Keep a file's bytes; ``source`` stays, and may be linked to where it lies in the data folder.

        Raises:
            OutputFailed: If there is no room or no right to write.
            StorageFailed: If what arrived is not ``source``.
            StorageUnavailable: If it cannot be reached.
        """
        ...

    def fetch(self, sha256: str, target: Path) -> Path:
        """Give a local file with these bytes, to be read only.

        Args:
            target: Where a copy may be made, whole; storage that has local files answers with its own instead.

        Raises:
            FileMissing: If it is absent, or its bytes are not those of the name; then it counts as absent from now on.
        """
        ...

    def size(self, sha256: str) -> int | None:
        """Give the length of a file that is here, else ``None``; cheap, so without reading it."""
        ...

    def check(self, sha256: str) -> bool:
        """Read a file and tell whether its bytes are those of its name; a file that is not is put aside."""
        ...

    def read(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Give bytes ``start`` to ``stop`` (exclusive) in pieces of at most 1 MiB.

        Raises:
            FileMissing: Before the first piece, if it is absent.
        """
        ...

    def local(self, sha256: str) -> Path | None:
        """Name the file on this machine's disk, where storage has one."""
        ...

    def link(self, sha256: str, *, expires_s: int, media_type: str, file_name: str) -> str | None:
        """Sign an address that gives the bytes without us for a while, where storage can; else ``None``."""
        ...

    def direct(self) -> DirectStore | None:
        """Give what takes files from browsers without us, where storage can."""
        ...

    def remove(self, sha256: str) -> None:
        """Forget a file; nothing happens when it is absent."""
        ...

    def list(self) -> Iterator[StoredObject]:
        """Go through all files, in any order."""
        ...

    def sweep(self, before: datetime) -> int:
        """Remove what was begun before a moment and never got its name, and count it."""
        ...


def checked_name(sha256: str) -> str:
    """Give the name back if it can be a file's.

    Raises:
        InvalidInput: If it is not 64 lower-case hexadecimal digits, so that no name leaves its folder.
    """
    if not _NAME.fullmatch(sha256):
        raise InvalidInput(f"{sha256[:80]!r} is not the name of a stored file: it has 64 hexadecimal digits.")
    return sha256


def attachment(file_name: str) -> str:
    """Write the header by which a browser saves a file under a name and never shows it.

    Source: RFC 6266, with the name's own letters as RFC 8187 writes them.
    """
    plain = re.sub(r"[^ !#-\[\]-~]", "_", file_name.encode("ascii", "replace").decode().replace("?", "_"))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
