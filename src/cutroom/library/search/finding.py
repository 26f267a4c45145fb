"""Find recordings: those with a hit in the title first, then tags, chapters, descriptions, and what is said.

The order is the number of the best passage, which tells its kind, how new the recording is, and how early in it the
words stand. So a page is read along the index from where the last one ended and stops when it is full, and is the same
on every database. Recordings that have all the words, but never together, come last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.core.errors import InvalidInput
from cutroom.library.models import Asset, AssetTag, Tag
from cutroom.library.search.index import INDEX, NUMBER, matches, within
from cutroom.library.search.models import (
    NUMBER_BITS,
    POSITION_BITS,
    RANKS,
    WHOLE,
    Kind,
    Passage,
    SearchEntry,
    Stretch,
    passage_id,
    passages_of,
)
from cutroom.library.search.query import Question, Term
from cutroom.library.visibility import only_visible, ways_to_see

#: Recordings are counted up to this many.
MOST_COUNTED = 1000
#: Hits that are shown of a recording.
MOST_HITS = 3
#: Up to so many recordings that may be found are looked up once; beyond, each that matches is looked at.
_FEW = 5000
#: Rows of the index read at a time.
_BATCH = 400
#: Rows of the index read for one page; a page that is not full by then goes on with the next.
_MOST_READ = 50 * _BATCH


@dataclass(frozen=True, slots=True)
class Filters:
    """What else is asked of a recording."""

    owner_id: UUID | None = None
    category_id: UUID | None = None
    tag: str | None = None
    language: str | None = None
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that was found.

    Attributes:
        passages: The best ones, best first.
        hits: In how many passages all of the words stand; where they never stand together, any of them.
    """

    number: int
    asset_id: UUID
    passages: tuple[Passage, ...]
    hits: int


@dataclass(frozen=True, slots=True)
class Finds:
    """A page of what was found.

    Attributes:
        following: What to go on after; ``None`` at the end.
        total: Recordings in all, up to :data:`MOST_COUNTED` and one; only counted for a first page.
    """

    items: list[Found]
    following: str | None
    total: int | None


async def find(
    session: AsyncSession, viewer: Viewer, question: Question, filters: Filters, *, after: str | None, limit: int
) -> Finds:
    """Find recordings that the viewer may see.

    Args:
        after: What the page before gave to go on after.

    Raises:
        InvalidInput: If it gave no such thing.
    """
    before = await _place(session, after) if after else passage_id(1 + max(RANKS.values()), 0, 0)
    search = _Search(session, question, filters.kinds or frozenset(Kind), await _scope(session, viewer, filters))
    rows, following = await search.page(before, limit)
    total = await search.count() if after is None else None
    return Finds(await search.show(rows), await _cursor(session, following), total)


@dataclass(frozen=True, slots=True)
class Places:
    """A page of places in one recording.

    Attributes:
        following: What to go on after; ``None`` at the end.
        total: Places in all.
    """

    passages: list[Passage]
    following: str | None
    total: int


async def find_within(
    session: AsyncSession, asset_id: UUID, question: Question, *, after: str | None, limit: int
) -> Places:
    """Find passages of a recording: those with all of the words or, where there are none, with any of them.

    Args:
        after: What the page before gave to go on after.

    Raises:
        InvalidInput: If it gave no such thing.
    """
    number = await session.scalar(select(SearchEntry.number).where(SearchEntry.asset_id == asset_id))
    if number is None:
        return Places([], None, 0)
    ids: list[int] = []
    for any_of in (False, True):
        has = matches(session, question.wanted, any_of=any_of)
        for rank in sorted(RANKS.values(), reverse=True):
            found = await session.scalars(select(INDEX.c.rowid).where(has, within(passages_of(rank, number, number))))
            ids += sorted(found.all(), reverse=True)
        if ids:
            break
    first = _read_place(after)
    page = ids[first : first + limit]
    stop = first + len(page)
    return Places(await _passages(session, page), str(stop) if stop < len(ids) else None, len(ids))


def _read_place(cursor: str | None) -> int:
    if cursor is not None and not (cursor.isdecimal() and cursor.isascii() and len(cursor) < 8):
        raise _refused()
    return int(cursor or 0)


def _refused() -> InvalidInput:
    return InvalidInput("The cursor in 'after' is not one of this search: start again without it.")


async def _cursor(session: AsyncSession, key: int | None) -> str | None:
    """Write a place in the order: by the recording's id, for its number would tell how many there are."""
    if key is None:
        return None
    asset_id = await session.scalar(select(SearchEntry.asset_id).where(SearchEntry.number == _number(key)))
    return f"{_rank(key)}.{asset_id}"


