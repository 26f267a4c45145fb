"""A real server for tests: a program on a free port of this machine, with data of its own, which ends with us."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, NoReturn

import psutil
import pytest

#: Longer than any of them takes to start on a busy machine.
PATIENCE_S = 120.0
_PR_SET_PDEATHSIG = 1


class Server(ABC):
    """A server that a test may also stop, kill and hold, on one address with the same data.

    Attributes:
        folder: Its data and its log.
        port: On 127.0.0.1, the same for its whole life.
    """

    name: ClassVar[str]
    #: What adds it to a machine.
    package: ClassVar[str]
    #: An account to run as when we are root, for programs that refuse root.
    account: ClassVar[str | None] = None
    #: What asks it to end and does not wait for others.
    farewell: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self) -> None:
        self.port = free_port()
        _forget_the_dead()
        self.folder = Path(tempfile.mkdtemp(prefix=f"cutroom-test-{os.getpid()}-{self.name.lower()}-"))
        self._user = self.account if self.account and os.geteuid() == 0 else None
        self._children: list[subprocess.Popen[bytes]] = []
        if self._user:
            shutil.chown(self.folder, self._user)
        atexit.register(self.end)

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address as settings write it."""

    @property
    @abstractmethod
    def command(self) -> Sequence[str]:
        """What starts it in the foreground."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What it needs beside our own environment."""
        return {}

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes work now."""

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._start(self.command)
        end = time.monotonic() + PATIENCE_S
        while not self.answers():
            if self._children[-1].poll() is not None or time.monotonic() > end:
                said = self.log.read_text(errors="replace")[-2000:]
                pytest.fail(f"{self.name} did not start:\n{said}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to end as an administrator would, and wait."""
        family = self._family()
        for child in self._children:
            child.send_signal(self.farewell)
        self._wait(family)

    def kill(self) -> None:
        """End it at once."""
        self._wait(self._signal(signal.SIGKILL))

    def pause(self) -> None:
        """Hold it: connections are taken and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """End it and forget its data."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.end)

    @property
    def log(self) -> Path:
        """What it said."""
        return self.folder / "log"

    def run(self, command: Sequence[str]) -> None:
        """Run a program of the server's to its end, as the same account."""
        ended = subprocess.run(
            command, user=self._user, env=self._variables(), cwd=self.folder, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stderr

    def _start(self, command: Sequence[str]) -> None:
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                command,
                user=self._user,
                group=pwd.getpwnam(self._user).pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
                env=self._variables(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self._children.append(child)

    def _variables(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder), **self.environment}

    def _signal(self, number: signal.Signals) -> list[psutil.Process]:
        family = self._family()
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return family

    def _wait(self, family: list[psutil.Process]) -> None:
        # Children too: a new start fails while an old child still holds the data.
        _, alive = psutil.wait_procs(family, PATIENCE_S)
        assert not alive, f"{self.name} does not end: {alive}"
        for child in self._children:
            child.wait(PATIENCE_S)
        self._children.clear()

    def _family(self) -> list[psutil.Process]:
        found = []
        for child in self._children:
            with contextlib.suppress(psutil.NoSuchProcess):
                main = psutil.Process(child.pid)
                found += [main, *main.children(recursive=True)]
        return found


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def greets(port: int, hello: bytes = b"", reply: bytes = b"", *, within_s: float = 2.0) -> bool:
    """Tell whether a server on this machine takes a connection and answers ``hello`` with ``reply``."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=within_s) as connection:
        connection.sendall(hello)
        return not reply or connection.recv(len(reply)) == reply
    return False


def absent(server: type[Server]) -> NoReturn:
    """Skip the test, or fail it where a machine promised to have every server."""
    sentence = f"{server.name} is not on this machine: install {server.package}"
    if os.environ.get("CUTROOM_TEST_REQUIRE_SERVICES"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def _forget_the_dead() -> None:
    """Remove the data of tests that were killed: their servers ended with them."""
    for folder in Path(tempfile.gettempdir()).glob("cutroom-test-*-*"):
        owner = folder.name.split("-")[2]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
