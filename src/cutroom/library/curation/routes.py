"""Categories, tags, collections and many recordings at once, over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Admin, Editor, SignedIn, Viewer
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.kept_answers import answer
from cutroom.accounts.request_keys import Once
from cutroom.core.answers import Kind
from cutroom.core.pagination import PAGE, After, Limit, Page
from cutroom.core.problems import problems
from cutroom.library.curation import categories, collections, tags
from cutroom.library.curation.bulk import change_many
from cutroom.library.curation.schemas import (
    Bulk,
    Categories,
    CategoryChange,
    CategoryView,
    CollectionChange,
    CollectionView,
    Licences,
    NewCategory,
    NewCollection,
    Outcome,
    Outcomes,
    Place,
    TagChange,
    TagMerge,
    TagView,
    view_category,
    view_shelf,
    view_tag,
)
from cutroom.library.licences import LICENCES
from cutroom.library.models import Collection
from cutroom.library.schemas import AssetView, LicenceView
from cutroom.library.sharing.schemas import Audience
from cutroom.library.shown import views_of

router = APIRouter(tags=["library"])
_TAGS = Kind("tags", time_s=30.0)

_Words = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$", description="Part of the title.")]
_Begins = Annotated[str | None, Query(max_length=50, pattern=r"^[^\x00]*$", description="How it begins.")]


@router.get("/licences")
async def list_licences(viewer: SignedIn) -> Licences:  # noqa: ARG001 - of whoever is signed in
    """List the licences that are known by name, and what each allows."""
    return Licences(items=[LicenceView.model_validate(each) for each in LICENCES.values()])


@router.get("/categories")
async def list_categories(viewer: SignedIn, session: Reading) -> Categories:
    """List all categories in their order."""
    rows = await categories.list_categories(session, viewer)
    return Categories(items=[view_category(*row) for row in rows])


@router.post("/categories", status_code=201, responses=problems(409))
async def create_category(new: NewCategory, viewer: Admin, once: Once) -> CategoryView:
    """Add a category behind all others."""

    async def create(session: AsyncSession) -> CategoryView:
        return view_category(await categories.create_category(session, viewer, new.name), 0)

    return await once(CategoryView, create)


@router.patch("/categories/{category_id}", responses=problems(404, 409))
async def change_category(category_id: UUID, change: CategoryChange, viewer: Admin, here: Here) -> Categories:
    """Rename a category or put it elsewhere in the order; gives all of them."""

    async def alter(session: AsyncSession) -> Categories:
        await categories.change_category(session, viewer, category_id, name=change.name, position=change.position)
        await session.flush()
        return await list_categories(viewer, session)

    return await here.database.write(alter)


@router.delete("/categories/{category_id}", status_code=204, responses=problems(404))
async def delete_category(category_id: UUID, viewer: Admin, here: Here) -> None:
    """Remove a category; recordings that were in it are in none."""
    await here.database.write(lambda session: categories.delete_category(session, viewer, category_id))


@router.get("/tags", response_model=Page[TagView])
async def list_tags(
    request: Request,
    here: Here,
    viewer: SignedIn,
    session: Reading,
    q: _Begins = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Response:
    """List the tags of what you may see, by name."""

    async def page() -> Page[TagView]:
        rows, following = await tags.list_tags(session, viewer, begins=q, after=after, limit=limit)
        return Page[TagView](items=[view_tag(*row) for row in rows], next=following)

    return await answer(request, here, viewer, session, _TAGS, page)


@router.patch("/tags/{tag_id}", status_code=204, responses=problems(404, 409))
async def rename_tag(tag_id: UUID, change: TagChange, viewer: Admin, here: Here) -> None:
    """Write a tag otherwise, wherever it is used."""
    await here.database.write(lambda session: tags.rename_tag(session, viewer, tag_id, change.name))


@router.post("/tags/{tag_id}/merge", status_code=204, responses=problems(404))
async def merge_tag(tag_id: UUID, merge: TagMerge, viewer: Admin, here: Here) -> None:
    """Give all that has a tag another one instead."""
    await here.database.write(lambda session: tags.merge_tags(session, viewer, tag_id, merge.into))


@router.delete("/tags/{tag_id}", status_code=204, responses=problems(404))
async def delete_tag(tag_id: UUID, viewer: Admin, here: Here) -> None:
    """Take a tag from all that has it."""
    await here.database.write(lambda session: tags.delete_tag(session, viewer, tag_id))


@router.get("/collections")
async def list_collections(
    viewer: SignedIn, session: Reading, q: _Words = None, after: After = None, limit: Limit = PAGE
) -> Page[CollectionView]:
    """List collections by title."""
    rows, following = await collections.list_collections(session, viewer, words=q, after=after, limit=limit)
    shelves = await collections.shelves_of(session, viewer, rows)
    return Page(items=[view_shelf(shelf) for shelf in shelves], next=following)


@router.post("/collections", status_code=201)
async def create_collection(new: NewCollection, viewer: Editor, once: Once) -> CollectionView:
    """Make an empty collection that you alone see."""

    async def create(session: AsyncSession) -> CollectionView:
        made = await collections.create_collection(session, viewer, new.title, new.description)
        return await _view(session, viewer, made)

    return await once(CollectionView, create)


@router.get("/collections/{collection_id}", responses=problems(404))
async def read_collection(collection_id: UUID, viewer: SignedIn, session: Reading) -> CollectionView:
    """Give a collection; what is in it is a list of its own."""
    return await _view(session, viewer, await collections.find_collection(session, viewer, collection_id))


@router.patch("/collections/{collection_id}", responses=problems(404))
async def change_collection(
    collection_id: UUID, change: CollectionChange, viewer: Editor, here: Here
) -> CollectionView:
    """Change what is said of a collection."""

    async def alter(session: AsyncSession) -> CollectionView:
        found = await collections.change_collection(session, viewer, collection_id, change.said)
        return await _view(session, viewer, found)

    return await here.database.write(alter)


@router.put("/collections/{collection_id}/audience", responses=problems(404))
async def change_collection_audience(
    collection_id: UUID, audience: Audience, viewer: Editor, here: Here
) -> CollectionView:
    """Say who finds a collection; in it they find what they may see anyway."""
    groups = {each.group_id: each.may_edit for each in audience.groups}

    async def show(session: AsyncSession) -> CollectionView:
        found = await collections.show_collection(session, viewer, collection_id, audience.visibility, groups)
        return await _view(session, viewer, found)

    return await here.database.write(show)


@router.delete("/collections/{collection_id}", status_code=204, responses=problems(404))
async def delete_collection(collection_id: UUID, viewer: Editor, here: Here) -> None:
    """Delete a collection; what is in it stays where it is."""
    await here.database.write(lambda session: collections.delete_collection(session, viewer, collection_id))


@router.post("/collections/{collection_id}/restore", responses=problems(404))
async def restore_collection(collection_id: UUID, viewer: Editor, here: Here) -> CollectionView:
    """Have a deleted collection back as it was."""

    async def restore(session: AsyncSession) -> CollectionView:
        return await _view(session, viewer, await collections.restore_collection(session, viewer, collection_id))

    return await here.database.write(restore)


@router.get("/collections/{collection_id}/items", responses=problems(404))
async def list_collection_items(
    collection_id: UUID, viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[AssetView]:
    """List the recordings of a collection that you may see, in its order."""
    found, following = await collections.list_items(session, viewer, collection_id, after=after, limit=limit)
    return Page(items=await views_of(session, viewer, found), next=following)


@router.put("/collections/{collection_id}/items/{asset_id}", status_code=204, responses=problems(404, 409))
async def put_collection_item(collection_id: UUID, asset_id: UUID, place: Place, viewer: Editor, here: Here) -> None:
    """Put a recording into a collection, or elsewhere in it."""
    await here.database.write(
        lambda session: collections.put_item(session, viewer, collection_id, asset_id, place.before)
    )


@router.delete("/collections/{collection_id}/items/{asset_id}", status_code=204, responses=problems(404))
async def remove_collection_item(collection_id: UUID, asset_id: UUID, viewer: Editor, here: Here) -> None:
    """Take a recording out of a collection."""
    await here.database.write(lambda session: collections.remove_item(session, viewer, collection_id, asset_id))


@router.post("/assets/bulk", responses=problems(404))
async def change_assets(bulk: Bulk, viewer: Editor, here: Here) -> Outcomes:
    """Change many recordings alike; each is changed or refused alone, and all that are changed are so at once."""

    async def change(session: AsyncSession) -> Outcomes:
        refusals = await change_many(session, viewer, bulk.ids, bulk.change)
        return Outcomes(
            items=[
                Outcome(id=asset_id, done=why is None, problem=str(why) if why else None)
                for asset_id, why in refusals.items()
            ]
        )

    return await here.database.write(change)


async def _view(session: AsyncSession, viewer: Viewer, collection: Collection) -> CollectionView:
    await session.flush()
    [shelf] = await collections.shelves_of(session, viewer, [collection])
    return view_shelf(shelf)