async def _place(session: AsyncSession, cursor: str) -> int:
    rank, _, name = cursor.partition(".")
    try:
        asset_id = UUID(name)
    except ValueError as error:
        raise _refused() from error
    number = await session.scalar(select(SearchEntry.number).where(SearchEntry.asset_id == asset_id))
    if number is None or rank not in {str(each) for each in (WHOLE, *RANKS.values())}:
        raise _refused()
    return passages_of(int(rank), number, number).first


async def _scope(session: AsyncSession, viewer: Viewer, filters: Filters) -> _Scope:
    query = only_visible(select(SearchEntry.number).join(Asset, Asset.id == SearchEntry.asset_id), viewer)
    wanted: list[ColumnElement[bool]] = []
    if filters.owner_id is not None:
        wanted.append(Asset.owner_id == filters.owner_id)
    if filters.category_id is not None:
        wanted.append(Asset.category_id == filters.category_id)
    if filters.language is not None:
        wanted.append(SearchEntry.language == filters.language)
    if filters.tag is not None:
        tagged = select(AssetTag.asset_id).join(Tag, Tag.id == AssetTag.tag_id).where(Tag.name == filters.tag)
        wanted.append(Asset.id.in_(tagged))
    query = query.where(*wanted)
    ways = ways_to_see(viewer)
    if not ways and not wanted:
        return _Scope(query, few=False)
    some = query
    if ways:
        found = (select(Asset.id).where(Asset.deleted_at.is_(None), way).limit(_FEW + 1) for way in ways)
        some = query.where(Asset.id.in_(union_all(*(select(each.subquery()) for each in found))))
    counted = await session.scalar(select(func.count()).select_from(some.limit(_FEW + 1).subquery())) or 0
    return _Scope(some, few=True) if counted <= _FEW else _Scope(query, few=False)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which recordings may be found.

    Attributes:
        query: Gives their numbers.
        few: Whether there are so few that it is best to have all of these first.
    """

    query: Select[int]
    few: bool

    def only(self, statement: Select[Any]) -> Select[Any]:
        """Leave out of a query over the index what may not be found."""
        if self.few:
            return statement.where(_among(self.query))
        return statement.where(self.query.where(SearchEntry.number == NUMBER).exists())


def _among(numbers: Select[int]) -> ColumnElement[bool]:
    """Whether a row is of one of these recordings, which are asked for once.

    Written so, they are not joined: how many rows there are of a number that is computed no planner knows, and one that
    takes them for few asks anew for each row.
    """
    return NUMBER.in_(numbers).is_(True)


class _Search:
    def __init__(self, session: AsyncSession, question: Question, kinds: frozenset[Kind], scope: _Scope) -> None:
        self.session = session
        self.question = question
        self.scope = scope
        self.ranks = sorted((RANKS[kind] for kind in kinds), reverse=True)
        #: Words that never stand in one passage are looked for where it does not matter in which they stand.
        self.scattered = len(kinds) == len(Kind) and len(question.wanted) > 1

    async def page(self, before: int, limit: int) -> tuple[list[int], int | None]:
        """Read one page: the best passage of each recording, by number, and what to go on before."""
        found: list[int] = []
        read = 0
        for rank in [*self.ranks, *([WHOLE] if self.scattered else [])]:
            stretch = passages_of(rank)
            top = min(before - 1, stretch.last)
            while top >= stretch.first:
                rows = await self._read(rank, Stretch(stretch.first, top))
                firsts = list({each >> POSITION_BITS: each for each in reversed(rows)}.values())[::-1]
                told = await self._told_above(rank, firsts)
                found += [each for each in firsts if _number(each) not in told]
                read += len(rows)
                if len(found) > limit:
                    return found[:limit], found[limit - 1] >> POSITION_BITS << POSITION_BITS
                if len(rows) < _BATCH:
                    break
                top = (rows[-1] >> POSITION_BITS << POSITION_BITS) - 1
                if read >= _MOST_READ:
                    return found, top + 1
        return found, None

    async def count(self) -> int:
        """Count recordings, up to :data:`MOST_COUNTED` and one."""
        if self.ranks == sorted(RANKS.values(), reverse=True):
            query = self._asked(WHOLE, passages_of(WHOLE))
        else:
            query = self._asked(
                self.ranks[0], Stretch(passages_of(self.ranks[-1]).first, passages_of(self.ranks[0]).last)
            )
            query = query.where(or_(*(within(passages_of(rank)) for rank in self.ranks)))
        numbers = query.with_only_columns(NUMBER.label("number")).distinct().limit(MOST_COUNTED + 1).subquery()
        return await self.session.scalar(select(func.count()).select_from(numbers)) or 0

    async def show(self, best: Sequence[int]) -> list[Found]:
        """Give recordings with their best passages."""
        if not best:
            return []
        numbers = [_number(each) for each in best]
        entries = select(SearchEntry.number, SearchEntry.asset_id).where(SearchEntry.number.in_(numbers))
        asset_ids = {row.number: row.asset_id for row in await self.session.execute(entries)}
        together = [_number(each) for each in best if _rank(each) != WHOLE]
        ids = await self._hits(together, self.question.wanted)
        scattered = [number for number in numbers if number not in ids]
        spots = {number: set(each) for number, each in ids.items()}
        for term in self.question.wanted if scattered else ():
            for number, each in (await self._hits(scattered, [term])).items():
                ids.setdefault(number, []).append(each[0])
                spots.setdefault(number, set()).update(each)
        shown = {number: sorted(set(each), reverse=True)[:MOST_HITS] for number, each in ids.items()}
        rows = {row.id: row for row in await _passages(self.session, [one for each in shown.values() for one in each])}
        return [
            Found(
                number,
                asset_ids[number],
                tuple(rows[each] for each in shown.get(number, ()) if each in rows),
                len(spots.get(number, ())),
            )
            for number in numbers
            if number in asset_ids
        ]

    async def _read(self, rank: int, stretch: Stretch) -> list[int]:
        query = self._asked(rank, stretch).order_by(INDEX.c.rowid.desc()).limit(_BATCH)
        return list((await self.session.scalars(query)).all())

    def _asked(self, rank: int, stretch: Stretch) -> Select[int]:
        """Ask for rows of the index in a stretch of one rank that have what is wanted and may be found."""
        wanted = self.question.wanted
        terms = wanted if rank != WHOLE else [word for term in wanted for word in term.apart()]
        query = select(INDEX.c.rowid).where(matches(self.session, terms), within(stretch))
        if rank == WHOLE:  # where words have no order
            for term in wanted:
                query = query if term.alone else query.where(_among(self._saying(term)))
        for term in self.question.unwanted:
            query = query.where(NUMBER.not_in(self._saying(term)))
        return self.scope.only(query)

    def _saying(self, term: Term) -> Select[int]:
        """Ask for the numbers of recordings that have a term anywhere."""
        if term.alone:
            places = passages_of(WHOLE)
        else:
            places = Stretch(passages_of(WHOLE + 1).first, passages_of(max(RANKS.values())).last)
        # Of rows of its own, not of the one that is being looked at.
        return select(NUMBER).where(matches(self.session, [term]), within(places)).correlate(None)

    async def _told_above(self, rank: int, rows: Sequence[int]) -> set[int]:
        """Give the numbers of recordings that have a better passage, and so were told before."""
        above = [each for each in self.ranks if each > rank]
        if not rows or not above:
            return set()
        numbers = [_number(each) for each in rows]
        places = _stretches(above, numbers)
        query = select(NUMBER).where(matches(self.session, self.question.wanted), places, NUMBER.in_(numbers))
        return set((await self.session.scalars(query)).all())

    async def _hits(self, numbers: Sequence[int], terms: Sequence[Term]) -> dict[int, list[int]]:
        """Give the passages of recordings that have all terms, best first, by number."""
        found: dict[int, list[int]] = {}
        for rank in self.ranks if numbers else ():
            stretch = passages_of(rank, min(numbers), max(numbers))
            query = select(INDEX.c.rowid).where(matches(self.session, terms), within(stretch), NUMBER.in_(numbers))
            for each in (await self.session.scalars(query.order_by(INDEX.c.rowid.desc()))).all():
                found.setdefault(_number(each), []).append(each)
        return found


def _stretches(ranks: Iterable[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    first, last = min(numbers), max(numbers)
    ordered = sorted(ranks)
    span = within(Stretch(passages_of(ordered[0], first).first, passages_of(ordered[-1], 0, last).last))
    return and_(span, or_(*(within(passages_of(rank, first, last)) for rank in ordered)))


def _rank(key: int) -> int:
    return key >> (POSITION_BITS + NUMBER_BITS)


def _number(key: int) -> int:
    return key >> POSITION_BITS & ((1 << NUMBER_BITS) - 1)


async def _passages(session: AsyncSession, ids: Sequence[int]) -> list[Passage]:
    query = select(Passage).where(Passage.id.in_(ids)).order_by(Passage.id.desc())
    return list((await session.scalars(query)).all())
