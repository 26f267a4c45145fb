"""Every sentence of tus 1.0 that says MUST or SHOULD, and faults of the network, on one process and on two."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.api.studio import Studio
from tests.conftest import PROJECT
from tests.ingest.uploads.machines import address_of, in_turn, make_bearer, processes

from cutroom.accounts.models import Role
from cutroom.core.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def suite() -> Path:
    """A suite of black-box cases, which stands beside the project."""
    path = next(
        (each for each in (PROJECT.parent, PROJECT.parent.parent) if (each / "shared").is_dir()), PROJECT.parent
    )
    path = path / "shared" / "tus_conformance.py"
    if not path.is_file():
        pytest.skip(f"no suite of tus cases at {path}")
    return path


def _judge(suite: Path, url: str, bearer: str) -> None:
    metadata = "filename dGFsay5tcDQ="
    command = [sys.executable, str(suite), f"{url}/api/v1/uploads", "--header", f"Authorization: {bearer}"]
    said = subprocess.run([*command, "--meta", metadata], capture_output=True, text=True, timeout=600, check=False)
    assert "'FAIL': 0, 'skip': 0" in said.stdout, said.stdout + said.stderr


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_one_process_speaks_tus(studio: Studio, suite: Path) -> None:
    _, token = await studio.account(Role.EDITOR)
    async with studio.served() as url:
        await asyncio.to_thread(_judge, suite, url, f"Bearer {token}")


@pytest.mark.slow
async def test_two_processes_speak_tus_whichever_a_connection_reaches(
    suite: Path, database_url: str, tmp_path: Path
) -> None:
    bearer = await make_bearer(Settings(data_dir=tmp_path / "data", database_url=database_url))
    environment = {"CUTROOM_DATA_DIR": str(tmp_path / "data"), "CUTROOM_DATABASE_URL": database_url}
    with (
        processes(tmp_path, environment, "api", 2) as both,
        in_turn([address_of(each) for each in both]) as url,
    ):
        await asyncio.to_thread(_judge, suite, url, bearer)
