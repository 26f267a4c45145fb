"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Where a change is judged, the same examples each time: what is found by chance belongs to the desk, not to the gate.
settings.register_profile("judged", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("judged")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real recordings with known truth, named by CUTROOM_TEST_MEDIA or standing beside the project."""
    folder = Path(os.environ.get("CUTROOM_TEST_MEDIA", PROJECT.parent / "shared" / "media"))
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder}: set CUTROOM_TEST_MEDIA to a folder that has them")
    return folder
