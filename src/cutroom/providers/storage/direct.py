"""Files that browsers send to a bucket themselves, in pieces, to addresses that we signed.

What arrives has the name that we gave the upload, and nobody's trust: it is read, and copied within the bucket to the
name of its content.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import obstore

from cutroom.core.http import Limits, RequestRefused, RequestUnanswered, Server
from cutroom.providers.storage import PIECE_BYTES, Piece, PiecesMissing, StorageFailed, StorageUnavailable
from cutroom.providers.storage.bucket import Bucket

if TYPE_CHECKING:
    from obstore.store import S3Store

#: Below our prefix.
FOLDER: Final = "direct"
#: The service keeps no larger object.
MOST_BYTES: Final = 5 << 40
#: Nor copies it a larger one in one request, but in parts.
_COPIED_AT_ONCE: Final = 5 << 30
_COPY_BYTES: Final = 512 << 20
_MOST_PARTS: Final = 9_000


class DirectToBucket:
    """Uploads that go to a bucket without us; see the protocol."""

    most_bytes = MOST_BYTES

    def __init__(self, bucket: Bucket, store: S3Store) -> None:
        self._bucket = bucket
        self._store = store

    def begin(self, name: str) -> str:
        """Begin an upload; see the protocol."""
        return self._begin(_path(name))

    def address(self, name: str, number: str, piece: int, *, expires_s: int) -> str:
        """Sign where a piece goes; see the protocol."""
        parameters = {"partNumber": str(piece), "uploadId": number}
        return self._bucket.sign_public("PUT", _path(name), parameters, expires_s=expires_s)

    def finish(self, name: str, number: str, pieces: list[Piece]) -> None:
        """Put the pieces together; see the protocol."""
        size_bytes = sum(piece.size_bytes for piece in pieces)
        if self.size(name) == size_bytes:
            return
        here = self._pieces(name, number)
        missing = [piece.number for piece in pieces if here.get(piece.number, ("", -1))[1] != piece.size_bytes]
        if missing:
            raise PiecesMissing(missing)
        tags = {piece.number: here[piece.number][0] for piece in pieces}
        self._put_together(_path(name), number, tags, size_bytes)

    def give_up(self, name: str, number: str) -> None:
        """Forget an upload; see the protocol."""
        with contextlib.suppress(StorageFailed):  # it knows of none such any more
            self._ask("DELETE", _path(name), {"uploadId": number})
        with self._bucket.explained(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, _path(name))

    def size(self, name: str) -> int | None:
        """Ask for the length of what was put together; see the protocol."""
        return self._size(_path(name))

    def read(self, name: str) -> Iterator[bytes]:
        """Give the bytes; see the protocol."""
        with self._bucket.explained():
            blocks = obstore.get(self._store, _path(name)).stream(min_chunk_size=PIECE_BYTES)
        while True:
            with self._bucket.explained():
                block = next(blocks, None)
            if block is None:
                return
            yield bytes(block)

    def adopt(self, name: str, sha256: str) -> None:
        """Give it the name of its content; see the protocol."""
        size_bytes, target = self.size(name) or 0, f"{sha256[:2]}/{sha256}"
        if size_bytes <= _COPIED_AT_ONCE:
            with self._bucket.explained():
                obstore.copy(self._store, _path(name), target)
            return
        number = self._begin(target)
        try:
            each = max(_COPY_BYTES, -(-size_bytes // _MOST_PARTS))
            starts = enumerate(range(0, size_bytes, each), start=1)
            tags = {part: self._copy(_path(name), target, number, part, at, each, size_bytes) for part, at in starts}
            self._put_together(target, number, tags, size_bytes)
        except BaseException:
            with contextlib.suppress(StorageFailed, StorageUnavailable):  # the sweep finds it
                self._ask("DELETE", target, {"uploadId": number})
            raise

    def _begin(self, path: str) -> str:
        number = self._parsed(self._ask("POST", path, {"uploads": ""})).findtext("{*}UploadId", "")
        if not number:
            raise StorageFailed(f"{self._bucket.title} began no upload.")
        return number

    def _copy(self, source: str, target: str, number: str, part: int, start: int, length: int, size_bytes: int) -> str:
        """Copy a stretch of an object within the bucket, as a part of another, and give the part's tag."""
        headers = {
            "x-amz-copy-source": self._bucket.name_of(source),
            "x-amz-copy-source-range": f"bytes={start}-{min(start + length, size_bytes) - 1}",
        }
        asked = {"partNumber": str(part), "uploadId": number}
        tag = self._parsed(self._ask("PUT", target, asked, headers=headers)).findtext("{*}ETag", "")
        if not tag:  # it says 200 before it knows
            raise StorageUnavailable(f"{self._bucket.title} did not copy a part of an upload: try again later.")
        return tag

    def _put_together(self, path: str, number: str, tags: dict[int, str], size_bytes: int) -> None:
        listed = "".join(
            f"<Part><PartNumber>{part}</PartNumber><ETag>{_escaped(tag)}</ETag></Part>" for part, tag in tags.items()
        )
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        try:
            answer = self._parsed(self._ask("POST", path, {"uploadId": number}, body))
            refused = answer.tag.rpartition("}")[2] == "Error"  # it says 200 before it knows
        except (StorageFailed, StorageUnavailable):
            # What failed may have been the answer alone.
            if self._size(path) != size_bytes:
                raise
            return
        if refused or self._size(path) != size_bytes:
            code = answer.findtext("Code") or answer.findtext("{*}Code") or "no reason"
            raise StorageUnavailable(f"{self._bucket.title} did not put an upload together ({code}): try again later.")

    def _size(self, path: str) -> int | None:
        try:
            with self._bucket.explained():
                return int(obstore.head(self._store, path)["size"])
        except FileNotFoundError:
            return None

    def _pieces(self, name: str, number: str) -> dict[int, tuple[str, int]]:
        """Ask the store which pieces it has: what a browser says of them proves nothing."""
        found: dict[int, tuple[str, int]] = {}
        marker = "0"
        while True:
            listed = self._parsed(self._ask("GET", _path(name), {"uploadId": number, "part-number-marker": marker}))
            for part in listed.findall("{*}Part"):
                tag, size = part.findtext("{*}ETag", ""), int(part.findtext("{*}Size", "-1"))
                found[int(part.findtext("{*}PartNumber", "0"))] = tag, size
            following = listed.findtext("{*}NextPartNumberMarker", "")
            if listed.findtext("{*}IsTruncated") != "true" or following in {"", marker}:
                return found
            marker = following

    def _ask(
        self,
        method: str,
        path: str,
        parameters: dict[str, str],
        content: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> bytes:
        secrets = [self._bucket.key.secret] if self._bucket.key else []
        try:
            with Server("the object store", self._bucket.endpoint, secrets=secrets, limits=Limits(120.0)) as server:
                signed = self._bucket.sign_own(method, path, parameters, expires_s=600, headers=headers)
                address = signed.removeprefix(self._bucket.endpoint)
                return server.ask(method, address, content=content, headers=headers).body
        except RequestUnanswered as error:
            raise StorageUnavailable(str(error)) from error
        except RequestRefused as error:
            raise StorageFailed(str(error)) from error

    def _parsed(self, answer: bytes) -> ET.Element:
        try:
            return ET.fromstring(answer)  # noqa: S314 - our own store's answer
        except ET.ParseError as error:
            raise StorageFailed(
                f"{self._bucket.title} answers in no words of S3: check CUTROOM_S3_ENDPOINT."
            ) from error


def _path(name: str) -> str:
    return f"{FOLDER}/{name}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
