"""A whole instance of the program, made of processes that can be hurt."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil

from cutroom.accounts.access import PAGE_HEADER

#: Longer than anything here takes on a busy machine.
PATIENCE_S = 420.0
FINAL = {"succeeded", "failed", "canceled"}
PASSWORD = "a long enough password"  # noqa: S105 - of a test's own instance


class Process:
    """One ``cutroom up``, ``api`` or ``worker``, started again whenever it is killed."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.arguments = arguments
        self.environment = {**os.environ, **environment}
        self.log = log
        self.start()

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "cutroom", *self.arguments], stdout=log, stderr=log, env=self.environment
            )

    def said(self, pattern: str) -> str:
        """Wait until it has said something, and give that."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = re.search(pattern, self.log.read_text())
            if found:
                return found[1]
            assert self.child.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(f"it never said {pattern}: {self.log.read_text()}")

    def family(self) -> list[psutil.Process]:
        """Give it and all that it started."""
        try:
            main = psutil.Process(self.child.pid)
            return [main, *main.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def kill(self, chance: random.Random) -> str:
        """Kill any one of its processes at once; the main one is started again, as a service manager would."""
        family = self.family()
        if not family:
            return "nothing"
        victim = chance.choice(family)
        with suppress(psutil.NoSuchProcess):
            name = "the main process" if victim.pid == self.child.pid else " ".join(victim.cmdline()[:4])
            victim.kill()
            if victim.pid == self.child.pid:
                self.child.wait()
                self.start()
            return name
        return "nothing"

    def end(self) -> None:
        """End it in order, and all that it started for sure."""
        family = self.family()
        self.child.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(20)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.child.wait()


class Client:
    """Asks an instance as a program would: again when it is away, with the same key so that nothing is done twice."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.headers: dict[str, str] = {}

    def ask(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Ask until there is an answer."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = httpx2.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=30)
                if answer.status_code < 500:
                    assert answer.is_success, answer.text
                    return answer.json() if answer.content else None
            except httpx2.TransportError:
                pass
            assert time.monotonic() < end, f"{method} {path} got no answer"
            time.sleep(0.1)

    def sign_in(self, link: str) -> None:
        """Become the first administrator and take a token."""
        token = link.partition("token=")[2]
        with httpx2.Client(base_url=self.url, headers={"Origin": self.url, PAGE_HEADER: "1"}) as browser:
            made = browser.post("/api/v1/setup", json={"token": token, "name": "teacher", "password": PASSWORD})
            assert made.is_success, made.text
            answer = browser.post("/api/v1/tokens", json={"name": "walk", "scopes": ["read", "write", "admin"]})
            assert answer.is_success, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json()['secret']}"}

    def start(self, recording: Path, params: Mapping[str, Any]) -> str:
        """Bring a recording in and start its highlights."""
        asset = self.ask("POST", "/assets", {"path": str(recording)}, key="asset")
        body = {"recipe": "highlights", "asset_id": asset["id"], "params": dict(params)}
        return str(self.ask("POST", "/runs", body, key="run")["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        """Give a run as it stands."""
        found: dict[str, Any] = self.ask("GET", f"/runs/{run_id}")
        return found

    def follow(self, run_id: str) -> Iterator[dict[str, Any]]:
        """Give a run again and again until it has ended."""
        end = time.monotonic() + PATIENCE_S
        while True:
            now = self.run(run_id)
            yield now
            if now["state"] in FINAL:
                return
            assert time.monotonic() < end, now
            time.sleep(0.2)

    def clips(self, run_id: str) -> dict[str, str]:
        """Name every file of every clip with its hash."""
        found = self.ask("GET", f"/runs/{run_id}/clips")
        return {f"{clip['rank']}/{file['name']}": file["sha256"] for clip in found["items"] for file in clip["files"]}

    def steps(self, run_id: str) -> list[dict[str, Any]]:
        """Give the steps of a run."""
        found: list[dict[str, Any]] = self.ask("GET", f"/runs/{run_id}/steps")["items"]
        return found


@contextmanager
def instance(
    folder: Path, environment: Mapping[str, str], commands: Mapping[str, list[str]]
) -> Iterator[dict[str, Process]]:
    """Start commands by name, and end them all."""
    folder.mkdir(parents=True, exist_ok=True)
    started: dict[str, Process] = {}
    try:
        for name, arguments in commands.items():
            started[name] = Process(arguments, environment, folder / f"{name}.log")
        yield started
    finally:
        for process in started.values():
            process.end()
