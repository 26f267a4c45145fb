"""What watches a program from its start to its end, besides the log."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from cutroom.core.settings import Settings
from cutroom.core.tracing import start_tracing, stop_tracing
from cutroom.providers.error_reporting import reporting


@contextlib.contextmanager
def observed(settings: Settings, part: str) -> Iterator[None]:
    """Report faults and send traces while the block lasts, where the settings say so.

    Args:
        part: What this process is, such as ``worker``.

    Raises:
        MissingCapability: If the packages for it are not installed.
    """
    with reporting(settings, part):
        start_tracing(settings, part)
        try:
            yield
        finally:
            stop_tracing()
