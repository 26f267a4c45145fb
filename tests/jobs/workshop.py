"""Small stages that do real work, and the engine that tests' worker processes open."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from cutroom.core.database import open_database
from cutroom.core.settings import get_settings
from cutroom.jobs.events import add_event
from cutroom.jobs.execution import Engine
from cutroom.jobs.models import Queue
from cutroom.jobs.recipes import Catalogue, catalogue_of, each, recipe
from cutroom.jobs.stages import Recording, Retry, Work, record, stage
from cutroom.jobs.supervisor import Supervisor
from cutroom.media import ffmpeg
from cutroom.providers.registry import load
from cutroom.providers.storage import StoredFile

QUICK = Retry(attempts=3, first_wait_s=0.05, longest_wait_s=0.2)


@stage(version=1, retry=QUICK)
def count_up(work: Work, count: int, salt: str) -> list[int]:
    """Count."""
    return list(range(count))


@stage(version=1, retry=QUICK)
def tally(work: Work, number: int, book: str, pause_s: float) -> int:
    """Write a line into a book, which is the effect that tests count."""
    if pause_s:
        time.sleep(pause_s)
    with Path(book).open("a") as file:
        file.write(f"{number}\n")
    return number * number


@stage(version=1, queue=Queue.IO, retry=QUICK)
def add_up(work: Work, numbers: Sequence[int]) -> int:
    """Add."""
    return sum(numbers)


@stage(version=1, retry=QUICK)
def encode(work: Work, number: int, duration_s: float) -> StoredFile:
    """Encode a moving picture with the real program, the same bytes each time."""
    target = work.folder / "picture.mp4"
    picture = f"testsrc2=size=320x180:rate=25:duration={duration_s + number / 25}"
    ffmpeg.run(
        [
            *("-re", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1"),
            *("-fflags", "+bitexact", "-flags", "+bitexact", "-map_metadata", "-1", str(target)),
        ],
        reads=(),
        writes=work.folder,
        time_limit_s=60,
        progress=work.progress,
        duration_s=duration_s,
    )
    return work.keep(target)


@stage(version=1, retry=QUICK)
def weigh(work: Work, files: Sequence[StoredFile], linger_s: float = 0.0) -> int:
    """Read files back, and look at them for a while."""
    total = sum(work.fetch(file).stat().st_size for file in files)
    end = time.monotonic() + linger_s
    while time.monotonic() < end:
        work.progress(0.5)
        time.sleep(0.01)
    return total


@stage(version=1, retry=QUICK)
def dawdle(work: Work, seconds: float) -> str:
    """Take a while, as a stage that tells its progress."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        work.progress(1 - left / seconds)
        time.sleep(0.01)
    return "rested"


@stage(version=1, retry=QUICK, time_limit_s=1.0)
def hang(work: Work, book: str) -> str:
    """Hang in a call that hears nothing."""
    with Path(book).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(600)
    return "never"


@stage(version=1, retry=QUICK, queue=Queue.IO)
def ask(work: Work, book: str, per_s: float, times: int) -> int:
    """Ask a provider that allows little."""
    for _ in range(times):
        work.spend("asking", per_s=per_s)
        with Path(book).open("a") as file:
            file.write("asked\n")
    work.note("The provider was asked.")
    work.measure(12.5)
    return times


@stage(version=1, retry=QUICK, queue=Queue.IO)
def publish(work: Work, book: str, breaks: str) -> dict[str, str]:
    """Publish once, whatever happens around it."""
    platform = Path(book)

    def do() -> dict[str, str]:
        with platform.open("a") as file:
            file.write(f"{work.key}\n")
        if breaks == "after" and len(platform.read_text().splitlines()) == 1:
            raise ConnectionResetError("the answer was lost")
        return {"id": work.key}

    def look_up() -> dict[str, str] | None:
        posts = platform.read_text().splitlines() if platform.exists() else []
        return {"id": work.key} if work.key in posts else None

    return work.once("publish", do, None if breaks == "blind" else look_up)


