"""The database: one declarative base, two kinds of transaction, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, TypeDecorator, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from cutroom.core import sqlite
from cutroom.core.changes import ChangingSession, changed_tables
from cutroom.core.errors import CutroomError, DiskFull, InvalidInput, MissingCapability
from cutroom.core.reserve import free_reserve, hold_reserve
from cutroom.core.settings import Settings

T = TypeVar("T")

#: How long :meth:`Database.write` tries again: a server's restart takes a few seconds.
PATIENCE_S = 20.0
_POOL = 8
#: One number for all processes of an instance: who holds it changes the schema.
_ALTERING = 0x63_75_74_72_6F_6F_6D


class DatabaseUnavailable(CutroomError):
    """The database cannot be reached, is busy, or ended a transaction that stood in another's way."""

    status = 503
    retryable = True


class DatabaseFull(DiskFull):
    """The disk that holds the database is full."""


class DatabaseUnusable(CutroomError):
    """The database answers, but a person must see to it first."""

    status = 503


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite would forget its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a cursor's text is read as."""
        return datetime

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


#: Any JSON value, kept as it was written: JSONB would turn 1e16 into an integer and refuse a NUL, and a value that is
#: known by its digest would no longer be that value.
Json = JSON(none_as_null=True)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


#: A choice is kept as its text, and the database refuses any other.
_CHOICE = Enum(StrEnum, native_enum=False, create_constraint=True, length=16, values_callable=_values)


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
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        StrEnum: _CHOICE,
    }


