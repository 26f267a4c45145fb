"""Why a link gives no recording."""

from __future__ import annotations

from cutroom.core.errors import ProviderFailed, ProviderUnavailable, UnsupportedMedia


class LinkRefused(UnsupportedMedia):
    """The link leads to nothing that can be brought in."""

    status = 422


class SiteChanged(ProviderFailed):
    """The site's pages are not what the program that reads them expects."""


class SiteUnavailable(ProviderUnavailable):
    """The site does not answer, or not now."""
