"""An instance for every test, and people with passwords."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.accounts.factors.people import SECURE
from tests.api.studio import Studio, data_settings, make_studio, studio

from cutroom.core.database import Database
from cutroom.providers.registry import load

__all__ = ["studio"]


@pytest.fixture
async def secure(database: Database, tmp_path: Path) -> AsyncIterator[Studio]:
    """An instance whose address is a name and reached over TLS."""
    settings = data_settings(tmp_path)
    made = make_studio(database, load("storage", "local")(settings, "local"), settings, url=SECURE)
    async with made.clients:
        yield made
