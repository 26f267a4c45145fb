"""How a long function tells what it has finished."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Progress(Protocol):
    """Take the share of the work that is finished, 0 to 1, never going back."""

    def __call__(self, fraction: float, /) -> None: ...


class Reporter(Protocol):
    """Tell a person what is happening, stage by stage."""

    def stage(self, label: str, /) -> AbstractContextManager[Progress]:
        """Open a stage; it is finished when the block ends without an error."""
        ...

    def note(self, sentence: str, /) -> None:
        """Say something that the person should know."""
        ...


def ignore_progress(fraction: float, /) -> None:
    """Take progress and do nothing with it."""


class SilentReporter:
    """Report to nobody."""

    @contextmanager
    def stage(self, label: str, /) -> Iterator[Progress]:  # noqa: ARG002 - the Protocol's parameter
        yield ignore_progress

    def note(self, sentence: str, /) -> None:
        """Take a note and do nothing with it."""
