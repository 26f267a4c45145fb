from __future__ import annotations

import errno
from pathlib import Path

import pytest

from cutroom.core.database import DatabaseUnavailable
from cutroom.core.errors import (
    CutroomError,
    DiskFull,
    InvalidInput,
    MissingCapability,
    OutputFailed,
    ProcessFailed,
    ProcessKilled,
    ProviderFailed,
    ProviderUnavailable,
    UnsupportedMedia,
)
from cutroom.core.files import output_failed
from cutroom.core.http import RequestUnanswered
from cutroom.jobs.errors import StepOutdated, StepTimedOut, ValueLost, WorkerLost
from cutroom.jobs.failures import LOST_WORKERS, Failure, failure_of
from cutroom.jobs.stages import Retry


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (InvalidInput("no"), 1),
        (UnsupportedMedia("no"), 1),
        (MissingCapability("no"), 1),
        (ProviderFailed("no"), 1),
        (StepOutdated("no"), 1),
        (ValueLost(steps=["look"]), 1),
        (ProcessFailed("crashed"), 2),
        (ProcessKilled("killed"), 5),
        (OutputFailed("not whole"), 2),
        (StepTimedOut("slow"), 2),
        (ZeroDivisionError("division by zero"), 2),
        (MemoryError(), 2),
        (WorkerLost("gone"), LOST_WORKERS),
        (ProviderUnavailable("busy"), 5),
        (DatabaseUnavailable("away"), 5),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_class_of_an_error_says_how_often_it_is_tried(error: Exception, tries: int) -> None:
    failure = failure_of(error, "look")
    patient = Retry(attempts=5)
    assert [failure.is_final(failures, patient) for failures in range(1, 6)] == [each >= tries for each in range(1, 6)]
    assert failure.is_final(1, Retry(attempts=1))
    assert failure.message
    assert failure.hint
    assert failure.kind == type(error).__name__


def _wrapped(number: int) -> CutroomError:
    refused = OSError(number, "no room")
    error = output_failed(Path("/data/x"), refused)
    error.__cause__ = refused
    return error


@pytest.mark.parametrize(
    "error",
    [
        DiskFull("The disk is full: free some space and run it again."),
        OSError(errno.ENOSPC, "No space left on device"),
        _wrapped(errno.ENOSPC),
        _wrapped(errno.EDQUOT),
    ],
)
def test_a_full_disk_is_waited_for_and_never_counted(error: Exception) -> None:
    failure = failure_of(error, "look")
    assert not any(failure.is_final(failures, Retry()) for failures in (1, 10, 1000))
    assert (failure.counts, failure.retry_after_s) == (False, 30.0)
    assert "disk is full" in failure.message


def test_another_refusal_to_write_is_no_full_disk() -> None:
    assert failure_of(_wrapped(errno.EACCES), "look").counts


def test_waits_double_up_to_the_longest_and_are_spread() -> None:
    failure, patient = failure_of(ProviderUnavailable("busy"), "look"), Retry(attempts=20, longest_wait_s=60.0)
    for failures, middle_s in ((1, 2.0), (2, 4.0), (3, 8.0), (10, 60.0), (10_000, 60.0)):
        waits = {failure.wait_s(failures, patient) for _ in range(50)}
        assert all(0.75 * middle_s <= wait_s <= 1.25 * middle_s for wait_s in waits)
        assert len(waits) > 40


def test_a_server_that_says_when_is_obeyed() -> None:
    failure = failure_of(RequestUnanswered("busy", retry_after_s=90.0), "look")
    assert all(90.0 <= failure.wait_s(failures, Retry()) <= 99.0 for failures in (1, 2, 3))


def test_a_message_is_one_that_every_row_can_keep() -> None:
    failure = failure_of(InvalidInput("a\0b" + "x" * 10_000), "look")
    assert failure.message.startswith("abx")
    assert len(failure.message) == 2000


def test_a_fault_of_our_own_is_told_as_that() -> None:
    assert failure_of(KeyError("name"), "look").message == "Cutroom itself failed (KeyError: 'name')."


def test_what_is_kept_of_a_failure_is_what_a_person_needs() -> None:
    assert Failure("Kind", "look", "What happened.", "Do this.").as_json() == {
        "kind": "Kind",
        "stage": "look",
        "message": "What happened.",
        "hint": "Do this.",
    }
