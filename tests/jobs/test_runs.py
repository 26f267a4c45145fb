from __future__ import annotations

import math
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import delete, select, update
from tests.jobs.engine import (
    CATALOGUE,
    Counted,
    claim,
    do,
    do_all,
    drawings,
    enter,
    fail,
    log_of,
    nothing,
    one,
    run_of,
    start,
    states,
    tell,
    tries,
)

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.core.ids import new_id
from cutroom.jobs.claims import beat, hand_back, measure_run
from cutroom.jobs.errors import NothingToRetry, RunNotFound, StepOutdated
from cutroom.jobs.models import Queue, Rate, Result, Run, RunState, Step
from cutroom.jobs.queues import limit_queue
from cutroom.jobs.recipes import Failed, Recipe, catalogue_of
from cutroom.jobs.runs import cancel_run, list_runs, list_steps, output_of, retry_run, start_run
from cutroom.jobs.workers import end_worker, seen

pytestmark = pytest.mark.anyio


async def test_a_run_is_there_with_the_callers_own_transaction_or_not_at_all(database: Database) -> None:
    async def start_and_break() -> None:
        async with database.writing() as session:
            await start_run(session, drawings, Counted())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await start_and_break()
    async with database.reading() as session:
        assert (await session.scalars(select(Run))).all() == []
        assert (await session.scalars(select(Step))).all() == []


async def test_a_recipe_becomes_values_in_the_order_of_their_items(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings, Counted(count=3, name="cat"))
    await do_all(database, worker)
    async with database.reading() as session:
        output = await output_of(session, CATALOGUE, await run_of(session, run))
    assert output == ["[bold CAT3 0]", "[bold CAT3 1]", "[bold CAT3 2]"]
    assert (await log_of(database, run))[-1] == "run.succeeded"


async def test_a_recipe_without_steps_has_succeeded_at_once(database: Database) -> None:
    told = await tell(database, await start(database, nothing))
    assert (told.state, told.percent, told.steps.total) == ("succeeded", 100.0, 0)


class Loose(BaseModel):
    """Parameters that let anything through."""

    name: str = ""
    level: float = 0.0


@pytest.mark.parametrize("params", [Loose(name="a\0b"), Loose(level=math.inf)])
async def test_a_parameter_that_no_row_can_keep_is_refused_and_leaves_nothing(
    database: Database, params: Loose
) -> None:
    loose: Recipe[Loose] = Recipe("loose", "Loose", Loose, lambda _: None)
    with pytest.raises(InvalidInput, match=r"^A parameter "):
        async with database.writing() as session:
            await start_run(session, loose, params)
    async with database.reading() as session:
        assert (await session.scalars(select(Run))).all() == []


async def test_a_run_that_is_not_there_is_not_found(database: Database) -> None:
    async with database.writing() as session:
        for ask in (cancel_run(session, new_id()), retry_run(session, CATALOGUE, new_id())):
            with pytest.raises(RunNotFound):
                await ask
    with pytest.raises(RunNotFound):
        await tell(database, new_id())


async def test_cancelling_is_final_at_once_and_a_run_that_has_ended_stays(database: Database) -> None:
    worker = await enter(database)
    run, done = await start(database, drawings), await start(database, nothing)
    await claim(database, worker)
    for _ in range(2):
        async with database.writing() as session:
            assert (await cancel_run(session, run)).state is RunState.CANCELED
            assert (await cancel_run(session, done)).state is RunState.SUCCEEDED
    assert set((await states(database, run)).values()) == {"canceled"}
    assert await claim(database, worker) is None
    assert (await log_of(database, run)).count("run.canceled") == 1


async def _retry(database: Database, run: UUID) -> None:
    async with database.writing() as session:
        await retry_run(session, CATALOGUE, run)


async def test_a_retry_does_what_failed_and_what_follows_and_keeps_the_rest(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings)
    held = await do_all(database, worker, until="each_draw[1]")
    assert held is not None
    assert await fail(database, held, InvalidInput("too dark"))
    assert (await tell(database, run)).state == "failed"
    await _retry(database, run)
    told = await tell(database, run)
    assert (told.state, told.error) == ("queued", None)
    assert (await states(database, run))["each_draw[0]"] == "succeeded"
    await do_all(database, worker)
    assert (await tell(database, run)).state == "succeeded"
    started = [line for line in await log_of(database, run) if line.startswith("step.started")]
    assert started.count("step.started look") == started.count("step.started each_draw[0]") == 1
    assert started.count("step.started each_draw[1]") == 2


