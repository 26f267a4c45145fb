"""A client that brings files as tus has it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from sqlalchemy import func, select
from tests.api.studio import Studio

from cutroom.accounts.models import Role
from cutroom.accounts.quotas.models import QuotaEntry, QuotaWeek
from cutroom.core.database import Database
from cutroom.ingest.uploads.finishing import Finisher
from cutroom.jobs.execution import Engine

TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {"Content-Type": "application/offset+octet-stream"}
#: It begins as a film does; nobody looks further before a worker does.
FILM = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(range(256)) * 40


def told(**metadata: str) -> str:
    """Write ``Upload-Metadata``."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())


@dataclass
class Bringer:
    """Somebody who brings files."""

    studio: Studio
    client: httpx2.AsyncClient

    async def create(self, length: int | None, content: bytes = b"", **headers: str) -> httpx2.Response:
        """Promise an upload."""
        size = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
        sent = {**TUS, **size, **(OCTETS if content else {}), **headers}
        return await self.client.post("/api/v1/uploads", headers=sent, content=content)

    async def begin(self, length: int | None, content: bytes = b"", **headers: str) -> str:
        """Promise an upload, and give its address."""
        answer = await self.create(length, content, **headers)
        assert answer.status_code == 201, answer.text
        address: str = answer.headers["location"]
        return address

    async def add(
        self, address: str, offset: int, content: bytes | AsyncIterable[bytes], **headers: str
    ) -> httpx2.Response:
        """Send the next bytes."""
        sent = {**TUS, **OCTETS, "Upload-Offset": str(offset), **headers}
        return await self.client.patch(address, headers=sent, content=content)

    async def offset(self, address: str) -> int:
        """Ask how much is here."""
        answer = await self.client.head(address, headers=TUS)
        assert answer.status_code == 200, answer.text
        return int(answer.headers["upload-offset"])

    async def bring(self, content: bytes, **metadata: str) -> dict[str, Any]:
        """Bring a whole file, have it finished, and tell what became of it."""
        address = await self.begin(len(content), b"", **{"Upload-Metadata": told(**metadata)})
        if content:
            assert (await self.add(address, 0, content)).status_code == 204
        await self.finish()
        return await self.state(address)

    async def state(self, address: str) -> dict[str, Any]:
        """Tell what became of an upload."""
        answer = await self.client.get(f"{address}/state")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def finish(self) -> int:
        """Have done what the program does twice a second."""
        return await Finisher(engine_of(self.studio)).finish_all()

    async def assets(self) -> list[dict[str, Any]]:
        """List what came of it."""
        found: list[dict[str, Any]] = (await self.client.get("/api/v1/assets")).json()["items"]
        return found


def engine_of(studio: Studio) -> Engine:
    """Give what the program works with."""
    return Engine(studio.database, studio.catalogue, studio.storage, studio.settings)


async def bringer(studio: Studio, role: Role = Role.EDITOR) -> Bringer:
    """Make somebody who brings files."""
    _, client = await studio.person(role)
    return Bringer(studio, client)


async def used_bytes(database: Database) -> int:
    """Tell what is used of quotas, which the ledger must say as well."""
    async with database.reading() as session:
        used = await session.scalar(select(func.coalesce(func.sum(QuotaWeek.used_bytes), 0)))
        entered = await session.scalar(select(func.coalesce(func.sum(QuotaEntry.size_bytes), 0)))
    assert used == entered
    return int(used or 0)


def only(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Give some of the members of an answer."""
    return {name: found[name] for name in names}
