"""A few small recordings to look around with: pictures and tones that ffmpeg draws, of the kinds that people bring."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from cutroom.core.database import Database
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.recipes import Catalogue
from cutroom.jobs.runs import cancel_run
from cutroom.library.assets import add_asset
from cutroom.library.models import Asset
from cutroom.library.starting import start_on_asset
from cutroom.media import ffmpeg
from cutroom.providers.storage import Storage

_RECIPE = "share"
_LENGTH_S = 6
_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac")


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording to be drawn.

    Attributes:
        picture: What draws it; none for sound alone.
        output: How it is encoded.
        keep: The share of its bytes that is left: one that was cut off cannot be played.
        canceled: Whether somebody changed their mind about its run.
    """

    title: str
    file_name: str
    picture: str | None
    output: tuple[str, ...] = _H264
    keep: float = 1.0
    canceled: bool = False


RECORDINGS = (
    Recording("Week 1: overview of the course", "week-1.mp4", "testsrc2=size=1280x720:rate=25"),
    Recording("Week 2: in the laboratory", "week-2.mkv", "smptehdbars=size=1920x1080:rate=30", ("-c:v", "mjpeg")),
    Recording("Week 3: a guest, sound only", "week-3.ogg", None, ("-c:a", "libvorbis")),
    Recording("Week 4: filmed with a telephone", "week-4.mov", "testsrc=size=360x640:rate=30"),
    Recording("Week 5: cut off when the battery was empty", "week-5.mp4", "rgbtestsrc=size=640x360:rate=25", keep=0.5),
    Recording("Week 6: rehearsal", "week-6.mp4", "testsrc2=size=640x360:rate=25", canceled=True),
)


async def seed(
    database: Database,
    storage: Storage,
    settings: Settings,
    catalogue: Catalogue,
    *,
    progress: Progress = ignore_progress,
) -> int:
    """Add the recordings that are not there yet and start making them ready; workers do the rest.

    Once they have, most can be watched, one has failed and says why, and one was cancelled.

    Returns:
        How many were added.

    Raises:
        MissingCapability: If there is no ffmpeg.
        OutputFailed: If the disk is full or cannot be written.
        DatabaseUnavailable: If the database does not answer.
    """
    async with database.reading() as session:
        names = select(Asset.file_name).where(Asset.title.in_([each.title for each in RECORDINGS]))
        there = set(await session.scalars(names))
    missing = [each for each in RECORDINGS if each.file_name not in there]
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="seed-") as folder:
        for count, recording in enumerate(missing, start=1):
            path = Path(folder) / recording.file_name
            await asyncio.to_thread(_draw, recording, path)
            file = await keep_file(database, storage, path)
            async with database.writing() as session:
                asset = await add_asset(session, None, file, recording.file_name, recording.title)
                run = await start_on_asset(session, catalogue, _RECIPE, {}, asset, owner_id=None)
                if recording.canceled:
                    await cancel_run(session, run.id)
            progress(count / len(missing))
    return len(missing)


def _draw(recording: Recording, path: Path) -> None:
    sources = [f"sine=frequency=330:sample_rate=48000:duration={_LENGTH_S}"]
    if recording.picture is not None:
        sources.insert(0, f"{recording.picture}:duration={_LENGTH_S}")
    inputs = [part for source in sources for part in ("-f", "lavfi", "-i", source)]
    ffmpeg.run(
        [*inputs, *recording.output, "-shortest", "-fflags", "+bitexact", f"file:{path.absolute()}"],
        reads=[],
        writes=path.parent,
        time_limit_s=120,
    )
    if recording.keep < 1:
        content = path.read_bytes()
        path.write_bytes(content[: int(recording.keep * len(content))])
