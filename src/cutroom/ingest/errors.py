"""What bringing footage in refuses."""

from __future__ import annotations

from cutroom.core.errors import Conflict, CutroomError, InvalidInput, NotFound


class UploadNotFound(NotFound):
    """There is no such upload, or it is somebody else's."""


class UploadGone(CutroomError):
    """An upload was given up, and nothing of it is here any more."""

    status = 410


class UploadUnreadable(InvalidInput):
    """A header says nothing that the protocol knows."""

    status = 400


class VersionUnknown(CutroomError):
    """Another version of the protocol is spoken than ours."""

    status = 412

    def __init__(self, message: str, version: str) -> None:
        super().__init__(message)
        self.headers = {"Tus-Version": version}


class ContentUnknown(InvalidInput):
    """Bytes come under another media type than theirs."""

    status = 415


class FileTooLarge(InvalidInput):
    """A file, or what is sent of it, is larger than may be."""

    status = 413


class OffsetMismatch(Conflict):
    """Bytes are not the ones that come next."""


class UploadTaken(Conflict):
    """Another connection went on with an upload."""


class UploadBusy(CutroomError):
    """Another connection brings an upload, and has not let go of it."""

    status = 423
    retryable = True


class NotToBeChanged(CutroomError):
    """An upload that was joined of others takes no bytes of its own."""

    status = 403


class ChecksumMismatch(InvalidInput):
    """What arrived is not what was sent; none of it was kept."""

    status = 460


class AddressRefused(CutroomError):
    """A signed address is used up, too old, or used for something else than it was signed for."""

    status = 403
