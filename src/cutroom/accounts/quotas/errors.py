"""What quotas refuse."""

from __future__ import annotations

from cutroom.core.errors import InvalidInput


class QuotaExceeded(InvalidInput):
    """There is not so much left of what the user may bring this week."""

    status = 413
