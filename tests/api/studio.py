"""A whole instance as tests use it: the real application over real rows and real storage, and small real recipes."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

from cutroom.accounts.models import Role
from cutroom.accounts.sessions import open_session
from cutroom.accounts.tokens import make_token
from cutroom.accounts.users import new_user
from cutroom.accounts.vault.keyring import open_keyring
from cutroom.api.app import make_api
from cutroom.api.health import Check
from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.ingest.imports import stages as imports
from cutroom.ingest.subscriptions import stages as subscriptions
from cutroom.jobs.models import Queue
from cutroom.jobs.recipes import Catalogue, catalogue_of, each, recipe
from cutroom.jobs.slots import run_slot
from cutroom.jobs.stages import Work, stage
from cutroom.pipelines import importing, samples
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage, StoredFile

URL = "http://studio.test"
#: What a page of ours sends along.
PAGE = {"Origin": URL, "X-Cutroom": "1"}
LOCAL_KEY = "the-key-of-the-program-itself"
#: More than any sniffing looks at, and not text.
RECORDING = bytes(range(256)) * 64


@stage(version=1)
def measure(work: Work, source: StoredFile) -> list[int]:
    """Measure the recording."""
    return list(work.fetch(source).read_bytes()[:3])


@stage(version=1)
def double(work: Work, number: int, by: int) -> int:
    """Double a number."""
    work.say(f"Doubling {number}")
    return number * by


@stage(version=1)
def refuse(work: Work, source: StoredFile) -> int:
    """Refuse."""
    raise ValueError("a secret of the inside")


class Doubling(BaseModel):
    """What is doubled, and how often."""

    source: StoredFile
    file_name: str
    by: int = Field(default=2, ge=2, le=9, description="Times what.")


class Refusing(BaseModel):
    source: StoredFile


@recipe("double", "Double what was measured", Doubling)
def double_all(params: Doubling) -> list[int]:
    return each(double, measure(params.source), params.by)


@recipe("refuse", "Refuse everything", Refusing)
def refuse_all(params: Refusing) -> int:
    return refuse(params.source)


@recipe("share", "Make it ready", Refusing)
def share(params: Refusing) -> list[int]:
    return measure(params.source)


CATALOGUE = catalogue_of(
    [double_all, refuse_all, share, *importing.RECIPES, *samples.RECIPES],
    [measure, double, refuse, *imports.STAGES, *subscriptions.STAGES, *samples.STAGES],
)


@dataclass
class Studio:
    """An instance and how to reach it."""

    app: FastAPI
    database: Database
    storage: Storage
    settings: Settings
    catalogue: Catalogue
    clients: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def client(self, headers: Mapping[str, str] | None = None) -> httpx2.AsyncClient:
        """Open a client that nobody is signed in with."""
        transport = httpx2.ASGITransport(self.app)
        return await self.clients.enter_async_context(
            httpx2.AsyncClient(transport=transport, base_url=URL, headers=headers)
        )

    async def person(self, role: Role = Role.ADMIN, name: str | None = None) -> tuple[UUID, httpx2.AsyncClient]:
        """Make an account, and a client that sends a token of it."""
        user_id, token = await self.account(role, name)
        return user_id, await self.client({"Authorization": f"Bearer {token}"})

    async def account(self, role: Role = Role.ADMIN, name: str | None = None) -> tuple[UUID, str]:
        """Make an account and a token of it."""
        async with self.database.writing() as session:
            user = new_user(name or f"person {uuid.uuid4().hex}", None, role)
            session.add(user)
            await session.flush()
            _, secret = await make_token(session, user.id, "test")
        return user.id, secret

    async def browser(self, role: Role = Role.ADMIN) -> tuple[UUID, httpx2.AsyncClient]:
        """Make an account, and a client that sends its cookie as a page of ours does."""
        async with self.database.writing() as session:
            user = new_user(f"person {uuid.uuid4().hex}", None, role)
            session.add(user)
            await session.flush()
            secret = await open_session(session, user)
        client = await self.client(PAGE)
        client.cookies.set("cutroom", secret)
        return user.id, client

    async def asset(self, client: httpx2.AsyncClient, name: str = "talk.mp4", content: bytes = RECORDING) -> str:
        """Add a recording, as whoever runs the program."""
        path = self.settings.data_dir / "brought" / uuid.uuid4().hex / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        answer = await client.post("/api/v1/assets", json={"path": str(path)})
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["id"]
        return found

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Have a real slot do steps until the block ends."""
        stop = asyncio.Event()
        slot = asyncio.create_task(
            run_slot(self.database, self.catalogue, self.storage, self.settings, tuple(Queue), stop=stop)
        )
        try:
            yield
        finally:
            stop.set()
            await slot

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve it on loopback with the real server, and give the address."""
        config = uvicorn.Config(self.app, port=0, lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


async def finished(client: httpx2.AsyncClient, run_id: str) -> dict[str, Any]:
    """Poll a run until it has ended."""
    async with asyncio.timeout(120):
        while True:
            run: dict[str, Any] = (await client.get(f"/api/v1/runs/{run_id}")).json()
            if run["state"] in {"succeeded", "failed", "canceled"}:
                return run
            await asyncio.sleep(0.05)


def make_studio(
    database: Database,
    storage: Storage,
    settings: Settings,
    *,
    url: str = URL,
    catalogue: Catalogue = CATALOGUE,
    checks: Mapping[str, Check] | None = None,
) -> Studio:
    """Join the parts as the program does."""
    app = make_api(
        database,
        storage,
        settings,
        catalogue,
        secret_key="a key for tests alone, of some length",  # noqa: S106 - of nobody
        keyring=open_keyring(settings),
        url=url,
        local_key=LOCAL_KEY,
        checks=checks,
    )
    return Studio(app, database, storage, settings, catalogue)


def data_settings(folder: Path) -> Settings:
    """Settings of an instance that keeps everything in one folder and may take recordings from one inside it."""
    return Settings(data_dir=folder, import_roots=str(folder / "brought"), free_space=0.0, beat_s=0.2)


@pytest.fixture
async def studio(database: Database, tmp_path: Path) -> AsyncIterator[Studio]:
    """An instance of this test alone, on disk, once on each kind of database."""
    settings = data_settings(tmp_path)
    storage: Storage = load("storage", "local")(settings, "local")
    made = make_studio(database, storage, settings)
    async with made.clients:
        yield made
