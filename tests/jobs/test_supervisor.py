"""Real processes, killed, frozen and asked to go: what was begun is finished by others."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs import workshop
from tests.jobs.house import House, house, stop
from tests.jobs.workshop import Film, Rest, Sum

from cutroom.core.database import Database
from cutroom.jobs.forking import Plan
from cutroom.jobs.models import Queue, RunState, StepState
from cutroom.jobs.supervisor import plan_slots

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="processes die with their parents by a signal of Linux"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def home(tmp_path: Path, database: Database) -> Iterator[House]:
    with house(tmp_path, database) as made:
        yield made


async def test_a_killed_slot_is_replaced_and_only_its_step_is_done_again(home: House, tmp_path: Path) -> None:
    home.up()
    run = await home.start(workshop.make_film, Film(count=2, duration_s=4.0))
    step = await home.running(run, "encode")
    await home.until(lambda: bool(home.encoders()))
    victim = await home.process_of(step)
    children = victim.children(recursive=True)
    victim.kill()
    await home.until(lambda: not any(child.is_running() for child in children), 5.0)
    await home.succeeded(run)
    attempts = {key: each.attempt for key, each in (await home.steps(run)).items() if each.stage != "count_up"}
    assert attempts.pop(step.key) == 2
    assert set(attempts.values()) <= {0, 1}
    await home.until(lambda: home.scratch() == [])


@pytest.mark.slow
async def test_what_workers_are_forked_from_is_replaced_with_all_of_them(home: House) -> None:
    home.up()
    run = await home.start(workshop.make_film, Film(count=2, duration_s=4.0))
    victim = await home.process_of(await home.running(run, "encode"))
    slots = home.slots()
    template = victim.parent()
    assert template is not None
    assert len(slots) == 3
    assert {slot.ppid() for slot in slots} == {template.pid}
    template.kill()
    await home.until(lambda: not any(slot.is_running() for slot in slots), 5.0)
    await home.succeeded(run)
    assert len(home.slots()) == 3


@pytest.mark.slow
async def test_workers_end_with_their_supervisor_and_the_next_one_goes_on(home: House) -> None:
    supervisor = home.up()
    run = await home.start(workshop.make_film, Film(count=2, duration_s=4.0))
    await home.until(lambda: bool(home.encoders()))
    supervisor.kill()
    supervisor.wait()
    await home.until(lambda: not home.processes(), 5.0)
    home.up()
    await home.succeeded(run)
    assert len(await home.workers()) == 3, "those that were killed are known to be gone"


@pytest.mark.slow
async def test_a_stopped_supervisor_hands_back_what_is_under_way(home: House) -> None:
    supervisor = home.up()
    run = await home.start(workshop.take_rest, Rest(seconds=300))
    step = await home.running(run, "dawdle")
    assert stop(supervisor, 15) == 0
    assert home.processes() == []
    handed = (await home.steps(run))["dawdle"]
    assert (handed.state, handed.failures, handed.attempt) == (StepState.READY, 0, step.attempt)
    assert (await home.status(run)).state is RunState.RUNNING
    assert await home.workers() == []
    assert home.scratch() == []


@pytest.mark.slow
async def test_a_frozen_slot_is_given_up_and_replaced(home: House, tmp_path: Path) -> None:
    home.up("cpu=1", "io=1")
    run = await home.start(workshop.add_squares, Sum(count=1, book=str(tmp_path / "book"), pause_s=2.0))
    step = await home.running(run, "tally")
    frozen = await home.process_of(step)
    frozen.send_signal(signal.SIGSTOP)
    await home.succeeded(run)
    assert (await home.steps(run))[step.key].attempt == 2
    await home.until(lambda: not frozen.is_running())
    assert len((tmp_path / "book").read_text().split()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("edge", ["kept", "finished"])
async def test_a_worker_that_dies_at_an_edge_loses_nothing(edge: str, home: House, tmp_path: Path) -> None:
    once = tmp_path / "once"
    home.up("cpu=1", CUTROOM_FAILPOINT=f"{edge}:{once}")
    run = await home.start(workshop.make_film, Film(count=2, duration_s=0.4))
    await home.succeeded(run)
    assert once.exists(), "it died there"
    again = sum(step.attempt - 1 for step in (await home.steps(run)).values() if step.attempt)
    assert again == (0 if edge == "finished" else 1)
    assert len(home.stored()) == 2
    await home.until(lambda: home.scratch() == [])


def test_slots_are_planned_by_queue(database_url: str) -> None:
    cpu = Plan((Queue.CPU, Queue.GPU), 1)
    assert plan_slots({Queue.CPU: 64, Queue.IO: 1}, celery=False) == [*([cpu] * 64), Plan((Queue.IO,), 1)]
    assert {plan.queues for plan in plan_slots({Queue.CPU: 1, Queue.GPU: 0}, celery=False)} == {(Queue.CPU,)}
    assert plan_slots({Queue.IO: 4}, celery=True) == [Plan((Queue.IO,), 1, 4)]
