"""What edits refuse."""

from __future__ import annotations

from cutroom.core.errors import Conflict, NotFound


class EditNotFound(NotFound):
    """There is no such edit, or it is of somebody else's recording."""


class EditVersionNotFound(NotFound):
    """An edit has no such version."""


class BrandNotFound(NotFound):
    """There is no such brand kit."""


class EditConflict(Conflict):
    """Somebody else saved an edit meanwhile.

    Attributes:
        members: The version that it has now, for a program.
    """

    def __init__(self, title: str, sent: int, version: int) -> None:
        super().__init__(
            f"'{title}' is at version {version} by now, not {sent}: look at it again, and save on top of it."
        )
        self.members = {"version": version}
