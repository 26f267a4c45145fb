"""How a long function tells what it has finished."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Take the share of the work that is finished, 0 to 1, never going back."""

    def __call__(self, fraction: float, /) -> None: ...


def ignore_progress(fraction: float, /) -> None:
    """Take progress and do nothing with it."""
