"""A disk that is full or cannot be written: nothing is lost, the reason is told, and room mends it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.faults.instance import Client, instance
from tests.services.disk import Disk, mounted

pytestmark = pytest.mark.slow

#: Quick to notice, and without models: the disk holds what is made and nothing else.
QUICK = {
    "CUTROOM_BEAT_S": "0.3",
    "CUTROOM_LEASE_S": "3",
    "CUTROOM_EMBEDDING": "hashed",
    "CUTROOM_FACE_DETECTION": "none",
    "CUTROOM_OCR": "none",
    "CUTROOM_OFFLINE": "1",
}
PARAMS = {"count": 1, "min_s": 3, "max_s": 6, "preset": "square-1080"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path / "disk", "64m") as disk:
        yield disk


@contextmanager
def running(folder: Path, talk: Path) -> Iterator[Client]:
    """An instance whose data and whose log are in one folder."""
    environment = {**QUICK, "CUTROOM_DATA_DIR": str(folder / "data"), "CUTROOM_IMPORT_ROOTS": str(talk.parent)}
    with instance(folder / "log", environment, {"up": ["up", "--port", "0"]}) as processes:
        client = Client(processes["up"].said(r"Cutroom is at (\S+)"))
        client.sign_in(processes["up"].said(r"(\S+/setup\?token=\S+)"))
        yield client


@pytest.fixture(scope="module")
def params(words: Path) -> dict[str, Any]:
    return {**PARAMS, "subtitles": words.read_text()}


@pytest.fixture(scope="module")
def undisturbed(talk: Path, params: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The clips of an instance that nothing happened to."""
    with running(tmp_path_factory.mktemp("undisturbed"), talk) as client:
        run = client.start(talk, params)
        *_, last = client.follow(run)
        assert last["state"] == "succeeded", last
        return client.clips(run)


def until(client: Client, run: str, stage: str) -> None:
    """Follow a run until it is at a stage."""
    for found in client.follow(run):
        if found["stage"] == stage:
            return
    raise AssertionError(f"the run ended before '{stage}'")


def lives(client: Client, for_s: float) -> None:
    """See that the program answers all the time, as soon as a busy machine lets it."""
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        assert httpx2.get(f"{client.url}/health/live", timeout=15).status_code == 200
        time.sleep(0.05)


def finishes(client: Client, run: str, undisturbed: Mapping[str, str], disk: Disk) -> None:
    """See that a run ends as if nothing had happened, and that what it made is whole."""
    *_, last = client.follow(run)
    assert last["state"] == "succeeded", last
    assert client.clips(run) == undisturbed
    with closing(sqlite3.connect(disk.folder / "data" / "cutroom.db")) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert list((disk.folder / "data" / "media" / "incoming").iterdir()) == []


def test_on_a_full_disk_work_waits_and_goes_on_by_itself(
    disk: Disk, talk: Path, params: Mapping[str, Any], undisturbed: Mapping[str, str]
) -> None:
    with running(disk.folder, talk) as client:
        another = client.ask("POST", "/assets", {"path": str(talk), "title": "another"}, key="another")
        run = client.start(talk, params)
        until(client, run, "Render the clip")
        for found in client.follow(run):
            disk.fill(leave_bytes=1 << 19)  # enough for rows, and not for a clip
            lives(client, 0.2)
            if "once there is room" in found["message"] or "free some space" in found["message"]:
                break
        assert found["state"] == "running", found
        refused = httpx2.post(f"{client.url}/api/v1/assets", json={"path": str(talk)}, headers=client.headers)
        assert refused.status_code == 507, refused.text
        assert "free some space" in refused.json()["detail"]
        client.ask("DELETE", f"/assets/{another['id']}")
        disk.empty()
        finishes(client, run, undisturbed, disk)


def test_a_disk_that_something_else_keeps_full_loses_nothing(
    disk: Disk, talk: Path, params: Mapping[str, Any], undisturbed: Mapping[str, str]
) -> None:
    with running(disk.folder, talk) as client:
        run = client.start(talk, params)
        until(client, run, "Render the clip")
        end = time.monotonic() + 10
        while time.monotonic() < end:
            disk.fill()  # all that is given up or removed meanwhile, too
            lives(client, 0.2)
        assert shutil.disk_usage(disk.folder).free < 1 << 20
        disk.empty()
        finishes(client, run, undisturbed, disk)


def test_a_data_folder_that_cannot_be_written_is_one_sentence_at_the_start(disk: Disk) -> None:
    disk.protect()
    ended = subprocess.run(
        [sys.executable, "-m", "cutroom", "up", "--port", "0"],
        env={**os.environ, "CUTROOM_DATA_DIR": str(disk.folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 7
    (line,) = ended.stderr.splitlines()
    assert line.startswith("cutroom: ")
    assert str(disk.folder) in line
    assert "cannot be written" in line
    assert "CUTROOM_DATA_DIR" in line