@stage(version=1, retry=QUICK)
def fill_disk(work: Work, book: str) -> str:
    """Find the disk full once."""
    tried = Path(book)
    if not tried.exists():
        tried.touch()
        raise OSError(errno.ENOSPC, "No space left on device")
    return "there was room"


@stage(version=1, retry=QUICK)
def natter(work: Work, seconds: float) -> str:
    """Say a lot."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        work.note("Still here.")
        time.sleep(0.05)
    return "said"


@stage(version=1, retry=QUICK)
def swell(work: Work, size_bytes: int) -> int:
    """Want memory."""
    return len(bytearray(size_bytes))


@record(version=1, retry=QUICK)
async def note_total(recording: Recording, total: int) -> str:
    """Write rows."""
    await add_event(recording.session, recording.run_id, "total", {"total": total})
    return f"{total} in all"


class Sum(BaseModel):
    count: int = 3
    book: str
    pause_s: float = 0.0


@recipe("sum", "Sum", Sum)
def add_squares(params: Sum) -> str:
    numbers = count_up(params.count, params.book)
    return note_total(add_up(each(tally, numbers, params.book, params.pause_s)))


class Film(BaseModel):
    count: int = 2
    duration_s: float = 1.0
    salt: str = ""
    linger_s: float = 0.0


@recipe("film", "Film", Film)
def make_film(params: Film) -> int:
    return weigh(each(encode, count_up(params.count, params.salt), params.duration_s), params.linger_s)


class Rest(BaseModel):
    seconds: float = 30.0


@recipe("rest", "Rest", Rest)
def take_rest(params: Rest) -> str:
    return dawdle(params.seconds)


@recipe("nattering", "Natter", Rest)
def talk(params: Rest) -> str:
    return natter(params.seconds)


class Hang(BaseModel):
    book: str


@recipe("stuck", "Hang", Hang)
def get_stuck(params: Hang) -> str:
    return hang(params.book)


class Asking(BaseModel):
    book: str
    per_s: float = 50.0
    times: int = 3


@recipe("asking", "Ask", Asking)
def ask_around(params: Asking) -> int:
    return ask(params.book, params.per_s, params.times)


class Publishing(BaseModel):
    book: str
    breaks: str = ""


@recipe("publishing", "Publish", Publishing)
def publish_it(params: Publishing) -> dict[str, str]:
    return publish(params.book, params.breaks)


@recipe("filling", "Fill the disk", Hang)
def fill_it(params: Hang) -> str:
    return fill_disk(params.book)


class Swelling(BaseModel):
    size_bytes: int


@recipe("swelling", "Swell", Swelling)
def grow(params: Swelling) -> int:
    return swell(params.size_bytes)


RECIPES = (add_squares, make_film, take_rest, get_stuck, ask_around, publish_it, fill_it, grow, talk)
CATALOGUE: Catalogue = catalogue_of(
    RECIPES, (count_up, tally, add_up, encode, weigh, dawdle, hang, ask, publish, fill_disk, swell, natter, note_total)
)


def open_engine() -> Engine:
    """Open what a worker's process works with, as the environment says."""
    settings = get_settings()
    return Engine(open_database(settings), CATALOGUE, load("storage", "local")(settings, "local"), settings)


def main() -> None:
    """Be a supervisor: ``python -m tests.jobs.workshop cpu=2 io=1``."""
    logging.basicConfig(level=logging.INFO)
    workers = {Queue(name): int(count) for name, _, count in (each.partition("=") for each in sys.argv[1:])}
    asyncio.run(_supervise(workers))


async def _supervise(workers: dict[Queue, int]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    engine = open_engine()
    parts = (engine.database, engine.catalogue, engine.storage, engine.settings)
    await Supervisor(*parts, workers, engine="tests.jobs.workshop:open_engine").run(stop)
    await engine.database.close()


if __name__ == "__main__":
    main()
