"""What a failure means: whether another try helps, how often, how long apart, and what a person does next."""

from __future__ import annotations

import errno
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cutroom.core.errors import (
    CutroomError,
    DiskFull,
    InvalidInput,
    MissingCapability,
    OutputFailed,
    ProcessFailed,
    ProcessKilled,
    ProviderFailed,
)
from cutroom.jobs.errors import StepTimedOut, ValueLost, WorkerLost
from cutroom.jobs.events import without_nul
from cutroom.jobs.stages import Retry

#: A full disk is looked at again after this long; a person frees it, not another try.
DISK_FULL_S = 30.0
#: A step that took this many workers with it is what kills them; fewer may be a machine's bad day.
LOST_WORKERS = 5
#: What may have been bad luck, and what is most likely a fault, is tried once more.
_ONCE_MORE = 2
#: What is damaged again after it was made anew so often is no accident.
MADE_AGAIN = 3
_LONGEST_MESSAGE = 2000


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step did not finish.

    Attributes:
        kind: The error's class.
        stage: Where it happened.
        message: One sentence for the person.
        hint: What to do next.
        retryable: Whether another try may help.
        retry_after_s: How long to wait before it, when the other side or the cause says so.
        counts: Whether it is counted; what is not counted is tried for as long as it takes.
        attempts: Failures after which it is final, whatever more the stage allows.
        lost: What has to be made again before another try, if some step of the run made it.
    """

    kind: str
    stage: str
    message: str
    hint: str = ""
    retryable: bool = False
    retry_after_s: float | None = None
    counts: bool = True
    attempts: int | None = None
    lost: ValueLost | None = None

    def is_final(self, failures: int, retry: Retry) -> bool:
        """Tell whether the step has failed for good, with this one the ``failures``-th."""
        most = min(retry.attempts, self.attempts or retry.attempts)
        return self.counts and (not self.retryable or failures >= most)

    def wait_s(self, failures: int, retry: Retry) -> float:
        """Choose how long to wait before the next try: doubled each time, with jitter, or what the server asked."""
        if self.retry_after_s is not None:
            return self.retry_after_s * random.uniform(1.0, 1.1)  # noqa: S311 - apart, not secret
        doubled = retry.first_wait_s * 2.0 ** min(failures - 1, 30)
        return min(doubled, retry.longest_wait_s) * random.uniform(0.75, 1.25)  # noqa: S311

    def as_json(self) -> dict[str, Any]:
        """Give what is kept with the step and the run."""
        return {"kind": self.kind, "stage": self.stage, "message": self.message, "hint": self.hint}


def failure_of(error: BaseException, stage: str) -> Failure:
    """Judge an error by its class.

    The table: what a person must change is final; what may pass is tried as often as the stage says; a full disk is
    waited for; a child's crash, a time limit and what nobody foresaw are tried once more.
    """
    kind, message = type(error).__name__, _message(error)
    if _is_disk_full(error):
        said = "The disk is full: the work goes on by itself once there is room."
        hint = "Free some space."
        return Failure("DiskFull", stage, said, hint, retryable=True, retry_after_s=DISK_FULL_S, counts=False)
    match error:
        case CutroomError(retryable=True):
            after_s = getattr(error, "retry_after_s", None)
            hint = "Retry the run when the other side answers again."
            return Failure(kind, stage, message, hint, retryable=True, retry_after_s=after_s)
        case InvalidInput():
            return Failure(kind, stage, message, "Start a new run with another input.")
        case MissingCapability():
            return Failure(kind, stage, message, "Install what is missing, then retry the run.")
        case ProviderFailed():
            return Failure(kind, stage, message, "Change what the provider refused, then retry the run.")
        case WorkerLost():
            hint = "The step may need more memory than there is: look at the worker's log, then retry the run."
            return Failure(kind, stage, message, hint, retryable=True, retry_after_s=0.0, attempts=LOST_WORKERS)
        case ProcessKilled():
            hint = "The step may need more memory than there is: free some, then retry the run."
            return Failure(kind, stage, message, hint, retryable=True)
        case ValueLost():
            hint = "Start a new run; if that fails too, restore the file from a backup."
            return Failure(kind, stage, message, hint, lost=error)
        case StepTimedOut():
            hint = "Retry the run when the machine is less busy, or with a shorter recording."
            return Failure(kind, stage, message, hint, retryable=True, attempts=_ONCE_MORE)
        case ProcessFailed() | OutputFailed():
            return Failure(kind, stage, message, "Retry the run.", retryable=True, attempts=_ONCE_MORE)
        case CutroomError():
            return Failure(kind, stage, message, "Change what the message names, then retry the run.")
        case _:
            said = f"Cutroom itself failed ({kind}: {message})."
            hint = "Retry the run; if it happens again, report it with the worker's log."
            return Failure(kind, stage, said, hint, retryable=True, attempts=_ONCE_MORE)


def _message(error: BaseException) -> str:
    text = str(without_nul(str(error))).strip() or type(error).__name__
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"


def _is_disk_full(error: BaseException) -> bool:
    return any(
        isinstance(cause, DiskFull) or (isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT})
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
