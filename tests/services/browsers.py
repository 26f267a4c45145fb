"""The system's Chromium: where it is, and how Playwright starts it, whose own download is not needed."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

MISSING = "there is no Chromium: install Debian's package"


def find_chromium() -> str | None:
    """Tell where it is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def launch(playwright: Playwright, path: str) -> Browser:
    """Start it, so that it asks nobody for anything by itself."""
    return playwright.chromium.launch(
        executable_path=path,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    )
