"""Loading of much code at once."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Import without looking for garbage meanwhile, which takes a quarter of the time and finds none.

    What there is at the end stays for good: it is not looked through again, and a process that is forked shares it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
