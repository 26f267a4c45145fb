"""Files that browsers send to a bucket themselves, in pieces, to addresses that we signed.

What arrives has the name that we gave the upload, and nobody's trust: it is read, and copied within the bucket to the
name of its content.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
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
#: The service copies no larger object in one request.
MOST_BYTES: Final = 5 << 30


class DirectToBucket:
    """Uploads that go to a bucket without us; see the protocol."""

    most_bytes = MOST_BYTES

    def __init__(self, bucket: Bucket, store: S3Store) -> None:
        self._bucket = bucket
        self._store = store

    def begin(self, name: str) -> str:
        """Begin an upload; see the protocol."""
        answer = self._parsed(self._ask("POST", name, {"uploads": ""}))
        number = answer.findtext("{*}UploadId", "")
        if not number:
            raise StorageFailed(f"{self._bucket.title} began no upload.")
        return number

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
        listed = "".join(
            f"<Part><PartNumber>{piece.number}</PartNumber><ETag>{_escaped(here[piece.number][0])}</ETag></Part>"
            for piece in pieces
        )
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        try:
            answer = self._parsed(self._ask("POST", name, {"uploadId": number}, body))
            refused = answer.tag.rpartition("}")[2] == "Error"  # it says 200 before it knows
        except (StorageFailed, StorageUnavailable):
            # What failed may have been the answer alone.
            if self.size(name) != size_bytes:
                raise
            return
        if refused or self.size(name) != size_bytes:
            code = answer.findtext("Code") or answer.findtext("{*}Code") or "no reason"
            raise StorageUnavailable(f"{self._bucket.title} did not put an upload together ({code}): try again later.")

    def give_up(self, name: str, number: str) -> None:
        """Forget an upload; see the protocol."""
        with contextlib.suppress(StorageFailed):  # it knows of none such any more
            self._ask("DELETE", name, {"uploadId": number})
        with self._bucket.explained(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, _path(name))

    def size(self, name: str) -> int | None:
        """Ask for the length of what was put together; see the protocol."""
        try:
            with self._bucket.explained():
                return int(obstore.head(self._store, _path(name))["size"])
        except FileNotFoundError:
            return None

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
        with self._bucket.explained():
            obstore.copy(self._store, _path(name), f"{sha256[:2]}/{sha256}")

    def _pieces(self, name: str, number: str) -> dict[int, tuple[str, int]]:
        """Ask the store which pieces it has: what a browser says of them proves nothing."""
        found: dict[int, tuple[str, int]] = {}
        marker = "0"
        while True:
            listed = self._parsed(self._ask("GET", name, {"uploadId": number, "part-number-marker": marker}))
            for part in listed.findall("{*}Part"):
                tag, size = part.findtext("{*}ETag", ""), int(part.findtext("{*}Size", "-1"))
                found[int(part.findtext("{*}PartNumber", "0"))] = tag, size
            following = listed.findtext("{*}NextPartNumberMarker", "")
            if listed.findtext("{*}IsTruncated") != "true" or following in {"", marker}:
                return found
            marker = following

    def _ask(self, method: str, name: str, parameters: dict[str, str], content: bytes | None = None) -> bytes:
        secrets = [self._bucket.key.secret] if self._bucket.key else []
        try:
            with Server("the object store", self._bucket.endpoint, secrets=secrets, limits=Limits(120.0)) as server:
                signed = self._bucket.sign_own(method, _path(name), parameters, expires_s=600)
                path = signed.removeprefix(self._bucket.endpoint)
                return server.ask(method, path, content=content).body
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
