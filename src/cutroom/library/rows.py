"""Rows as lines of JSON that any database can be filled from, whichever they came from."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Double, Table, Text, Uuid, column, insert, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.types import JSON, Float, Integer, String, TypeEngine

from cutroom.core.database import Base, Json, UtcDateTime
from cutroom.library.search.index import belongs_to_index

#: Rows read or written at a time.
_PORTION = 500
#: The version of the schema is no row of ours.
_FOREIGN = frozenset({"alembic_version"})


class Kind(StrEnum):
    """What a column holds, whichever database it is in."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    TRUTH = "truth"
    MOMENT = "moment"
    UUID = "uuid"
    JSON = "json"


_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.WHOLE: BigInteger(),
    Kind.NUMBER: Double(),
    Kind.TRUTH: Boolean(),
    Kind.MOMENT: UtcDateTime(),
    Kind.UUID: Uuid(),
    Kind.JSON: Json,
}
_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (UtcDateTime, Kind.MOMENT),
    (Uuid, Kind.UUID),
    (JSON, Kind.JSON),
    (Boolean, Kind.TRUTH),
    (Integer, Kind.WHOLE),
    (Float, Kind.NUMBER),
    (String, Kind.TEXT),
)


def kind_of(given: Column[Any]) -> Kind:
    """Tell what a column holds.

    Raises:
        TypeError: If no kind is known for its type.
    """
    for type_, kind in _KINDS:
        if isinstance(given.type, type_):
            return kind
    raise TypeError(f"{given} is of a type that has no kind yet: add it to Kind")


async def tables_of(session: AsyncSession) -> list[Table]:
    """Give every table, each after those that it refers to.

    Raises:
        RuntimeError: If the database has a table whose model was not imported.
    """
    names = await (await session.connection()).run_sync(lambda connection: set(inspect(connection).get_table_names()))
    unknown = {name for name in names - _FOREIGN - set(Base.metadata.tables) if not belongs_to_index(name)}
    if unknown:
        raise RuntimeError(f"no model of {', '.join(sorted(unknown))} was imported")
    return Base.metadata.sorted_tables


async def read_rows(session: AsyncSession, source: Table) -> AsyncIterator[list[Sequence[Any]]]:
    """Read a table's rows in portions, ordered by its key."""
    rows = await session.stream(select(source).order_by(*source.primary_key.columns))
    async for portion in rows.partitions(_PORTION):
        yield list(portion)


def write_lines(file: gzip.GzipFile, rows: Iterable[Sequence[Any]]) -> None:
    """Append a line for each row."""
    for row in rows:
        file.write(json.dumps([*row], default=_plain, ensure_ascii=False).encode() + b"\n")


def read_lines(path: Path, kinds: Sequence[Kind]) -> Iterator[list[list[Any]]]:
    """Read rows back in portions."""
    portion: list[list[Any]] = []
    with gzip.open(path, "rb") as file:
        for line in file:
            portion.append([_rich(value, kind) for value, kind in zip(json.loads(line), kinds, strict=True)])
            if len(portion) == _PORTION:
                yield portion
                portion = []
    if portion:
        yield portion


async def fill_table(
    connection: AsyncConnection, name: str, columns: dict[str, Kind], portions: Iterable[list[list[Any]]]
) -> int:
    """Insert rows into a table, and count them.

    A column that refers to its own table is filled afterwards: the row that it names may come later.
    """
    target = table(name, *(column(each, _TYPES[kind]) for each, kind in columns.items()))
    own = await connection.run_sync(
        lambda sync: [
            (each["constrained_columns"][0], each["referred_columns"][0])
            for each in inspect(sync).get_foreign_keys(name)
            if each["referred_table"] == name
        ]
    )
    texts = [each for each, kind in columns.items() if kind is Kind.TEXT]
    later: list[tuple[str, str, Any, Any]] = []
    count = 0
    for portion in portions:
        rows = [dict(zip(columns, row, strict=True)) for row in portion]
        for row in rows:
            if connection.dialect.name == "postgresql":
                row.update({each: row[each].replace("\0", "\ufffd") for each in texts if row[each]})  # it keeps no NUL
            for referring, referred in own:
                if row[referring] is not None:
                    later.append((referring, referred, row[referred], row[referring]))
                    row[referring] = None
        await connection.execute(insert(target), rows)
        count += len(rows)
    for referring, referred, key, value in later:
        await connection.execute(target.update().where(target.c[referred] == key).values({referring: value}))
    return count


def _plain(value: object) -> str:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case _:
            raise TypeError(f"{value!r} cannot be written as JSON")


def _rich(value: Any, kind: Kind) -> Any:  # noqa: ANN401 - any column's value
    if value is None:
        return None
    match kind:
        case Kind.UUID:
            return UUID(value)
        case Kind.MOMENT:
            return datetime.fromisoformat(value)
        case _:
            return value
