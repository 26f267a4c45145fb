"""Places where a process can be made to die, so that tests see what it leaves behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def failpoint(name: str) -> None:
    """Kill this process here, once, when ``CUTROOM_FAILPOINT=name:file`` asks for it.

    The names, in the order of a step's life: ``claimed``, ``kept`` (a file is whole in storage and no row names it),
    ``computed`` (the value is there and not committed), ``finished`` (committed, and the next step not begun).

    Args:
        name: Of this place.
    """
    wanted, _, once = os.environ.get("CUTROOM_FAILPOINT", "").partition(":")
    if wanted != name:
        return
    try:
        Path(once).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
