"""What Alembic runs for every command: all models, on a connection and in a transaction that the caller opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import CreateIndexOp, DropTableOp, MigrateOperation, MigrationScript, ModifyTableOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Table

import cutroom.tables  # noqa: F401 - importing the models is what makes them known
from cutroom.core.database import Base, UtcDateTime
from cutroom.library.search.index import belongs_to_index

#: The folders whose tables a draft is about; all when empty.
FOLDERS: frozenset[str] = frozenset(context.config.attributes.get("folders", ()))


def write_type(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 - Alembic's own shape
    """Write our own types as what the database sees: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return "sa.JSON()"
    return False


def is_asked_for(item: Any, name: str | None, kind: str, reflected: bool, _: Any) -> bool:  # noqa: ANN401, FBT001 - Alembic's own shape
    """Tell whether a table lies in one of the folders that a draft is about; the index of search is no model."""
    if kind == "table" and name is not None and belongs_to_index(name):
        return False
    if not isinstance(item, Table) or reflected or not FOLDERS:
        return True
    homes = {mapper.local_table: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}
    return homes[item] in FOLDERS


def tidy(_: MigrationContext, __: object, scripts: list[MigrationScript]) -> None:
    """Leave out of a draft what goes without saying."""
    for script in scripts:
        for operations in (*script.upgrade_ops_list, *script.downgrade_ops_list):
            dropped = {each.table_name for each in operations.ops if isinstance(each, DropTableOp)}
            operations.ops = [kept for each in operations.ops for kept in _tidied(each, dropped)]


def _tidied(operation: MigrateOperation, dropped: set[str]) -> list[MigrateOperation]:
    if not isinstance(operation, ModifyTableOps):
        return [operation]
    if operation.table_name in dropped:
        return []  # its indexes go with it
    plain = all(isinstance(each, CreateIndexOp) for each in operation.ops)
    return list(operation.ops) if plain else [operation]


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=write_type,
    include_object=is_asked_for,
    process_revision_directives=tidy,
    transactional_ddl=True,  # on SQLite too, where the caller has begun one itself
    # SQLite can alter little: what it cannot is copied into a new table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
