"""Signed links: whoever has one gets one file for a while, without an account."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import asdict, dataclass

from itsdangerous import BadData, URLSafeSerializer
from pydantic import TypeAdapter, ValidationError

from cutroom.accounts.instance import Instance
from cutroom.library.errors import LinkExpired

#: How long a link works when nobody says, and at most.
LIFE_S = 3600
LONGEST_S = 7 * 24 * 3600
_PREFIX = "/api/v1/files/"


@dataclass(frozen=True, slots=True)
class Served:
    """A file as it is handed out.

    Attributes:
        media_type: Ours, never what somebody said.
        file_name: What it is called when it is saved.
        inline: Whether it may be shown rather than saved: only what we made ourselves.
    """

    sha256: str
    size_bytes: int
    media_type: str
    file_name: str
    inline: bool


@dataclass(frozen=True, slots=True)
class _Signed:
    file: Served
    until: int


async def make_link(here: Instance, file: Served, *, expires_s: int) -> str:
    """Give an address that hands out a file until it expires; the store's own where it gives such."""
    own = await asyncio.to_thread(
        here.storage.link, file.sha256, expires_s=expires_s, media_type=file.media_type, file_name=file.file_name
    )
    if own is not None:
        return own
    return here.url + _PREFIX + _serializer(here).dumps(asdict(_Signed(file, int(time.time()) + expires_s)))


def read_link(here: Instance, signed: str) -> Served:
    """Give the file that a link of ours names.

    Raises:
        LinkExpired: If it is too old, or not one of ours.
    """
    refused = LinkExpired("This link has expired, or is not whole: ask for a new one.")
    try:
        found = TypeAdapter(_Signed).validate_python(_serializer(here).loads(signed))
    except (BadData, ValidationError) as error:
        raise refused from error
    if found.until < time.time():
        raise refused
    return found.file


def _serializer(here: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(
        here.key_for("links"), signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )
