"""A recording with highlights over HTTP, ready to be edited."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from tests.api.studio import Studio, finished

EDITS = "/api/v1/edits"
CHOSEN: dict[str, Any] = {"count": 2, "min_s": 2, "max_s": 3, "language": "en", "preset": "square-1080"}


@dataclass
class Room:
    """A studio with a recording, what was proposed of it and the clips that were made.

    Attributes:
        client: Of the recording's owner.
        run: That proposed them.
    """

    studio: Studio
    client: httpx2.AsyncClient
    asset: str
    run: dict[str, Any]
    candidates: list[dict[str, Any]]
    clips: list[dict[str, Any]]

    async def open(self, **what: object) -> dict[str, Any]:
        """Open an edit."""
        answer = await self.client.post(EDITS, json=what)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def save(self, edit: dict[str, Any], **changes: object) -> dict[str, Any]:
        """Save an edit with some of its document changed."""
        body = {"version": edit["version"], "document": edit["document"] | changes}
        answer = await self.client.put(f"{EDITS}/{edit['id']}", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def render(self, edit: dict[str, Any], **more: object) -> dict[str, Any]:
        """Render an edit and give its clip."""
        started = await self.client.post(f"{EDITS}/{edit['id']}/render", json={"version": edit["version"], **more})
        assert started.status_code == 202, started.text
        async with self.studio.working():
            run = await finished(self.client, started.json()["id"])
        assert run["state"] == "succeeded", run
        made = (await self.client.get(run["result"]["output"])).json()["value"]
        clip: dict[str, Any] = (await self.client.get(f"/api/v1/clips/{made['clip_id']}")).json()
        return clip


async def make_room(studio: Studio, recording: Path, subtitles: Path, **chosen: object) -> Room:
    """Bring the recording and run highlights on it."""
    _, client = await studio.person()
    brought = studio.settings.data_dir / "brought"
    brought.mkdir(exist_ok=True)
    shutil.copy(recording, brought / "talk.mp4")
    asset = (await client.post("/api/v1/assets", json={"path": str(brought / "talk.mp4")})).json()["id"]
    params = CHOSEN | {"subtitles": subtitles.read_text()} | chosen
    run = await client.post("/api/v1/runs", json={"recipe": "highlights", "asset_id": asset, "params": params})
    async with studio.working():
        ended = await finished(client, run.json()["id"])
    assert ended["state"] == "succeeded", ended
    candidates = (await client.get(ended["result"]["candidates"])).json()["items"]
    clips = (await client.get(ended["result"]["clips"])).json()["items"]
    return Room(studio, client, asset, ended, candidates, clips)
