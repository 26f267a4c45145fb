"""Child processes that cannot outlive their caller, run too long, or fill the memory with messages."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Self

#: Lines of messages kept from the start and from the end, and characters kept of one line.
KEPT_LINES = 400
LINE_LENGTH = 1000


#: What a child inherits: never a key, and nothing that makes ffmpeg write a report.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "XDG_CACHE_HOME")


class _Spawner:
    """Start every child from one thread that lives as long as this process.

    Linux tells a child that its parent died when the *thread* that started it ends.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "spawn")
        # A forked process has no such thread.
        os.register_at_fork(after_in_child=self._renew)

    def start(self, arguments: list[str], cwd: Path | None) -> subprocess.Popen[bytes]:
        return self._pool.submit(self._start, arguments, cwd).result()

    @staticmethod
    def _start(arguments: list[str], cwd: Path | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
            # A session of its own: a Ctrl-C in the terminal reaches us alone, and one kill reaches all of it.
            start_new_session=True,
        )

    def _renew(self) -> None:
        self._pool = ThreadPoolExecutor(1, "spawn")


_spawner = _Spawner()


class Stopped(BaseException):
    """The work that this is a part of is no longer wanted; no library takes it for a failure of its own."""


class _Family:
    """The children that live at the moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: set[Child] = set()
        self._closed = False

    def add(self, child: Child) -> None:
        with self._lock:
            if not self._closed:
                self._children.add(child)
                return
        child.close()
        raise Stopped

    def remove(self, child: Child) -> None:
        with self._lock:
            self._children.discard(child)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            children = tuple(self._children)
        for child in children:
            child.kill()

    def open(self) -> None:
        self._closed = False


_family = _Family()


def stop_children() -> None:
    """Kill every child of this process, and answer the start of another with :class:`Stopped`."""
    _family.close()


def allow_children() -> None:
    """Let children be started again."""
    _family.open()


class _Output(io.RawIOBase):
    """A pipe that remembers whether it was read to its end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any buffer
        count = os.readv(self._pipe.fileno(), [buffer])
        self.ended = self.ended or count == 0
        return count


class Child:
    """A running program with its standard output, its messages and its end.

    Leaving the ``with`` block kills the program and everything it started, if it still runs.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        time_limit_s: float,
        cwd: Path | None = None,
        on_message: Callable[[str], None] | None = None,
    ) -> None:
        self.timed_out = False
        self._first: list[str] = []
        self._last: deque[str] = deque(maxlen=KEPT_LINES)
        self._on_message = on_message
        self._process = _spawner.start(list(arguments), cwd)
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe, which the type cannot say
        self._output = _Output(self._process.stdout)
        self.stdout = io.BufferedReader(self._output, 1 << 20)
        self._reader = threading.Thread(target=self._read_messages, daemon=True)
        self._reader.start()
        self._watch = self._start_watch(time_limit_s)
        _family.add(self)

    @property
    def ended(self) -> bool:
        """Whether the output was read to its end."""
        return self._output.ended

    @property
    def messages(self) -> str:
        """What the program said, with the middle left out when it said too much."""
        return "\n".join([*self._first, *self._last])

    def allow(self, time_limit_s: float) -> None:
        """Give it this much wall time from now on, instead of what it had."""
        self._watch.cancel()
        self._watch = self._start_watch(time_limit_s)

    def wait(self) -> int:
        """Wait for the end.

        Returns:
            The exit status; negative for a signal.
        """
        status = self._process.wait()
        self._watch.cancel()
        self._reader.join()
        return status

    def kill(self) -> None:
        """End the program and everything it started."""
        if self._process.poll() is not None:
            return  # its number may be somebody else's by now
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program and free what it held."""
        _family.remove(self)
        self._watch.cancel()
        self.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _start_watch(self, time_limit_s: float) -> threading.Timer:
        watch = threading.Timer(time_limit_s, self._run_out)
        watch.daemon = True
        watch.start()
        return watch

    def _run_out(self) -> None:
        self.timed_out = True
        self.kill()

    def _read_messages(self) -> None:
        assert self._process.stderr is not None  # noqa: S101
        whole = True
        while raw := self._process.stderr.readline(LINE_LENGTH):
            # The rest of a line that was cut is dropped: a file's own text must not look like a line of ours.
            if whole:
                line = raw.decode("utf-8", "replace").rstrip()
                (self._first if len(self._first) < KEPT_LINES else self._last).append(line)
                if self._on_message is not None:
                    self._on_message(line)
            whole = raw.endswith(b"\n")
