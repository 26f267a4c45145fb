"""Intros and outros: short films that clips begin and end with, kept as they were sent and measured here."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from cutroom.core.database import Database
from cutroom.core.errors import UnsupportedMedia
from cutroom.core.files import output_failed
from cutroom.core.settings import Settings
from cutroom.edit.brands.models import BrandKit, End
from cutroom.jobs.blobs import keep_file
from cutroom.media.probe import probe
from cutroom.media.sources import media_of
from cutroom.media.timeline import Media
from cutroom.providers.storage import Storage

#: Longer is no intro, and everybody sits through it.
LONGEST_S = 15
#: Fifteen seconds of a good camera: 35 Mb a second.
MOST_BYTES = 64 * 1024 * 1024
#: Encoders fill the last packet of sound.
_FILLED_S = 0.1


@dataclass(frozen=True, slots=True)
class Film:
    """An intro or an outro in storage.

    Attributes:
        name: What its sender calls it; shown, and never a path.
        media: As timelines have it.
    """

    name: str
    size_bytes: int
    media: Media


_FILM = TypeAdapter(Film)


async def keep_film(
    database: Database, storage: Storage, settings: Settings, end: End, name: str, content: AsyncIterator[bytes]
) -> Film:
    """Look at a film and put it into storage.

    Raises:
        UnsupportedMedia: If it is no video that can be read, or too long.
        OutputFailed: If there is no room.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="film-") as folder:
        path = Path(folder) / f"The {end}"  # what sentences about it begin with
        await _write(path, content)
        media = await asyncio.to_thread(measure, path, end)
        file = await keep_file(database, storage, path)
        return Film(name, file.size_bytes, media)


def measure(path: Path, end: End) -> Media:
    """Make sure that a file is a short video, and describe it for timelines.

    Raises:
        UnsupportedMedia: If it is none, or too long.
    """
    info = probe(path)
    if info.video is None:
        raise UnsupportedMedia(f"The {end} has no picture: send a video of at most {LONGEST_S} seconds.")
    if info.duration_s > LONGEST_S + _FILLED_S:
        raise UnsupportedMedia(
            f"The {end} lasts {info.duration_s:.1f} seconds: cut it to at most {LONGEST_S} and send it again."
        )
    return replace(media_of(Path(info.sha256), info), key=end.value)


def film_of(brand: BrandKit, end: End) -> Film | None:
    """Give a brand kit's intro or outro."""
    row = brand.intro if end is End.INTRO else brand.outro
    return _FILM.validate_python(row) if row else None


def columns_of(end: End, film: Film | None) -> dict[str, Any]:
    """Write a film, or that there is none, as a brand kit's row keeps it."""
    return {
        end.value: _FILM.dump_python(film, mode="json") if film else None,
        f"{end}_sha256": film.media.sha256 if film else None,
    }


async def _write(path: Path, content: AsyncIterator[bytes]) -> None:
    try:
        with path.open("xb") as file:
            async for piece in content:
                await asyncio.to_thread(file.write, piece)
    except OSError as error:
        raise output_failed(path, error) from error
