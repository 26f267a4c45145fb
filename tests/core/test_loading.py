"""Loading of much code at once."""

from __future__ import annotations

import gc

import pytest

from cutroom.core.loading import loading


def test_what_was_loaded_stays_and_garbage_is_looked_for_again() -> None:
    before = gc.get_freeze_count()
    try:
        with loading():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_loading_that_fails_does_not_keep_garbage_for_ever() -> None:
    try:
        with pytest.raises(ImportError), loading():
            raise ImportError
        assert gc.isenabled()
    finally:
        gc.unfreeze()
