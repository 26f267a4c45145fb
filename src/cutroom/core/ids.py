"""Identifiers of rows: sortable by the time they were made, so that a page's order is the order of the ids."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_COUNTER_BITS = 12
_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Make an identifier that sorts after every one made before by this process.

    Returns:
        UUID version 7: milliseconds, then a fraction of one that never repeats, then 62 random bits.

    Source: RFC 9562, section 5.7 and section 6.2, method 3.
    """
    global _last
    with _lock:
        ticks = (time.time_ns() << _COUNTER_BITS) // 1_000_000
        _last = ticks = max(ticks, _last + 1)
    milliseconds, fraction = ticks >> _COUNTER_BITS, ticks & ((1 << _COUNTER_BITS) - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62))
