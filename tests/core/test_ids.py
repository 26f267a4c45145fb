"""Identifiers sort by when they were made."""

from __future__ import annotations

import threading
import time
from uuid import UUID

import pytest
import time_machine

from cutroom.core.ids import new_id


def test_identifiers_sort_in_the_order_that_they_were_made() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(each.version, each.variant) for each in made} == {(7, "specified in RFC 4122")}


def test_a_clock_that_is_put_back_gives_no_smaller_identifier() -> None:
    before = new_id()
    with time_machine.travel(time.time() - 3600, tick=False):
        assert new_id() > before


def test_threads_never_make_the_same_identifier() -> None:
    made: list[UUID] = []

    def make() -> None:
        made.extend([new_id() for _ in range(2000)])

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 16_000


@pytest.mark.parametrize("moment", [0.0, 1.7e9, 4.2e9])
def test_an_identifier_begins_with_its_time(moment: float) -> None:
    with time_machine.travel(moment, tick=False):
        milliseconds = new_id().int >> 80
    assert milliseconds >= int(moment * 1000)
