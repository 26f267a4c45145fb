"""The database: one declarative base, two kinds of transaction, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from sqlalchemy import JSON, Connection, DateTime, Dialect, MetaData, TypeDecorator, event, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from cutroom.core.errors import CutroomError, MissingCapability
from cutroom.core.settings import Settings

T = TypeVar("T")

#: A writer waits this long for another one's transaction; measured waits under load stay below 9 s.
BUSY_S = 30.0
#: Conflicts that the database resolves by ending one transaction, which then may simply run again.
_CONFLICTS = frozenset({"40001", "40P01"})
_ATTEMPTS = 8
_POOL = 8


class DatabaseUnavailable(CutroomError):
    """The database cannot be reached or does not answer."""

    status = 503
    retryable = True


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite would forget its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: Any JSON value; searchable on PostgreSQL.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """What every table derives from; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json}


class Database:
    """A pool of connections to one database.

    Attributes:
        url: SQLAlchemy's, with its asynchronous driver.
        kind: ``sqlite`` or ``postgresql``.
    """

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self.kind: Literal["sqlite", "postgresql"] = "sqlite" if self.url.startswith("sqlite") else "postgresql"
        self.engine = _connect(self.url)
        # On SQLite the option makes BEGIN take the lock at once: a lock asked for later may be refused at once.
        self._writer = self.engine.execution_options(writing=True)
        # One writer a process: SQLite's own queue is unfair, and a waiter may starve in it.
        self._turn = asyncio.Lock() if self.kind == "sqlite" else None

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that sees one state of the database and changes nothing.

        Raises:
            DatabaseUnavailable: If the database does not answer.
        """
        with _explained():
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a session that is committed when the block ends, and undone when it raises.

        Raises:
            DatabaseUnavailable: If the database does not answer.
        """
        async with self._turn or contextlib.nullcontext():
            with _explained():
                async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
                    yield session

    async def write(self, change: Callable[[AsyncSession], Awaitable[T]], *, attempts: int = _ATTEMPTS) -> T:
        """Make a change in one transaction, again where the database ended it or went away.

        Args:
            change: Must give the same outcome when it runs a second time after a commit whose answer was lost.

        Raises:
            DatabaseUnavailable: If the database does not answer after the last attempt.
        """
        for attempt in range(1, attempts + 1):
            try:
                async with self.writing() as session:
                    return await change(session)
            except DBAPIError as error:
                if attempt == attempts or getattr(error.orig, "sqlstate", None) not in _CONFLICTS:
                    raise
            except DatabaseUnavailable:
                if attempt == attempts:
                    raise
            await asyncio.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - apart, not secret
        raise AssertionError  # the loop returns or raises; this tells the type checker

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def address(url: str) -> str:
    """Name the driver that an address leaves open."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    name = drivers.get(parsed.drivername, parsed.drivername)
    return parsed.set(drivername=name).render_as_string(hide_password=False)


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name; SQLite in the data folder when they name none."""
    if settings.database_url:
        return Database(settings.database_url)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Database(f"sqlite:///{settings.data_dir.absolute() / 'cutroom.db'}")


def database_file(database: Database) -> Path | None:
    """Tell where SQLite keeps the database; ``None`` for a server."""
    name = make_url(database.url).database
    return Path(name) if database.kind == "sqlite" and name else None


def _connect(url: str) -> AsyncEngine:
    if url.startswith("sqlite"):
        engine = create_async_engine(url, pool_size=_POOL, max_overflow=2 * _POOL, connect_args={"timeout": BUSY_S})
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_async_engine(
            url,
            pool_size=_POOL,
            max_overflow=2 * _POOL,
            pool_pre_ping=True,
            pool_timeout=20,
            connect_args={"connect_timeout": 5},
        )
    except ModuleNotFoundError as error:
        raise MissingCapability("PostgreSQL needs its driver: pip install 'cutroom[postgres]'.") from error


def _set_up_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - the driver's own type
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL loses commits that were acknowledged when the power goes
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_S * 1000)}",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in _CONFLICTS:
            raise
        raise DatabaseUnavailable(f"The database does not answer ({_first_line(error)}): it is asked again.") from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseUnavailable(f"The database went away ({_first_line(error)}): it is asked again.") from error
    except (ConnectionError, TimeoutError) as error:
        raise DatabaseUnavailable(f"The database cannot be reached ({error}).") from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
