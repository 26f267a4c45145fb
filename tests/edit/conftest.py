"""An instance for every test."""

from __future__ import annotations

from tests.api.studio import studio

__all__ = ["studio"]
