"""Children end when whoever asked for their work no longer wants it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from cutroom.media.process import Child, Stopped, allow_children, stop_children

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture(autouse=True)
def _allowed() -> Iterator[None]:
    yield
    allow_children()


def test_all_children_end_at_once() -> None:
    began = time.monotonic()
    with Child(SLEEP, time_limit_s=300) as one, Child(SLEEP, time_limit_s=300) as two:
        stop_children()
        assert [one.wait(), two.wait()] == [-9, -9]
    assert time.monotonic() - began < 60


def test_no_child_is_started_until_it_is_allowed_again() -> None:
    stop_children()
    with pytest.raises(Stopped):
        Child(SLEEP, time_limit_s=300)
    allow_children()
    with Child([sys.executable, "-c", "print('here')"], time_limit_s=60) as child:
        assert child.stdout.read() == b"here\n"
