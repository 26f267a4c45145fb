"""What every test may ask for.

Servers are real. Each is started when the first test asks for it, on a free port of this machine, and ended with the
tests; one that is not installed skips the tests that need it, or fails them where CUTROOM_TEST_REQUIRE_SERVICES is set.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import event, make_url
from tests.services.server import Server
from tests.services.servers import ObjectStore, Postgres, RabbitMQ, Redis

from cutroom.core.database import Database
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage

# Where a change is judged, the same examples each time: what is found by chance belongs to the desk, not to the gate.
settings.register_profile("judged", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("judged")

PROJECT = Path(__file__).resolve().parent.parent

AnyServer = TypeVar("AnyServer", Postgres, Redis, RabbitMQ)
AnyOwn = TypeVar("AnyOwn", bound=Server)


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real recordings with known truth, named by CUTROOM_TEST_MEDIA or standing beside the project."""
    folder = Path(os.environ.get("CUTROOM_TEST_MEDIA", PROJECT.parent / "shared" / "media"))
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder}: set CUTROOM_TEST_MEDIA to a folder that has them")
    return folder


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Coroutines run on the loop that the programs use."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A cluster's administrative database: CUTROOM_TEST_POSTGRES_URL, or one started here; tests make their own."""
    yield from _url_of(Postgres)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis: CUTROOM_TEST_REDIS_URL, or one started here. Shared: use names of your own."""
    yield from _url_of(Redis)


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    """A RabbitMQ: CUTROOM_TEST_RABBITMQ_URL, or one started here. Shared: use names of your own."""
    yield from _url_of(RabbitMQ)


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A cluster for this test alone, to be hurt."""
    yield from _own(Postgres.made())


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis for this test alone, to be hurt."""
    yield from _own(Redis.made())


@pytest.fixture
def own_rabbitmq() -> Iterator[RabbitMQ]:
    """A RabbitMQ for this test alone, to be hurt."""
    yield from _own(RabbitMQ.made())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test alone, migrated and empty, once on SQLite and once on PostgreSQL.

    For one kind only: ``@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)``.
    """
    if request.param == "sqlite":
        path = tmp_path / "cutroom.db"
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    cluster, empty = request.getfixturevalue("postgres_url"), request.getfixturevalue("empty_postgres")
    with _postgres_database(cluster, template=empty) as url:
        yield url


@pytest.fixture
async def database(anyio_backend: str, database_url: str) -> AsyncIterator[Database]:
    """A database of this test alone, migrated and empty, once on SQLite and once on PostgreSQL."""
    opened = Database(database_url)
    if opened.kind == "sqlite":  # no power fails here
        event.listen(opened.engine.sync_engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF"))
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    asyncio.run(_make_tables(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """The name of a migrated database to copy."""
    with _postgres_database(postgres_url) as url:
        asyncio.run(_make_tables(url))
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """An S3 server."""
    yield from _own(ObjectStore())


@pytest.fixture
def s3_settings(object_store: ObjectStore, tmp_path: Path) -> Settings:
    """Settings that keep media in an S3 bucket of this test alone."""
    bucket = f"test-{uuid.uuid4().hex}"
    object_store.make_bucket(bucket)
    return Settings(
        data_dir=tmp_path / "data",
        storage=f"s3://{bucket}/media",
        s3_endpoint=object_store.url,
        s3_access_key=SecretStr("test-access-key"),
        s3_secret_key=SecretStr("test-secret-key"),
    )


@pytest.fixture(params=["local", "s3"])
def storage_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings that keep media in a place of this test alone, once on disk and once in an object store.

    For one kind only: ``@pytest.mark.parametrize("storage_settings", ["local"], indirect=True)``.
    """
    if request.param == "local":
        return Settings(data_dir=tmp_path / "data", storage="local")
    chosen: Settings = request.getfixturevalue("s3_settings")
    return chosen


@pytest.fixture
def storage(storage_settings: Settings) -> Storage:
    """Empty storage of this test alone, once on disk and once in an object store."""
    name = storage_settings.storage.partition(":")[0]
    opened: Storage = load("storage", name)(storage_settings, storage_settings.storage)
    return opened


def _url_of(kind: type[AnyServer]) -> Iterator[str]:
    """Give the address of a server that somebody runs for us, or of one that we run."""
    given = os.environ.get(f"CUTROOM_TEST_{kind.name.upper().replace('SQL', '')}_URL")
    if given:
        yield given
        return
    for server in _own(kind.made()):
        yield server.url


def _own(server: AnyOwn) -> Iterator[AnyOwn]:
    server.start()
    yield server
    server.end()


@contextlib.contextmanager
def _postgres_database(cluster: str, *, template: str = "template0") -> Iterator[str]:
    """Make a database in a cluster and drop it afterwards, whoever is still connected."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(
            # Copied as files and not page by page through the log: nobody else uses the template meanwhile.
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        yield make_url(cluster).set(database=name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def _make_tables(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()
