"""Progress for a person: bars on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from cutroom.core.progress import Progress as Report
from cutroom.core.progress import Reporter, ignore_progress
from cutroom.core.text import one_line

_WIDE = 10_000


class BarReporter:
    """Draw a bar for each stage."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def stage(self, label: str, /) -> Iterator[Report]:
        """Show a bar until the block ends."""
        bar = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self.console,
        )
        with bar:
            task = bar.add_task(label, total=1.0)

            def report(fraction: float, /) -> None:
                bar.update(task, completed=min(1.0, fraction))

            yield report
            bar.update(task, completed=1.0)

    def note(self, sentence: str, /) -> None:
        """Print a line above the bars."""
        self.console.print(one_line(f"note: {sentence}"), markup=False, highlight=False, soft_wrap=True)


class LineReporter:
    """Print a line when a stage is done, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def stage(self, label: str, /) -> Iterator[Report]:
        """Print the stage's name and how long it took."""
        start = time.monotonic()
        yield ignore_progress
        self._print(f"{label}: done in {time.monotonic() - start:.1f} s")

    def note(self, sentence: str, /) -> None:
        """Print a line."""
        self._print(f"note: {sentence}")

    def _print(self, line: str) -> None:
        self.console.print(one_line(line), markup=False, highlight=False, soft_wrap=True)


def console_for_output() -> Console:
    """Give standard output: as wide as the terminal, or wide enough that no name is broken in a pipe."""
    return Console(width=None if sys.stdout.isatty() else _WIDE)


def reporter_for(console: Console) -> Reporter:
    """Choose bars or lines by what the console is."""
    return BarReporter(console) if console.is_terminal else LineReporter(console)
