"""What the vault refuses."""

from __future__ import annotations

from cutroom.core.errors import CutroomError


class SecretSealed(CutroomError):
    """A secret is here and cannot be opened: its key is gone, or the row is not the one that was written."""

    status = 503
