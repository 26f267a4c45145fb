"""The servers that other tests rely on are real, private and gone afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.services.server import PATIENCE_S, greets
from tests.services.servers import ObjectStore, Postgres, RabbitMQ, Redis

from cutroom.core.database import Database

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.anyio
@pytest.mark.parametrize("round_", [1, 2])
async def test_each_test_has_a_migrated_database_that_nobody_wrote_to(round_: int, database: Database) -> None:
    async with database.writing() as session:
        assert (await session.execute(text("select count(*) from rate"))).scalar_one() == 0
        await session.execute(text("insert into rate (stage, seconds, measured) values ('a', 1, 1)"))
    async with database.reading() as session:
        assert (await session.execute(text("select count(*) from rate"))).scalar_one() == 1


def test_a_killed_database_server_comes_back_where_it_was(own_postgres: Postgres) -> None:
    own_postgres.kill()
    assert not own_postgres.answers()
    own_postgres.start()
    own_postgres.stop()
    assert not own_postgres.answers()


def test_a_held_broker_takes_connections_and_answers_nothing(own_redis: Redis) -> None:
    own_redis.pause()
    assert greets(own_redis.port)
    assert not greets(own_redis.port, b"PING\r\n", b"+PONG", within_s=0.3)
    own_redis.resume()
    assert own_redis.answers()


@pytest.mark.slow
def test_a_message_broker_starts_and_ends(own_rabbitmq: RabbitMQ) -> None:
    own_rabbitmq.kill()
    assert not own_rabbitmq.answers()


def test_an_object_store_makes_buckets(object_store: ObjectStore) -> None:
    object_store.make_bucket("a-bucket-of-this-test")


def test_a_server_ends_with_tests_that_are_killed() -> None:
    program = """
        import time
        from tests.services.servers import Redis
        server = Redis.made()
        server.start()
        print(server.port, server.folder, flush=True)
        time.sleep(1000)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        port, folder = child.stdout.readline().split()
        assert greets(int(port))
        child.send_signal(signal.SIGKILL)
        child.wait(PATIENCE_S)
        while greets(int(port)):
            pass
    assert Path(folder).exists()
    Redis.made().end()
    assert not Path(folder).exists()
