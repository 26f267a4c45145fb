"""The index itself: a table of FTS5 on SQLite, of ``tsvector`` on PostgreSQL, with the same words at the same numbers.

It is made by the migration "Search index", is no model, and holds nothing that is not in other rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    bindparam,
    cast,
    column,
    delete,
    insert,
    literal,
    literal_column,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.library.search.models import NUMBER_BITS, POSITION_BITS, Stretch
from cutroom.library.search.query import Term, for_postgresql, for_sqlite

INDEX = table("passage_index", column("rowid", BigInteger()), column("terms", Text()))
#: The recording that a row of the index is about.
NUMBER: ColumnElement[int] = literal_column(
    f"((passage_index.rowid >> {POSITION_BITS}) & {(1 << NUMBER_BITS) - 1})", BigInteger()
)


def belongs_to_index(name: str) -> bool:
    """Tell whether a table is the index or one of those that SQLite keeps it in: no models, and in no backup."""
    return name == INDEX.name or name.startswith(f"{INDEX.name}_")


def matches(session: AsyncSession, terms: Sequence[Term], *, any_of: bool = False) -> ColumnElement[bool]:
    """Tell of a row of the index whether it has all terms, or any."""
    if _is_sqlite(session):
        return INDEX.c.terms.bool_op("MATCH")(literal(for_sqlite(terms, any_of=any_of)))
    return INDEX.c.terms.bool_op("@@")(cast(for_postgresql(terms, any_of=any_of), TSQUERY))


def within(stretch: Stretch) -> ColumnElement[bool]:
    """Tell of a row of the index whether it lies in a stretch."""
    return (INDEX.c.rowid >= stretch.first) & (INDEX.c.rowid <= stretch.last)


async def put(session: AsyncSession, rows: Iterable[tuple[int, Sequence[str]]], *, ordered: bool = True) -> None:
    """Write rows of the index.

    Args:
        rows: The number and the words of each.
        ordered: Whether it counts where a word stands.
    """
    if _is_sqlite(session):
        values: list[dict[str, Any]] = [{"rowid": key, "terms": " ".join(words)} for key, words in rows]
        statement = insert(INDEX)
    else:
        values = [{"key": key, "vector": _vector(words, ordered=ordered)} for key, words in rows]
        statement = insert(INDEX).values(
            rowid=bindparam("key", type_=BigInteger()), terms=cast(bindparam("vector", type_=Text()), TSVECTOR)
        )
    if values:
        await session.execute(statement, values)


async def drop(session: AsyncSession, stretch: Stretch) -> None:
    """Remove a stretch of the index."""
    await session.execute(delete(INDEX).where(within(stretch)))


def _vector(words: Sequence[str], *, ordered: bool) -> str:
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, start=1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(at)}" if ordered else f"'{word}'" for word, at in places.items())


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
