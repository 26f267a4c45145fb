"""What the library looks like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cutroom.core.inputs import Line, Text, WebAddress
from cutroom.library.licences import LICENCES
from cutroom.library.links import LIFE_S, LONGEST_S
from cutroom.library.models import AssetFile, AssetState, SourceKind, Visibility

Title = Annotated[Line, Field(max_length=300, examples=["Thermodynamics, lecture 4"])]
Description = Annotated[Text, Field(max_length=10_000, description="Plain text.")]
TagName = Annotated[Line, Field(max_length=50, examples=["physics"])]
DiskPath = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4096,
        pattern=r"^/[^\x00]*$",
        description="On the server, whole, in a folder that recordings may be taken from.",
        examples=["/home/me/lectures/thermodynamics-4.mp4"],
    ),
]
Tags = Annotated[list[TagName], Field(max_length=50)]


class NewAsset(BaseModel):
    """A recording on the server's own disk."""

    model_config = ConfigDict(extra="forbid")

    path: DiskPath
    title: Title | None = Field(default=None, description="The file's name when left out.")
    start: list[Annotated[str, Field(min_length=1, max_length=64, examples=["share"])]] = Field(
        default_factory=list, max_length=8, description="Recipes to start at once, with their defaults."
    )


class AssetChange(BaseModel):
    """What may be changed of an asset; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Lecture 4", "tags": ["physics", "second year"]}]}
    )

    title: Title | None = None
    description: Description | None = None
    category_id: UUID | None = Field(default=None, description="Null takes it out of its category.")
    tags: Tags | None = Field(default=None, description="All that it has from now on; new ones are made.")
    licence: Annotated[str, Field(min_length=1, max_length=40, examples=["CC-BY-4.0"])] | None = Field(
        default=None, description="One of `GET /licences`; null where nobody has said."
    )
    licence_note: Annotated[Text, Field(max_length=2000)] | None = Field(default=None, description="In your own words.")
    attribution: Annotated[Text, Field(max_length=1000)] | None = Field(default=None, description="Whom to name.")
    source_url: WebAddress | None = Field(default=None, description="Where it can be seen; null where nowhere.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("say what is to be changed")
        unset = {"category_id", "licence", "source_url"}
        for name in self.model_fields_set - unset:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null: leave it out, or empty it")
        return self


class LicenceView(BaseModel):
    """A licence, and what it lets others do."""

    model_config = ConfigDict(from_attributes=True)

    key: str = Field(examples=["CC-BY-4.0"])
    name: str
    url: str | None = Field(description="Its text; null where there is no one text.")
    sell: bool = Field(description="Whether it may be used to earn money.")
    change: bool = Field(description="Whether changed versions, such as clips, may be published.")
    attribution: bool = Field(description="Whether the author must be named.")
    share_alike: bool = Field(description="Whether what is made of it must be under the same licence.")


class Rightful(BaseModel):
    """What a recording may be used for, and whom to name; the same for what is cut from it."""

    licence: LicenceView | None = Field(description="Null while nobody has said.")
    licence_note: str = Field(description="What a person said of it.")
    attribution: str = Field(description="Whom to name.")
    source_url: str | None = Field(description="Where it can be seen.")


class PersonView(BaseModel):
    """A person by name."""

    id: UUID
    name: str


class CategoryName(BaseModel):
    """A category by name."""

    id: UUID
    name: str


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


class AssetView(Rightful):
    """A recording."""

    id: UUID
    title: str
    description: str
    category: CategoryName | None
    tags: list[str]
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
    source_kind: SourceKind = Field(description="How it came here.")
    source_version: int = Field(description="Counts sources: 1 until the first was replaced.")
    brought_by: PersonView | None = Field(description="Who brought the present source.")
    brought_at: datetime = Field(description="When the present source came.")
    stale: bool = Field(description="Whether its files were made of an earlier source; new ones are on their way.")
    original_url: str = Field(description="The bytes that were brought, for saving.")
    files: list[FileView] = Field(description="What was made of it: to play, a poster, a storyboard.")


class AddedAsset(AssetView):
    """A recording that was just added."""

    run_ids: list[UUID] = Field(description="Of the recipes that were started, in the order asked for.")


class TrashedAsset(AssetView):
    """A recording that was deleted."""

    deleted_at: datetime
    deleted_by: PersonView | None
    gone_at: datetime = Field(description="When it goes for good, if nobody has it back.")


class NewSource(BaseModel):
    """A recording on the server's own disk that takes another's place."""

    model_config = ConfigDict(extra="forbid")

    path: DiskPath
    source_version: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="The source that is replaced; another is refused."
    )


class OldSource(BaseModel):
    """Which source is replaced by one that there was before."""

    model_config = ConfigDict(extra="forbid")

    source_version: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="The source that is replaced; another is refused."
    )


class Replaced(AssetView):
    """A recording whose source was replaced."""

    run_id: UUID = Field(description="Of the run that makes its files anew.")


class VersionView(BaseModel):
    """A source that a recording has or had."""

    number: int
    current: bool
    sha256: str
    size_bytes: int
    file_name: str
    duration_s: float | None = Field(description="Null where it was not measured.")
    width: int | None
    height: int | None
    source_kind: SourceKind
    source_url: str | None
    provenance: list[dict[str, Any]] = Field(description="Where it came from, oldest first.")
    brought_by: PersonView | None
    brought_at: datetime
    replaced_by: PersonView | None = Field(description="Who put another in its place.")
    replaced_at: datetime | None


class Versions(BaseModel):
    """The sources of a recording, newest first."""

    items: list[VersionView]


class QualityPart(BaseModel):
    """One thing that was measured."""

    name: str = Field(examples=["loudness"])
    score: int = Field(ge=0, le=100)
    weight: float = Field(description="Its share of the whole.")
    value: str = Field(description="What was measured, with its unit.", examples=["-31.2 LUFS"])
    advice: str | None = Field(description="What would mend it; null where nothing is to be mended.")


class QualityView(BaseModel):
    """How good a recording is, as far as a measurement can tell."""

    score: int = Field(ge=0, le=100)
    parts: list[QualityPart]
    measured_at: datetime
    stale: bool = Field(description="Whether an earlier source was measured.")


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


def view_licence(key: str | None) -> LicenceView | None:
    """Put a licence into words."""
    return LicenceView.model_validate(LICENCES[key]) if key in LICENCES else None


def view_file(at: str, file: AssetFile) -> FileView:
    """Put a file into words."""
    return FileView(
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        url=f"{at}/files/{file.name}",
    )
