"""Categories: the instance's own shelves, in an order that administrators give."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.users import fold_name
from cutroom.core.errors import Conflict
from cutroom.library.errors import CategoryNotFound
from cutroom.library.models import Asset, Category
from cutroom.library.visibility import only_visible

#: More would be tags.
MOST = 200


async def find_category(session: AsyncSession, category_id: UUID) -> Category:
    """Give a category, held so that it stays until the end of the transaction.

    Raises:
        CategoryNotFound: If there is none.
    """
    found = await session.scalar(select(Category).where(Category.id == category_id).with_for_update(read=True))
    if found is None:
        raise CategoryNotFound(f"There is no category {category_id}: list those that there are.")
    return found


async def list_categories(session: AsyncSession, viewer: Viewer) -> list[tuple[Category, int]]:
    """Give all categories in order, each with how many assets in it the viewer may see."""
    query = only_visible(select(Asset.category_id, func.count()), viewer).where(Asset.category_id.is_not(None))
    counts = {row[0]: row[1] for row in await session.execute(query.group_by(Asset.category_id))}
    rows = await session.scalars(select(Category).order_by(Category.position, Category.id))
    return [(row, counts.get(row.id, 0)) for row in rows]


async def create_category(session: AsyncSession, viewer: Viewer, name: str) -> Category:
    """Add a category behind all others.

    Raises:
        Conflict: If there is one of that name, or there are too many.
    """
    rows = await _held(session)
    if len(rows) >= MOST:
        raise Conflict(f"There are {len(rows)} categories, which is as many as there may be: use tags for finer ones.")
    _refuse_taken(rows, name, None)
    made = Category(name=fold_name(name), display_name=name, position=len(rows))
    session.add(made)
    await _flush(session, name)
    await record(session, viewer, "category.created", ("category", made.id), name=name)
    return made


async def change_category(
    session: AsyncSession, viewer: Viewer, category_id: UUID, *, name: str | None = None, position: int | None = None
) -> Category:
    """Rename a category, or put it elsewhere in the order.

    Args:
        position: From 0; beyond the last one is last.

    Raises:
        CategoryNotFound: If there is none.
        Conflict: If there is another of that name.
    """
    rows = await _held(session)
    found = _found(rows, category_id)
    if name is not None:
        _refuse_taken(rows, name, category_id)
        found.name, found.display_name = fold_name(name), name
        await _flush(session, name)
    if position is not None:
        others = [row for row in rows if row is not found]
        _number([*others[:position], found, *others[position:]])
    await record(session, viewer, "category.changed", ("category", category_id), name=found.display_name)
    return found


async def delete_category(session: AsyncSession, viewer: Viewer, category_id: UUID) -> None:
    """Remove a category; assets that were in it are in none.

    Raises:
        CategoryNotFound: If there is none.
    """
    rows = await _held(session)
    found = _found(rows, category_id)
    _number([row for row in rows if row is not found])
    await session.delete(found)
    await record(session, viewer, "category.deleted", ("category", category_id), name=found.display_name)


async def _held(session: AsyncSession) -> Sequence[Category]:
    """Give all in order, kept to this transaction: two who reorder at once do so one after the other."""
    query = select(Category).order_by(Category.id).with_for_update()
    return sorted(await session.scalars(query), key=lambda row: (row.position, row.id))


def _found(rows: Sequence[Category], category_id: UUID) -> Category:
    found = next((row for row in rows if row.id == category_id), None)
    if found is None:
        raise CategoryNotFound(f"There is no category {category_id}: list those that there are.")
    return found


def _refuse_taken(rows: Sequence[Category], name: str, but: UUID | None) -> None:
    if any(row.name == fold_name(name) and row.id != but for row in rows):
        raise _taken(name)


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError as error:  # somebody else took the name a moment ago
        raise _taken(name) from error


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a category {name!r} already: choose another name.")


def _number(rows: Sequence[Category]) -> None:
    for position, row in enumerate(rows):
        row.position = position
