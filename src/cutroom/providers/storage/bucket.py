"""A bucket: how it is reached, what its refusals mean, and what our library does not ask of it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from obstore.exceptions import BaseError
from obstore.store import S3Store

from cutroom.core.clock import now
from cutroom.core.http import Limits, RequestRefused, RequestUnanswered, Server
from cutroom.providers.storage import StorageFailed, StorageUnavailable
from cutroom.providers.storage.signing import Key, sign

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential

#: Refusals of one request's bytes, which arrived as others than we sent.
_BROKEN: Final = frozenset({"BadDigest", "IncompleteBody", "RequestTimeout", "XAmzContentSHA256Mismatch"})
_STATUS: Final = re.compile(r"status code: (\d{3})")
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where objects are, and who asks for them.

    Attributes:
        endpoint: The service's address, without the bucket and without a slash at its end.
        prefix: Of all our keys, without slashes at its ends.
        key: None leaves it to the environment or the machine's role, and nothing can be signed by us then.
        public: The endpoint as browsers reach it; none, and nothing is given to them but through us.
    """

    endpoint: str
    name: str
    prefix: str
    region: str
    key: Key | None
    public: str | None = None

    @property
    def title(self) -> str:
        """What a message calls it."""
        return f"The object store at {urlsplit(self.endpoint).netloc}"

    def open(self, *, silence_s: float, retries: int) -> S3Store:
        """Make a client.

        Args:
            silence_s: How long nothing may arrive before a request is tried again.
            retries: Of a request, after the first try.
        """
        # All that the library would else take from the environment of other programs on this machine.
        config: S3Config = {
            "endpoint": self.endpoint,
            "aws_endpoint_url_s3": self.endpoint,
            "region": self.region,
            "disable_bulk_delete": True,
            "skip_signature": False,
            "unsigned_payload": False,
            "virtual_hosted_style_request": False,
        }
        return S3Store(
            self.name,
            prefix=self.prefix or None,
            config=config,
            credential_provider=partial(_lend, self.key) if self.key else None,
            client_options={
                "allow_http": self.endpoint.startswith("http://"),
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

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Put the library's errors into our words; that one object is absent stays ``FileNotFoundError``."""
        try:
            yield
        except (BaseError, OSError) as error:
            text = str(error)
            code = match[1] if (match := _CODE.search(text)) else ""
            status = int(match[1]) if (match := _STATUS.search(text)) else 0
            if code == "NoSuchBucket":
                raise StorageFailed(
                    f"{self.title} has no bucket '{self.name}': make it, or name another in CUTROOM_STORAGE."
                ) from error
            if isinstance(error, FileNotFoundError):
                raise
            said = f", HTTP {status}{f' {code}' if code else ''}" if status else ""
            if status in {401, 403}:
                raise StorageFailed(
                    f"{self.title} refused us{said}: check CUTROOM_S3_ACCESS_KEY, CUTROOM_S3_SECRET_KEY and what that "
                    f"key may do with the bucket '{self.name}'."
                ) from error
            if (status in {400, 405, 412, 416, 501} and code not in _BROKEN) or "redirect without LOCATION" in text:
                raise StorageFailed(
                    f"{self.title} does not understand us{said}: check CUTROOM_S3_ENDPOINT and CUTROOM_S3_REGION."
                ) from error
            raise StorageUnavailable(
                f"{self.title} is busy or broken{said}: try again later."
                if status
                else f"{self.title} cannot be reached or broke off: check CUTROOM_S3_ENDPOINT and the network."
            ) from error

    def link(self, path: str, parameters: Mapping[str, str], *, expires_s: int) -> str | None:
        """Sign an address by which a browser gets an object, where there is such an address and a key."""
        if self.key is None or self.public is None:
            return None
        return self._signed("GET", self.public, self._key(path), parameters, self.key, expires_s)

    def sign_public(self, method: str, path: str, parameters: Mapping[str, str], *, expires_s: int) -> str:
        """Sign an address by which a browser does one thing with an object.

        Raises:
            StorageFailed: If there is no such address, or no key.
        """
        if self.key is None or self.public is None:
            raise StorageFailed(f"{self.title} has no address for browsers: set CUTROOM_S3_PUBLIC_ENDPOINT and a key.")
        return self._signed(method, self.public, self._key(path), parameters, self.key, expires_s)

    def sign_own(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str],
        *,
        expires_s: int,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Sign an address by which we do one thing with an object, sending these headers along.

        Raises:
            StorageFailed: If there is no key of ours.
        """
        if self.key is None:
            raise StorageFailed(f"{self.title} lends us no key to sign with: set CUTROOM_S3_ACCESS_KEY.")
        return self._signed(method, self.endpoint, self._key(path), parameters, self.key, expires_s, headers)

    def name_of(self, path: str) -> str:
        """Name an object as a request does that copies it."""
        return quote("/".join(filter(None, (self.name, self._key(path)))), safe="/~")

    def end_uploads(self, before: datetime) -> int:
        """Give up the uploads that were begun before a moment and not finished, and count them."""
        if self.key is None:
            return 0
        prefix = f"{self.prefix}/" if self.prefix else ""
        ended = 0
        with Server("the object store", self.endpoint, secrets=[self.key.secret], limits=Limits(60.0)) as server:
            try:
                listed = self._ask(server, "GET", "", {"uploads": "", "prefix": prefix}, self.key)
                for upload in ET.fromstring(listed).findall("{*}Upload"):  # noqa: S314 - our own store's answer
                    key, number, begun = (
                        upload.findtext(f"{{*}}{tag}", "") for tag in ("Key", "UploadId", "Initiated")
                    )
                    if key.startswith(prefix) and datetime.fromisoformat(begun) < before:
                        self._ask(server, "DELETE", key, {"uploadId": number}, self.key)
                        ended += 1
            except RequestUnanswered as error:
                raise StorageUnavailable(str(error)) from error
            except (RequestRefused, ET.ParseError, ValueError) as error:
                raise StorageFailed(f"{self.title} does not tell which uploads are unfinished ({error}).") from error
        return ended

    def _key(self, path: str) -> str:
        return "/".join(filter(None, (self.prefix, path)))

    def _ask(self, server: Server, method: str, object_key: str, parameters: Mapping[str, str], key: Key) -> bytes:
        signed = self._signed(method, self.endpoint, object_key, parameters, key, 600)
        return server.ask(method, signed.removeprefix(self.endpoint)).body

    def _signed(
        self,
        method: str,
        endpoint: str,
        object_key: str,
        parameters: Mapping[str, str],
        key: Key,
        expires_s: int,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        path = "/".join(filter(None, (self.name, object_key)))
        address = f"{endpoint}/{quote(path, safe='/~')}"
        return sign(
            method, address, parameters, key=key, region=self.region, at=now(), expires_s=expires_s, headers=headers
        )


def _lend(key: Key) -> S3Credential:
    return {"access_key_id": key.access, "secret_access_key": key.secret, "token": key.token, "expires_at": None}
