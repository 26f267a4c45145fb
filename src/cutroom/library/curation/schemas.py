"""What categories, tags and collections look like over HTTP, and a change to many recordings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cutroom.core.inputs import Line
from cutroom.library.curation.collections import Shelf
from cutroom.library.models import Category, Tag, Visibility
from cutroom.library.schemas import Description, GroupView, LicenceView, TagName, Tags, Title

Name = Annotated[Line, Field(max_length=100, examples=["Lectures"])]
_Tags = Annotated[Tags, Field(min_length=1)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Licences(BaseModel):
    """All licences that are known by name."""

    items: list[LicenceView]


class NewCategory(_Request):
    """A category to be made."""

    name: Name


class CategoryChange(_Request):
    """What is changed of a category; what is left out stays."""

    name: Name | None = None
    position: int | None = Field(default=None, ge=0, le=10_000, description="From 0; beyond the last one is last.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name is None and self.position is None:
            raise ValueError("say what is to be changed: name, position or both")
        return self


class CategoryView(BaseModel):
    """A category."""

    id: UUID
    name: str
    position: int = Field(description="From 0.")
    assets: int = Field(description="How many recordings in it you may see.")


class Categories(BaseModel):
    """All categories, in their order."""

    items: list[CategoryView]


class TagView(BaseModel):
    """A tag."""

    id: UUID
    name: str
    assets: int = Field(description="How many recordings that have it you may see.")


class TagChange(_Request):
    """How a tag is written from now on."""

    name: TagName


class TagMerge(_Request):
    """Where a tag goes."""

    into: UUID = Field(description="The tag that all get instead.")


class NewCollection(_Request):
    """A collection to be made; you alone see it until you say otherwise."""

    title: Title
    description: Description = ""


class CollectionChange(_Request):
    """What is changed of a collection; what is left out stays."""

    title: Title | None = None
    description: Description | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.said:
            raise ValueError("say what is to be changed: title, description or both")
        return self

    @property
    def said(self) -> dict[str, Any]:
        """What is changed."""
        return self.model_dump(exclude_none=True)


class CollectionView(BaseModel):
    """A collection."""

    id: UUID
    title: str
    description: str
    owner_id: UUID | None
    visibility: Visibility
    groups: list[GroupView] = Field(description="Whom it was given to; empty for who may not change it.")
    may_change: bool = Field(description="Whether who asks may change it.")
    assets: int = Field(description="How many recordings in it you may see.")
    created_at: datetime
    changed_at: datetime = Field(description="When it or what is in it changed.")


class Place(_Request):
    """Where in a collection."""

    before: UUID | None = Field(default=None, description="The recording that it comes to lie before; the end if null.")


class TagThem(_Request):
    """Give them further tags."""

    do: Literal["tag"]
    tags: _Tags


class UntagThem(_Request):
    """Take tags from them."""

    do: Literal["untag"]
    tags: _Tags


class Categorise(_Request):
    """Put them into a category, or into none."""

    do: Literal["categorise"]
    category_id: UUID | None


class Collect(_Request):
    """Put them at the end of a collection, in the order in which they are given."""

    do: Literal["collect"]
    collection_id: UUID


class Delete(_Request):
    """Delete them; they can be had back for a while."""

    do: Literal["delete"]


class Restore(_Request):
    """Have them back."""

    do: Literal["restore"]


BulkChange = TagThem | UntagThem | Categorise | Collect | Delete | Restore


class Bulk(_Request):
    """One change to many recordings."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"ids": ["0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"], "change": {"do": "tag", "tags": ["physics"]}}
            ]
        },
    )

    ids: list[UUID] = Field(min_length=1, max_length=200)
    change: Annotated[BulkChange, Field(discriminator="do")]


class Outcome(BaseModel):
    """What became of one recording."""

    id: UUID
    done: bool
    problem: str | None = Field(description="Why it was not changed.")


class Outcomes(BaseModel):
    """What became of each, in the order asked for."""

    items: list[Outcome]


def view_category(row: Category, assets: int) -> CategoryView:
    """Put a category into words."""
    return CategoryView(id=row.id, name=row.display_name, position=row.position, assets=assets)


def view_tag(row: Tag, assets: int) -> TagView:
    """Put a tag into words."""
    return TagView(id=row.id, name=row.display_name, assets=assets)


def view_shelf(shelf: Shelf) -> CollectionView:
    """Put a collection into words."""
    row = shelf.collection
    return CollectionView(
        id=row.id,
        title=row.title,
        description=row.description,
        owner_id=row.owner_id,
        visibility=row.visibility,
        groups=[GroupView.model_validate(each, from_attributes=True) for each in shelf.groups],
        may_change=shelf.may_change,
        assets=shelf.items,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
