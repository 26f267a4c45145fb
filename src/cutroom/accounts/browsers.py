"""What browsers and programs call themselves, in words that a person knows."""

from __future__ import annotations

import re

from cutroom.core.text import one_line

# Each claims to be those below it, so the first that is found is meant.
_PROGRAMS = {
    "Edge": r"Edg(e|A|iOS)?/",
    "Opera": r"OPR/|Opera",
    "Samsung Internet": r"SamsungBrowser/",
    "Firefox": r"(Firefox|FxiOS)/",
    "Chrome": r"(Chrome|CriOS|Chromium)/",
    "Safari": r"Version/.*Safari/",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "ChromeOS": "CrOS",
    "macOS": "Mac OS X|Macintosh",
    "Linux": "Linux|X11",
}
_LONGEST = 60


def browser_name(agent: str) -> str:
    """Say what sends requests with this ``User-Agent``, such as "Firefox on Windows"; empty when it says nothing."""
    program = _first(_PROGRAMS, agent) or one_line(agent.partition("/")[0], 30)
    system = _first(_SYSTEMS, agent)
    return (f"{program} on {system}" if program and system else program)[:_LONGEST]


def _first(names: dict[str, str], agent: str) -> str | None:
    return next((name for name, pattern in names.items() if re.search(pattern, agent)), None)
