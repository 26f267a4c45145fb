"""This machine and its processes, so that one that is gone is known to be gone at once."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import sys
from functools import cache
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1


def host_name() -> str:
    """Name this machine."""
    return socket.gethostname()


def process_started(pid: int) -> str | None:
    """Tell when a process was started, in a way that no other process of any machine shares with its number.

    Returns:
        The boot, the space of process numbers and the start time; ``None`` when there is no such process.
    """
    if sys.platform == "linux":
        # Ticks since the boot: the wall clock, by which psutil tells it, may be set.
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return None if fields[0] in "ZX" else f"{_realm()} {fields[19]}"
        return None
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            return f"{_realm()} {process.create_time():.2f}"
    return None


def is_gone(host: str, pid: int, started: str) -> bool:
    """Tell whether a process of this machine has ended; what another machine does cannot be told from here."""
    realm, _, _ = started.rpartition(" ")
    return host == host_name() and realm == _realm() and process_started(pid) != started


def die_with(parent: int) -> None:
    """End this process when the one that started it ends, however that happens.

    Call it from the main thread. The kernel sends the signal when the parent's *thread* ends that started this one.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


@cache
def _realm() -> str:
    # Containers of one machine share its boot, and may share its name, but count processes apart.
    boot = Path("/proc/sys/kernel/random/boot_id")
    space = Path("/proc/self/ns/pid")
    with contextlib.suppress(OSError):
        return f"{boot.read_text().strip()[:8]} {space.readlink()}"
    return f"{psutil.boot_time():.0f}"
