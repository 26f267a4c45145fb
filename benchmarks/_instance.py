"""A server of its own process, with an administrator who has a token."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cutroom.accounts.models import Role
from cutroom.accounts.tokens import make_token
from cutroom.accounts.users import new_user
from cutroom.app import open_engine
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings


@dataclass(frozen=True)
class Server:
    """Where it is, and what proves who asks."""

    url: str
    headers: dict[str, str]


@contextlib.contextmanager
def serving(folder: Path, database_url: str | None = None) -> Iterator[Server]:
    """Serve an instance from a folder until the block ends; nobody does its steps."""
    token = asyncio.run(_token(Settings(data_dir=folder, database_url=database_url)))
    log = folder / "server.log"
    environment = {**os.environ, "CUTROOM_DATA_DIR": str(folder), "CUTROOM_FREE_SPACE": "0"}
    if database_url:
        environment["CUTROOM_DATABASE_URL"] = database_url
    with log.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "cutroom", "api", "--port", "0"], env=environment, stdout=out, stderr=out
        )
    try:
        while (found := re.search(r"Cutroom is at (\S+)", log.read_text())) is None:
            if child.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.05)
        yield Server(found[1], {"Authorization": f"Bearer {token}"})
    finally:
        child.terminate()
        child.wait()


async def _token(settings: Settings) -> str:
    engine = open_engine(settings)
    await upgrade(engine.database)
    async with engine.database.writing() as session:
        user = new_user("benchmark", None, Role.ADMIN)
        user.quota_bytes = 1 << 50
        session.add(user)
        await session.flush()
        _, secret = await make_token(session, user.id, "benchmark")
    await engine.database.close()
    return secret