class Database:
    """A pool of connections to one database.

    Attributes:
        url: SQLAlchemy's, with its asynchronous driver.
        kind: ``sqlite`` or ``postgresql``.
        on_change: Each is told which tables a committed transaction changed, before whoever changed them goes on.
    """

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self.kind: Literal["sqlite", "postgresql"] = "sqlite" if self.url.startswith("sqlite") else "postgresql"
        self.engine = _connect(self.url)
        # On SQLite the option makes BEGIN take the lock at once: a lock asked for later may be refused at once.
        self._writer = self.engine.execution_options(writing=True)
        # Each of PostgreSQL's statements would otherwise see another state; SQLite's BEGIN gives one anyway.
        self._reader = (
            self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            if self.kind == "postgresql"
            else self.engine
        )
        # One writer a process: SQLite's own queue is unfair, and a waiter may starve in it.
        self._turn = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None
        self.on_change: list[Callable[[frozenset[str]], Awaitable[None]]] = []
        file = database_file(self)
        self._folder = file.parent if file else None

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that sees one state of the database and changes nothing.

        Raises:
            DatabaseUnavailable: If the database does not answer.
        """
        with _explained():
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a session that is committed when the block ends, and undone when it raises.

        Raises:
            DatabaseUnavailable: If the database does not answer, or ended the transaction for another's sake.
        """
        async with self._in_turn():
            with _explained():
                opened = AsyncSession(self._writer, expire_on_commit=False, sync_session_class=ChangingSession)
                async with opened as session:
                    yield session
                    await _to_its_end(self._commit(session))

    async def _commit(self, session: AsyncSession) -> None:
        await session.commit()
        if changed := changed_tables(session.sync_session):
            for told in self.on_change:
                await told(changed)

    async def write(self, change: Callable[[AsyncSession], Awaitable[T]], *, patience_s: float = PATIENCE_S) -> T:
        """Make a change in one transaction, again where the database ended it or went away.

        Args:
            change: Must give the same outcome when it runs a second time after a commit whose answer was lost.
            patience_s: After this long, what went wrong is raised; at least two attempts are made.

        Raises:
            DatabaseUnavailable: If the database does not answer for so long.
        """
        end, attempt = time.monotonic() + patience_s, 0
        while True:
            attempt += 1
            try:
                async with self.writing() as session:
                    return await change(session)
            except DatabaseUnavailable:
                if attempt > 1 and time.monotonic() >= end:
                    raise
            await asyncio.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))  # noqa: S311 - apart, not secret

    @contextlib.asynccontextmanager
    async def altering(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that changes the schema while no other does; committed when the block ends, or undone.

        Raises:
            DatabaseUnavailable: If the database does not answer.
        """
        async with self._in_turn():
            with _explained():
                async with self.engine.execution_options(writing=True, altering=True).connect() as connection:
                    try:
                        async with connection.begin():
                            if self.kind == "postgresql":
                                await connection.execute(text("SET LOCAL lock_timeout = 0"))
                                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ALTERING})"))
                            yield connection
                            await _check_references(connection)
                    finally:
                        await connection.invalidate()  # its settings are not those of the others

    @contextlib.asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        if self.kind == "postgresql":
            yield
            return
        task = asyncio.current_task()
        if self._holder is task:
            raise RuntimeError("this task writes already: hand its session on instead of opening another")
        async with self._turn:
            self._holder = task
            if self._folder:
                free_reserve(self._folder)
            try:
                yield
            finally:
                self._holder = None

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def address(url: str) -> str:
    """Name the driver that an address leaves open.

    Raises:
        InvalidInput: If it is no address of a database that we can use.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidInput(
            "CUTROOM_DATABASE_URL is no address of a database: write postgresql://user:password@host/name."
        ) from error
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    name = drivers.get(parsed.drivername, parsed.drivername)
    if name not in drivers.values():
        raise InvalidInput(f"CUTROOM_DATABASE_URL begins with '{name}': SQLite and PostgreSQL are what there is.")
    if name.startswith("sqlite") and parsed.database in {None, "", ":memory:"}:
        raise InvalidInput("CUTROOM_DATABASE_URL needs a file: several processes read it (sqlite:////path/to/file).")
    return parsed.set(drivername=name).render_as_string(hide_password=False)


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name; SQLite in the data folder when they name none."""
    if settings.database_url:
        database = Database(settings.database_url)
    else:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(f"sqlite:///{settings.data_dir.absolute() / 'cutroom.db'}")
    hold_room(database)
    return database


def hold_room(database: Database) -> None:
    """Keep some of the disk for the time when it is full; what was given up is taken back once there is room."""
    file = database_file(database)
    if file:
        free_reserve(file.parent)
        hold_reserve(file.parent)


def database_file(database: Database) -> Path | None:
    """Tell where SQLite keeps the database; ``None`` for a server."""
    name = make_url(database.url).database
    return Path(name) if database.kind == "sqlite" and name else None


def _connect(url: str) -> AsyncEngine:
    if url.startswith("sqlite"):
        engine = create_async_engine(
            url, pool_size=_POOL, max_overflow=2 * _POOL, connect_args={"timeout": sqlite.BUSY_S}
        )
        event.listen(engine.sync_engine, "connect", sqlite.set_up)
        event.listen(engine.sync_engine, "begin", sqlite.begin)
        return engine
    limits = {
        "connect_timeout": 5,
        # A network that went away says nothing: ask, and give up after half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 4,
        # A process that is stopped in the middle of a transaction must not hold up all others for ever.
        "options": "-c idle_in_transaction_session_timeout=30s -c lock_timeout=30s",
    }
    if "options" in make_url(url).query:
        del limits["options"]
    try:
        return create_async_engine(
            url, pool_size=_POOL, max_overflow=2 * _POOL, pool_pre_ping=True, pool_timeout=20, connect_args=limits
        )
    except ModuleNotFoundError as error:
        raise MissingCapability("PostgreSQL needs its driver: pip install 'cutroom[postgres]'.") from error


async def _check_references(connection: AsyncConnection) -> None:
    if connection.dialect.name == "sqlite":
        broken = (await connection.execute(text("PRAGMA foreign_key_check"))).fetchall()
        if broken:
            raise RuntimeError(f"the change would leave rows that refer to nothing: {broken[:3]}")


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do what must not be cut short; who is cancelled meanwhile is so afterwards.

    A commit that is cut short leaves a connection that nobody knows the state of, which the pool calls an error.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    finally:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        explained = _explain(error)
        if explained is None:
            raise
        raise explained from error
    except PoolExhausted as error:
        raise DatabaseUnavailable("Every connection to the database is in use: try again in a moment.") from error


def _explain(error: DBAPIError) -> CutroomError | None:
    """Say what a refusal means, or ``None`` where it is a fault of ours or of the data."""
    first = str(error.orig).strip().partition("\n")[0]
    code = getattr(error.orig, "sqlite_errorcode", None)
    meaning = sqlite.meaning(code & 0xFF, first) if code is not None else _of_postgresql(error)
    match meaning:
        case "full":
            return DatabaseFull("The disk that holds the database is full: free some space and try again.")
        case "schema":
            return DatabaseUnusable(
                f"The database's schema is not the one that this version needs ({first}): run 'cutroom db upgrade'."
            )
        case "damaged":
            return DatabaseUnusable(
                f"The database's file is damaged ({first}): restore a backup with 'cutroom db restore'."
            )
        case "refused":
            return DatabaseUnusable(
                f"The database cannot be written or opened ({first}): see that its file and folder are there and "
                "belong to the user that runs Cutroom."
            )
        case "away":
            return DatabaseUnavailable(f"The database does not answer ({first}): try again in a moment.")
        case _:
            return None


def _of_postgresql(error: DBAPIError) -> str | None:
    # https://www.postgresql.org/docs/current/errcodes-appendix.html
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == "53100":
        return "full"
    if state in {"42P01", "42703", "3F000"}:  # no such table, column, schema
        return "schema"
    if error.connection_invalidated or state[:2] in {"08", "40", "53", "57"} or state in {"25006", "25P03", "55P03"}:
        return "away"
    return "away" if not state and isinstance(error, OperationalError | InterfaceError) else None
