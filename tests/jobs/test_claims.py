from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from tests.jobs.engine import (
    CATALOGUE,
    EVERY,
    SOON,
    Counted,
    claim,
    do,
    do_all,
    drawings,
    enter,
    fail,
    log_of,
    one,
    start,
    states,
    tell,
    tries,
)

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput, ProviderUnavailable
from cutroom.jobs.claims import (
    Claimed,
    Standing,
    anything_ready,
    beat,
    fail_step,
    finish_step,
    hand_back,
    measure_run,
    reap_step,
    running_steps,
    standing,
)
from cutroom.jobs.failures import LOST_WORKERS, Failure
from cutroom.jobs.kept import find_result, keep_result, result_key
from cutroom.jobs.models import Queue, Rate, Result, Step
from cutroom.jobs.queues import limit_queue
from cutroom.jobs.runs import cancel_run

pytestmark = pytest.mark.anyio


async def test_the_most_urgent_run_goes_first_and_then_the_oldest(database: Database) -> None:
    worker = await enter(database)
    first, second = await start(database, one), await start(database, one)
    urgent = await start(database, one, priority=5)
    taken = [await claim(database, worker) for _ in range(4)]
    assert [claimed and claimed.run_id for claimed in taken] == [urgent, first, second, None]


async def test_a_run_that_is_under_way_goes_before_a_younger_one(database: Database) -> None:
    worker = await enter(database)
    older, younger = await start(database, drawings), await start(database, drawings)
    reached = await do_all(database, worker, until="each_draw[0]")
    assert reached is not None
    assert reached.run_id == older
    assert set((await states(database, younger)).values()) == {"pending", "ready"}


async def test_only_steps_of_served_queues_whose_time_has_come_are_claimed(database: Database) -> None:
    worker = await enter(database)
    await start(database, one)
    assert await claim(database, worker, [Queue.GPU, Queue.IO]) is None
    async with database.writing() as session:
        await session.execute(update(Step).values(not_before=now() + timedelta(hours=1)))
    assert await claim(database, worker) is None
    async with database.reading() as session:
        assert not await anything_ready(session, EVERY)


async def test_a_step_is_claimed_by_name_once(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings)
    async with database.reading() as session:
        listen = await session.scalar(select(Step.id).where(Step.run_id == run, Step.key == "listen"))
        later = await session.scalar(select(Step.id).where(Step.run_id == run, Step.key == "choose"))
    taken = await claim(database, worker, step_id=listen)
    assert taken is not None
    assert taken.key == "listen"
    assert await claim(database, worker, step_id=listen) is None
    assert await claim(database, worker, step_id=later) is None


async def test_a_paused_queue_gives_nothing_and_a_limited_one_no_more_than_its_limit(database: Database) -> None:
    worker = await enter(database)
    for _ in range(3):
        await start(database, one)
    async with database.writing() as session:
        await limit_queue(session, Queue.CPU, paused=True)
    async with database.reading() as session:
        assert not await anything_ready(session, EVERY)
    assert await claim(database, worker) is None
    async with database.writing() as session:
        await limit_queue(session, Queue.CPU, paused=False, running=2)
    taken = [await claim(database, worker) for _ in range(3)]
    assert [claimed is not None for claimed in taken] == [True, True, False]
    assert taken[0] is not None
    assert await do(database, taken[0])
    assert await claim(database, worker) is not None


async def _overtaken(database: Database) -> tuple[Claimed, Claimed]:
    worker, other = await enter(database), await enter(database)
    await start(database, one)
    stale = await claim(database, worker)
    assert stale is not None
    async with database.writing() as session:
        assert await reap_step(session, stale.step_id, stale.attempt, reason="it was killed.")
    fresh = await claim(database, other)
    assert fresh is not None
    return stale, fresh


