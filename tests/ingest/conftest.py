"""A web site to bring recordings in from, and an instance that may reach it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.api.studio import Studio, data_settings, make_studio
from tests.ingest.site_on_loopback import Site, make_site, serving

from cutroom.core.database import Database
from cutroom.core.settings import Settings, get_settings
from cutroom.jobs.recipes import catalogue_of
from cutroom.pipelines.catalogue import RECIPES, STAGES
from cutroom.providers.registry import load


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recording in every form that a site may have it in."""
    folder = tmp_path_factory.mktemp("site")
    make_site(folder)
    return folder


@pytest.fixture
def site(recordings: Path) -> Iterator[Site]:
    """A web site of this test alone."""
    with serving(recordings) as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path, site: Site) -> Settings:
    """Settings that let the site be reached."""
    return data_settings(tmp_path).model_copy(update={"egress_allow": site.host})


@pytest.fixture
async def studio(database: Database, settings: Settings) -> AsyncIterator[Studio]:
    """An instance with the real recipes."""
    get_settings.cache_clear()
    catalogue = catalogue_of(RECIPES, STAGES)
    made = make_studio(database, load("storage", "local")(settings, "local"), settings, catalogue=catalogue)
    async with made.clients:
        yield made
