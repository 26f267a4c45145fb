"""Media in a bucket of an object store that speaks S3."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store
from pydantic import SecretStr

from cutroom.core.clock import now
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.files import sha256_of, written_whole
from cutroom.core.http import Limits, RequestRefused, RequestUnanswered, Server
from cutroom.core.settings import Settings
from cutroom.providers.storage import (
    PIECE_BYTES,
    FileMissing,
    StorageFailed,
    StorageUnavailable,
    StoredObject,
    attachment,
    checked_name,
)
from cutroom.providers.storage.hashed import Hashed
from cutroom.providers.storage.signing import Key, sign

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import S3Config, S3Credential

#: Of an upload; a slow line must send one before the connection counts as silent.
_PART_BYTES: Final = 8 << 20
#: The service takes 10,000 of an object.
_MOST_PARTS: Final = 9_000
_AT_ONCE: Final = 4
_SILENCE_S: Final = 60.0
#: Tries in a row that bring nothing before a download is given up; within each the library tries again itself.
_ATTEMPTS: Final = 3
#: Refusals of one request's bytes, which arrived as others than we sent.
_BROKEN: Final = frozenset({"BadDigest", "IncompleteBody", "RequestTimeout", "XAmzContentSHA256Mismatch"})
_STATUS: Final = re.compile(r"status code: (\d{3})")
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")


class S3Storage:
    """Objects at ``ab/abcdef…`` below a prefix; what was damaged moves to ``damaged``.

    Args:
        endpoint: The service's address, without the bucket.
        public: The same as browsers reach it; none, and nothing is given to them but through us.
        key: None leaves it to the environment or the machine's role, and nothing can be signed by us then.
        silence_s: How long nothing may arrive before a request is tried again.
        retries: Of a request, by the library.
    """

    name = "s3"

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        prefix: str,
        *,
        region: str,
        key: Key | None,
        public: str | None = None,
        silence_s: float = _SILENCE_S,
        retries: int = 4,
    ) -> None:
        self._endpoint, self._bucket, self._prefix = endpoint.rstrip("/"), bucket, prefix
        self._region, self._key, self._public = region, key, public
        self._hashed = Hashed()
        # All that the library would else take from the environment of other programs on this machine.
        config: S3Config = {
            "endpoint": self._endpoint,
            "aws_endpoint_url_s3": self._endpoint,
            "region": region,
            "disable_bulk_delete": True,
            "skip_signature": False,
            "unsigned_payload": False,
            "virtual_hosted_style_request": False,
        }
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            config=config,
            credential_provider=(lambda: _lent(key)) if key else None,
            client_options={
                "allow_http": self._endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "read_timeout": timedelta(seconds=silence_s),
                "timeout": timedelta(minutes=10),
            },
            retry_config={
                "max_retries": retries,
                "retry_timeout": timedelta(seconds=60),
                "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=5)},
            },
        )

    def probe(self) -> None:
        """Raise if the bucket cannot be used; see the protocol."""
        with self._explained():
            obstore.list_with_delimiter(self._store)

    def put(self, source: Path, sha256: str) -> None:
        """Keep a file's bytes; see the protocol."""
        path, size_bytes = _path(sha256), source.stat().st_size
        if sha256_of(source) != sha256:
            raise StorageFailed(f"{source.name} changed while it was put into storage: nothing was kept.")
        if self.size(sha256) == size_bytes:
            return
        part_bytes = max(_PART_BYTES, -(-size_bytes // _MOST_PARTS))
        try:
            with self._explained():
                # The service refuses a request whose bytes are not those of the hash that is signed with it.
                obstore.put(self._store, path, source, chunk_size=part_bytes, max_concurrency=_AT_ONCE)
        except (StorageFailed, StorageUnavailable, FileNotFoundError) as error:
            # What failed may have been the answer alone; there is never half an object.
            if self.size(sha256) == size_bytes:
                return
            if isinstance(error, FileNotFoundError):  # the upload was given up by somebody else
                raise StorageUnavailable(f"{self._name} forgot an upload: try again later.") from error
            raise
        arrived = self.size(sha256)
        if arrived != size_bytes:
            raise StorageFailed(f"{self._name} took {size_bytes:,} bytes of {sha256[:12]}… and has {arrived or 0:,}.")

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
            with self._explained():
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
        if self._key is None or self._public is None:
            return None
        parameters = {
            "response-content-disposition": attachment(file_name),
            "response-content-type": media_type,
            "response-cache-control": "private, max-age=31536000, immutable",
        }
        address = self._public + self._address(_path(sha256)).removeprefix(self._endpoint)
        return self._signed("GET", address, parameters, expires_s, self._key)

    def remove(self, sha256: str) -> None:
        """Forget a file; see the protocol."""
        with self._explained(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, _path(sha256))

    def list(self) -> Iterator[StoredObject]:
        """Go through all files; see the protocol."""
        pages = obstore.list(self._store)
        while True:
            with self._explained():
                page = next(pages, None)
            if page is None:
                return
            for item in page:
                folder, _, name = item["path"].rpartition("/")
                with contextlib.suppress(InvalidInput):
                    if checked_name(name)[:2] == folder:
                        yield StoredObject(name, item["size"], item["last_modified"])

    def sweep(self, before: datetime) -> int:
        """Give up the uploads that nobody finished; see the protocol."""
        if self._key is None:
            return 0
        root, prefix = self._address(""), f"{self._prefix}/" if self._prefix else ""
        ended = 0
        with Server("the object store", self._endpoint, secrets=[self._key.secret], limits=Limits(60.0)) as server:
            try:
                found = self._ask(server, "GET", root, {"uploads": "", "prefix": prefix}, self._key)
                for upload in ET.fromstring(found).findall("{*}Upload"):  # noqa: S314 - from our own store, and expat bounds what it expands
                    key, number, begun = (
                        upload.findtext(f"{{*}}{tag}", "") for tag in ("Key", "UploadId", "Initiated")
                    )
                    if key.startswith(prefix) and datetime.fromisoformat(begun) < before:
                        address = self._address(key.removeprefix(prefix))
                        self._ask(server, "DELETE", address, {"uploadId": number}, self._key)
                        ended += 1
            except RequestUnanswered as error:
                raise StorageUnavailable(str(error)) from error
            except (RequestRefused, ET.ParseError, ValueError) as error:
                raise StorageFailed(f"{self._name} does not tell which uploads are unfinished ({error}).") from error
        return ended

    @property
    def _name(self) -> str:
        return f"The object store at {urlsplit(self._endpoint).netloc}"

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
        with contextlib.suppress(CutroomError, FileNotFoundError), self._explained():
            obstore.copy(self._store, _path(sha256), f"damaged/{sha256}")
        self.remove(sha256)

    def _address(self, path: str) -> str:
        key = "/".join(filter(None, (self._bucket, self._prefix if path else "", path)))
        return f"{self._endpoint}/{quote(key, safe='/~')}"

    def _signed(self, method: str, address: str, parameters: dict[str, str], expires_s: int, key: Key) -> str:
        return sign(method, address, parameters, key=key, region=self._region, at=now(), expires_s=expires_s)

    def _ask(self, server: Server, method: str, address: str, parameters: dict[str, str], key: Key) -> bytes:
        signed = self._signed(method, address, parameters, 600, key)
        return server.ask(method, signed.removeprefix(self._endpoint)).body

    def _missing(self, sha256: str) -> FileMissing:
        return FileMissing(f"{self._name} does not hold the file {sha256[:12]}… whole: it has to be made again.")

    @contextlib.contextmanager
    def _found(self, sha256: str) -> Iterator[None]:
        try:
            with self._explained():
                yield
        except FileNotFoundError as error:
            raise self._missing(sha256) from error

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Put the library's errors into our words; that one object is absent stays ``FileNotFoundError``."""
        try:
            yield
        except (BaseError, OSError) as error:
            text = str(error)
            code = match[1] if (match := _CODE.search(text)) else ""
            status = int(match[1]) if (match := _STATUS.search(text)) else 0
            if code == "NoSuchBucket":
                raise StorageFailed(
                    f"{self._name} has no bucket '{self._bucket}': make it, or name another in CUTROOM_STORAGE."
                ) from error
            if isinstance(error, FileNotFoundError):
                raise
            said = f", HTTP {status}{f' {code}' if code else ''}" if status else ""
            if status in {401, 403}:
                raise StorageFailed(
                    f"{self._name} refused us{said}: check CUTROOM_S3_ACCESS_KEY, CUTROOM_S3_SECRET_KEY and what that "
                    f"key may do with the bucket '{self._bucket}'."
                ) from error
            if (status in {400, 405, 412, 416, 501} and code not in _BROKEN) or "redirect without LOCATION" in text:
                raise StorageFailed(
                    f"{self._name} does not understand us{said}: check CUTROOM_S3_ENDPOINT and CUTROOM_S3_REGION."
                ) from error
            raise StorageUnavailable(
                f"{self._name} is busy or broken{said}: try again later."
                if status
                else f"{self._name} cannot be reached or broke off: check CUTROOM_S3_ENDPOINT and the network."
            ) from error


def _lent(key: Key) -> S3Credential:
    return {
        "access_key_id": key.access,
        "secret_access_key": key.secret,
        "token": key.token,
        "expires_at": None,
    }


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
    return S3Storage(
        endpoint,
        place.netloc,
        place.path.strip("/"),
        region=settings.s3_region,
        key=_key(settings.s3_access_key, settings.s3_secret_key),
        public=_address("CUTROOM_S3_PUBLIC_ENDPOINT", public) if public else None,
    )


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
