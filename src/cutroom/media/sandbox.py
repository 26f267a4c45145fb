"""What a child process may do, and how to start it so that it can do no more."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from cutroom.core.errors import MissingCapability
from cutroom.core.settings import get_settings
from cutroom.media import confine
from cutroom.media.process import Child

GIB = 1 << 30


class Level(StrEnum):
    """How well a child is held."""

    FULL = "full"  # files by name, no sockets, limits
    PARTIAL = "partial"  # one of the two, and limits
    LIMITS = "limits"  # memory, file size and open files alone
    OFF = "off"  # switched off by the setting; limits stay


@dataclass(frozen=True, slots=True)
class Policy:
    """What a child may do.

    Attributes:
        reads: Files, or folders with all they hold; system libraries and fonts come on top.
        writes: The one folder it may write into.
        memory_bytes: What it may allocate.
        file_bytes: The size of one file it may write.
        connects: TCP ports that it may connect to; without any it makes no socket at all. Whoever listens there, on
            this machine or another, so name the port of a :mod:`proxy <cutroom.core.egress.proxy>` that was opened
            for it alone. Linux before 6.7 cannot hold a child to a port: there it may connect anywhere, and only
            ``CUTROOM_SANDBOX=required`` refuses to start it.
    """

    reads: tuple[Path, ...] = ()
    writes: Path | None = None
    memory_bytes: int = 6 * GIB
    file_bytes: int = 64 * GIB
    connects: tuple[int, ...] = ()

    def options(self) -> list[str]:
        """Write the policy for :func:`cutroom.media.confine.confine`.

        Raises:
            MissingCapability: If the setting ``sandbox`` is ``required`` and this machine cannot do it.
        """
        mode = get_settings().sandbox
        if mode == "required" and level() is not Level.FULL:
            raise MissingCapability(
                f"This machine cannot confine ffmpeg ({level()}): use Linux 5.13 or newer, or set CUTROOM_SANDBOX=auto."
            )
        if mode == "required" and self.connects and not holds_connections():
            raise MissingCapability(
                "This machine cannot hold a download to its proxy: use Linux 6.7 or newer, or set CUTROOM_SANDBOX=auto."
            )
        return [
            *(f"read={path.absolute()}" for path in self.reads),
            *([f"write={self.writes.absolute()}"] if self.writes else []),
            *(f"connect={port}" for port in self.connects),
            f"memory={self.memory_bytes}",
            f"file={self.file_bytes}",
            f"parent={os.getpid()}",
            f"mode={mode}",
        ]


def confined(command: Sequence[str], policy: Policy) -> list[str]:
    """Put a command behind the launcher.

    Args:
        command: The program's absolute path and its arguments.
    """
    return [*_launcher(), *policy.options(), f"run={command[0]}", "--", *command]


def holds_connections() -> bool:
    """Tell whether a child that may connect can be held to a port here."""
    return level() is Level.FULL and confine.landlock_version() >= confine.TCP_RULES


@cache
def level() -> Level:
    """Find out how well a child is held here, by holding one."""
    if get_settings().sandbox == "off":
        return Level.OFF
    options = [f"memory={GIB}", f"file={GIB}", f"parent={os.getpid()}", "mode=auto"]
    with Child([*_launcher(), *options, "--"], time_limit_s=30) as child:
        force = child.stdout.read().split()
    return (Level.LIMITS, Level.PARTIAL, Level.FULL)[len(force)]


def _launcher() -> list[str]:
    # -I -S: no site, no user folders, nothing from the environment: it starts in 20 ms.
    return [sys.executable, "-I", "-S", str(Path(confine.__file__))]
