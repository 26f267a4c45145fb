"""An instance with an identity provider on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from tests.accounts.oidc.provider import CLIENT, SECRET, FakeProvider
from tests.api.studio import Studio, data_settings, make_studio

from cutroom.core.database import Database
from cutroom.providers.registry import load


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """A provider that tells the truth until it is told to lie."""
    with HTTPServer("127.0.0.1") as server:
        yield FakeProvider(server)


@pytest.fixture
async def studio(database: Database, tmp_path: Path, provider: FakeProvider) -> AsyncIterator[Studio]:
    """An instance that knows the provider."""
    settings = data_settings(tmp_path).model_copy(
        update={"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    )
    made = make_studio(database, load("storage", "local")(settings, "local"), settings)
    async with made.clients:
        yield made
