"""How much of the machine is ours."""

from __future__ import annotations

import os


def count_cores() -> int:
    """Count the cores that this process may use, at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
