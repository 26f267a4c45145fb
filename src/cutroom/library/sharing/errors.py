"""What sharing refuses."""

from __future__ import annotations

from cutroom.core.errors import CutroomError, NotFound


class ShareNotFound(NotFound):
    """There is no such share; for whoever opens one also: it has expired, was revoked, or what it showed is gone."""


class GroupNotFound(NotFound):
    """There is no such group, or the viewer is not in it."""


class PasswordNeeded(CutroomError):
    """A share opens only with its password."""

    status = 403


class NotForSaving(CutroomError):
    """A share lets one watch and not download."""

    status = 403
