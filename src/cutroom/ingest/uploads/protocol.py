"""What the headers of tus 1.0 say, read and refused.

Source: https://tus.io/protocols/resumable-upload, version 1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from cutroom.core.text import one_line
from cutroom.ingest.errors import UploadUnreadable, VersionUnknown

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION: Final = "1.0.0"
EXTENSIONS: Final = (
    "creation",
    "creation-with-upload",
    "creation-defer-length",
    "termination",
    "checksum",
    "expiration",
    "concatenation",
)
#: What a body of bytes is called.
OCTETS: Final = "application/offset+octet-stream"
#: MD5 finds what a line damaged; it is no proof against a person, and nothing here takes it for one.
CHECKSUMS: Final[dict[str, Callable[[], _Hash]]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "md5": lambda: hashlib.md5(usedforsecurity=False),
}
#: No file has more; larger numbers fit no database.
_MOST: Final = 2**62
_MOST_PARTS: Final = 1000
_NUMBER: Final = re.compile(r"[0-9]{1,19}")
_KEY: Final = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,100}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
_METADATA: Final = 8192
_NAME: Final = 300


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a body must hash to."""

    algorithm: str
    digest: bytes


def check_version(given: str | None) -> None:
    """Refuse another version of the protocol.

    Raises:
        VersionUnknown: If it is not ours, or none was named.
    """
    if given != VERSION:
        raise VersionUnknown(f"This server speaks tus {VERSION}: send 'Tus-Resumable: {VERSION}'.", VERSION)


def read_number(name: str, given: str | None) -> int:
    """Read a count of bytes.

    Raises:
        UploadUnreadable: If it is missing, or is no such number.
    """
    if given is None or not _NUMBER.fullmatch(given) or int(given) > _MOST:
        raise UploadUnreadable(f"{name} must be a number of bytes, 0 or more: send it as digits alone.")
    return int(given)


def read_length(length: str | None, defer: str | None) -> int | None:
    """Read how long an upload will be; ``None`` when that is told later.

    Raises:
        UploadUnreadable: If that is not said, or said in two ways.
    """
    if (length is None) == (defer is None):
        raise UploadUnreadable("Say how long the file is: send either Upload-Length, or 'Upload-Defer-Length: 1'.")
    if defer is not None:
        if defer != "1":
            raise UploadUnreadable("Upload-Defer-Length can only be 1: send that, or Upload-Length.")
        return None
    return read_number("Upload-Length", length)


def read_metadata(given: str | None) -> dict[str, str]:
    """Read ``Upload-Metadata``; a key without a value has an empty one.

    Raises:
        UploadUnreadable: If it is not as the protocol has it.
    """
    refused = UploadUnreadable("Upload-Metadata cannot be read: send 'key base64' pairs with a comma between them.")
    found: dict[str, str] = {}
    if not given:
        return found
    if len(given) > _METADATA:
        raise UploadUnreadable(f"Upload-Metadata has {len(given):,} characters, and {_METADATA:,} are taken.")
    for pair in given.split(","):
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise refused
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise refused from error
    return found


def read_checksum(given: str | None) -> Checksum | None:
    """Read ``Upload-Checksum``.

    Raises:
        UploadUnreadable: If it cannot be read, or is of an algorithm that we do not know.
    """
    if given is None:
        return None
    algorithm, _, value = given.partition(" ")
    if algorithm not in CHECKSUMS:
        raise UploadUnreadable(f"Upload-Checksum is of an unknown kind: use one of {', '.join(CHECKSUMS)}.")
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UploadUnreadable("Upload-Checksum cannot be read: send its kind, a space, and base 64.") from error
    return Checksum(algorithm, digest)


def read_parts(given: str | None) -> list[UUID] | None:
    """Read which uploads one is joined of; ``None`` when it is not joined.

    Raises:
        UploadUnreadable: If it names none, one twice, or what is no upload's address.
    """
    if given is None or given == "partial":
        return None
    kind, _, addresses = given.partition(";")
    refused = UploadUnreadable("Upload-Concat must be 'partial', or 'final;' and the addresses of finished parts.")
    if kind != "final" or not addresses.strip():
        raise refused
    try:
        parts = [UUID(PurePosixPath(urlsplit(each).path).name) for each in addresses.split()]
    except ValueError as error:
        raise refused from error
    if len(parts) > _MOST_PARTS or len(set(parts)) < len(parts):
        raise UploadUnreadable(f"Upload-Concat may name {_MOST_PARTS:,} parts, each of them once.")
    return parts


def safe_name(given: str) -> str:
    """Make a label of a file name that somebody sent; it is never used as a path."""
    return one_line(PurePosixPath(PureWindowsPath(given.replace("\0", "")).name).name, _NAME).strip(". ")
