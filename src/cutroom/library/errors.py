"""What the library refuses."""

from __future__ import annotations

from cutroom.core.errors import CutroomError, NotFound


class AssetNotFound(NotFound):
    """There is no such asset, or it is somebody else's."""


class FileNotFound(NotFound):
    """A thing has no file of that name."""


class CategoryNotFound(NotFound):
    """There is no such category."""


class TagNotFound(NotFound):
    """There is no such tag."""


class CollectionNotFound(NotFound):
    """There is no such collection, or it is somebody else's."""


class VersionNotFound(NotFound):
    """An asset had no such source."""


class LinkExpired(NotFound):
    """A signed link is too old, or not one of ours."""


class OutsideRoots(NotFound):
    """A path does not lead to a recording in a folder that recordings may be taken from."""


class RangeNotSatisfiable(CutroomError):
    """The part of a file that was asked for lies behind its end.

    Attributes:
        headers: Tell how long the file is.
    """

    status = 416

    def __init__(self, message: str, size_bytes: int) -> None:
        super().__init__(message)
        self.headers = {"Content-Range": f"bytes */{size_bytes}"}
