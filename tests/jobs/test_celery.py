"""Celery rings, the rows decide: messages may come late, twice or never."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from tests.jobs import workshop
from tests.jobs.house import house, stop
from tests.jobs.workshop import Rest, Sum
from tests.services.servers import Redis

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.jobs.celery import TASK, make_app, queue_name
from cutroom.jobs.models import Queue, Step, StepState
from cutroom.jobs.pump import RESEND_S, WINDOW, BrokerUnavailable, send_ready
from cutroom.jobs.runs import start_run

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="processes die with their parents by a signal of Linux"),
]

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def broker(own_redis: Redis) -> Settings:
    """Settings that name a Redis of this test alone."""
    return Settings(broker_url=SecretStr(own_redis.url))


async def test_a_ready_step_is_told_of_once_and_no_more_than_a_window(broker: Settings, database: Database) -> None:
    app = make_app(broker)
    async with database.writing() as session:
        for number in range(WINDOW + 6):
            await start_run(session, workshop.take_rest, Rest(seconds=number))
    assert await send_ready(database, app) == WINDOW
    assert await send_ready(database, app) == 0
    with app.connection_for_read() as connection:
        held = app.amqp.queues[queue_name(Queue.CPU)](connection.default_channel).queue_declare().message_count
    assert held == WINDOW


async def test_what_an_emptied_broker_forgot_is_told_again(
    broker: Settings, database: Database, own_redis: Redis
) -> None:
    app = make_app(broker)
    async with database.writing() as session:
        await start_run(session, workshop.take_rest, Rest())
    assert await send_ready(database, app) == 1
    own_redis.kill()
    async with database.writing() as session:
        await session.execute(update(Step).values(sent_at=now() - timedelta(seconds=RESEND_S)))
    with pytest.raises(BrokerUnavailable):
        await send_ready(database, app)
    own_redis.start()
    assert await send_ready(database, app) == 1


@pytest.mark.slow
@on_sqlite
async def test_celery_does_runs_and_a_killed_worker_and_copies_of_messages_change_nothing(
    own_redis: Redis, database: Database, tmp_path: Path
) -> None:
    with house(tmp_path, database, broker_url=own_redis.url) as home:
        supervisor = home.up("cpu=2", "io=1")
        run = await home.start(workshop.add_squares, Sum(count=6, book=str(tmp_path / "book"), pause_s=0.5))
        step = await home.running(run, "tally")
        app = make_app(Settings(broker_url=SecretStr(own_redis.url)))
        for _ in range(10):
            app.send_task(TASK, (str(step.id),), queue=queue_name(Queue.CPU))
        (await home.process_of(step)).kill()
        await home.succeeded(run)
        assert await home.value(run) == "55 in all"
        assert (await home.steps(run))[step.key].attempt == 2
        finished = [event.data["step"] for event in await home.events(run) if event.kind == "step.succeeded"]
        assert len(finished) == len(set(finished)) == 10
        rest = await home.start(workshop.take_rest, Rest(seconds=300))
        await home.running(rest, "dawdle")
        assert stop(supervisor, 20) == 0
        handed = (await home.steps(rest))["dawdle"]
        assert (handed.state, handed.failures) == (StepState.READY, 0)
        assert home.processes() == []