async def test_a_worker_whose_attempt_was_taken_over_changes_nothing(database: Database) -> None:
    stale, fresh = await _overtaken(database)
    assert (stale.attempt, fresh.attempt, fresh.failures) == (1, 2, 1)
    async with database.writing() as session:
        assert not await beat(session, stale, progress=0.9, message="late", cpu_s=1.0, units={})
        assert not await hand_back(session, stale)
        assert not await reap_step(session, stale.step_id, stale.attempt, reason="again")
        assert await standing(session, stale) is Standing.LOST
        assert await standing(session, fresh) is Standing.HELD
    assert not await do(database, stale)
    assert not await fail(database, stale, InvalidInput("late"))
    assert await do(database, fresh)
    assert (await tell(database, fresh.run_id)).state == "succeeded"


async def test_a_worker_of_a_cancelled_run_hears_it_with_its_next_beat(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    held = await claim(database, worker)
    assert held is not None
    async with database.writing() as session:
        assert await beat(session, held, progress=0.2, message="looking", cpu_s=1.0, units={})
        await cancel_run(session, run)
        assert not await beat(session, held, progress=0.3, message="looking", cpu_s=1.0, units={})
    assert not await do(database, held)
    assert await states(database, run) == {"look": "canceled"}


async def test_finishing_again_after_a_lost_answer_changes_nothing_and_succeeds(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings)
    held = await claim(database, worker)
    assert held is not None
    assert await do(database, held)
    before = await log_of(database, run)
    assert await do(database, held)
    assert await log_of(database, run) == before
    async with database.writing() as session:
        assert await standing(session, held) is Standing.DONE


async def test_a_step_that_is_handed_back_counts_nothing(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    held = await claim(database, worker)
    assert held is not None
    async with database.writing() as session:
        assert await hand_back(session, held, after_s=60, message="The machine is told to stop.")
    assert await claim(database, worker) is None
    async with database.writing() as session:
        await session.execute(update(Step).values(not_before=now()))
    again = await claim(database, worker)
    assert again is not None
    assert (again.attempt, again.failures) == (2, 0)
    assert (await log_of(database, run))[-2:] == ["step.put_off look", "step.started look"]


async def test_a_step_that_takes_five_workers_with_it_fails_and_says_why(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    for _ in range(LOST_WORKERS):
        held = await claim(database, worker)
        assert held is not None
        async with database.writing() as session:
            assert await reap_step(session, held.step_id, held.attempt, reason="its process was killed.")
    told = await tell(database, run)
    assert told.state == "failed"
    assert told.error is not None
    assert (told.error.kind, told.error.stage) == ("WorkerLost", "look")
    assert "its process was killed." in told.error.message
    assert told.error.hint


async def test_what_may_pass_is_tried_again_after_a_while_and_then_fails_the_run(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings)
    for failures in (1, 2):
        held = await claim(database, worker)
        assert held is not None
        assert (held.key, held.failures) == ("look", failures - 1)
        assert await fail(database, held, ProviderUnavailable("The server is busy."))
        assert (await tell(database, run)).state == "running"
    last = await claim(database, worker)
    assert last is not None
    assert await fail(database, last, ProviderUnavailable("The server is busy."))
    told = await tell(database, run)
    assert told.state == "failed"
    assert told.error is not None
    assert told.error.message == told.message == "The server is busy."
    assert set((await states(database, run)).values()) == {"failed", "skipped"}
    assert await claim(database, worker) is None


async def test_a_failure_cancels_what_runs_beside_it(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings)
    look, listen = await claim(database, worker), await claim(database, worker)
    assert look is not None
    assert listen is not None
    assert await fail(database, look, InvalidInput("no picture"))
    assert not await do(database, listen)
    assert (await states(database, run))["listen"] == "canceled"


async def test_a_full_disk_is_waited_for_however_long(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    full = Failure("DiskFull", "look", "The disk is full.", retryable=True, retry_after_s=30.0, counts=False)
    for _ in range(10):
        async with database.writing() as session:
            await session.execute(update(Step).values(not_before=now()))
        held = await claim(database, worker)
        assert held is not None
        async with database.writing() as session:
            assert await fail_step(session, held, full, retry=SOON)
    told = await tell(database, run)
    assert told.state == "running"
    assert "The disk is full." in told.message


async def test_what_every_try_used_is_counted(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    held = await claim(database, worker)
    assert held is not None
    async with database.writing() as session:
        assert await beat(session, held, progress=0.5, message="", cpu_s=2.0, units={"letters": 3})
        assert await reap_step(session, held.step_id, held.attempt, reason="it was killed.")
    again = await claim(database, worker)
    assert again is not None
    assert await do(database, again, cpu_s=1.5)
    told = await tell(database, run)
    assert told.cost.cpu_s == 3.5
    assert told.cost.units == {"letters": 5}


async def test_progress_of_a_step_never_goes_back(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, one)
    held = await claim(database, worker)
    assert held is not None
    for progress in (0.5, 0.2, 7.0):
        async with database.writing() as session:
            await beat(session, held, progress=progress, message="looking", cpu_s=0.0, units={})
        assert (await tell(database, run)).percent == (50.0 if progress < 1 else 99.0)


async def test_the_running_steps_are_listed_with_their_last_beat(database: Database) -> None:
    worker = await enter(database)
    await start(database, drawings)
    held = await claim(database, worker)
    assert held is not None
    async with database.reading() as session:
        (before,) = await running_steps(session)
    async with database.writing() as session:
        await beat(session, held, progress=0.0, message="", cpu_s=0.0, units={})
    async with database.reading() as session:
        (after,) = await running_steps(session)
    assert before[:3] == after[:3] == (held.step_id, 1, worker)
    assert before.beat_at != after.beat_at


async def test_an_item_that_fails_leaves_its_place_where_that_is_allowed(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, tries)
    held = await do_all(database, worker, until="each_draw[1]")
    assert held is not None
    assert await fail(database, held, InvalidInput("too dark"))
    await do_all(database, worker)
    told = await tell(database, run)
    assert (told.state, told.steps.failed, told.percent) == ("succeeded", 1, 100.0)


async def test_an_empty_list_is_gone_over_in_no_time(database: Database) -> None:
    worker = await enter(database)
    run = await start(database, drawings, Counted(count=0))
    await do_all(database, worker)
    assert (await tell(database, run)).state == "succeeded"
    assert list(await states(database, run)) == ["look", "listen", "choose", "each_draw", "each_frame", "write_down"]


async def test_a_result_that_was_there_is_reused_and_one_that_has_gone_is_not(database: Database) -> None:
    worker = await enter(database)
    stage = CATALOGUE.stages["look"]
    key = result_key(stage, {"name": "unlike any other"})
    run = await start(database, one)
    for kept, state in ((False, "ready"), (True, "succeeded")):
        if kept:
            async with database.writing() as session:
                await keep_result(session, stage, key, 4.0)
        held = await claim(database, worker)
        assert held is not None
        async with database.writing() as session:
            done = await finish_step(session, held, result_key=key, reused=True, cpu_s=0.0, units={})
        assert done is kept
        assert await states(database, run) == {"look": state}
    assert (await tell(database, run)).steps.reused == 1
    async with database.reading() as session:
        assert await find_result(session, stage, key)
        assert await session.scalar(select(Result.stage)) == "look"


async def test_the_rate_of_a_stage_is_measured_on_real_work_only(database: Database) -> None:
    worker = await enter(database)
    for reused in (False, True):
        await start(database, one)
        held = await claim(database, worker)
        assert held is not None
        async with database.writing() as session:
            await measure_run(session, held.run_id, 100.0)
            await session.execute(update(Step).values(started_at=now() - timedelta(seconds=30)))
        if reused:
            async with database.writing() as session:
                key = await session.scalar(select(Result.key))
                assert await finish_step(session, held, result_key=key, reused=True, cpu_s=0.0, units={})
        else:
            assert await do(database, held)
    async with database.reading() as session:
        (rate,) = (await session.scalars(select(Rate))).all()
    assert (rate.stage, rate.measured) == ("look", 1)
    assert rate.seconds == pytest.approx(0.3, abs=0.05)
