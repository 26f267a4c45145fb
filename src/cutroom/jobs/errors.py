"""What the engine refuses, and what ends a step from outside."""

from __future__ import annotations

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
    """A finished step's value is no longer here, or damaged.

    Attributes:
        keys: The steps whose value has to be made again.
    """

    def __init__(self, keys: frozenset[str]) -> None:
        super().__init__(f"What {', '.join(sorted(keys))} gave is lost or damaged: it is made again.")
        self.keys = keys


class OutcomeUnknown(CutroomError):
    """A worker was lost while it did something that must not be done twice."""
