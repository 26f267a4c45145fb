"""The schema of the database: brought to what this version needs by one process at a time, whole or not at all.

The migrations themselves lie in ``cutroom/migrations``, which knows every table; this module only runs them.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from cutroom.core.database import Database
from cutroom.core.errors import CutroomError, InvalidInput

_log = logging.getLogger(__name__)
#: It tells of every look at the schema; what matters of it, we say.
logging.getLogger("alembic").setLevel(logging.WARNING)

HEAD = "head"
#: What a database without any table is at.
EMPTY = "base"


class SchemaUnknown(CutroomError):
    """The database was made by a newer Cutroom than this one."""

    status = 503


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Where a database stands.

    Attributes:
        revision: Its schema's name; ``None`` when nothing is in it yet.
        head: The revision that this version needs.
        pending: What an upgrade would apply, in order.
    """

    revision: str | None
    head: str
    pending: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Whether it is what this version needs."""
        return self.revision == self.head


async def status(database: Database) -> SchemaStatus:
    """Tell where the database stands, without changing it.

    Raises:
        SchemaUnknown: If its schema is newer than this version.
        DatabaseUnavailable: If it does not answer.
    """
    async with database.reading() as session:
        return await (await session.connection()).run_sync(status_on)


async def upgrade(database: Database, to: str = HEAD) -> SchemaStatus:
    """Bring the schema up to a revision; at once where it already is there.

    Processes that start together wait for the one that does it. One that is killed half way leaves what was before.

    Raises:
        SchemaUnknown: If its schema is newer than this version.
        InvalidInput: If there is no such revision.
        DatabaseUnavailable: If it does not answer.
    """
    if to == HEAD and (found := await status(database)).current:
        return found
    return await _move(database, command.upgrade, to)


async def downgrade(database: Database, to: str) -> SchemaStatus:
    """Bring the schema down to a revision, or to :data:`EMPTY`; what only newer tables and columns hold is lost.

    Raises:
        SchemaUnknown: If its schema is newer than this version.
        InvalidInput: If there is no such revision below.
        DatabaseUnavailable: If it does not answer.
    """
    return await _move(database, command.downgrade, to)


def configuration() -> Config:
    """Tell Alembic where the migrations lie, and to say nothing."""
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", "cutroom:migrations")
    return config


async def _move(database: Database, step: Callable[[Config, str], None], to: str) -> SchemaStatus:
    def move(connection: Connection) -> SchemaStatus:
        status_on(connection)  # refuses what is newer
        config = configuration()
        config.attributes["connection"] = connection
        try:
            step(config, to)
        except CommandError as error:
            raise InvalidInput(
                f"The schema cannot go to '{to}' ({error}): 'cutroom db status' lists what is."
            ) from error
        return status_on(connection)

    async with database.altering() as connection:
        moved = await connection.run_sync(move)
    _log.info("the database has schema %s", moved.revision or EMPTY)
    return moved


def status_on(connection: Connection) -> SchemaStatus:
    """Tell where the database stands, within a transaction that is open.

    Raises:
        SchemaUnknown: If its schema is newer than this version.
    """
    known = _revisions()
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in known:
        raise SchemaUnknown(
            f"The database has schema {revision}, and this version knows up to {known[-1]}: "
            "install the newer Cutroom that made it, or restore a backup into a new database."
        )
    place = known.index(revision) + 1 if revision else 0
    return SchemaStatus(revision, known[-1], known[place:])


@cache
def _revisions() -> tuple[str, ...]:
    """Name all revisions, oldest first; they are modules, so they are read once."""
    scripts = ScriptDirectory.from_config(configuration())
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]
