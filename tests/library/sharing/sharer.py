"""A person who shares recordings, as tests have them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from tests.api.studio import RECORDING, Studio

from cutroom.accounts.models import Role
from cutroom.analysis.models import ChapterRow, TranscriptRow
from cutroom.jobs.blobs import keep_file
from cutroom.library.models import Asset, AssetFile, AssetState, Collection, CollectionItem

ASSETS, SHARES, SHARED = "/api/v1/assets", "/api/v1/shares", "/api/v1/shared"
PLAYED = b"what is played " * 100


@dataclass
class Sharer:
    """An editor with recordings that are ready."""

    studio: Studio
    user_id: UUID
    client: httpx2.AsyncClient

    async def asset(self, title: str = "Thermodynamics", *, played: str = "play.mp4", **columns: Any) -> str:  # noqa: ANN401 - columns
        """Make a recording with all that can be watched of it."""
        original = await _stored(self.studio, RECORDING + title.encode())
        made_of_it = await _stored(self.studio, PLAYED)
        made = Asset(
            owner_id=self.user_id,
            title=title,
            file_name="the secret name of a file.mov",
            sha256=original.sha256,
            size_bytes=original.size_bytes,
            state=AssetState.READY,
            duration_s=90.0,
            width=1280,
            height=720,
        )
        for name, value in columns.items():
            setattr(made, name, value)
        kinds = {
            played: "video/mp4" if played.endswith("4") else "audio/mp4",
            "poster.jpg": "image/jpeg",
            "hls/720p/0.ts": "video/mp2t",
        }
        word = {"text": "Hello", "start_s": 0.5, "end_s": 1.0, "probability": 1.0}
        sentence = {"first": 0, "stop": 1, "start_s": 0.5, "end_s": 1.0, "text": "Hello"}
        content = {"language": "en", "words": [word], "sentences": [sentence], "source": "test"}
        async with self.studio.database.writing() as session:
            session.add(made)
            await session.flush()
            session.add_all(
                AssetFile(
                    asset_id=made.id,
                    name=name,
                    sha256=made_of_it.sha256,
                    size_bytes=made_of_it.size_bytes,
                    media_type=kind,
                )
                for name, kind in kinds.items()
            )
            session.add(TranscriptRow(asset_id=made.id, language="en", source="test", content=content))
            session.add(ChapterRow(asset_id=made.id, position=0, start_s=0.0, end_s=45.0, title="Heat & <work>"))
            session.add(ChapterRow(asset_id=made.id, position=1, start_s=45.0, end_s=90.0, title="Entropy"))
        return str(made.id)

    async def collection(self, *asset_ids: str, title: str = "Winter term") -> str:
        """Make a collection of recordings."""
        made = Collection(owner_id=self.user_id, title=title, description="All lectures.")
        async with self.studio.database.writing() as session:
            session.add(made)
            await session.flush()
            for number, asset_id in enumerate(asset_ids):
                session.add(CollectionItem(collection_id=made.id, asset_id=UUID(asset_id), position=1000 * number))
        return str(made.id)

    async def share(self, thing_id: str, kind: str = "assets", **terms: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Share a recording, or a collection, and give the answer."""
        answer = await self.client.post(f"/api/v1/{kind}/{thing_id}/shares", json=terms)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told


async def sharer(studio: Studio, role: Role = Role.EDITOR) -> Sharer:
    """Make such a person."""
    return Sharer(studio, *await studio.person(role))


def secret_of(share: dict[str, Any], number: int = 0) -> str:
    """Give the secret of a link that was just made."""
    url: str = share["made"][number]["url"]
    return url.rpartition("/")[2]


async def opened(client: httpx2.AsyncClient, secret: str, password: str | None = None) -> dict[str, Any]:
    """Open a share and give the answer."""
    answer = await client.post(SHARED, json={"secret": secret, "password": password})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _stored(studio: Studio, content: bytes) -> Any:  # noqa: ANN401 - of storage
    path = studio.settings.data_dir / uuid.uuid4().hex
    path.write_bytes(content)
    return await keep_file(studio.database, studio.storage, path)
