"""What an ffmpeg program is and can do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cutroom.media.process import Child
from cutroom.media.sandbox import Policy, confined

FILTERS = ("ass", "zscale", "tonemap", "loudnorm", "ebur128", "alimiter", "bwdif")
ENCODERS = ("libx264", "aac", "mjpeg", "png")
#: The first good release of each line that had a heap overflow in MagicYUV (CVE-2026-8461, known to be exploited).
_MAGICYUV_FIXED = ((7, 1, 5), (8, 0, 3), (8, 1, 2))
_LIMIT_S = 20


@dataclass(frozen=True, slots=True)
class Build:
    """One ffmpeg program.

    Attributes:
        version: As it says itself.
        missing: Filters and encoders that are needed and not in it; everything when it does not start.
        faults: Sentences about known faults of this version and what is done about them.
    """

    path: Path
    version: str
    missing: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def number(self) -> tuple[int, ...]:
        return version_number(self.version)


def inspect_build(path: Path) -> Build:
    """Start a program, confined, and ask it what it is."""
    first = _ask(path, "-version").partition("\n")[0]
    found = re.match(r"ffmpeg version (\S+)", first)
    if found is None:
        return Build(path, "", ("ffmpeg",), ())
    # A line reads " TSC name  kinds  what it is" or " VF.... name  what it is".
    names = set(re.findall(r"^ \S+ (\S+)", _ask(path, "-filters") + "\n" + _ask(path, "-encoders"), re.MULTILINE))
    missing = tuple(name for name in (*FILTERS, *ENCODERS) if name not in names)
    return Build(path, found[1], missing, known_faults(version_number(found[1])))


def version_number(version: str) -> tuple[int, ...]:
    """Read the numbers of a release, such as ``n9.0.2-17-g2a57`` or ``5.1.9-0+deb12u1``; none for a snapshot."""
    found = re.match(r"n?(\d+(?:\.\d+)+)", version)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def known_faults(number: tuple[int, ...]) -> tuple[str, ...]:
    """List what is known against a release, as sentences."""
    if not number:
        return ("Its version is not a release, so nothing is known about its faults.",)
    line = next((fixed for fixed in _MAGICYUV_FIXED if fixed[:2] == number[:2]), None)
    if number >= line if line else number >= max(_MAGICYUV_FIXED):
        return ()
    fault = "It is older than the fix of CVE-2026-8461 (MagicYUV), unless its distributor added it"
    return (f"{fault}: Cutroom never lets that decoder run, and a newer ffmpeg is better still.",)


def _ask(path: Path, question: str) -> str:
    with Child(confined([str(path), "-nostdin", "-hide_banner", question], Policy()), time_limit_s=_LIMIT_S) as child:
        return child.stdout.read(1_000_000).decode("utf-8", "replace")
