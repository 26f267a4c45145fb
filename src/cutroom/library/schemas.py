"""What the library looks like over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.core.inputs import Line
from cutroom.library.links import LIFE_S, LONGEST_S
from cutroom.library.models import Asset, AssetFile, AssetState, Visibility
from cutroom.library.visibility import Rights

Title = Annotated[Line, Field(max_length=300, examples=["Thermodynamics, lecture 4"])]


class NewAsset(BaseModel):
    """A recording on the server's own disk."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[
        str,
        Field(
            min_length=1,
            max_length=4096,
            pattern=r"^/[^\x00]*$",
            description="On the server, whole, in a folder that recordings may be taken from.",
            examples=["/home/me/lectures/thermodynamics-4.mp4"],
        ),
    ]
    title: Title | None = Field(default=None, description="The file's name when left out.")
    start: list[Annotated[str, Field(min_length=1, max_length=64, examples=["share"])]] = Field(
        default_factory=list, max_length=8, description="Recipes to start at once, with their defaults."
    )


class AssetChange(BaseModel):
    """What may be changed of an asset."""

    model_config = ConfigDict(extra="forbid")

    title: Title


class FileView(BaseModel):
    """A file that can be fetched, whole or by range."""

    name: str = Field(examples=["play.mp4"])
    media_type: str = Field(examples=["video/mp4"])
    size_bytes: int
    sha256: str = Field(description="Of its bytes; also its entity tag.")
    url: str = Field(description="Relative to the server.")


class GroupView(BaseModel):
    """A group that a recording was given to."""

    group_id: UUID
    name: str
    may_edit: bool = Field(description="Whether its editors may change the recording too.")


class AssetView(BaseModel):
    """A recording."""

    id: UUID
    title: str
    file_name: str = Field(description="What it was called where it came from.")
    state: AssetState
    reason: str | None = Field(description="Why it cannot be watched.")
    size_bytes: int
    duration_s: float | None = Field(description="Null until it was measured.")
    width: int | None
    height: int | None
    owner_id: UUID | None
    visibility: Visibility
    groups: list[GroupView] = Field(description="Whom it was given to; empty for who may not change it.")
    may_change: bool = Field(description="Whether who asks may change it.")
    created_at: datetime
    original_url: str = Field(description="The bytes that were brought, for saving.")
    files: list[FileView] = Field(description="What was made of it: to play, a poster, a storyboard.")


class AddedAsset(AssetView):
    """A recording that was just added."""

    run_ids: list[UUID] = Field(description="Of the recipes that were started, in the order asked for.")


class NewLink(BaseModel):
    """A signed link to be made."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[str, Field(min_length=1, max_length=100, examples=["play.mp4"])] = Field(
        description="A file's name; `original` for what was brought."
    )
    expires_s: int = Field(default=LIFE_S, ge=1, le=LONGEST_S)


class Link(BaseModel):
    """A link that works for a while for whoever has it."""

    url: str


def view_asset(asset: Asset, files: Iterable[AssetFile], rights: Rights) -> AssetView:
    """Put an asset, its files and what the viewer may do with it into words."""
    at = f"/api/v1/assets/{asset.id}"
    return AssetView(
        id=asset.id,
        title=asset.title,
        file_name=asset.file_name,
        state=asset.state,
        reason=asset.reason,
        size_bytes=asset.size_bytes,
        duration_s=asset.duration_s or None,
        width=asset.width,
        height=asset.height,
        owner_id=asset.owner_id,
        visibility=asset.visibility,
        groups=[GroupView(group_id=each.group_id, name=each.name, may_edit=each.may_edit) for each in rights.groups],
        may_change=rights.may_change,
        created_at=asset.created_at,
        original_url=f"{at}/original",
        files=[
            FileView(
                name=file.name,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                url=f"{at}/files/{file.name}",
            )
            for file in files
        ],
    )
