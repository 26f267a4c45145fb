"""An instance that may send to a receiver on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.accounts.webhooks.house import Post, posting
from tests.api.studio import Studio, data_settings, make_studio
from tests.core.egress.servers import PUBLIC, Site, say, site

from cutroom.core.database import Database
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage


@pytest.fixture
async def studio(database: Database, tmp_path: Path) -> AsyncIterator[Studio]:
    """An instance of this test alone, which may send to loopback's second address."""
    settings = data_settings(tmp_path).model_copy(update={"egress_allow": PUBLIC})
    storage: Storage = load("storage", "local")(settings, "local")
    made = make_studio(database, storage, settings)
    async with made.clients:
        yield made


@pytest.fixture
def receiver() -> Iterator[Site]:
    """A server that takes whatever it is sent."""
    with site(say(b"thanks")) as running:
        yield running


@pytest.fixture
async def post(studio: Studio) -> AsyncIterator[Post]:
    """What sends."""
    async with posting(studio) as opened:
        yield opened
