"""Pages of rows: each starts after the last row of the one before, so that it costs the same however far in it is."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter
from sqlalchemy import ColumnElement, Select, literal, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cutroom.core.errors import InvalidInput

T = TypeVar("T")

#: How many rows a page has when nobody says.
PAGE = 50
MOST = 200

After = Annotated[str | None, Field(max_length=1000, description="The `next` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="How many to give at most.")]


class Page(BaseModel, Generic[T]):
    """Some of a list, in its order."""

    items: list[T]
    next: str | None = Field(description="Ask with `after` set to it for what follows; null at the end.")


async def read_page(
    session: AsyncSession,
    statement: Select[T],
    keys: Sequence[InstrumentedAttribute[Any]],
    *,
    after: str | None,
    limit: int,
    descending: bool = False,
    either: Sequence[ColumnElement[bool]] = (),
) -> tuple[list[T], str | None]:
    """Read the rows that follow a cursor.

    Args:
        statement: Selects one entity; filters belong into it, an order does not.
        keys: What the rows are ordered by; none may be null, and the last one is unique.
        after: The cursor that the page before gave; ``None`` for the first page.
        limit: Rows of a page.
        descending: Of all keys together.
        either: Conditions of which a row of the list meets one at least: a page is read along the index of each, where
            one query would go past all rows that meet none.

    Returns:
        The rows, and the cursor for what follows them (``None`` at the end).

    Raises:
        InvalidInput: If the cursor is not of this list in this order.
    """
    if after is not None:
        place, edge = tuple_(*keys), tuple_(*_read(after, keys, descending=descending))
        statement = statement.where(place < edge if descending else place > edge)
    order = [key.desc() if descending else key.asc() for key in keys]
    if either:
        ways = (statement.where(way).with_only_columns(keys[-1]).order_by(*order).limit(limit + 1) for way in either)
        statement = statement.where(keys[-1].in_(union_all(*(select(way.subquery()) for way in ways))))
    found = await session.execute(statement.add_columns(*keys).order_by(*order).limit(limit + 1))
    rows = found.all()
    more = len(rows) > limit
    return [row[0] for row in rows[:limit]], _write(rows[limit - 1][1:], keys, descending=descending) if more else None


def _write(values: Sequence[Any], keys: Sequence[InstrumentedAttribute[Any]], *, descending: bool) -> str:
    content = json.dumps([_name(keys, descending=descending), *(str(value) for value in values)])
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _read(cursor: str, keys: Sequence[InstrumentedAttribute[Any]], *, descending: bool) -> Sequence[ColumnElement[Any]]:
    refused = InvalidInput("The cursor in 'after' is not one of this list in this order: start again without it.")
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, *texts = TypeAdapter(list[str]).validate_json(content)
        values = [
            literal(TypeAdapter(_kind(key)).validate_python(text), key.type)
            for key, text in zip(keys, texts, strict=True)
        ]
    except ValueError as error:  # of base 64, of Pydantic, of an empty list
        raise refused from error
    if name != _name(keys, descending=descending) or "\0" in "".join(texts):
        raise refused
    return values


def _kind(key: InstrumentedAttribute[Any]) -> Any:  # noqa: ANN401 - what Pydantic reads
    """Tell what a key's text is read as; a moment without its zone is none of ours."""
    kind = key.type.python_type
    return AwareDatetime if kind is datetime else kind


def _name(keys: Sequence[InstrumentedAttribute[Any]], *, descending: bool) -> str:
    """Tell orders apart, so that a cursor of one is not taken for another's."""
    return ("-" if descending else "") + ",".join(f"{key.class_.__name__}.{key.key}" for key in keys)
