"""What accounts refuse."""

from __future__ import annotations

from cutroom.core.errors import CutroomError, InvalidInput


class NotSignedIn(CutroomError):
    """Nobody is signed in, or what should prove it does not."""

    status = 401


class NotAllowed(CutroomError):
    """The person, or the page that sent the request, may not do this."""

    status = 403


class TooManyAttempts(CutroomError):
    """Something was tried too often in a short time.

    Attributes:
        retry_after_s: When it may be tried again.
    """

    status = 429
    retryable = True

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyRequests(TooManyAttempts):
    """An account, or an address without one, sent more requests than it may."""


class LinkUsed(InvalidInput):
    """A link that works once was used, or there never was one."""

    status = 404


class ResetRefused(InvalidInput):
    """A link for a new password was used or has expired, or there never was one."""

    status = 400
