"""What is refused before bytes flow: size, kind, room on the disk, and recipes that there are not."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import PurePath

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.config.settings import InstanceSettings
from cutroom.core.errors import DiskFull, InvalidInput, UnsupportedMedia
from cutroom.core.settings import Settings
from cutroom.ingest.errors import FileTooLarge
from cutroom.ingest.uploads.models import Upload, UploadKind, UploadState
from cutroom.jobs.recipes import Catalogue
from cutroom.library.settling import RECIPE
from cutroom.library.starting import find_recipe, open_schema

#: What a name's ending says of what is in a file: a hint, and the bytes decide.
_ENDINGS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".avi": "avi", ".mkv": "mkv", ".webm": "webm"}


def check_length(config: InstanceSettings, length: int | None) -> None:
    """Refuse what is larger than files may be.

    Raises:
        FileTooLarge: If it is.
    """
    if length is not None and length > config.max_file_bytes:
        raise FileTooLarge(
            f"The file has {length / 1e6:,.1f} MB, and files may have {config.max_file_bytes / 1e6:,.1f} MB here: "
            "make it smaller, or ask an administrator."
        )


def check_name(config: InstanceSettings, file_name: str) -> None:
    """Refuse a name that says that what is in it is not taken.

    Raises:
        UnsupportedMedia: If it does.
    """
    named = _ENDINGS.get(PurePath(file_name).suffix.lower())
    if named is not None and named not in config.accepted_formats:
        raise UnsupportedMedia(f"Files of the kind {named} are not taken here: {_taken(config)}.")


def _taken(config: InstanceSettings) -> str:
    return f"bring one of {', '.join(config.accepted_formats)}"


def check_container(config: InstanceSettings, container: str | None) -> None:
    """Refuse what is none of the formats that are taken, by its bytes.

    Raises:
        UnsupportedMedia: If it is none of them.
    """
    if container not in config.accepted_formats:
        said = f"Files of the kind {container} are not taken here" if container else "The file is not a film"
        raise UnsupportedMedia(f"{said}: {_taken(config)}.")


def check_recipes(catalogue: Catalogue, wanted: Sequence[str] | None) -> list[str]:
    """Give the recipes to start on what arrives: those that are wanted, or what makes it ready to be watched.

    Raises:
        RecipeNotFound: If there is none of such a name.
        InvalidInput: If one wants parameters.
    """
    if wanted is None:
        return [RECIPE] if RECIPE in catalogue.recipes else []
    for name in wanted:
        if open_schema(find_recipe(catalogue, name)).get("required"):
            raise InvalidInput(f"The recipe {name!r} wants parameters: start it once the recording is here.")
    return list(dict.fromkeys(wanted))


async def check_disk(session: AsyncSession, settings: Settings, length: int) -> None:
    """Make sure that the disk takes an upload beside those that are promised already.

    Raises:
        DiskFull: If it does not.
    """
    promised = await session.scalar(
        select(func.coalesce(func.sum(Upload.length - Upload.received_bytes), 0)).where(
            Upload.state == UploadState.RECEIVING, Upload.kind != UploadKind.JOINED, Upload.remote.is_(None)
        )
    )
    usage = shutil.disk_usage(settings.data_dir)
    if usage.free - int(promised or 0) - length < settings.free_space * usage.total:
        raise DiskFull(
            f"The server's disk has {usage.free / 1e6:,.0f} MB free, of which some is promised and some is kept, and "
            f"this needs {length / 1e6:,.1f} MB: ask an administrator to free some space."
        )
