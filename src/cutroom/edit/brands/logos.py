"""Logos: pictures from outside, drawn anew so that nothing of the file itself is kept."""

from __future__ import annotations

import asyncio
import io
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from cutroom.core.database import Database
from cutroom.core.errors import UnsupportedMedia
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import keep_file
from cutroom.providers.storage import Storage, StoredFile

#: What a logo may be sent as. SVG is a program, and none of it.
FORMATS = ("PNG", "JPEG", "WEBP")
#: Larger is smaller than it on every frame.
_LARGEST = 1024
#: A picture may unpack to so many pixels.
_MOST_PIXELS = 16_000_000
_REFUSED = "The logo is no picture that can be used: send a PNG, JPEG or WebP file of at most 16 million pixels."


@dataclass(frozen=True, slots=True)
class DrawnLogo:
    """A logo in storage; sizes in pixels."""

    file: StoredFile
    width: int
    height: int


async def keep_logo(database: Database, storage: Storage, settings: Settings, content: bytes) -> DrawnLogo:
    """Draw a logo anew and put it into storage.

    Raises:
        UnsupportedMedia: If it is no picture of the kinds that are taken, or too large.
        OutputFailed: If there is no room.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="logo-") as folder:
        path = Path(folder) / "logo.png"
        width, height = await asyncio.to_thread(redraw, content, path)
        return DrawnLogo(await keep_file(database, storage, path, ".png"), width, height)


def redraw(content: bytes, target: Path) -> tuple[int, int]:
    """Write a picture anew as a PNG of at most 1024 pixels a side, and give its size.

    Raises:
        UnsupportedMedia: If it is no picture of the kinds that are taken, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise UnsupportedMedia(_REFUSED)
                drawn = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise UnsupportedMedia(_REFUSED) from error
    drawn.thumbnail((_LARGEST, _LARGEST), Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)  # pixels alone, without what the file says beside them
    clean.save(target, "PNG", optimize=True)
    return clean.size
