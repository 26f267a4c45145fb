"""Search over HTTP: across the library, and within one recording."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import select

from cutroom.accounts.access import SignedIn
from cutroom.accounts.instance import Reading
from cutroom.accounts.users import fold_name
from cutroom.core.pagination import PAGE, After, Limit
from cutroom.core.problems import problems
from cutroom.library.assets import find_asset
from cutroom.library.models import Asset
from cutroom.library.search.finding import MOST_COUNTED, Filters, find, find_within
from cutroom.library.search.models import Kind
from cutroom.library.search.query import read_question
from cutroom.library.search.schemas import Asked, Hits, Results, ResultView, view_hit
from cutroom.library.search.showing import show_passage
from cutroom.library.shown import views_of

router = APIRouter(tags=["search"])

#: Recordings of a page; each comes with its best hits.
_PAGE = 20
Few = Annotated[int, Field(ge=1, le=50, description="How many to give at most.")]


@router.get("/search")
async def search(
    viewer: SignedIn,
    session: Reading,
    q: Annotated[Asked, Query()],
    owner: Annotated[UUID | None, Query(description="Whose recordings.")] = None,
    category: Annotated[UUID | None, Query(description="Filed under this category.")] = None,
    tag: Annotated[str | None, Query(max_length=50, pattern=r"^[^\x00]*$", description="With this tag.")] = None,
    language: Annotated[
        str | None, Query(max_length=16, pattern=r"^[A-Za-z-]+$", description="Of what is said (ISO 639-1).")
    ] = None,
    kind: Annotated[list[Kind] | None, Query(max_length=5, description="Where the words stand; anywhere else.")] = None,
    after: After = None,
    limit: Few = _PAGE,
) -> Results:
    """Find recordings by their titles and by everything said in them, with the second at which it is said."""
    question = read_question(q)
    filters = Filters(owner, category, fold_name(tag) if tag else None, language, frozenset(kind or ()))
    finds = await find(session, viewer, question, filters, after=after, limit=limit)
    wanted = select(Asset).where(Asset.id.in_([found.asset_id for found in finds.items]))
    assets = {view.id: view for view in await views_of(session, viewer, (await session.scalars(wanted)).all())}
    items = [
        ResultView(
            asset=assets[found.asset_id],
            hits=[view_hit(show_passage(passage, question.wanted)) for passage in found.passages],
            count=found.hits,
        )
        for found in finds.items
    ]
    total = None if finds.total is None else min(finds.total, MOST_COUNTED)
    return Results(items=items, next=finds.following, total=total, more=(finds.total or 0) > MOST_COUNTED)


@router.get("/assets/{asset_id}/search", responses=problems(404))
async def search_asset(
    asset_id: UUID,
    viewer: SignedIn,
    session: Reading,
    q: Annotated[Asked, Query()],
    after: After = None,
    limit: Limit = PAGE,
) -> Hits:
    """Find places in one recording: with all of the words or, where there are none, with any of them."""
    question = read_question(q)
    await find_asset(session, viewer, asset_id)
    found = await find_within(session, asset_id, question, after=after, limit=limit)
    return Hits(
        items=[view_hit(show_passage(passage, question.wanted)) for passage in found.passages],
        next=found.following,
        total=found.total,
    )
