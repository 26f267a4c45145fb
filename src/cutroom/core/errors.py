"""The one tree of errors.

The class says what a caller may do about it; the message is one sentence for the person who reads it,
with the value that was wrong and what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class CutroomError(Exception):
    """Anything that Cutroom can explain.

    Attributes:
        exit_code: What a command ends with.
        status: What an HTTP answer carries.
        retryable: Whether the same call may succeed later with nothing changed.
    """

    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class InvalidInput(CutroomError):
    """The user gave something that cannot be used as it is."""

    exit_code = 2
    status = 422


class UnsupportedMedia(InvalidInput):
    """A file is not media, is damaged, or is beyond the limits."""

    exit_code = 3
    status = 415


class NotFound(InvalidInput):
    """What was asked for is not here, or is somebody else's."""

    status = 404


class Conflict(InvalidInput):
    """What was asked for does not go with what is here now."""

    status = 409


class MissingCapability(CutroomError):
    """A provider, program or model is not here; the message names the command that adds it."""

    exit_code = 4
    status = 501


class ProviderFailed(CutroomError):
    """A provider answered with an error that another try will not mend."""

    exit_code = 5
    status = 502


class ProviderUnavailable(ProviderFailed):
    """A provider could not be reached or was busy."""

    status = 503
    retryable = True


class ProcessFailed(CutroomError):
    """A child process ended with an error, ran out of time or used too much."""

    exit_code = 6


class ProcessKilled(CutroomError):
    """A child process was ended from outside, as a system does that needs its memory: its input is not to blame."""

    exit_code = 6


class OutputFailed(CutroomError):
    """The result could not be written, or did not pass its own check."""

    exit_code = 7
    status = 507


class DiskFull(OutputFailed):
    """There is no room for the result; a person must make some."""

    retryable = True
