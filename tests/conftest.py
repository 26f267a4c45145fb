"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real recordings with known truth, named by CUTROOM_TEST_MEDIA or standing beside the project."""
    folder = Path(os.environ.get("CUTROOM_TEST_MEDIA", PROJECT.parent / "shared" / "media"))
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder}: set CUTROOM_TEST_MEDIA to a folder that has them")
    return folder
