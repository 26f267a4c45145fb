"""An object store that does not want us is told at the start; one that is away is waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest
from tests.faults.instance import instance
from tests.services.server import free_port
from tests.services.servers import ObjectStore


def environment(folder: Path, endpoint: str) -> Mapping[str, str]:
    return {
        "CUTROOM_DATA_DIR": str(folder / "data"),
        "CUTROOM_STORAGE": "s3://no-such-bucket/media",
        "CUTROOM_S3_ENDPOINT": endpoint,
        "CUTROOM_S3_ACCESS_KEY": "an-access-key",
        "CUTROOM_S3_SECRET_KEY": "a-secret-key",
    }


def test_a_bucket_that_is_not_there_ends_the_start_in_one_sentence(object_store: ObjectStore, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "cutroom", "worker"],
        env={**os.environ, **environment(tmp_path, object_store.url)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 5, ended.stderr
    assert "cutroom: The object store at" in ended.stderr
    assert "has no bucket 'no-such-bucket': make it, or name another in CUTROOM_STORAGE." in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "a-secret-key" not in ended.stderr


@pytest.mark.slow
def test_a_store_that_is_away_does_not_keep_the_interface_down(tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    with instance(tmp_path, environment(tmp_path, away), {"api": ["api", "--port", "0"]}) as processes:
        url = processes["api"].said(r"Cutroom is at (\S+)")
        answer = httpx2.get(f"{url}/health/ready", timeout=30)
        assert answer.status_code == 503
        assert answer.json()["parts"]["storage"] == "failing"
        assert answer.json()["parts"]["database"] == "ok"
        assert "cannot be reached" in processes["api"].log.read_text()
