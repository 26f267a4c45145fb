"""Error reporting: who besides the log is told of faults. Nobody, unless a setting names them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Protocol

from cutroom.core.settings import Settings
from cutroom.providers.registry import load


class ErrorReporting(Protocol):
    """Hears what is logged as an error, from when it was made until it is closed."""

    def close(self) -> None:
        """Send what was not sent yet, for a few seconds at most."""
        ...


@contextlib.contextmanager
def reporting(settings: Settings, part: str) -> Iterator[None]:
    """Report faults while the block lasts, if ``CUTROOM_SENTRY_DSN`` says where; the log has them anyway.

    Args:
        part: What this process is, such as ``worker``.

    Raises:
        MissingCapability: If the packages for it are not installed.
    """
    if settings.sentry_dsn is None:
        yield
        return
    reporter: ErrorReporting = load("error_reporting", "sentry")(settings, part)
    try:
        yield
    finally:
        reporter.close()
