"""An instance as the person at the command line meets it: started by one command, hurt, and asked by others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.conftest import QUICK
from tests.faults.instance import PASSWORD, Client, instance
from tests.pipelines.conftest import make_recording, write_subtitles
from tests.services.server import free_port

pytestmark = pytest.mark.slow  # programs from beginning to end

PARAMS = {"count": 2, "min_s": 3, "max_s": 6, "preset": "square-1080"}
PATIENCE_S = 300


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a recording, and what was said in it."""

    folder: Path
    recording: Path
    subtitles: str

    @property
    def environment(self) -> dict[str, str]:
        quick = {f"CUTROOM_{name}": value for name, value in QUICK.items()}
        return {
            **quick,
            "CUTROOM_DATA_DIR": str(self.folder / "data"),
            "CUTROOM_IMPORT_ROOTS": str(self.recording.parent),
            "CUTROOM_BEAT_S": "0.3",
            "CUTROOM_LEASE_S": "3",
        }

    def run(self, *arguments: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "cutroom", *arguments],
            env={**os.environ, **self.environment, **(more or {})},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )

    def params(self) -> list[str]:
        """Write the parameters as a person would."""
        given = {**PARAMS, "subtitles": self.subtitles}
        return [part for name, value in given.items() for part in ("-p", f"{name}={value}")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    words = write_subtitles(folder / "talk.srt").read_text()
    return Desk(folder, make_recording(folder / "talk.mp4"), words)


@pytest.fixture(scope="module")
def ran(desk: Desk) -> subprocess.CompletedProcess[str]:
    """A run without a server."""
    return desk.run("run", "highlights", str(desk.recording), *desk.params(), "-o", str(desk.folder / "out"), "--json")


def test_a_run_without_a_server_saves_its_clips_and_says_nothing_else(
    desk: Desk, ran: subprocess.CompletedProcess[str]
) -> None:
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["state"] == "succeeded"
    names = {path.name for path in (desk.folder / "out").iterdir()}
    assert len([name for name in names if name.endswith(".mp4")]) == 2
    assert {"result.json", "transcript.srt", "transcript.json"} <= names
    assert all(line.startswith("highlights ") for line in ran.stderr.splitlines()), ran.stderr


def test_runs_are_listed_and_shown_with_their_steps(desk: Desk, ran: subprocess.CompletedProcess[str]) -> None:
    run_id = json.loads(ran.stdout)["id"]
    listed = desk.run("runs")
    assert listed.returncode == 0, listed.stderr
    assert run_id in listed.stdout
    shown = json.loads(desk.run("runs", "show", run_id, "--json").stdout)
    assert {step["state"] for step in shown["steps"]} == {"succeeded"}


def test_a_run_that_does_not_exist_is_one_sentence(desk: Desk, ran: subprocess.CompletedProcess[str]) -> None:
    assert ran.returncode == 0
    ended = desk.run("runs", "show", "01a1fc58-81a0-7ae9-8121-3ace41261f1c")
    assert ended.returncode == 2
    assert ended.stderr.startswith("cutroom: ")
    assert len(ended.stderr.splitlines()) == 1


def test_a_parameter_of_a_wrong_kind_is_one_sentence(desk: Desk) -> None:
    ended = desk.run("run", "highlights", str(desk.recording), "-p", "count=many")
    assert ended.returncode == 2
    assert "count" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_server_killed_at_work_makes_the_same_clips_and_answers_with_a_token(
    desk: Desk, ran: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    assert ran.returncode == 0, ran.stderr
    port = free_port()
    environment = {**desk.environment, "CUTROOM_DATA_DIR": str(tmp_path / "data")}
    with instance(tmp_path, environment, {"up": ["up", "--port", str(port)]}) as processes:
        up = processes["up"]
        client = Client(up.said(r"Cutroom is at (\S+)"))
        client.sign_in(up.said(r"(\S+/setup\?token=\S+)"))
        run = client.start(desk.recording, {**PARAMS, "subtitles": desk.subtitles})
        for _ in client.follow(run):
            if any(step["stage"] == "render_timeline" and step["state"] == "running" for step in client.steps(run)):
                break
        up.child.kill()
        up.child.wait()
        up.start()
        *_, last = client.follow(run)
        assert last["state"] == "succeeded", last
        by_server = {name: sha256 for name, sha256 in client.clips(run).items() if name.endswith(".mp4")}
        token = client.headers["Authorization"].removeprefix("Bearer ")
        there = {"CUTROOM_SERVER": client.url, "CUTROOM_TOKEN": token}
        saved = desk.run("runs", "watch", run, "-o", str(tmp_path / "saved"), more=there)
        assert saved.returncode == 0, saved.stderr
        log = up.log.read_text()
    mine = {path.name: path.read_bytes() for path in (desk.folder / "out").glob("*.mp4")}
    theirs = {path.name: path.read_bytes() for path in (tmp_path / "saved").glob("*.mp4")}
    assert theirs == mine
    assert len(by_server) == 2
    assert PASSWORD not in log
    assert token not in log
