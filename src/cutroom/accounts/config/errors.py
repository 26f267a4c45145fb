"""What changes of settings are refused for."""

from __future__ import annotations

from collections.abc import Sequence

from cutroom.core.errors import Conflict, InvalidInput, NotFound
from cutroom.core.problems import Wrong


class SettingsChanged(Conflict):
    """Somebody else changed the settings meanwhile."""


class VersionNotFound(NotFound):
    """There never was such a version of the settings."""


class SettingsRefused(InvalidInput):
    """A setting is not known, or its value is not one that it takes.

    Attributes:
        errors: What is wrong, setting by setting.
    """

    def __init__(self, errors: Sequence[Wrong]) -> None:
        said = "; ".join(f"{each.where}: {each.message}" for each in errors[:3])
        super().__init__(f"The settings cannot be changed so: {said}.")
        self.errors = list(errors)
