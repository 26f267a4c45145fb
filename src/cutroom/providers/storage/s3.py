"""Media in a bucket of an object store that speaks S3."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import obstore
from pydantic import SecretStr

from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.files import sha256_of, written_whole
from cutroom.core.settings import Settings
from cutroom.providers.storage import (
    PIECE_BYTES,
    DirectStore,
    FileMissing,
    StorageFailed,
    StorageUnavailable,
    StoredObject,
    attachment,
    checked_name,
)
from cutroom.providers.storage.bucket import Bucket
from cutroom.providers.storage.direct import FOLDER, DirectToBucket
from cutroom.providers.storage.hashed import Hashed
from cutroom.providers.storage.signing import Key

if TYPE_CHECKING:
    from obstore import GetOptions

#: Of an upload; a slow line must send one before the connection counts as silent.
_PART_BYTES: Final = 8 << 20
#: The service takes 10,000 of an object.
_MOST_PARTS: Final = 9_000
_AT_ONCE: Final = 4
_SILENCE_S: Final = 60.0
#: A probe is answered at once or not at all.
_HASTE_S: Final = 5.0
#: Tries in a row that bring nothing before a download is given up; within each the library tries again itself.
_ATTEMPTS: Final = 3


class S3Storage:
    """Objects at ``ab/abcdef…`` below a prefix; what was damaged moves to ``damaged``.

    Args:
        silence_s: How long nothing may arrive before a request is tried again.
        retries: Of a request, by the library.
    """

    name = "s3"

    def __init__(self, bucket: Bucket, *, silence_s: float = _SILENCE_S, retries: int = 4) -> None:
        self._bucket = bucket
        self._store = bucket.open(silence_s=silence_s, retries=retries)
        self._hasty = bucket.open(silence_s=min(silence_s, _HASTE_S), retries=0)
        self._hashed = Hashed()

    def probe(self) -> None:
        """Raise if the bucket cannot be used; see the protocol."""
        with self._bucket.explained():
            obstore.list_with_delimiter(self._hasty)

    def put(self, source: Path, sha256: str) -> None:
        """Keep a file's bytes; see the protocol."""
        path, size_bytes = _path(sha256), source.stat().st_size
        if sha256_of(source) != sha256:
            raise StorageFailed(f"{source.name} changed while it was put into storage: nothing was kept.")
        if self.size(sha256) == size_bytes:
            return
        part_bytes = max(_PART_BYTES, -(-size_bytes // _MOST_PARTS))
        try:
            with self._bucket.explained():
                # The service refuses a request whose bytes are not those of the hash that is signed with it.
                obstore.put(self._store, path, source, chunk_size=part_bytes, max_concurrency=_AT_ONCE)
        except (StorageFailed, StorageUnavailable, FileNotFoundError) as error:
            # What failed may have been the answer alone; there is never half an object.
            if self.size(sha256) == size_bytes:
                return
            if isinstance(error, FileNotFoundError):  # the upload was given up by somebody else
                raise StorageUnavailable(f"{self._bucket.title} forgot an upload: try again later.") from error
            raise
        arrived = self.size(sha256)
        if arrived != size_bytes:
            raise StorageFailed(
                f"{self._bucket.title} took {size_bytes:,} bytes of {sha256[:12]}… and has {arrived or 0:,}."
            )

    def fetch(self, sha256: str, target: Path) -> Path:
        """Download a file, unless the target is it already; see the protocol."""
        if self._hashed.holds(checked_name(sha256), target):
            return target
        with written_whole(target) as part:
            # Twice: what is wrong may be the way, and only what is wrong there is put aside.
            if sha256 not in (self._download(sha256, part) for _ in range(2)):
                self._put_aside(sha256)
                raise self._missing(sha256)
        target.chmod(0o444)
        self._hashed.learn(sha256, target.stat())
        return target

    def size(self, sha256: str) -> int | None:
        """Ask for the length; see the protocol."""
        try:
            with self._bucket.explained():
                return int(obstore.head(self._store, _path(sha256))["size"])
        except FileNotFoundError:
            return None

    def check(self, sha256: str) -> bool:
        """Read a file and put it aside when it is damaged; see the protocol."""
        for _ in range(2):
            digest = hashlib.sha256()
            try:
                for piece in self.read(sha256):
                    digest.update(piece)
            except FileMissing:
                return False
            if digest.hexdigest() == sha256:
                return True
        self._put_aside(sha256)
        return False

    def read(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Give a range in pieces; see the protocol."""
        size_bytes = self.size(sha256)
        if size_bytes is None:
            raise self._missing(sha256)
        return self._pieces(sha256, start, size_bytes if stop is None else min(stop, size_bytes), size_bytes)

    def local(self, sha256: str) -> Path | None:  # noqa: ARG002 - the Protocol's parameter
        """Name no file: none is on this machine."""
        return None

    def link(self, sha256: str, *, expires_s: int, media_type: str, file_name: str) -> str | None:
        """Sign an address; see the protocol."""
        parameters = {
            "response-content-disposition": attachment(file_name),
            "response-content-type": media_type,
            "response-cache-control": "private, max-age=31536000, immutable",
        }
        return self._bucket.link(_path(sha256), parameters, expires_s=expires_s)

    def direct(self) -> DirectStore | None:
        """Give what takes files from browsers, where there is an address for them and a key; see the protocol."""
        if self._bucket.key is None or self._bucket.public is None:
            return None
        return DirectToBucket(self._bucket, self._store)

    def remove(self, sha256: str) -> None:
        """Forget a file; see the protocol."""
        with self._bucket.explained(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, _path(sha256))

    def list(self) -> Iterator[StoredObject]:
        """Go through all files; see the protocol."""
        pages = obstore.list(self._store)
        while True:
            with self._bucket.explained():
                page = next(pages, None)
            if page is None:
                return
            for item in page:
                folder, _, name = item["path"].rpartition("/")
                with contextlib.suppress(InvalidInput):
                    if checked_name(name)[:2] == folder:
                        yield StoredObject(name, item["size"], item["last_modified"])

    def sweep(self, before: datetime) -> int:
        """Give up the uploads that nobody finished or looked at; see the protocol."""
        ended = self._bucket.end_uploads(before)
        pages = obstore.list(self._store, FOLDER)
        while True:
            with self._bucket.explained():
                page = next(pages, None)
            if page is None:
                return ended
            for item in page:
                if item["last_modified"] < before:
                    with self._bucket.explained(), contextlib.suppress(FileNotFoundError):
                        obstore.delete(self._store, item["path"])
                        ended += 1

    def _download(self, sha256: str, path: Path) -> str:
        digest = hashlib.sha256()
        with path.open("wb") as out:
            for piece in self.read(sha256):
                digest.update(piece)
                out.write(piece)
        return digest.hexdigest()

    def _pieces(self, sha256: str, start: int, stop: int, size_bytes: int) -> Iterator[bytes]:
        failures = 0
        position = start
        while position < stop:
            before = position
            # Without a range where none is needed: some servers know none.
            options: GetOptions = {"range": (position, stop)} if (position, stop) != (0, size_bytes) else {}
            try:
                for block in self._blocks(sha256, options):
                    for offset in range(0, len(block), PIECE_BYTES):
                        piece = block[offset : offset + PIECE_BYTES]
                        position += len(piece)
                        yield piece
            except StorageUnavailable:
                failures = 0 if position > before else failures + 1
                if failures == _ATTEMPTS:
                    raise
            else:
                if position == before:
                    raise self._missing(sha256)

    def _blocks(self, sha256: str, options: GetOptions) -> Iterator[bytes]:
        """Give what one request brings."""
        with self._found(sha256):
            blocks = obstore.get(self._store, _path(sha256), options=options).stream(min_chunk_size=PIECE_BYTES)
        while True:
            with self._found(sha256):
                block = next(blocks, None)
            if block is None:
                return
            yield block

    def _put_aside(self, sha256: str) -> None:
        with contextlib.suppress(CutroomError, FileNotFoundError), self._bucket.explained():
            obstore.copy(self._store, _path(sha256), f"damaged/{sha256}")
        self.remove(sha256)

    def _missing(self, sha256: str) -> FileMissing:
        return FileMissing(
            f"{self._bucket.title} does not hold the file {sha256[:12]}… whole: it has to be made again."
        )

    @contextlib.contextmanager
    def _found(self, sha256: str) -> Iterator[None]:
        try:
            with self._bucket.explained():
                yield
        except FileNotFoundError as error:
            raise self._missing(sha256) from error


def _path(sha256: str) -> str:
    return f"{checked_name(sha256)[:2]}/{sha256}"


def create(settings: Settings, location: str) -> S3Storage:
    """Open storage in a bucket, such as ``s3://bucket/prefix``.

    Raises:
        InvalidInput: If the address or one of the settings cannot be used.
    """
    place = urlsplit(location)
    if place.scheme != "s3" or not place.netloc or place.query or place.fragment:
        raise InvalidInput(f"'{location}' is no place for media: write CUTROOM_STORAGE like s3://bucket/prefix.")
    region = f"https://s3.{settings.s3_region}.amazonaws.com"
    endpoint = _address("CUTROOM_S3_ENDPOINT", settings.s3_endpoint or region)
    # A store of one's own often has a name that only machines beside it know.
    public = settings.s3_public_endpoint or (None if settings.s3_endpoint else region)
    bucket = Bucket(
        endpoint,
        place.netloc,
        place.path.strip("/"),
        settings.s3_region,
        _key(settings.s3_access_key, settings.s3_secret_key),
        _address("CUTROOM_S3_PUBLIC_ENDPOINT", public) if public else None,
    )
    return S3Storage(bucket)


def _address(name: str, given: str) -> str:
    address = urlsplit(given)
    if address.scheme not in {"http", "https"} or not address.hostname or address.path.strip("/"):
        raise InvalidInput(f"{name} is not an address: write it like https://host:port.")
    return f"{address.scheme}://{address.netloc}"


def _key(access: SecretStr | None, secret: SecretStr | None) -> Key | None:
    """Give the key of the settings, or the one that the environment of all such programs names."""
    if access and secret:
        return Key(access.get_secret_value(), secret.get_secret_value())
    if access or secret:
        raise InvalidInput("A key for the object store has two parts: set CUTROOM_S3_ACCESS_KEY and _SECRET_KEY.")
    environment = os.environ
    if "AWS_ACCESS_KEY_ID" in environment and "AWS_SECRET_ACCESS_KEY" in environment:
        token = environment.get("AWS_SESSION_TOKEN")
        return Key(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], token)
    return None
