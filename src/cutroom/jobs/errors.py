"""What the engine refuses, and what ends a step from outside."""

from __future__ import annotations

from collections.abc import Iterable

from cutroom.core.errors import Conflict, CutroomError, NotFound


class RunNotFound(NotFound):
    """There is no such run."""


class ScheduleNotFound(NotFound):
    """There is no such schedule."""


class NothingToRetry(Conflict):
    """A run is at work, or nothing of it failed."""


class StepOutdated(CutroomError):
    """A step was made by another version of Cutroom, which this one does not understand."""


class StepTimedOut(CutroomError):
    """A step took longer than its stage may."""


class WorkerLost(CutroomError):
    """A worker went away in the middle of a step."""


class ValueLost(CutroomError):
    """What a finished step gave is no longer here, or damaged; it is made again where a step of the run made it.

    Attributes:
        steps: The steps whose value it is, by key.
        files: The files that storage does not hold whole, by hash.
    """

    def __init__(self, *, steps: Iterable[str] = (), files: Iterable[str] = ()) -> None:
        self.steps, self.files = frozenset(steps), frozenset(files)
        what = [*(f"the value of {key}" for key in sorted(self.steps)), *(f"the file {f[:12]}…" for f in self.files)]
        super().__init__(f"Lost or damaged: {', '.join(what)}.")


class OutcomeUnknown(CutroomError):
    """A worker was lost while it did something that must not be done twice."""
