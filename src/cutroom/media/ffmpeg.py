"""The one module that starts ffmpeg."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO, cast

import imageio_ffmpeg

from cutroom.core.errors import CutroomError, DiskFull, MissingCapability, OutputFailed, ProcessFailed, ProcessKilled
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line
from cutroom.media.builds import Build, inspect_build
from cutroom.media.codecs import AUDIO_DECODERS, MAX_ALLOC, MAX_PIXELS, VIDEO_DECODERS, input_options
from cutroom.media.confine import REFUSED
from cutroom.media.process import Child
from cutroom.media.sandbox import Policy, confined

#: What another program ends it by; whatever else ends it is a fault that the recording brought out.
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_DECODER = re.compile(rf"\[({'|'.join(map(re.escape, VIDEO_DECODERS + AUDIO_DECODERS))}) @")


@cache
def find_ffmpeg() -> Path:
    """Find the program to use: the one that was set, a newer and complete one on the path, or the packaged one.

    Raises:
        MissingCapability: If the one that was set is not there or lacks something, or there is none at all.
    """
    chosen = get_settings().ffmpeg
    if chosen is not None:
        if missing := inspect_build(chosen.absolute()).missing:
            raise MissingCapability(
                f"CUTROOM_FFMPEG={chosen} lacks {', '.join(missing)}: name a full build, or unset it."
            )
        return chosen.absolute()
    try:
        packaged = _packaged().resolve()
    except RuntimeError as error:
        raise MissingCapability(
            "There is no ffmpeg: pip install --force-reinstall imageio-ffmpeg, or set CUTROOM_FFMPEG."
        ) from error
    on_path = shutil.which("ffmpeg")
    if on_path is None or (found := Path(on_path).resolve()) == packaged:
        return packaged
    build = inspect_build(found)
    return found if not build.missing and build.number > inspect_build(packaged).number else packaged


def _packaged() -> Path:
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        # It is started to see whether it runs; where that was killed it looks as if there were none.
        return Path(imageio_ffmpeg.get_ffmpeg_exe())


@cache
def describe() -> Build:
    """Say what the program in use is, and what is known about it."""
    return inspect_build(find_ffmpeg())


def input_arguments(path: Path, *, before: Sequence[str] = ()) -> list[str]:
    """Name a file as an input, behind the lists of what may be opened.

    Args:
        before: Options for this input, such as ``-ss``.
    """
    options = [item for key, value in input_options().items() for item in (f"-{key}", value)]
    return [*before, *options, "-max_pixels", str(MAX_PIXELS), "-i", f"file:{path.absolute()}"]


def run(
    arguments: Sequence[str],
    *,
    reads: Sequence[Path],
    writes: Path | None,
    time_limit_s: float,
    progress: Progress = ignore_progress,
    duration_s: float | None = None,
    cwd: Path | None = None,
) -> str:
    """Run ffmpeg to its end.

    Args:
        arguments: What follows the program's name.
        reads: Files and folders that it may read.
        writes: The folder it may write into.
        time_limit_s: Wall time after which it is stopped.
        progress: Told the share of ``duration_s`` that is written.
        duration_s: Seconds of output expected.
        cwd: Where relative names in ``arguments`` start; it may be read.

    Returns:
        What it said, at level ``info``.

    Raises:
        ProcessFailed: If it ends with an error or runs out of time.
        ProcessKilled: If somebody else ends it.
        OutputFailed: If the disk is full or the folder cannot be written.
    """
    policy = Policy((*reads, *([cwd] if cwd else [])), writes)
    with Child(_command(["-progress", "pipe:1", *arguments], policy), time_limit_s=time_limit_s, cwd=cwd) as child:
        for line in child.stdout:
            key, _, value = line.decode("ascii", "replace").strip().partition("=")
            if key == "out_time_us" and duration_s and value.lstrip("-").isdigit():
                progress(min(1.0, max(0.0, int(value) / 1e6 / duration_s)))
        if (status := child.wait()) != 0:
            raise _failure(child, status, time_limit_s)
        return child.messages


@contextlib.contextmanager
def stream(
    arguments: Sequence[str],
    *,
    reads: Sequence[Path],
    time_limit_s: float,
    cwd: Path | None = None,
    on_message: Callable[[str], None] | None = None,
) -> Iterator[BinaryIO]:
    """Run ffmpeg and give its standard output (``pipe:1``).

    A caller may leave before the end: the program is killed and that is no error.

    Args:
        on_message: Called with each line it says, from another thread.

    Raises:
        ProcessFailed: If it ends with an error or runs out of time.
        ProcessKilled: If somebody else ends it.
    """
    policy = Policy((*reads, *([cwd] if cwd else [])))
    with Child(_command(arguments, policy), time_limit_s=time_limit_s, cwd=cwd, on_message=on_message) as child:
        yield cast("BinaryIO", child.stdout)
        if (child.ended or child.timed_out) and (status := child.wait()) != 0:
            raise _failure(child, status, time_limit_s)


def _command(arguments: Sequence[str], policy: Policy) -> list[str]:
    fixed = ["-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel", "level+info", "-max_alloc", str(MAX_ALLOC)]
    return confined([str(find_ffmpeg()), *fixed, *arguments], policy)


def _failure(child: Child, status: int, time_limit_s: float) -> CutroomError:
    if child.timed_out:
        return ProcessFailed(f"ffmpeg was stopped after {time_limit_s:.0f} s: the recording is too long or damaged.")
    if status == REFUSED:
        return MissingCapability(f"ffmpeg could not be started, confined as it must be ({_line(child.messages)}).")
    if -status in _FROM_OUTSIDE:
        return ProcessKilled(f"ffmpeg was ended by {signal.Signals(-status).name}: free some memory and run it again.")
    if status < 0:
        return ProcessFailed(f"ffmpeg crashed ({signal.Signals(-status).name}): the recording may be damaged.")
    lines = [line for line in child.messages.splitlines() if "[error]" in line or "[fatal]" in line]
    if any("No space left on device" in line for line in lines):
        return DiskFull("The disk is full: free some space and run it again.")
    if any("File too large" in line for line in lines):
        return OutputFailed("The output grew beyond every limit and was stopped: the recording may be damaged.")
    # The first error is the cause and the others follow from it; but a decoder also complains of what it passes over.
    causes = [line for line in lines if not _DECODER.match(line)]
    return ProcessFailed(f"ffmpeg failed: {_line((causes or lines or [child.messages])[0])}")


def _line(said: str) -> str:
    """Make what a program said fit for a sentence: without addresses and levels."""
    return one_line(re.sub(r"\[[^]]*@ 0x[0-9a-f]+] |\[(error|fatal)] ", "", said), 300) or "it gave no reason"