async def test_a_worker_of_before_a_retry_changes_nothing(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    held = await claim(database, worker)
    assert held is not None
    async with database.writing() as session:
        await cancel_run(session, run)
    await _retry(database, run)
    assert not await do(database, held)
    again = await claim(database, worker)
    assert again is not None
    assert again.attempt == 2
    assert not await do(database, held)
    assert await do(database, again)


async def test_an_item_that_failed_where_that_is_allowed_can_be_retried_alone(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, tries)
    held = await do_all(database, worker, until="each_draw[1]")
    assert held is not None
    assert await fail(database, held, InvalidInput("too dark"))
    await do_all(database, worker)
    for expected in (2, 3):
        async with database.reading() as session:
            assert await output_of(session, CATALOGUE, await run_of(session, run)) == expected
        if expected == 2:
            await _retry(database, run)
            assert await states(database, run) == {
                **dict.fromkeys(["look", "listen", "choose"], "succeeded"),
                "each_draw": "pending",
                "count_drawn": "pending",
                **{f"each_draw[{item}]": "ready" if item == 1 else "succeeded" for item in range(3)},
            }
            await do_all(database, worker)
    with pytest.raises(NothingToRetry):
        await _retry(database, run)


async def test_what_a_failed_item_left_is_read_as_its_reason(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, tries)
    held = await do_all(database, worker, until="each_draw[0]")
    assert held is not None
    assert await fail(database, held, InvalidInput("too dark"))
    await do_all(database, worker)
    async with database.writing() as session:
        await session.execute(update(Run).values(output="each_draw"))
    async with database.reading() as session:
        output = await output_of(session, CATALOGUE, await run_of(session, run))
    assert output == [Failed("too dark", "InvalidInput"), "faint ITEM4 1", "faint ITEM4 2"]


async def test_items_that_are_made_anew_are_the_same_steps(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings, Counted(count=3))
    held = await do_all(database, worker, until="each_frame[0]")
    assert held is not None
    async with database.writing() as session:
        await cancel_run(session, run)
        before = {step.key: step.id for step in await list_steps(session, run)}
        await session.execute(update(Step).where(Step.key == "look").values(state="failed"))
    await _retry(database, run)
    await do_all(database, worker)
    async with database.reading() as session:
        after = {step.key: step.id for step in await list_steps(session, run)}
    assert after == before
    assert (await tell(database, run)).state == "succeeded"


async def test_a_run_at_work_is_not_retried(database: Database) -> None:
    run = await start(database, one)
    with pytest.raises(NothingToRetry, match="queued"):
        await _retry(database, run)


async def test_a_retry_is_done_by_the_stages_of_today(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    held = await claim(database, worker)
    assert held is not None
    assert await fail(database, held, InvalidInput("no picture"))
    async with database.writing() as session:
        await session.execute(update(Step).values(version=0, title="Stare"))
    with pytest.raises(StepOutdated, match="look"):
        async with database.writing() as session:
            await retry_run(session, catalogue_of([], []), run)
    await _retry(database, run)
    async with database.reading() as session:
        (step,) = await list_steps(session, run)
    assert (step.version, step.title, step.state) == (1, "Look at the medium", "ready")


async def test_values_that_were_dropped_before_a_retry_are_made_again(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings)
    held = await do_all(database, worker, until="each_draw[0]")
    assert held is not None
    async with database.writing() as session:
        await cancel_run(session, run)
        await session.execute(update(Step).where(Step.key == "each_draw").values(started_at=None))
        await session.execute(delete(Step).where(Step.parent_id.is_not(None)))
        await session.execute(update(Step).values(result_key=None))
        await session.execute(delete(Result))
    await _retry(database, run)
    while (claimed := await claim(database, worker)) is not None:
        try:
            await do(database, claimed)
        except Exception as lost:  # noqa: BLE001 - judged by the table, as a worker does
            await fail(database, claimed, lost)
    assert (await tell(database, run)).state == "succeeded"


async def test_a_waiting_run_says_what_it_waits_for(database: Database) -> None:
    run = await start(database, one)
    title = "Look at the medium"
    assert (await tell(database, run)).message == f"{title}: waiting, no worker serves the cpu queue."
    worker = await enter(database)
    assert (await tell(database, run)).message == f"{title}: waiting for a free worker."
    async with database.writing() as session:
        await seen(session, worker, message="The disk is nearly full.")
    assert (await tell(database, run)).message == f"{title}: waiting. The disk is nearly full."
    async with database.writing() as session:
        await seen(session, worker)
        await limit_queue(session, Queue.CPU, paused=True)
    assert (await tell(database, run)).message == f"{title}: waiting, the cpu queue is paused."
    async with database.writing() as session:
        await limit_queue(session, Queue.CPU, paused=False)
    held = await claim(database, worker)
    assert held is not None
    async with database.writing() as session:
        await beat(session, held, progress=0.42, message="Looking closely", cpu_s=0.0, units={})
    told = await tell(database, run)
    assert (told.stage, told.message, told.percent) == (title, "Looking closely, 42 %", 42.0)
    async with database.writing() as session:
        await hand_back(session, held, after_s=600, message="The server is busy.")
    assert (await tell(database, run)).message == f"{title}: waiting, tried again in 10 min. The server is busy."
    async with database.writing() as session:
        await end_worker(session, worker)
    assert "no worker" in (await tell(database, run)).message


async def test_percent_never_goes_back_and_is_whole_only_at_the_end(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings, Counted(count=4))
    before = 0.0
    while (held := await claim(database, worker)) is not None:
        async with database.writing() as session:
            await beat(session, held, progress=0.5, message="", cpu_s=0.0, units={})
        told = await tell(database, run)
        assert before <= told.percent < 100
        before = told.percent
        assert await do(database, held)
        told = await tell(database, run)
        assert before <= told.percent
        assert (told.percent == 100) == (told.state == "succeeded")
        before = told.percent
    assert before == 100


async def test_the_time_that_is_left_comes_from_measured_rates_and_what_running_steps_show(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings)
    assert (await tell(database, run)).eta_s is None
    async with database.writing() as session:
        await measure_run(session, run, 100.0)
        session.add(Rate(stage="look", seconds=2.0))
    # look 200, listen 50, choose 10, three drawings 60, three frames 3; what writes rows weighs next to nothing
    assert (await tell(database, run)).eta_s == pytest.approx(323, abs=0.2)
    held = await claim(database, worker)
    assert held is not None
    async with database.writing() as session:
        await beat(session, held, progress=0.5, message="", cpu_s=0.0, units={})
        await session.execute(update(Step).where(Step.key == "look").values(started_at=now() - timedelta(seconds=30)))
    assert (await tell(database, run)).eta_s == pytest.approx(153, abs=1)
    await enter(database)
    assert (await tell(database, run)).eta_s == pytest.approx(76.5, abs=1)


async def test_runs_are_listed_newest_first_by_pages_and_filters(database: Database) -> None:
    worker = await enter(database)
    owner, subject = new_id(), new_id()
    ids = [await start(database, one, owner_id=owner) for _ in range(5)]
    other = await start(database, drawings, subject_id=subject)
    assert await claim(database, worker) is not None
    async with database.reading() as session:
        first = await list_runs(session, limit=4)
        second = await list_runs(session, limit=4, after=first.next)
        assert [run.id for run in (*first.items, *second.items)] == [other, *reversed(ids)]
        assert second.next is None
        assert {run.id for run in (await list_runs(session, owner_id=owner)).items} == set(ids)
        assert [run.id for run in (await list_runs(session, subject_id=subject)).items] == [other]
        assert [run.id for run in (await list_runs(session, recipe="drawings")).items] == [other]
        (running,) = (await list_runs(session, state=RunState.RUNNING)).items
    assert (running.id, running.stage, running.steps.running) == (ids[0], "Look at the medium", 1)
