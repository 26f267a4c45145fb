"""How old the program that reads sites may be."""

from __future__ import annotations

from importlib.metadata import version

#: Versions before this one write or run what a site tells them to (CVE-2026-55404 and those before it).
OLDEST = (2026, 7, 4)


def is_current() -> bool:
    """Tell whether yt-dlp is new enough to be let near a site."""
    return tuple(int(part) for part in version("yt-dlp").split(".")[:3]) >= OLDEST
