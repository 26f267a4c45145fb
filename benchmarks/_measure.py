"""Processor time and memory of everything that some work starts."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_SAMPLE_S = 0.05
_PROC = Path("/proc")


def processor_s(work: Callable[[], object]) -> float:
    """Measure the processor time of this process and of all that it starts while some work is done, in seconds."""
    before = _spent_s()
    work()
    return _spent_s() - before


def _spent_s() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def peak_mb(command: Sequence[str]) -> float | None:
    """Run a program and measure the most memory that it and all that it starts have resident together, in MB.

    Twenty samples a second; pages that two processes share count twice. ``None`` where there is no ``/proc``.

    Raises:
        subprocess.CalledProcessError: If it fails.
    """
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_resident_kb, [process.pid, *_descendants(process.pid)])))
            time.sleep(_SAMPLE_S)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return round(peak / 1024, 1) if _PROC.exists() else None


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    waiting = [pid]
    while waiting:
        for task in (_PROC / str(waiting.pop()) / "task").glob("*/children"):
            try:
                children = [int(child) for child in task.read_text().split()]
            except OSError:
                continue  # it ended meanwhile
            found += children
            waiting += children
    return found


def _resident_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
