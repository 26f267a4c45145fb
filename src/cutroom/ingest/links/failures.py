"""Say why a link gave nothing: the program's own words are for programmers, and hold addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cutroom.core.egress.proxy import Proxy
from cutroom.core.errors import CutroomError, DiskFull, MissingCapability
from cutroom.core.text import one_line
from cutroom.ingest.links.errors import LinkRefused, SiteChanged, SiteUnavailable

_Why = tuple[type[CutroomError], str]

#: By the class of yt-dlp's error.
_BY_CAUSE: Mapping[str, _Why] = {
    "Unavailable": (
        MissingCapability,
        "This machine cannot confine downloads as CUTROOM_SANDBOX=required wants: use Linux 6.7 or newer.",
    ),
    "UnsupportedError": (LinkRefused, "Nothing is known of this site: upload the recording instead."),
    "GeoRestrictedError": (
        LinkRefused,
        "The site does not show this where the server stands: upload the recording instead.",
    ),
    "UserNotLive": (LinkRefused, "There is nothing yet: the channel is not live."),
    "UnavailableVideoError": (LinkRefused, "The site does not give this recording any more: check the link."),
    "ContentTooShortError": (SiteUnavailable, "The download broke off: try again."),
}
_LOGIN = "The site wants a login for this: upload the recording instead."
#: By what it says, the first that fits.
_BY_WORDS: tuple[tuple[str, _Why], ...] = (
    (r"No space left", (DiskFull, "The disk is full: free some space and run it again.")),
    (r"No suitable extractor", (LinkRefused, "Links to this site are not allowed here: ask an administrator.")),
    (
        r"HTTP Error (401|403|404|410)",
        (LinkRefused, "The site refused the link (HTTP {0}): check it, and whether it wants a login."),
    ),
    (
        r"HTTP Error|timed out|Unable to connect|unreachable|reset by peer|Tunnel connection",
        (SiteUnavailable, "The site does not answer, or not now: try again later."),
    ),
    (r"(?i)log ?in|sign in|private video", (LinkRefused, _LOGIN)),
    (r"(?i)no video formats|no media found", (LinkRefused, "There is no recording at this link: check it.")),
)


def explain(answer: Mapping[str, Any], proxy: Proxy, size_bytes: int) -> CutroomError:
    """Give the error of a link that gave nothing.

    Args:
        answer: What the child said: the class of its error and its words, both hostile.
        proxy: What it reached its site through.
        size_bytes: How large a file may be.
    """
    said = one_line(str(answer.get("said")))
    if proxy.refusals:
        return LinkRefused(
            "The link leads to a server that is not on the public internet: give another link, or have whoever runs "
            "this server name it in CUTROOM_EGRESS_ALLOW."
        )
    if proxy.exhausted or "File too large" in said:
        return LinkRefused(f"What is there is larger than the {size_bytes / 1e6:,.0f} MB that are allowed.")
    known = _BY_CAUSE.get(str(answer.get("cause")))
    if known is not None:
        kind, sentence = known
        return kind(sentence)
    for pattern, (kind, sentence) in _BY_WORDS:
        if found := re.search(pattern, said):
            return kind(sentence.format(*found.groups()))
    shown = said.removeprefix("ERROR: ")[:160]
    return SiteChanged(f"The site could not be read ({shown}): a newer yt-dlp may mend it.")
